//! Claims and a key become a token.

use core::ffi::c_char;

use core_jwt::{Claims, Error, SigningKey, StateHash};

use crate::keys::{Held, barejwt_key};
use crate::pointers::{self, Memory};
use crate::status::{self, Fault, barejwt_status};

/// Seconds that an access token usually lives: one hour.
pub const BAREJWT_ACCESS_LIFETIME: u32 = 3600;
/// Seconds that a refresh token usually lives: 180 days.
pub const BAREJWT_REFRESH_LIFETIME: u32 = 15_552_000;
/// Bytes of a state hash.
pub const BAREJWT_STATE_HASH_BYTES: usize = 32;

/// A buffer that a call fills with text and a NUL, and the length it reports.
pub(crate) struct Out<'o> {
    pub(crate) buffer: &'o mut [u8],
    pub(crate) len: &'o mut usize,
}

/// The buffer of a text, cleared like its length before anything else is looked at.
///
/// # Safety
/// As [`pointers::output`] and [`Memory::buffer`].
pub(crate) unsafe fn cleared(
    out: *mut c_char,
    out_size: usize,
    out_len: *mut usize,
) -> Result<Memory, Fault> {
    // SAFETY: the same promise.
    let len = unsafe { pointers::output(out_len) }.map(|_| ());
    let out = Memory::new(out, out_size);
    if let Ok(out) = out
        // SAFETY: the same promise.
        && let Some(first) = unsafe { out.buffer() }.first_mut()
    {
        *first = 0;
    }
    len.and(out)
}

impl<'o> Out<'o> {
    /// Clears the results and checks them against each other and against what is read.
    ///
    /// # Safety
    /// As [`pointers::output`] and [`Memory::buffer`].
    pub(crate) unsafe fn new(
        out: Memory,
        out_len: *mut usize,
        others: &[Memory],
        read: &[Memory],
    ) -> Result<Self, Fault> {
        let written = [out, Memory::object(out_len)?];
        pointers::disjoint(&written, others)?;
        pointers::disjoint(&written, read)?;
        // SAFETY: the same promise, and the two are disjoint.
        let (buffer, len) = unsafe { (out.buffer(), pointers::output(out_len)?) };
        if let Some(first) = buffer.first_mut() {
            *first = 0;
        }
        Ok(Self { buffer, len })
    }

    /// Has `write` fill the buffer, all but its last byte, and ends the text with a NUL.
    pub(crate) fn fill(
        self,
        write: impl FnOnce(&mut [u8]) -> Result<&str, Error>,
    ) -> Result<(), Fault> {
        let room = self.buffer.len().saturating_sub(1);
        let written = self
            .buffer
            .get_mut(..room)
            .ok_or(Error::OutputTooSmall { needed: 0 })
            .and_then(write)
            .map(str::len);
        let len = match written {
            Ok(len) => len,
            Err(error) => return Err(self.refuse(error)),
        };
        if let Some(end) = self.buffer.get_mut(len) {
            *end = 0;
        }
        *self.len = len;
        Ok(())
    }

    fn refuse(self, error: Error) -> Fault {
        if let Some(first) = self.buffer.first_mut() {
            *first = 0;
        }
        if let Error::OutputTooSmall { needed } = error {
            *self.len = needed.saturating_add(1);
        }
        Fault::Core(error)
    }
}

/// Signs an access token for sub: valid from now, in seconds since 1970, for lifetime seconds.
///
/// Writes the token and a NUL to out; *out_len is the token's length without the NUL. After
/// BAREJWT_E_OUTPUT_TOO_SMALL it is the bytes that out needs, the NUL included: to learn the exact
/// size, call with out NULL and out_size 0.
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
    // SAFETY: the caller's pointers are as the header asks.
    status::status((|| unsafe {
        let out = cleared(out, out_size, out_len)?;
        let sub = Memory::new(sub, sub_len)?;
        let (key, out) = signing(key, out, out_len, &[sub])?;
        let claims = Claims::access(sub.text()?, now, lifetime);
        out.fill(|room| core_jwt::sign(&claims, key, room))
    })())
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
    // SAFETY: the caller's pointers are as the header asks.
    status::status((|| unsafe {
        let out = cleared(out, out_size, out_len)?;
        let sub = Memory::new(sub, sub_len)?;
        let hash = state_hash.cast::<[u8; BAREJWT_STATE_HASH_BYTES]>();
        let (key, out) = signing(key, out, out_len, &[sub, Memory::object(hash)?])?;
        let hash = StateHash::new(*pointers::input(hash)?);
        let claims = Claims::refresh(sub.text()?, now, lifetime, &hash);
        out.fill(|room| core_jwt::sign(&claims, key, room))
    })())
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
    // SAFETY: the caller's pointers are as the header asks.
    status::status((|| unsafe {
        let out = cleared(out, out_size, out_len)?;
        let json = Memory::new(json, json_len)?;
        let (key, out) = signing(key, out, out_len, &[json])?;
        let json = json.text()?;
        out.fill(|room| core_jwt::sign_json(json, key, room))
    })())
}

/// # Safety
/// As [`Out::new`], and `key` as [`Held::by`].
unsafe fn signing<'a>(
    key: *const barejwt_key,
    out: Memory,
    out_len: *mut usize,
    read: &[Memory],
) -> Result<(SigningKey<'a>, Out<'a>), Fault> {
    // SAFETY: the same promises.
    let held: Result<Held<'a>, Fault> = unsafe { Held::by(key) };
    let slots = held.as_ref().map_or(Memory::NONE, Held::memory);
    // SAFETY: the same promises.
    let out = unsafe { Out::new(out, out_len, &[Memory::object(key)?, slots], read)? };
    Ok((held?.for_signing()?, out))
}

const _: () = assert!(BAREJWT_STATE_HASH_BYTES == core_jwt::STATE_HASH_BYTES);
