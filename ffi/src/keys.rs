//! Keys: prepared once, shared by pointer, wiped at the end.

use core::ffi::c_void;
use core::mem::MaybeUninit;

use core_jwt::{Error, Key, wipe_stack};
use zeroize::Zeroize;

use crate::opaque;
use crate::pointers::Promise;
use crate::refused;
use crate::status::barejwt_status;

/// Words. Moving a key to where C wants it leaves copies on the stack.
pub(crate) const STACK_OF_MOVES: usize = 128;

/// Fewest bytes of a secret that barejwt_key_init takes (RFC 7518 3.2).
pub const BAREJWT_KEY_MIN: usize = 32;

/// A prepared key. You allocate it and never look inside; 88 bytes everywhere. A copy of it is a
/// key too, to be wiped like the first. barejwt_keyring has one as its member key.
#[repr(C)]
pub struct barejwt_key {
    /// Private.
    pub opaque: [MaybeUninit<u64>; 11],
}

impl core::fmt::Debug for barejwt_key {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("barejwt_key").finish_non_exhaustive()
    }
}

/// Prepares a key from a secret of BAREJWT_KEY_MIN bytes or more. The secret is not kept; wiping
/// your copy of it is your part.
///
/// BAREJWT_E_KEY_TOO_SHORT, BAREJWT_E_KEY_BLANK; then the key is not ready, and every use of it is
/// refused.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_key_init(
    key: *mut barejwt_key,
    secret: *const c_void,
    secret_len: usize,
) -> barejwt_status {
    // SAFETY: the pointers are C's, under the header's rules.
    let promise = unsafe { Promise::of_the_header() };
    let status = init(promise, key, secret, secret_len, Key::new);
    wipe_stack::<STACK_OF_MOVES>();
    status
}

/// Prepares a key from a secret that may be weak: 1 byte and up. Whoever holds one token can try
/// every short secret offline; use this only for keys that cannot be changed. A blank secret is taken
/// too.
///
/// BAREJWT_E_KEY_TOO_SHORT if the secret is empty.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_key_init_weak(
    key: *mut barejwt_key,
    secret: *const c_void,
    secret_len: usize,
) -> barejwt_status {
    // SAFETY: the pointers are C's, under the header's rules.
    let promise = unsafe { Promise::of_the_header() };
    let status = init(promise, key, secret, secret_len, Key::new_weak);
    wipe_stack::<STACK_OF_MOVES>();
    status
}

// Never inlined, so that it leaves its secrets where `wipe_stack` wipes.
#[inline(never)]
fn init(
    promise: Promise,
    key: *mut barejwt_key,
    secret: *const c_void,
    secret_len: usize,
    prepare: fn(&[u8]) -> Result<Key, Error>,
) -> barejwt_status {
    promise.call(|call| {
        let (call, key) = call.output(key);
        let call = call.reads()?;
        let secret = call.bytes(secret, secret_len)?;
        match prepare(secret) {
            Ok(prepared) => opaque::store(&mut key.open(call).opaque, prepared),
            Err(error) => return call.refuse(refused::status_of(&error)),
        }
        Ok(())
    })
}

/// Wipes a key: every later use of it is BAREJWT_E_NOT_READY. NULL and a key that was never filled in are
/// fine. A keyring is wiped by barejwt_keyring_wipe: this would leave the keys in its slots.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn barejwt_key_wipe(key: *mut barejwt_key) {
    // SAFETY: the pointer is C's, under the header's rules.
    let promise = unsafe { Promise::of_the_header() };
    let _ = promise.call(|call| {
        let (_, key) = call.change(key)?;
        key.opaque.as_mut_slice().zeroize();
        Ok(())
    });
}

const _: () = assert!(BAREJWT_KEY_MIN == core_jwt::MIN_KEY_BYTES);
