//! A token, a key and the time become claims.

use core::ffi::{c_char, c_void};

use crate::claims::barejwt_claims;
use crate::keys::{Held, barejwt_key};
use crate::pointers::{self, Memory};
use crate::status::{Fault, barejwt_status};
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
    // SAFETY: the caller's pointers are as the header asks.
    let claims = match unsafe { pointers::output(claims) } {
        Ok(claims) => claims,
        Err(fault) => return fault.status(),
    };
    // SAFETY: the same, and disjoint by the checks.
    let result = (|| unsafe {
        let token = Memory::new(token, token_len)?;
        let scratch = Memory::new(scratch, scratch_size)?;
        let written = [Memory::object(claims)?, scratch];
        let read = [Memory::object(key)?, Memory::object(want)?, token];
        pointers::disjoint(&written, &read)?;
        let held = Held::by(key)?;
        pointers::disjoint(&written, &[held.memory()])?;
        let rules = validation::read(want, &written)?;
        let keys = held.for_verifying()?;
        claims.set(core_jwt::verify(
            token.bytes(),
            keys,
            &rules,
            now,
            scratch.buffer(),
        )?);
        Ok::<(), Fault>(())
    })();
    claims.detail.conclude(result)
}

/// Bytes of scratch that are enough for any token of token_len bytes: BAREJWT_SCRATCH_MAX as a
/// function.
#[unsafe(no_mangle)]
pub extern "C" fn barejwt_scratch_size(token_len: usize) -> usize {
    core_jwt::scratch_len(token_len)
}
