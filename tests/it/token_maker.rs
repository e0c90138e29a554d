//! Makes tokens with code that shares nothing with the crate: HMAC written out after RFC 2104 over
//! `sha2`, and base64url by the `base64` crate. Any bytes may stand in any segment.
#![allow(dead_code)] // No program uses all of it.

use barejwt::{Error, JsonProblem, Key, Part, Validation, verify};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

pub(crate) const KEY: &[u8] = b"0123456789abcdef0123456789abcdef";
pub(crate) const NOW: i64 = 1_745_651_978;
pub(crate) const EXP: i64 = NOW + 3600;
pub(crate) const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;
pub(crate) const ACCESS: &str =
    r#"{"token_type":"access","sub":"lUpa","exp":1745655578,"nbf":1745651978}"#;
pub(crate) const STATE: [u8; 32] = [0x5a; 32];
/// A refresh token's claims set whose state hash is [`STATE`].
pub(crate) const REFRESH: &str = r#"{"token_type":"refresh","sub":"lUpa","exp":1761203978,"nbf":1745651978,"state_hash":"WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo="}"#;

pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

/// HMAC-SHA-256 (RFC 2104 2).
pub(crate) fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut block = [0; 64];
    if key.len() > block.len() {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let inner = Sha256::digest([&block.map(|byte| byte ^ 0x36), message].concat());
    Sha256::digest([&block.map(|byte| byte ^ 0x5c), inner.as_slice()].concat()).into()
}

/// A token of these decoded parts, signed with `key`.
pub(crate) fn token(header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>, key: &[u8]) -> String {
    let token = token_of_segments(encode(header), encode(payload), key);
    String::from_utf8(token).unwrap()
}

/// A token of these two segments unchanged, canonical or not, signed with `key`.
pub(crate) fn token_of_segments(
    header: impl AsRef<[u8]>,
    payload: impl AsRef<[u8]>,
    key: &[u8],
) -> Vec<u8> {
    let mut token = [header.as_ref(), b".", payload.as_ref()].concat();
    let tag = encode(hmac_sha256(key, &token));
    token.push(b'.');
    token.extend_from_slice(tag.as_bytes());
    token
}

/// Verifies under [`KEY`] at `now`. Returns the subject or the error.
pub(crate) fn outcome_at(
    token: impl AsRef<[u8]>,
    validation: &Validation<'_>,
    now: i64,
) -> Result<String, Error> {
    let key = Key::new(KEY).unwrap();
    let mut scratch = vec![0; barejwt::scratch_len(token.as_ref().len())];
    verify(token, &key, validation, now, &mut scratch).map(|claims| claims.sub().to_owned())
}

/// Verifies under [`KEY`] at [`NOW`].
pub(crate) fn outcome(
    token: impl AsRef<[u8]>,
    validation: &Validation<'_>,
) -> Result<String, Error> {
    outcome_at(token, validation, NOW)
}

pub(crate) const fn header_fault(problem: JsonProblem, at: usize) -> Error {
    let part = Part::Header;
    Error::Json { part, problem, at }
}

pub(crate) const fn payload_fault(problem: JsonProblem, at: usize) -> Error {
    let part = Part::Payload;
    Error::Json { part, problem, at }
}
