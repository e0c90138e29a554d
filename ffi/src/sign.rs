//! Claims and a key become a token.

use core::ffi::c_char;

use core_jwt::{Claims, StateHash};

use crate::chosen;
use crate::detail::{BAREJWT_TYPE_ACCESS, BAREJWT_TYPE_JWT, BAREJWT_TYPE_REFRESH};
use crate::keys::barejwt_key;
use crate::out::Out;
use crate::pointers::{Promise, Reads, Step};
use crate::status::{BAREJWT_E_OPTION, barejwt_status};
use crate::text::barejwt_str;

/// Seconds that an access token usually lives: one hour.
pub const BAREJWT_ACCESS_LIFETIME: u32 = 3600;
/// Seconds that a refresh token usually lives: 180 days.
pub const BAREJWT_REFRESH_LIFETIME: u32 = 15_552_000;
/// Bytes of a state hash.
pub const BAREJWT_STATE_HASH_BYTES: usize = 32;

/// Signs an access token for sub: valid from now, in seconds since 1970, for lifetime seconds.
///
/// Zeroes all of out, then writes the token and a NUL. *out_len is the token's length without the NUL. After
/// BAREJWT_E_OUTPUT_TOO_SMALL it is the bytes that out needs, the NUL included. To ask for this size, pass
/// NULL as out and 0 as out_size.
///
/// BAREJWT_E_OUTPUT_TOO_SMALL, BAREJWT_E_CLOCK_NOT_SET, BAREJWT_E_LIFETIME_ZERO,
/// BAREJWT_E_TIME_OVERFLOW, BAREJWT_E_SUBJECT_EMPTY, BAREJWT_E_KID_NOT_IN_KEYRING if no key of the
/// keyring signs; misuse.
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
        let (call, out) = Out::take(call, out, out_size, out_len)?;
        let sub = call.text(sub, sub_len)?;
        let key = chosen::for_signing(call, key)?;
        let claims = Claims::access(sub, now, lifetime);
        out.fill(call, |room| core_jwt::sign(&claims, key, room))
    })
}

/// Signs a refresh token for sub, as barejwt_sign_access does. state_hash is
/// BAREJWT_STATE_HASH_BYTES bytes: your digest of the account's credential state.
///
/// At login, barejwt_issue_pair is usually simpler.
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
        let (call, out) = Out::take(call, out, out_size, out_len)?;
        let sub = call.text(sub, sub_len)?;
        let hash = state_hash_at(call, state_hash)?;
        let key = chosen::for_signing(call, key)?;
        let claims = Claims::refresh(sub, now, lifetime, &hash);
        out.fill(call, |room| core_jwt::sign(&claims, key, room))
    })
}

pub(crate) fn state_hash_at(call: Reads<'_>, hash: *const u8) -> Step<StateHash> {
    let bytes: &[u8; BAREJWT_STATE_HASH_BYTES] = call.input(hash.cast())?;
    Ok(StateHash::new(*bytes))
}

/// A token for barejwt_sign to sign. Begin with BAREJWT_TO_SIGN_ACCESS, BAREJWT_TO_SIGN_REFRESH or
/// BAREJWT_TO_SIGN_JWT, and set sub.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct barejwt_to_sign {
    /// sizeof(barejwt_to_sign) in your header: see barejwt_validation.
    pub struct_size: u32,
    /// BAREJWT_TYPE_ACCESS or BAREJWT_TYPE_REFRESH makes a token of the site, with token_type, sub, exp and
    /// nbf, and in a refresh token state_hash. BAREJWT_TYPE_JWT makes a token for any other system, with
    /// sub, iat and exp.
    pub token_type: u32,
    /// Seconds from now to exp.
    pub lifetime: u32,
    /// The subject.
    pub sub: barejwt_str,
    /// BAREJWT_STATE_HASH_BYTES bytes: your digest of the account's credential state. Only a refresh token
    /// has it; for other tokens it is NULL.
    pub state_hash: *const u8,
    /// Your own members: one strict JSON object. Its members follow the standard members unchanged. ptr
    /// NULL and {} add none.
    pub members: barejwt_str,
}

/// Signs a token with your own members, or for another system. It is valid from now, in seconds since 1970.
/// out, out_size and out_len are as in barejwt_sign_access.
///
/// BAREJWT_E_JSON_TO_SIGN; BAREJWT_E_MEMBER_RESERVED for a member that the library writes itself;
/// BAREJWT_E_OPTION if token_type is none of the three numbers, or if state_hash is set and the token is
/// not a refresh token; the statuses of barejwt_sign_access.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_sign(
    key: *const barejwt_key,
    what: *const barejwt_to_sign,
    now: i64,
    out: *mut c_char,
    out_size: usize,
    out_len: *mut usize,
) -> barejwt_status {
    // SAFETY: the pointers are C's, under the header's rules.
    unsafe { Promise::of_the_header() }.call(|call| {
        let (call, out) = Out::take(call, out, out_size, out_len)?;
        let what = call.sized_input(what)?;
        let sub = call.text(what.sub.ptr, what.sub.len)?;
        let members = call.optional_text(what.members)?.unwrap_or("{}");
        let hash;
        let claims = match (what.token_type, what.state_hash.is_null()) {
            (BAREJWT_TYPE_ACCESS, true) => Claims::access(sub, now, what.lifetime),
            (BAREJWT_TYPE_JWT, true) => Claims::jwt(sub, now, what.lifetime),
            (BAREJWT_TYPE_REFRESH, _) => {
                hash = state_hash_at(call, what.state_hash)?;
                Claims::refresh(sub, now, what.lifetime, &hash)
            }
            _ => return call.refuse(BAREJWT_E_OPTION),
        };
        let key = chosen::for_signing(call, key)?;
        let claims = claims.members(members);
        out.fill(call, |room| core_jwt::sign(&claims, key, room))
    })
}

/// Signs a claims set that you have written: one strict JSON object with any members. By default
/// barejwt_verify requires token_type, sub, exp and nbf. out, out_size and out_len are as in
/// barejwt_sign_access.
///
/// BAREJWT_E_JSON_TO_SIGN, BAREJWT_E_OUTPUT_TOO_SMALL, BAREJWT_E_KID_NOT_IN_KEYRING; misuse.
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
        let (call, out) = Out::take(call, out, out_size, out_len)?;
        let json = call.text(json, json_len)?;
        let key = chosen::for_signing(call, key)?;
        out.fill(call, |room| core_jwt::sign_json(json, key, room))
    })
}

const _: () = assert!(BAREJWT_STATE_HASH_BYTES == core_jwt::STATE_HASH_BYTES);
