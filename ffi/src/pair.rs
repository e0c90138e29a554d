//! An access and a refresh token together: issued at login, traded for a new pair later.

use core::ffi::{c_char, c_void};
use core::mem::MaybeUninit;

use core_jwt::{Error, Lifetimes, Pair, PairClaims};

use crate::claims::{barejwt_claims, barejwt_detail};
use crate::keys::{self, barejwt_key};
use crate::pointers::{self, Call, Kept, Promise, barejwt_str};
use crate::sign::{all_but_last, state_hash_at};
use crate::status::{Refused, barejwt_status};
use crate::validation::{self, barejwt_validation};

/// Two tokens and when they expire. The tokens point into your two buffers, or into the login
/// answer that was read.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct barejwt_pair {
    /// The access token.
    pub access_token: barejwt_str,
    /// The refresh token.
    pub refresh_token: barejwt_str,
    /// Seconds since 1970.
    pub access_expires: i64,
    /// Seconds since 1970.
    pub refresh_expires: i64,
    /// After BAREJWT_E_OUTPUT_TOO_SMALL: bytes that the buffer needs, the NUL included; the access
    /// token's is looked at first.
    pub needed: usize,
}

impl barejwt_pair {
    pub(crate) fn set(&mut self, pair: &Pair<'_>) {
        self.access_token = barejwt_str::new(pair.access_token);
        self.refresh_token = barejwt_str::new(pair.refresh_token);
        self.access_expires = pair.access_expires;
        self.refresh_expires = pair.refresh_expires;
    }
}

/// Issues a pair for sub, valid from now, in seconds since 1970. The refresh token lives as long as
/// the account's state has the hash state_hash, BAREJWT_STATE_HASH_BYTES bytes. Lifetimes are in
/// seconds. Both tokens end with a NUL, which their len does not count.
///
/// BAREJWT_E_OUTPUT_TOO_SMALL, see pair->needed; the rest as barejwt_sign_access. After a refusal
/// both buffers are zeros.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_issue_pair(
    key: *const barejwt_key,
    sub: *const c_char,
    sub_len: usize,
    state_hash: *const u8,
    now: i64,
    access_lifetime: u32,
    refresh_lifetime: u32,
    access_out: *mut c_char,
    access_size: usize,
    refresh_out: *mut c_char,
    refresh_size: usize,
    pair: *mut barejwt_pair,
) -> barejwt_status {
    // SAFETY: the pointers are C's, under the header's rules.
    unsafe { Promise::of_the_header() }.call(|call| {
        let outs = Outs::take(
            call,
            access_out,
            access_size,
            refresh_out,
            refresh_size,
            pair,
        )?;
        let sub = call.text(sub, sub_len)?;
        let hash = state_hash_at(call, state_hash)?;
        let key = keys::for_signing(call, key)?;
        let lifetimes = Lifetimes {
            access: access_lifetime,
            refresh: refresh_lifetime,
        };
        let claims = PairClaims::new(sub, &hash, &lifetimes, now);
        outs.fill(|access, refresh| core_jwt::issue_pair(&claims, key, access, refresh))
    })
}

/// A refresh token whose signature, type and times were checked, and whose state hash was not yet.
/// It points into the scratch buffer of its call: leave that alone until you have done with it.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct barejwt_refresh {
    /// Whose account to look up. It identifies nobody before the hash is compared.
    pub sub: barejwt_str,
    /// Why there is no token.
    pub detail: barejwt_detail,
    /// Private.
    pub opaque: [MaybeUninit<u64>; 22],
}

/// Verifies a refresh token, up to its state hash: whose is it? Then look the account up and go on
/// with barejwt_refresh_renew, or barejwt_refresh_confirm, which compare the hash with the
/// account's. Whatever type want allows, only a refresh token with a state_hash passes.
///
/// As barejwt_verify; an access token is BAREJWT_E_TOKEN_TYPE_WRONG.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_verify_refresh(
    key: *const barejwt_key,
    token: *const c_char,
    token_len: usize,
    want: *const barejwt_validation,
    now: i64,
    scratch: *mut c_void,
    scratch_size: usize,
    refresh: *mut barejwt_refresh,
) -> barejwt_status {
    // SAFETY: the pointers are C's, under the header's rules.
    unsafe { Promise::of_the_header() }.call(|call| {
        let refresh = call.output(refresh)?;
        let token = call.bytes(token, token_len)?;
        let (room, scratch) = call.scratch_for(token_len, scratch, scratch_size)?;
        let keys = keys::for_verifying(call, key)?;
        let rules = validation::take(call, want)?;
        match core_jwt::verify_refresh(token, keys, &rules, now, room) {
            Ok(token) => {
                refresh.sub = barejwt_str::new(token.sub());
                pointers::store(&mut refresh.opaque, Kept::new(scratch, token));
            }
            Err(error) => return Err(refresh.detail.refuse(error)),
        }
        Ok(())
    })
}

