//! An access and a refresh token together: issued at login, traded for a new pair later.

use core::ffi::{c_char, c_void};

use core_jwt::{Error, Lifetimes, Pair, RefreshToken, SigningKey, StateHash};

use crate::claims::{barejwt_claims, barejwt_detail};
use crate::keys::{Held, barejwt_key};
use crate::pointers::{self, Memory, Opaque, barejwt_str};
use crate::sign::BAREJWT_STATE_HASH_BYTES;
use crate::status::{
    self, BAREJWT_E_NOT_READY, BAREJWT_E_NULL, BAREJWT_E_SCRATCH_CHANGED, Fault, barejwt_status,
};
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
    // SAFETY: the caller's pointers are as the header asks.
    status::status((|| unsafe {
        let outs = Outs::cleared(
            Memory::new(access_out, access_size),
            Memory::new(refresh_out, refresh_size),
            pair,
        )?;
        let sub = Memory::new(sub, sub_len)?;
        let hash = hash_memory(state_hash)?;
        outs.apart_from(&[Memory::object(key)?, sub, hash])?;
        let key = outs.signing_key(key)?;
        let (sub, hash) = (sub.text()?, read_hash(hash)?);
        let lifetimes = Lifetimes {
            access: access_lifetime,
            refresh: refresh_lifetime,
        };
        outs.fill(|access, refresh| {
            core_jwt::issue_pair(sub, &hash, &lifetimes, now, key, access, refresh)
        })
    })())
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
    pub opaque: [u64; 20],
}

/// What a `barejwt_refresh` holds. A server that looks the account up may meanwhile have used the
/// scratch buffer for another token: then the subject is another's, and its hash tells.
#[derive(Clone, Copy)]
struct Unconfirmed {
    token: RefreshToken<'static>,
    sub_hash: u64,
}

impl Unconfirmed {
    fn new(token: RefreshToken<'static>) -> Self {
        let sub_hash = pointers::fnv1a(token.sub().as_bytes());
        Self { token, sub_hash }
    }

    fn is_unchanged(&self) -> bool {
        self.sub_hash == pointers::fnv1a(self.token.sub().as_bytes())
    }
}

impl Opaque for Unconfirmed {
    const TAG: u64 = 0x94c7_2b6e_f503_8d1a;
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
    // SAFETY: the caller's pointers are as the header asks.
    let refresh = match unsafe { pointers::output(refresh) } {
        Ok(refresh) => refresh,
        Err(fault) => return fault.status(),
    };
    // SAFETY: the same, and disjoint by the checks.
    let result = (|| unsafe {
        let token = Memory::new(token, token_len)?;
        let scratch = Memory::new(scratch, scratch_size)?;
        let written = [Memory::object(refresh)?, scratch];
        let read = [Memory::object(key)?, Memory::object(want)?, token];
        pointers::disjoint(&written, &read)?;
        let held = Held::by(key)?;
        pointers::disjoint(&written, &[held.memory()])?;
        let rules = validation::read(want, &written)?;
        let keys = held.for_verifying()?;
        let verified =
            core_jwt::verify_refresh(token.bytes(), keys, &rules, now, scratch.buffer())?;
        refresh.sub = barejwt_str::new(verified.sub());
        pointers::store(&mut refresh.opaque, Unconfirmed::new(verified));
        Ok::<(), Fault>(())
    })();
    refresh.detail.conclude(result)
}

/// Compares the token's state hash with the account's, BAREJWT_STATE_HASH_BYTES bytes, in constant
/// time, and only then issues a new pair for the same subject, valid from the now that the token
/// was verified at. Lifetimes, buffers and pair are those of barejwt_issue_pair.
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
    // SAFETY: the caller's pointers are as the header asks.
    status::status((|| unsafe {
        let outs = Outs::cleared(
            Memory::new(access_out, access_size),
            Memory::new(refresh_out, refresh_size),
            pair,
        )?;
        let hash = hash_memory(account_hash)?;
        outs.apart_from(&[Memory::object(key)?, Memory::object(refresh)?, hash])?;
        let verified = verified(refresh, &outs.written)?;
        let key = outs.signing_key(key)?;
        let hash = read_hash(hash)?;
        let lifetimes = Lifetimes {
            access: access_lifetime,
            refresh: refresh_lifetime,
        };
        outs.fill(|access, refresh| verified.renew(&hash, &lifetimes, key, access, refresh))
    })())
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
    // SAFETY: the caller's pointers are as the header asks.
    status::status((|| unsafe {
        let claims = pointers::output(claims)?;
        let hash = hash_memory(account_hash)?;
        let written = [Memory::object(claims)?];
        pointers::disjoint(&written, &[Memory::object(refresh)?, hash])?;
        let verified = verified(refresh, &written)?;
        claims.set(verified.confirm(&read_hash(hash)?)?);
        Ok(())
    })())
}

