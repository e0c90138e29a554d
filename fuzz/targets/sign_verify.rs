//! A signed token verifies, says what was asked for, and is accepted by jsonwebtoken. A buffer that is
//! too small is refused with the exact size.
#![no_main]

use arbitrary::Arbitrary;
use barejwt::{Claims, Error, Key, StateHash, Validation, scratch_len, sign, verify};
use jsonwebtoken::{Algorithm, DecodingKey};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    secret: &'a [u8],
    sub: &'a str,
    kid: Option<&'a str>,
    state_hash: Option<[u8; 32]>,
    now: i64,
    lifetime: u32,
    size: u16,
    at: At,
    leeway: u32,
}

/// The time at which the token is verified.
#[derive(Arbitrary, Debug)]
enum At {
    Any(i64),
    /// Seconds from the last second that is too early, with the leeway.
    NearStart(i8),
    /// Seconds from the first second that is too late.
    NearEnd(i8),
}

fuzz_target!(|input: Input<'_>| run(&input));

fn run(input: &Input<'_>) {
    let key = match Key::new_weak(input.secret) {
        Ok(key) => key,
        Err(_) => return assert!(input.secret.is_empty()),
    };
    let is_blank = [0, 0xff].map(|blank| input.secret.iter().all(|byte| *byte == blank));
    let is_good = input.secret.len() >= 32 && is_blank == [false, false];
    assert_eq!(Key::new(input.secret).is_ok(), is_good);
    let signing = match input.kid {
        Some(kid) => key.with_kid(kid),
        None => (&key).into(),
    };
    let hash = input.state_hash.map(StateHash::new);
    let claims = match &hash {
        Some(hash) => Claims::refresh(input.sub, input.now, input.lifetime, hash),
        None => Claims::access(input.sub, input.now, input.lifetime),
    };
    let needed = match input.kid {
        Some(kid) => claims.token_len_with_kid(kid),
        None => claims.token_len(),
    };
    let mut small = vec![0xaa; usize::from(input.size).min(needed + 8)];
    let size = small.len();
    match sign(&claims, signing, &mut small).map(str::len) {
        Ok(len) => assert!(len == needed && size >= needed),
        Err(error) => assert_eq!(error, refusal(input, size, needed)),
    }
    let mut out = vec![0; needed];
    let Ok(token) = sign(&claims, signing, &mut out) else {
        return;
    };
    assert_eq!(token.len(), needed);
    independently(input, token);
    at_any_time(input, token, &key);
}

/// The reason why signing was refused.
fn refusal(input: &Input<'_>, size: usize, needed: usize) -> Error {
    let plain = |kid: &str| {
        (1..=barejwt::MAX_KID_BYTES).contains(&kid.len())
            && !kid
                .chars()
                .any(|c| c.is_ascii_control() || c == '"' || c == '\\')
    };
    if input.sub.is_empty() {
        Error::SubjectEmpty
    } else if input.now <= 0 {
        Error::ClockNotSet
    } else if input.lifetime == 0 {
        Error::LifetimeZero
    } else if input.now.checked_add(input.lifetime.into()).is_none() {
        Error::TimeOverflow
    } else if !input.kid.is_none_or(plain) {
        Error::KidInvalid
    } else {
        assert!(size < needed);
        Error::OutputTooSmall { needed }
    }
}

fn independently(input: &Input<'_>, token: &str) {
    let mut rules = jsonwebtoken::Validation::new(Algorithm::HS256);
    rules.required_spec_claims.clear();
    (rules.validate_exp, rules.validate_nbf) = (false, false);
    let key = DecodingKey::from_secret(input.secret);
    let read = jsonwebtoken::decode::<Map<String, Value>>(token, &key, &rules).unwrap();
    assert_eq!(read.header.kid.as_deref(), input.kid);
    assert_eq!(read.header.typ.as_deref(), Some("JWT"));
    let said = read.claims;
    assert_eq!(said["sub"], input.sub);
    assert_eq!(said["nbf"].as_i64(), Some(input.now));
    assert_eq!(
        said["exp"].as_i64(),
        Some(input.now + i64::from(input.lifetime))
    );
    let refresh = input.state_hash.is_some();
    assert_eq!(
        said["token_type"],
        if refresh { "refresh" } else { "access" }
    );
    assert_eq!(said.len(), if refresh { 5 } else { 4 });
}

fn at_any_time(input: &Input<'_>, token: &str, key: &Key) {
    let rules = match input.state_hash {
        Some(_) => Validation::refresh(),
        None => Validation::access(),
    };
    let rules = rules.leeway(input.leeway).max_token_len(usize::MAX);
    let (nbf, leeway) = (i128::from(input.now), i128::from(input.leeway));
    let exp = nbf + i128::from(input.lifetime);
    let at = match input.at {
        At::Any(at) => at.into(),
        At::NearStart(seconds) => nbf - leeway - 1 + i128::from(seconds),
        At::NearEnd(seconds) => exp + leeway + i128::from(seconds),
    };
    let Ok(now) = i64::try_from(at) else {
        return;
    };
    let mut scratch = vec![0; scratch_len(token.len())];
    match verify(token, key, &rules, now, &mut scratch) {
        Ok(claims) => {
            assert!(at > 0 && nbf - leeway <= at && at < exp + leeway);
            assert_eq!(claims.sub(), input.sub);
        }
        Err(Error::ClockNotSet) => assert!(at <= 0),
        Err(Error::NotYetValid { .. }) => assert!(at < nbf - leeway),
        Err(Error::Expired { .. }) => assert!(at >= exp + leeway),
        Err(error) => panic!("{error:?}"),
    }
}
