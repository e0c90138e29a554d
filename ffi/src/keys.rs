//! Keys: prepared once, shared by pointer, wiped at the end.

use core::ffi::c_void;

use core_jwt::{Error, Key, Keys, SigningKey};

use crate::keyring::Ring;
use crate::pointers::{self, Memory, Opaque};
use crate::status::{self, BAREJWT_E_NOT_READY, Fault, barejwt_status};

/// Fewest bytes of a secret that barejwt_key_init takes (RFC 7518 3.2).
pub const BAREJWT_KEY_MIN: usize = 32;

/// A prepared key. You allocate it and never look inside; 88 bytes everywhere. A copy of it is a
/// key too, to be wiped like the first. barejwt_keyring has one as its member key.
#[repr(C)]
pub struct barejwt_key {
    /// Private.
    pub opaque: [u64; 11],
}

impl core::fmt::Debug for barejwt_key {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("barejwt_key").finish_non_exhaustive()
    }
}

impl Opaque for Key {
    const TAG: u64 = 0xb5a3_71e8_0c94_d62f;
}

/// What a `barejwt_key` holds.
pub(crate) enum Held<'k> {
    One(&'k Key),
    Ring(&'k Ring),
}

impl<'k> Held<'k> {
    /// # Safety
    /// As [`pointers::input`].
    pub(crate) unsafe fn by(key: *const barejwt_key) -> Result<Self, Fault> {
        // SAFETY: the same promise; a key is words.
        let key = unsafe { pointers::input(key)? };
        if let Some(key) = pointers::load(&key.opaque) {
            return Ok(Self::One(key));
        }
        let ring: &Ring = pointers::load(&key.opaque).ok_or(Fault::Edge(BAREJWT_E_NOT_READY))?;
        ring.check()?;
        Ok(Self::Ring(ring))
    }

    /// What else than the `barejwt_key` itself is read.
    pub(crate) fn memory(&self) -> Memory {
        match self {
            Self::One(_) => Memory::NONE,
            Self::Ring(ring) => ring.memory(),
        }
    }

    pub(crate) fn for_verifying(&self) -> Result<Keys<'k>, Fault> {
        match *self {
            Self::One(key) => Ok(key.into()),
            Self::Ring(ring) => Ok(ring.keys()?.into()),
        }
    }

    pub(crate) fn for_signing(&self) -> Result<SigningKey<'k>, Fault> {
        match *self {
            Self::One(key) => Ok(key.into()),
            Self::Ring(ring) => ring.signing_key(),
        }
    }
}

/// Prepares a key from a secret of BAREJWT_KEY_MIN bytes or more. The secret is not kept; wiping
/// your copy of it is your part.
///
/// BAREJWT_E_KEY_TOO_SHORT; then the key is not ready, and every use of it is refused.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_key_init(
    key: *mut barejwt_key,
    secret: *const c_void,
    secret_len: usize,
) -> barejwt_status {
    // SAFETY: the caller's pointers are as the header asks.
    status::status(unsafe { init(key, secret, secret_len, Key::new) })
}

/// Prepares a key from a secret that may be weak: 1 byte and up. Whoever holds one token can try
/// every short secret offline; use this only for keys that cannot be changed.
///
/// BAREJWT_E_KEY_TOO_SHORT if the secret is empty.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_key_init_weak(
    key: *mut barejwt_key,
    secret: *const c_void,
    secret_len: usize,
) -> barejwt_status {
    // SAFETY: the caller's pointers are as the header asks.
    status::status(unsafe { init(key, secret, secret_len, Key::new_weak) })
}

/// # Safety
/// `key` is valid for writes and `secret` for reads.
unsafe fn init(
    key: *mut barejwt_key,
    secret: *const c_void,
    secret_len: usize,
    prepare: fn(&[u8]) -> Result<Key, Error>,
) -> Result<(), Fault> {
    // SAFETY: the same promise.
    let cleared = unsafe { pointers::output(key)? };
    let secret = Memory::new(secret, secret_len)?;
    pointers::disjoint(&[Memory::object(key)?], &[secret])?;
    // SAFETY: the same promise, and the two are disjoint.
    let secret = unsafe { secret.bytes() };
    pointers::store(&mut cleared.opaque, prepare(secret)?);
    Ok(())
}

/// Wipes a key: every later use of it is BAREJWT_E_NOT_READY. NULL and a key that was never
/// initialised are fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn barejwt_key_wipe(key: *mut barejwt_key) {
    // SAFETY: the caller's pointer is as the header asks.
    unsafe { pointers::wipe(key, 1) }
}

const _: () = assert!(BAREJWT_KEY_MIN == core_jwt::MIN_KEY_BYTES);