/// The token in `refresh`, whose subject is unchanged in the scratch buffer and is not to be written.
///
/// # Safety
/// As [`pointers::input`].
unsafe fn verified(
    refresh: *const barejwt_refresh,
    written: &[Memory],
) -> Result<RefreshToken<'static>, Fault> {
    // SAFETY: the same promise.
    let refresh = unsafe { pointers::input(refresh)? };
    let unconfirmed: &Unconfirmed =
        pointers::load(&refresh.opaque).ok_or(Fault::Edge(BAREJWT_E_NOT_READY))?;
    let token = unconfirmed.token;
    pointers::disjoint(written, &[barejwt_str::new(token.sub()).memory()?])?;
    if unconfirmed.is_unchanged() {
        Ok(token)
    } else {
        Err(Fault::Edge(BAREJWT_E_SCRATCH_CHANGED))
    }
}

fn hash_memory(hash: *const u8) -> Result<Memory, Fault> {
    Memory::object(hash.cast::<[u8; BAREJWT_STATE_HASH_BYTES]>())
}

/// # Safety
/// As [`Memory::bytes`].
unsafe fn read_hash(memory: Memory) -> Result<StateHash, Fault> {
    // SAFETY: the same promise.
    let bytes = unsafe { memory.bytes() };
    let bytes = bytes.try_into().map_err(|_| Fault::Edge(BAREJWT_E_NULL))?;
    Ok(StateHash::new(bytes))
}

/// The two buffers of a pair, and the pair.
struct Outs<'o> {
    written: [Memory; 3],
    pair: &'o mut barejwt_pair,
}

impl<'o> Outs<'o> {
    /// Clears all three before anything else is looked at.
    ///
    /// # Safety
    /// As [`pointers::output`] and, for both buffers, [`Memory::buffer`].
    unsafe fn cleared(
        access: Result<Memory, Fault>,
        refresh: Result<Memory, Fault>,
        pair: *mut barejwt_pair,
    ) -> Result<Self, Fault> {
        for buffer in [&access, &refresh].into_iter().flatten() {
            // SAFETY: the same promise.
            unsafe { buffer.buffer() }.fill(0);
        }
        // SAFETY: the same promise.
        let cleared = unsafe { pointers::output(pair)? };
        let written = [access?, refresh?, Memory::object(pair)?];
        Ok(Self {
            written,
            pair: cleared,
        })
    }

    fn apart_from(&self, read: &[Memory]) -> Result<(), Fault> {
        pointers::disjoint(&self.written, read)
    }

    /// # Safety
    /// As [`Held::by`].
    unsafe fn signing_key<'k>(&self, key: *const barejwt_key) -> Result<SigningKey<'k>, Fault> {
        // SAFETY: the same promise.
        let held: Held<'k> = unsafe { Held::by(key)? };
        pointers::disjoint(&self.written, &[held.memory()])?;
        held.for_signing()
    }

    /// Has `issue` fill both buffers, all but their last bytes, and ends both texts with a NUL.
    ///
    /// # Safety
    /// As [`Memory::buffer`], for both.
    unsafe fn fill(
        self,
        issue: impl for<'b> FnOnce(&'b mut [u8], &'b mut [u8]) -> Result<Pair<'b>, Error>,
    ) -> Result<(), Fault> {
        let [access, refresh, _] = self.written;
        // SAFETY: the same promise, and disjoint by `new`.
        let (access, refresh) = unsafe { (access.buffer(), refresh.buffer()) };
        let issued =
            issue(all_but_last(access), all_but_last(refresh)).map(|pair| self.pair.set(&pair));
        issued.map_err(|error| {
            access.fill(0);
            refresh.fill(0);
            self.pair.needed = match error {
                Error::OutputTooSmall { needed } => needed.saturating_add(1),
                _ => 0,
            };
            error.into()
        })
    }
}

/// Leaves room for the NUL, which is there already.
fn all_but_last(buffer: &mut [u8]) -> &mut [u8] {
    buffer.split_last_mut().map_or(&mut [], |(_, front)| front)
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
