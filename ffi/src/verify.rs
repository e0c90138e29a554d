//! A token, a key and the time become claims.

use core::ffi::{c_char, c_void};

use crate::claims::barejwt_claims;
use crate::keys::{self, barejwt_key};
use crate::pointers::{Promise, barejwt_str};
use crate::status::{self, BAREJWT_E_OTHER, barejwt_status};
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
        let (room, scratch) = call.scratch_for(token_len, scratch, scratch_size)?;
        let keys = keys::for_verifying(call, key)?;
        let rules = validation::take(call, want)?;
        match core_jwt::verify(token, keys, &rules, now, room) {
            Ok(verified) => claims.set(verified, scratch),
            Err(error) => return Err(claims.detail.refuse(error)),
        }
        Ok(())
    })
}

/// Verifies count tokens under the same key and rules: statuses[n] and claims[n] are what
/// barejwt_verify says of tokens[n].
///
/// The tokens share the scratch buffer: each takes barejwt_scratch_size of its length, whatever it
/// is, and the sum of those is always enough. Where it runs out, tokens are SCRATCH_TOO_SMALL.
/// All of the buffer is zeroed first: give no more of it than the tokens need.
///
/// BAREJWT_OK if every token is verified; else the status of the first that is not. After a misuse
/// of the call itself every status is BAREJWT_E_OTHER, and all claims are 0, unless claims and
/// statuses overlap or one of them is not an array that can be written.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_verify_batch(
    key: *const barejwt_key,
    tokens: *const barejwt_str,
    count: usize,
    want: *const barejwt_validation,
    now: i64,
    scratch: *mut c_void,
    scratch_size: usize,
    claims: *mut barejwt_claims,
    statuses: *mut barejwt_status,
) -> barejwt_status {
    // SAFETY: the pointers are C's, under the header's rules.
    unsafe { Promise::of_the_header() }.call(|call| {
        // Both are set, even if one of them is refused. Zero would be BAREJWT_OK.
        let claims = call.outputs(claims, count);
        let statuses = call.outputs(statuses, count)?;
        statuses.fill(BAREJWT_E_OTHER);
        let claims = claims?;
        let (mut room, scratch) = call.scratch(scratch, scratch_size, scratch_size)?;
        let tokens = call.inputs(tokens, count)?;
        let keys = keys::for_verifying(call, key)?;
        let rules = validation::take(call, want)?;
        let mut outcome = Ok(());
        for ((token, claims), status) in tokens.iter().zip(claims).zip(statuses) {
            let result = call.passing_bytes(*token).and_then(|token| {
                let whole = core::mem::take(&mut room);
                let most = core_jwt::scratch_len(token.len()).min(whole.len());
                let (own, rest) = whole.split_at_mut_checked(most).unwrap_or_default();
                room = rest;
                let own_scratch = scratch.part(own);
                match core_jwt::verify(token, keys, &rules, now, own) {
                    Ok(verified) => claims.set(verified, own_scratch),
                    Err(error) => return Err(claims.detail.refuse(error)),
                }
                Ok(())
            });
            *status = status::of(result);
            outcome = outcome.and(result);
        }
        outcome
    })
}

/// Bytes of scratch that are enough for any token of token_len bytes: BAREJWT_SCRATCH_MAX as a
/// function.
#[unsafe(no_mangle)]
pub extern "C" fn barejwt_scratch_size(token_len: usize) -> usize {
    core_jwt::scratch_len(token_len)
}
