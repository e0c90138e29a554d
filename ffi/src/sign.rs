//! Claims and a key become a token.

use core::ffi::c_char;

use core_jwt::{Claims, Error, StateHash};

use crate::keys::{self, barejwt_key};
use crate::pointers::{Call, Promise};
use crate::status::{Refused, barejwt_status};

/// Seconds that an access token usually lives: one hour.
pub const BAREJWT_ACCESS_LIFETIME: u32 = 3600;
/// Seconds that a refresh token usually lives: 180 days.
pub const BAREJWT_REFRESH_LIFETIME: u32 = 15_552_000;
/// Bytes of a state hash.
pub const BAREJWT_STATE_HASH_BYTES: usize = 32;

/// A buffer that a call fills with text and a NUL, and the length it reports.
pub(crate) struct Out<'c> {
    buffer: &'c mut [u8],
    len: &'c mut usize,
}

impl<'c> Out<'c> {
    pub(crate) fn take(
        call: &mut Call<'c>,
        out: *mut c_char,
        out_size: usize,
        out_len: *mut usize,
    ) -> Result<Self, Refused> {
        // Both are cleared before either is refused.
        let (buffer, len) = (call.buffer(out, out_size), call.output(out_len));
        // The one taken last first: if it overlaps, the other is not touched again.
        let (len, buffer) = (len?, buffer?);
        Ok(Self { buffer, len })
    }

    /// Has `write` fill the buffer, all but its last byte: the text ends with a NUL.
    pub(crate) fn fill(
        self,
        write: impl FnOnce(&mut [u8]) -> Result<&str, Error>,
    ) -> Result<(), Refused> {
        match write(all_but_last(self.buffer)).map(str::len) {
            Ok(len) => *self.len = len,
            Err(error) => {
                self.buffer.fill(0);
                if let Error::OutputTooSmall { needed } = error {
                    *self.len = needed.saturating_add(1);
                }
                return Err(error.into());
            }
        }
        Ok(())
    }
}

/// Leaves room for the NUL, which is there already.
pub(crate) fn all_but_last(buffer: &mut [u8]) -> &mut [u8] {
    buffer.split_last_mut().map_or(&mut [], |(_, front)| front)
}

/// The length of the token that `sign` would write.
fn token_len(sign: impl FnOnce(&mut [u8]) -> Result<&str, Error>) -> Result<usize, Refused> {
    match sign(&mut []) {
        Ok(token) => Ok(token.len()),
        Err(Error::OutputTooSmall { needed }) => Ok(needed),
        Err(error) => Err(error.into()),
    }
}

/// Signs an access token for sub: valid from now, in seconds since 1970, for lifetime seconds.
///
/// Writes the token and a NUL to out; *out_len is the token's length without the NUL. After
/// BAREJWT_E_OUTPUT_TOO_SMALL it is the bytes that out needs, the NUL included. out may then be NULL
/// with out_size 0. All of out is zeroed first.
///
/// BAREJWT_E_OUTPUT_TOO_SMALL, CLOCK_NOT_SET, LIFETIME_ZERO, TIME_OVERFLOW, SUBJECT_EMPTY,
/// KID_NOT_IN_KEYRING if no key of the keyring signs; misuse.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_sign_access(
    key: *const barejwt_key,
    sub: *const c_char,
    sub_len: usize,
    now: i64,
    lifetime: u32,
    out: *mut c_char,
    out_size: usize,
    out_len: *mut usize,
) -> barejwt_status {
    // SAFETY: the pointers are C's, under the header's rules.
    unsafe { Promise::of_the_header() }.call(|call| {
        let out = Out::take(call, out, out_size, out_len)?;
        let sub = call.text(sub, sub_len)?;
        let key = keys::for_signing(call, key)?;
        let claims = Claims::access(sub, now, lifetime);
        out.fill(|room| core_jwt::sign(&claims, key, room))
    })
}

