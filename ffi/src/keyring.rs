//! Several keys, told apart by `kid` (RFC 7515 4.1.4).

use core::ffi::c_char;
use core::mem::MaybeUninit;

use core_jwt::{Key, NamedKey, wipe_stack};
use zeroize::Zeroize;

use crate::keys::{STACK_OF_MOVES, barejwt_key};
use crate::opaque::{self, Opaque};
use crate::pointers::{Promise, Reads, Step};
use crate::status::{
    BAREJWT_E_KEYRING_EMPTY, BAREJWT_E_KEYRING_FULL, BAREJWT_E_KID_DUPLICATE, BAREJWT_E_NOT_READY,
    BAREJWT_E_OPTION, barejwt_status,
};

/// Most bytes of a kid.
pub const BAREJWT_KID_MAX: usize = 63;

/// The key also signs. Every key of a keyring verifies the tokens that name it.
pub const BAREJWT_RING_SIGNS: u32 = 1;
/// The key also verifies tokens that have no kid, such as tokens from before keys had names. If no key
/// has this bit, such a token is BAREJWT_E_KID_MISSING.
pub const BAREJWT_RING_WITHOUT_KID: u32 = 2;

/// Room for one key of a keyring and its kid. You need not initialise it.
#[repr(C)]
pub struct barejwt_slot {
    /// Private.
    pub opaque: [MaybeUninit<u64>; 18],
}

/// Several keys. The keyring points to its slots, which must stay where they are while you use the
/// keyring.
#[derive(Debug)]
#[repr(C)]
pub struct barejwt_keyring {
    /// Pass &ring.key wherever a function takes a key.
    pub key: barejwt_key,
}

impl core::fmt::Debug for barejwt_slot {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("barejwt_slot").finish_non_exhaustive()
    }
}

const _: () = assert!(size_of::<NamedKey>() == size_of::<barejwt_slot>());
const _: () = assert!(align_of::<NamedKey>() <= align_of::<barejwt_slot>());

/// The words of a keyring: where its slots are, and what they are used for.
#[derive(Clone, Copy)]
pub(crate) struct Ring {
    slots: *mut NamedKey,
    capacity: usize,
    /// The number of slots, from the first, that have keys.
    filled: usize,
    signs: usize,
    without_kid: usize,
}

/// The place of a key that does not exist.
const NOWHERE: usize = usize::MAX;

// SAFETY: no other type has this tag, and the value is a pointer and numbers.
unsafe impl Opaque for Ring {
    const TAG: u32 = 0x9100_9100;
}

impl Ring {
    /// The place of the key that signs. There may be no key at this place.
    pub(crate) const fn signs(&self) -> usize {
        self.signs
    }

    /// The place of the key for tokens without a kid. There may be no key at this place.
    pub(crate) const fn without_kid(&self) -> usize {
        self.without_kid
    }

    /// The keys. No slot may overlap memory that the call writes, not even a slot without a key.
    pub(crate) fn keys<'c>(&self, call: Reads<'c>) -> Step<&'c [NamedKey]> {
        let size = self.capacity.wrapping_mul(size_of::<NamedKey>());
        call.spared(self.slots, size)?;
        // SAFETY: the memory was taken for reading. `add` wrote the first `filled` slots while they were
        // taken for writing. C promises that they are still there.
        let keys = unsafe { core::slice::from_raw_parts(self.slots, self.filled) };
        check(keys, call)?;
        Ok(keys)
    }

    /// Puts `named` into the next free slot of `slots`, which are all slots of the ring.
    fn add(
        &mut self,
        slots: &mut [MaybeUninit<NamedKey>],
        named: NamedKey,
        uses: u32,
        call: Reads<'_>,
    ) -> Step<()> {
        let parts = slots.split_at_mut_checked(self.filled);
        let (keys, free) = call.unless(parts, BAREJWT_E_KEYRING_FULL)?;
        // SAFETY: `add` has written the first `filled` slots.
        let keys = unsafe { written(keys) };
        check(keys, call)?;
        if keys.iter().any(|other| other.kid() == named.kid()) {
            return call.refuse(BAREJWT_E_KID_DUPLICATE);
        }
        let slot = call.unless(free.first_mut(), BAREJWT_E_KEYRING_FULL)?;
        slot.write(named);
        let place = self.filled;
        if uses & BAREJWT_RING_SIGNS != 0 {
            self.signs = place;
        }
        if uses & BAREJWT_RING_WITHOUT_KID != 0 {
            self.without_kid = place;
        }
        self.filled = place.saturating_add(1);
        Ok(())
    }
}

