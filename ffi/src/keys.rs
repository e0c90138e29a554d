//! Keys: prepared once, shared by pointer, wiped at the end.

use core::ffi::c_void;
use core::mem::MaybeUninit;

use core_jwt::{Error, Key, wipe_stack};
use zeroize::Zeroize;

use crate::opaque;
use crate::pointers::Promise;
use crate::refused;
use crate::status::barejwt_status;

/// Words of stack to wipe, because moving a key to C's place leaves copies there.
pub(crate) const STACK_OF_MOVES: usize = 128;

/// Fewest bytes of a secret that barejwt_key_init takes (RFC 7518 3.2).
pub const BAREJWT_KEY_MIN: usize = 32;

/// A prepared key, 88 bytes on every target. You allocate it and never look inside. A copy is a key too:
/// wipe it like the original. barejwt_keyring has a member key of this type.
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

/// Prepares a key from a secret of BAREJWT_KEY_MIN bytes or more. The secret is not kept. Wipe your own
/// copy of it.
///
/// BAREJWT_E_KEY_TOO_SHORT, BAREJWT_E_KEY_BLANK; misuse. After a refusal the key is not ready, and every use
/// of it is refused.
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

/// Prepares a key from a secret that may be weak: short, even 1 byte, or blank. An attacker who holds one
/// token can try every short secret offline. Use this only for keys that cannot be changed.
///
/// BAREJWT_E_KEY_TOO_SHORT if the secret is empty; misuse.
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

/// Wipes a key: every later use of it is BAREJWT_E_NOT_READY. key may be NULL or never filled in. Wipe a
/// keyring with barejwt_keyring_wipe: this function would leave the keys in its slots.
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
