//! The judges of the fuzz targets: tokens that are made without the crate, and other libraries.

pub mod claims;
pub mod document;
pub mod header;
pub mod rules;
#[path = "../../tests/it/token_maker.rs"]
mod token_maker;

pub const KEY: &[u8] = token_maker::KEY;
/// A time at which the tokens of the seeds are valid.
pub const NOW: i64 = token_maker::NOW;
pub const HEADER: &str = token_maker::HEADER;
pub const ACCESS: &str = token_maker::ACCESS;

/// Unpadded base64url, from the `base64` crate.
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    token_maker::encode(bytes)
}

/// The claims set of a token.
pub fn payload_of(token: &str) -> Vec<u8> {
    token_maker::decode(token.split('.').nth(1).unwrap())
}

/// A token of these decoded parts, signed under [`KEY`].
pub fn signed(header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
    token_maker::token(header, payload, KEY)
}

/// A token of these segments unchanged, signed under `key`.
pub fn signed_segments(header: &str, payload: &str, key: &[u8]) -> Vec<u8> {
    token_maker::token_of_segments(header, payload, key)
}