/// Signs a refresh token for sub, as barejwt_sign_access does. state_hash is
/// BAREJWT_STATE_HASH_BYTES bytes: your digest of the account's credential state.
///
/// Login usually wants barejwt_issue_pair.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_sign_refresh(
    key: *const barejwt_key,
    sub: *const c_char,
    sub_len: usize,
    state_hash: *const u8,
    now: i64,
    lifetime: u32,
    out: *mut c_char,
    out_size: usize,
    out_len: *mut usize,
) -> barejwt_status {
    // SAFETY: the pointers are C's, under the header's rules.
    unsafe { Promise::of_the_header() }.call(|call| {
        let out = Out::take(call, out, out_size, out_len)?;
        let sub = call.text(sub, sub_len)?;
        let hash = state_hash_at(call, state_hash)?;
        let key = keys::for_signing(call, key)?;
        let claims = Claims::refresh(sub, now, lifetime, &hash);
        out.fill(|room| core_jwt::sign(&claims, key, room))
    })
}

pub(crate) fn state_hash_at(call: &mut Call<'_>, hash: *const u8) -> Result<StateHash, Refused> {
    let bytes: &[u8; BAREJWT_STATE_HASH_BYTES] = call.input(hash.cast())?;
    Ok(StateHash::new(*bytes))
}

/// Signs a claims set that you have written: one strict JSON object. What it says is your choice;
/// barejwt_verify requires token_type, sub, exp and nbf unless told otherwise.
///
/// BAREJWT_E_JSON; the rest as barejwt_sign_access.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_sign_json(
    key: *const barejwt_key,
    json: *const c_char,
    json_len: usize,
    out: *mut c_char,
    out_size: usize,
    out_len: *mut usize,
) -> barejwt_status {
    // SAFETY: the pointers are C's, under the header's rules.
    unsafe { Promise::of_the_header() }.call(|call| {
        let out = Out::take(call, out, out_size, out_len)?;
        let json = call.text(json, json_len)?;
        let key = keys::for_signing(call, key)?;
        out.fill(|room| core_jwt::sign_json(json, key, room))
    })
}

/// The exact length in bytes, without the NUL, of the token that barejwt_sign_access would make of
/// the same arguments, in *len. Nothing is signed.
///
/// As barejwt_sign_access, but for OUTPUT_TOO_SMALL.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_access_token_len(
    key: *const barejwt_key,
    sub: *const c_char,
    sub_len: usize,
    now: i64,
    lifetime: u32,
    len: *mut usize,
) -> barejwt_status {
    // SAFETY: the pointers are C's, under the header's rules.
    unsafe { Promise::of_the_header() }.call(|call| {
        let len = call.output(len)?;
        let sub = call.text(sub, sub_len)?;
        let key = keys::for_signing(call, key)?;
        let claims = Claims::access(sub, now, lifetime);
        *len = token_len(|room| core_jwt::sign(&claims, key, room))?;
        Ok(())
    })
}

/// The same for barejwt_sign_refresh, whose length does not depend on the state hash.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_refresh_token_len(
    key: *const barejwt_key,
    sub: *const c_char,
    sub_len: usize,
    now: i64,
    lifetime: u32,
    len: *mut usize,
) -> barejwt_status {
    // SAFETY: the pointers are C's, under the header's rules.
    unsafe { Promise::of_the_header() }.call(|call| {
        let len = call.output(len)?;
        let sub = call.text(sub, sub_len)?;
        let key = keys::for_signing(call, key)?;
        let any = StateHash::new([0; BAREJWT_STATE_HASH_BYTES]);
        let claims = Claims::refresh(sub, now, lifetime, &any);
        *len = token_len(|room| core_jwt::sign(&claims, key, room))?;
        Ok(())
    })
}

/// The same for barejwt_sign_json.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_json_token_len(
    key: *const barejwt_key,
    json: *const c_char,
    json_len: usize,
    len: *mut usize,
) -> barejwt_status {
    // SAFETY: the pointers are C's, under the header's rules.
    unsafe { Promise::of_the_header() }.call(|call| {
        let len = call.output(len)?;
        let json = call.text(json, json_len)?;
        let key = keys::for_signing(call, key)?;
        *len = token_len(|room| core_jwt::sign_json(json, key, room))?;
        Ok(())
    })
}

const _: () = assert!(BAREJWT_STATE_HASH_BYTES == core_jwt::STATE_HASH_BYTES);
