//! A token, a key and the time become claims.

use core::ffi::{c_char, c_void};

use crate::claims::barejwt_claims;
use crate::keys::{self, barejwt_key};
use crate::pointers::Promise;
use crate::status::barejwt_status;
use crate::validation::{self, barejwt_validation};

/// Verifies a token: its length and dots, its header, its signature, and only then its payload and
/// the rules of want. now is in seconds since 1970.
///
/// Statuses, in the order of the checks: misuse (100 and up); CLOCK_NOT_SET; TOKEN_TOO_LONG,
/// SEGMENT_COUNT; those of the header and its kid; SIGNATURE_INVALID; those of the payload's form;
/// TOKEN_TYPE_WRONG, CLAIMS_MISSING, SUBJECT_WRONG, AUDIENCE_UNEXPECTED, NOT_YET_VALID, EXPIRED.
/// SCRATCH_TOO_SMALL comes where the scratch buffer is first too small.
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
        let claims = call.output(claims)?;
        let token = call.bytes(token, token_len)?;
        let (room, _) = call.scratch_for(token_len, scratch, scratch_size)?;
        let keys = keys::for_verifying(call, key)?;
        let rules = validation::take(call, want)?;
        match core_jwt::verify(token, keys, &rules, now, room) {
            Ok(verified) => claims.set(verified),
            Err(error) => return Err(claims.detail.refuse(error)),
        }
        Ok(())
    })
}

/// Bytes of scratch that are enough for any token of token_len bytes: BAREJWT_SCRATCH_MAX as a
/// function.
#[unsafe(no_mangle)]
pub extern "C" fn barejwt_scratch_size(token_len: usize) -> usize {
    core_jwt::scratch_len(token_len)
}
