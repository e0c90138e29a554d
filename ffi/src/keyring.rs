//! Several keys, told apart by `kid` (RFC 7515 4.1.4).

use core::ffi::c_char;
use core::mem::MaybeUninit;

use core_jwt::{Error, Keyring, NamedKey, WithoutKid};
use zeroize::Zeroize;

use crate::keys::{self, barejwt_key};
use crate::pointers::{self, Promise, Room, Slots};
use crate::status::{
    BAREJWT_E_KEYRING_FULL, BAREJWT_E_NOT_READY, BAREJWT_E_OPTION, Refused, barejwt_status,
};

/// Most bytes of a kid.
pub const BAREJWT_KID_MAX: usize = 63;

/// A key of a keyring verifies the tokens that name it. This bit says that it also signs.
pub const BAREJWT_RING_SIGNS: u32 = 1;
/// The key also verifies tokens that have no kid, such as those from before keys had names.
/// Without such a key they are BAREJWT_E_KID_MISSING.
pub const BAREJWT_RING_WITHOUT_KID: u32 = 2;

/// Room for one key of a keyring and its kid. It needs no initialising.
#[repr(C)]
pub struct barejwt_slot {
    /// Private.
    pub opaque: [MaybeUninit<u64>; 18],
}

/// Several keys. It points to the slots: they must stay where they are while it is used.
#[derive(Debug)]
#[repr(C)]
pub struct barejwt_keyring {
    /// Give &ring.key wherever a key is asked for.
    pub key: barejwt_key,
}

impl core::fmt::Debug for barejwt_slot {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("barejwt_slot").finish_non_exhaustive()
    }
}

const _: () = assert!(size_of::<NamedKey>() == size_of::<barejwt_slot>());
const _: () = assert!(align_of::<NamedKey>() <= align_of::<barejwt_slot>());

/// What the words of a keyring hold.
pub(crate) struct Ring<'s> {
    pub(crate) slots: Slots,
    signs: Option<u32>,
    without_kid: Option<u32>,
    /// The core's view of the slots, there when one is filled, so that no call checks them all
    /// again.
    pub(crate) view: MaybeUninit<Keyring<'s>>,
}

impl<'s> Ring<'s> {
    pub(crate) const fn signs(&self) -> bool {
        self.signs.is_some()
    }

    fn add(&mut self, room: Room<'s>, named: NamedKey, uses: u32) -> Result<(), Refused> {
        check(room.keys())?;
        if room.keys().iter().any(|other| other.kid() == named.kid()) {
            return Err(Error::KidDuplicate.into());
        }
        let added = room.push(named);
        let (slots, keys) = added.ok_or(Refused::with(BAREJWT_E_KEYRING_FULL))?;
        let last = u32::try_from(keys.len().saturating_sub(1)).ok();
        let with = |bit, before| if uses & bit != 0 { last } else { before };
        let signs = with(BAREJWT_RING_SIGNS, self.signs);
        let without_kid = with(BAREJWT_RING_WITHOUT_KID, self.without_kid);
        let kid = |slot: Option<u32>| Some(keys.get(usize::try_from(slot?).ok()?)?.kid());
        // The core wants a key to sign with; where none does, `for_signing` refuses first.
        let active = kid(signs.or(Some(0))).unwrap_or("");
        let rule = kid(without_kid).map_or(WithoutKid::Refuse, WithoutKid::Use);
        *self = Self {
            slots,
            signs,
            without_kid,
            view: MaybeUninit::new(Keyring::new(keys, active, rule)?),
        };
        Ok(())
    }
}

/// Refuses slots that were zeroed behind the ring's back: zeros would be a known key.
pub(crate) fn check(keys: &[NamedKey]) -> Result<(), Refused> {
    if keys.iter().any(|key| key.kid().is_empty()) {
        return Err(Refused::with(BAREJWT_E_NOT_READY));
    }
    Ok(())
}

/// An empty keyring over capacity slots.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_keyring_init(
    ring: *mut barejwt_keyring,
    slots: *mut barejwt_slot,
    capacity: usize,
) -> barejwt_status {
    // SAFETY: the pointers are C's, under the header's rules.
    unsafe { Promise::of_the_header() }.call(|call| {
        let ring = call.output(ring)?;
        let slots = Slots::empty(slots, capacity);
        call.room(slots)?;
        let empty = Ring {
            slots,
            signs: None,
            without_kid: None,
            view: MaybeUninit::uninit(),
        };
        pointers::store(&mut ring.key.opaque, empty);
        Ok(())
    })
}

/// Copies key into the next slot, under the name kid. uses is 0, or BAREJWT_RING_ bits; where
/// several keys have one of them, the key added last has it. Not while another thread uses the
/// ring. After a refusal the ring is as before.
///
/// BAREJWT_E_KID_INVALID, BAREJWT_E_KID_DUPLICATE, BAREJWT_E_KEYRING_FULL, BAREJWT_E_NOT_READY,
/// BAREJWT_E_OPTION.
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
    keys::wipe_stack();
    status
}

// Never inlined: see `keys::wipe_stack`.
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
        let ring: &mut Ring<'_> = pointers::load_mut(&mut call.change(ring)?.key.opaque)?;
        let key = pointers::load(&call.input(key)?.opaque)?;
        let kid = call.text(kid, kid_len)?;
        if uses & !(BAREJWT_RING_SIGNS | BAREJWT_RING_WITHOUT_KID) != 0 {
            return Err(Refused::with(BAREJWT_E_OPTION));
        }
        let room = call.room(ring.slots)?;
        ring.add(room, NamedKey::new(kid, pointers::copy_of(key))?, uses)
    })
}

/// Wipes a keyring and the keys in its slots. NULL and a ring that was never initialised are fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn barejwt_keyring_wipe(ring: *mut barejwt_keyring) {
    // SAFETY: the pointers are C's, under the header's rules.
    let promise = unsafe { Promise::of_the_header() };
    let _ = promise.call(|call| {
        let words = &mut call.change(ring)?.key.opaque;
        let slots = pointers::load(words).map(|ring: &Ring<'_>| ring.slots);
        words.as_mut_slice().zeroize();
        call.room(slots?)?.wipe();
        Ok(())
    });
}

const _: () = assert!(BAREJWT_KID_MAX == core_jwt::MAX_KID_BYTES);
