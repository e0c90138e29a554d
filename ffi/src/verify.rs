//! A token, a key and the time become claims.

use core::ffi::{c_char, c_void};
use core::mem::MaybeUninit;

use crate::chosen;
use crate::claims::barejwt_claims;
use crate::keys::barejwt_key;
use crate::pointers::Promise;
use crate::status::barejwt_status;
use crate::validation::{self, barejwt_validation};

/// Verifies a token: first its length and dots, then its header, then its signature, and only then its payload
/// and the rules of want. now is in seconds since 1970.
///
/// The signature covers the header too. To read the header after a BAREJWT_OK, pass the same token to
/// barejwt_decode_unverified, with another scratch buffer.
///
/// The statuses in the order of the checks: misuse (100 and more); BAREJWT_E_CLOCK_NOT_SET;
/// BAREJWT_E_TOKEN_TOO_LONG, BAREJWT_E_SEGMENT_COUNT, BAREJWT_E_HEADER_TOO_LONG, BAREJWT_E_BASE64,
/// BAREJWT_E_JSON; BAREJWT_E_ALG_MISSING, BAREJWT_E_ALG_NOT_HS256, BAREJWT_E_CRIT_UNSUPPORTED,
/// BAREJWT_E_NESTED_TOKEN, BAREJWT_E_TYP_WRONG, BAREJWT_E_KID_NOT_STRING, BAREJWT_E_KID_MISSING,
/// BAREJWT_E_KID_UNKNOWN; BAREJWT_E_SIGNATURE_INVALID; then BAREJWT_E_BASE64 and BAREJWT_E_JSON of the
/// payload, BAREJWT_E_CLAIM_TYPE, BAREJWT_E_NUMERIC_DATE_RANGE, BAREJWT_E_TOKEN_TYPE_UNKNOWN,
/// BAREJWT_E_SUBJECT_EMPTY, BAREJWT_E_STATE_HASH_MALFORMED; BAREJWT_E_TOKEN_TYPE_WRONG,
/// BAREJWT_E_CLAIMS_MISSING, BAREJWT_E_SUBJECT_WRONG, BAREJWT_E_ISSUER_WRONG,
/// BAREJWT_E_AUDIENCE_UNEXPECTED, BAREJWT_E_AUDIENCE_WRONG, BAREJWT_E_NOT_YET_VALID, BAREJWT_E_EXPIRED,
/// BAREJWT_E_ISSUED_IN_FUTURE, BAREJWT_E_TOO_OLD. BAREJWT_E_SCRATCH_TOO_SMALL comes at the first step for
/// which the scratch buffer is too small.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_verify(
    key: *const barejwt_key,
    token: *const c_char,
    token_len: usize,
    want: *const barejwt_validation,
    now: i64,
    scratch: *mut c_void,
    scratch_size: usize,
    claims: *mut barejwt_claims,
) -> barejwt_status {
    // SAFETY: the pointers are C's, under the header's rules.
    unsafe { Promise::of_the_header() }.call(|call| {
        let (call, claims) = call.output(claims);
        let (call, room) = call.scratch(scratch, scratch_size);
        let call = call.reads()?;
        let (claims, room) = (claims.open(call), room.open(call));
        let token = call.bytes(token, token_len)?;
        let keys = chosen::for_verifying(call, key)?;
        let mut rules = MaybeUninit::uninit();
        let rules = validation::take(call, want, &mut rules)?;
        match core_jwt::verify(token, keys, rules, now, &mut *room) {
            Ok(verified) => claims.set(verified, scratch),
            Err(error) => return claims.detail.refuse(call, error, room),
        }
        Ok(())
    })
}

/// Bytes of scratch that are enough for any token of token_len bytes. It is BAREJWT_SCRATCH_MAX as a
/// function.
#[unsafe(no_mangle)]
pub extern "C" fn barejwt_scratch_size(token_len: usize) -> usize {
    core_jwt::scratch_len(token_len)
}