/// The keys in slots that were written. `assume_init_ref` of slices would need Rust 1.93.
///
/// # Safety
/// All of `slots` were written.
const unsafe fn written(slots: &[MaybeUninit<NamedKey>]) -> &[NamedKey] {
    // SAFETY: it is the same memory, borrowed for the same time. A `MaybeUninit<T>` that was written is a
    // `T`.
    unsafe { core::slice::from_raw_parts(slots.as_ptr().cast(), slots.len()) }
}

/// Refuses slots that somebody has zeroed: an attacker would know a key of zeros.
fn check(keys: &[NamedKey], call: Reads<'_>) -> Step<()> {
    if !keys.iter().all(NamedKey::is_named) {
        return call.refuse(BAREJWT_E_NOT_READY);
    }
    Ok(())
}

/// Makes an empty keyring of capacity slots.
///
/// BAREJWT_E_KEYRING_EMPTY if capacity is 0; misuse.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_keyring_init(
    ring: *mut barejwt_keyring,
    slots: *mut barejwt_slot,
    capacity: usize,
) -> barejwt_status {
    // SAFETY: the pointers are C's, under the header's rules.
    unsafe { Promise::of_the_header() }.call(|call| {
        let (call, ring) = call.output(ring);
        let slots: *mut NamedKey = slots.cast();
        let (call, _) = call.room(slots, capacity);
        let call = call.reads()?;
        if capacity == 0 {
            return call.refuse(BAREJWT_E_KEYRING_EMPTY);
        }
        let empty = Ring {
            slots,
            capacity,
            filled: 0,
            signs: NOWHERE,
            without_kid: NOWHERE,
        };
        opaque::store(&mut ring.open(call).key.opaque, empty);
        Ok(())
    })
}

/// Copies key into the next slot, under the name kid. uses is 0 or BAREJWT_RING_ bits. If several keys are
/// given the same use, the last one added gets it. Do not call this while another thread uses the ring. A
/// refused call changes nothing.
///
/// BAREJWT_E_KID_INVALID, BAREJWT_E_KID_DUPLICATE, BAREJWT_E_KEYRING_FULL, BAREJWT_E_NOT_READY,
/// BAREJWT_E_OPTION; misuse.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_keyring_add(
    ring: *mut barejwt_keyring,
    kid: *const c_char,
    kid_len: usize,
    key: *const barejwt_key,
    uses: u32,
) -> barejwt_status {
    // SAFETY: the pointers are C's, under the header's rules.
    let promise = unsafe { Promise::of_the_header() };
    let status = add(promise, ring, kid, kid_len, key, uses);
    wipe_stack::<STACK_OF_MOVES>();
    status
}

// Never inlined, so that it leaves its secrets where `wipe_stack` wipes.
#[inline(never)]
fn add(
    promise: Promise,
    ring: *mut barejwt_keyring,
    kid: *const c_char,
    kid_len: usize,
    key: *const barejwt_key,
    uses: u32,
) -> barejwt_status {
    promise.call(|call| {
        let (call, ring) = call.change(ring)?;
        let found = opaque::load_mut(&mut ring.key.opaque);
        let ring: &mut Ring = call.unless(found, BAREJWT_E_NOT_READY)?;
        let (call, slots) = call.room(ring.slots, ring.capacity);
        let call = call.reads()?;
        let key: Option<&Key> = opaque::load(&call.input(key)?.opaque);
        let key = call.unless(key, BAREJWT_E_NOT_READY)?;
        let kid = call.text(kid, kid_len)?;
        if uses & !(BAREJWT_RING_SIGNS | BAREJWT_RING_WITHOUT_KID) != 0 {
            return call.refuse(BAREJWT_E_OPTION);
        }
        let named = call.core(NamedKey::new(kid, opaque::copy_of(key)))?;
        ring.add(slots.open(call), named, uses, call)
    })
}

/// Wipes a keyring and the keys in its slots. ring may be NULL or all zeros.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn barejwt_keyring_wipe(ring: *mut barejwt_keyring) {
    // SAFETY: the pointers are C's, under the header's rules.
    let promise = unsafe { Promise::of_the_header() };
    let _ = promise.call(|call| {
        let (call, ring) = call.change(ring)?;
        let words = &mut ring.key.opaque;
        let found: Option<Ring> = opaque::load(words).copied();
        words.as_mut_slice().zeroize();
        let ring = call.unless(found, BAREJWT_E_NOT_READY)?;
        let (call, slots) = call.room(ring.slots, ring.capacity);
        slots.open(call.reads()?).zeroize();
        Ok(())
    });
}

const _: () = assert!(BAREJWT_KID_MAX == core_jwt::MAX_KID_BYTES);