/// Compares the token's state hash with the account's, BAREJWT_STATE_HASH_BYTES bytes, in constant
/// time, and only then issues a new pair for the same subject, valid from the now that the token
/// was verified at. Every member of the token but token_type, sub, exp, nbf and state_hash goes into
/// both new tokens, for without its scopes, say, a new one would allow more than the old; the buffers
/// need room for them. Lifetimes, buffers and pair are those of barejwt_issue_pair.
///
/// BAREJWT_E_STATE_HASH_MISMATCH: the account has changed, the user must log in. Then those of
/// barejwt_issue_pair; BAREJWT_E_NOT_READY, BAREJWT_E_SCRATCH_CHANGED.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_refresh_renew(
    refresh: *const barejwt_refresh,
    account_hash: *const u8,
    access_lifetime: u32,
    refresh_lifetime: u32,
    key: *const barejwt_key,
    access_out: *mut c_char,
    access_size: usize,
    refresh_out: *mut c_char,
    refresh_size: usize,
    pair: *mut barejwt_pair,
) -> barejwt_status {
    // SAFETY: the pointers are C's, under the header's rules.
    unsafe { Promise::of_the_header() }.call(|call| {
        let outs = Outs::take(
            call,
            access_out,
            access_size,
            refresh_out,
            refresh_size,
            pair,
        )?;
        let hash = state_hash_at(call, account_hash)?;
        let mut kept = *pointers::load(&call.input(refresh)?.opaque)?;
        let token = call.refresh_token(&mut kept)?;
        let key = keys::for_signing(call, key)?;
        let lifetimes = Lifetimes {
            access: access_lifetime,
            refresh: refresh_lifetime,
        };
        outs.fill(|access, refresh| token.renew(&hash, &lifetimes, key, access, refresh))
    })
}

/// Compares the token's state hash with the account's and gives the claims: for a caller that
/// issues tokens of its own making. Else barejwt_refresh_renew is all it takes.
///
/// BAREJWT_E_STATE_HASH_MISMATCH, BAREJWT_E_NOT_READY, BAREJWT_E_SCRATCH_CHANGED; misuse.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_refresh_confirm(
    refresh: *const barejwt_refresh,
    account_hash: *const u8,
    claims: *mut barejwt_claims,
) -> barejwt_status {
    // SAFETY: the pointers are C's, under the header's rules.
    unsafe { Promise::of_the_header() }.call(|call| {
        let claims = call.output(claims)?;
        let hash = state_hash_at(call, account_hash)?;
        let mut kept: Kept<_> = *pointers::load(&call.input(refresh)?.opaque)?;
        let token = call.refresh_token(&mut kept)?;
        claims.set(token.confirm(&hash)?);
        Ok(())
    })
}

/// The two buffers of a pair, and the pair.
struct Outs<'c> {
    access: &'c mut [u8],
    refresh: &'c mut [u8],
    pair: &'c mut barejwt_pair,
}

impl<'c> Outs<'c> {
    fn take(
        call: &mut Call<'c>,
        access_out: *mut c_char,
        access_size: usize,
        refresh_out: *mut c_char,
        refresh_size: usize,
        pair: *mut barejwt_pair,
    ) -> Result<Self, Refused> {
        // All three are cleared before one is refused.
        let access = call.buffer(access_out, access_size);
        let refresh = call.buffer(refresh_out, refresh_size);
        let pair = call.output(pair);
        // The one taken last first: one that overlaps has cleared another, which is not touched again.
        let (pair, refresh, access) = (pair?, refresh?, access?);
        Ok(Self {
            access,
            refresh,
            pair,
        })
    }

    /// Has `issue` fill both buffers, all but their last bytes: both texts end with a NUL.
    fn fill(
        self,
        issue: impl for<'b> FnOnce(&'b mut [u8], &'b mut [u8]) -> Result<Pair<'b>, Error>,
    ) -> Result<(), Refused> {
        let issued = issue(all_but_last(self.access), all_but_last(self.refresh));
        let issued = issued.map(|pair| self.pair.set(&pair));
        issued.map_err(|error| {
            self.access.fill(0);
            self.refresh.fill(0);
            if let Error::OutputTooSmall { needed } = error {
                self.pair.needed = needed.saturating_add(1);
            }
            error.into()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign::{BAREJWT_ACCESS_LIFETIME, BAREJWT_REFRESH_LIFETIME};

    #[test]
    fn the_usual_lifetimes_are_the_cores() {
        let Lifetimes { access, refresh } = Lifetimes::default();
        assert_eq!(access, BAREJWT_ACCESS_LIFETIME);
        assert_eq!(refresh, BAREJWT_REFRESH_LIFETIME);
    }
}
