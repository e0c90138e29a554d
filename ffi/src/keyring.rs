//! Several keys, told apart by `kid` (RFC 7515 4.1.4).

use core::ffi::c_char;

use core_jwt::{Error, Key, Keyring, NamedKey, SigningKey, WithoutKid};

use crate::keys::{Held, barejwt_key};
use crate::pointers::{self, Memory, Opaque};
use crate::status::{self, BAREJWT_E_KEYRING_FULL, BAREJWT_E_NOT_READY};
use crate::status::{BAREJWT_E_OPTION, Fault, barejwt_status};

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
    pub opaque: [u64; 16],
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

/// What the words of a keyring hold. The first `count` slots are initialised.
pub(crate) struct Ring {
    slots: Memory,
    count: usize,
    signs: Option<&'static NamedKey>,
    without_kid: Option<&'static NamedKey>,
    // The core's view of the slots, made anew with each key, so that no call checks them again.
    keys: Option<Keyring<'static>>,
}

impl Opaque for Ring {
    const TAG: u64 = 0x3ed8_52f7_916b_c04d;
}

impl Ring {
    pub(crate) fn memory(&self) -> Memory {
        self.slots
    }

    fn named_keys(&self) -> &'static [NamedKey] {
        if self.count == 0 {
            return &[];
        }
        // SAFETY: `add` has written these, and C keeps the slots while the ring is used.
        unsafe { core::slice::from_raw_parts(self.slots.first(), self.count) }
    }

    /// Refuses a ring whose slots were zeroed behind its back: zeros would be a known key.
    pub(crate) fn check(&self) -> Result<(), Fault> {
        if self.named_keys().iter().any(|key| key.kid().is_empty()) {
            return Err(Fault::Edge(BAREJWT_E_NOT_READY));
        }
        Ok(())
    }

    pub(crate) fn keys(&self) -> Result<&Keyring<'static>, Fault> {
        self.keys.as_ref().ok_or(Fault::Edge(BAREJWT_E_NOT_READY))
    }

    pub(crate) fn signing_key(&self) -> Result<SigningKey<'_>, Fault> {
        let keys = self.keys()?;
        if self.signs.is_none() {
            return Err(Fault::Core(Error::KidNotInKeyring));
        }
        Ok(keys.into())
    }

    fn add(&mut self, kid: &str, key: Key, uses: u32) -> Result<(), Fault> {
        if uses & !(BAREJWT_RING_SIGNS | BAREJWT_RING_WITHOUT_KID) != 0 {
            return Err(Fault::Edge(BAREJWT_E_OPTION));
        }
        if self.count >= self.slots.len_in::<NamedKey>() {
            return Err(Fault::Edge(BAREJWT_E_KEYRING_FULL));
        }
        let named = NamedKey::new(kid, key)?;
        if self.named_keys().iter().any(|other| other.kid() == kid) {
            return Err(Fault::Core(Error::KidDuplicate));
        }
        // SAFETY: a slot of the caller's, after the initialised ones, so no reference covers it.
        let slot = unsafe { self.slots.first::<NamedKey>().add(self.count) };
        // SAFETY: the same slot; C keeps it in place while the ring is used.
        let named = unsafe {
            slot.write(named);
            &*slot
        };
        self.count = self.count.saturating_add(1);
        if uses & BAREJWT_RING_SIGNS != 0 {
            self.signs = Some(named);
        }
        if uses & BAREJWT_RING_WITHOUT_KID != 0 {
            self.without_kid = Some(named);
        }
        // The core wants a key to sign with; where none does, `signing_key` refuses first.
        let active = self.signs.unwrap_or(named).kid();
        let rule = match self.without_kid {
            None => WithoutKid::Refuse,
            Some(named) => WithoutKid::Use(named.kid()),
        };
        self.keys = Some(Keyring::new(self.named_keys(), active, rule)?);
        Ok(())
    }
}

/// An empty keyring over capacity slots.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_keyring_init(
    ring: *mut barejwt_keyring,
    slots: *mut barejwt_slot,
    capacity: usize,
) -> barejwt_status {
    // SAFETY: the caller's pointers are as the header asks.
    status::status((|| unsafe {
        let room = Memory::structs(slots, capacity)?;
        pointers::disjoint(&[Memory::object(ring)?, room], &[])?;
        let ring = pointers::output(ring)?;
        let empty = Ring {
            slots: room,
            count: 0,
            signs: None,
            without_kid: None,
            keys: None,
        };
        pointers::store(&mut ring.key.opaque, empty);
        Ok(())
    })())
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
    // SAFETY: the caller's pointers are as the header asks.
    status::status((|| unsafe {
        let kid = Memory::new(kid, kid_len)?;
        pointers::disjoint(&[Memory::object(ring)?], &[Memory::object(key)?, kid])?;
        let not_ready = Fault::Edge(BAREJWT_E_NOT_READY);
        let Held::One(key) = Held::by(key)? else {
            return Err(not_ready);
        };
        // SAFETY: a key is plain bytes; the copy wipes itself alone.
        let copy = core::ptr::read(key);
        pointers::input(ring)?;
        let ring: &mut Ring = pointers::load_mut(&mut (*ring).key.opaque).ok_or(not_ready)?;
        pointers::disjoint(&[ring.memory()], &[kid])?;
        ring.check()?;
        ring.add(kid.text()?, copy, uses)
    })())
}

/// Wipes a keyring and the keys in its slots. NULL and a ring that was never initialised are fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn barejwt_keyring_wipe(ring: *mut barejwt_keyring) {
    // SAFETY: the caller's pointer is as the header asks.
    unsafe {
        if let Ok(ring) = pointers::input(ring)
            && let Some(held) = pointers::load::<Ring, _>(&ring.key.opaque)
        {
            pointers::wipe(held.slots.first::<NamedKey>(), held.count);
        }
        pointers::wipe(ring, 1);
    }
}

const _: () = assert!(BAREJWT_KID_MAX == core_jwt::MAX_KID_BYTES);
