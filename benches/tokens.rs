//! The tokens of `tokens.txt`, which every benchmark verifies and signs, in this process and in others.
//! They are valid from 2025 to 2096, so that peers that read the clock accept them.

use std::time::{SystemTime, UNIX_EPOCH};

use barejwt::{Claims, Key, NamedKey, StateHash};

/// The secret of 32 bytes.
pub const SECRET: &str = line(0);
/// The access token: 175 bytes.
pub const ACCESS: &str = line(1);
/// The refresh token: 256 bytes.
pub const REFRESH: &str = line(2);
/// The state hash of the refresh token, in base64.
pub const STATE_HASH: &str = line(3);
/// A token of 379 bytes, like most other systems' tokens. It has ten members. No two members that the
/// site's tokens also have stand side by side.
pub const EVERYDAY: &str = line(4);
/// The access token with the header `{"alg":"HS256","kid":"2026-11","typ":"JWT"}`: 197 bytes.
pub const NAMED: &str = line(5);

/// The subject.
pub const SUB: &str = "lUpa";
/// The subject of the everyday token.
pub const EVERYDAY_SUB: &str = "user-12345678";
/// The `nbf`, in seconds since 1970.
pub const NBF: i64 = 1_745_651_978;
/// The `exp`, in seconds since 1970.
pub const EXP: i64 = 4_000_000_000;
/// From `nbf` to `exp`, in seconds.
pub const LIFETIME: u32 = (EXP - NBF) as u32;

/// A secret of 256 bytes, as long as a site's master key.
pub const LONG_SECRET: &[u8; 256] = &[b'k'; 256];

/// The claims of the access token.
pub fn access() -> Claims<'static> {
    Claims::access(SUB, NBF, LIFETIME)
}

/// The claims of the refresh token.
pub fn refresh(state_hash: &StateHash) -> Claims<'_> {
    Claims::refresh(SUB, NBF, LIFETIME, state_hash)
}

/// The state hash of the refresh token.
pub fn state_hash() -> StateHash {
    StateHash::from_base64(STATE_HASH).expect("tokens.txt has a state hash")
}

/// Four keys. [`NAMED`] names the last of them. All have the same secret, so a wrong choice of the key
/// would not be noticed by its MAC.
pub fn named_keys() -> [NamedKey; 4] {
    ["2026-08", "2026-09", "2026-10", "2026-11"].map(|kid| {
        let key = Key::new(SECRET.as_bytes()).expect("the secret is long enough");
        NamedKey::new(kid, key).expect("it is a kid")
    })
}

/// `token` with a wrong tag of the right form.
pub fn forged(token: &str) -> String {
    let (signed, tag) = token.rsplit_once('.').expect("a token has dots");
    let first = if tag.starts_with('A') { 'B' } else { 'A' };
    format!("{signed}.{first}{}", &tag[1..])
}

/// The system's clock, in seconds since 1970.
pub fn clock() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.expect("the clock is set").as_secs() as i64
}

/// A line of `tokens.txt`.
const fn line(number: usize) -> &'static str {
    let (mut rest, mut skipped) = (include_str!("tokens.txt"), 0);
    loop {
        let mut end = 0;
        while rest.as_bytes()[end] != b'\n' {
            end += 1;
        }
        let (line, others) = rest.split_at(end);
        if skipped == number {
            return line;
        }
        rest = others.split_at(1).1;
        skipped += 1;
    }
}
