//! From raw pointers to references: the one place where C's promises are taken.
//!
//! A function of the ABI takes the promise of the header's POINTERS section once and gets a
//! [`Call`]. That makes a reference of each pointer, after checking all that can be checked: NULL,
//! length, alignment, and that nothing is written which the call also reads, or writes elsewhere.
//! So the references of one call never alias, whatever C has passed.

use core::ffi::{c_char, c_void};
use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::ptr::{NonNull, slice_from_raw_parts, with_exposed_provenance};

use core_jwt::{Key, Keyring, NamedKey, RefreshToken};
use zeroize::Zeroize;

use crate::keyring::{self, Ring, barejwt_slot};
use crate::session::Client;
use crate::status::{
    self, BAREJWT_E_LENGTH, BAREJWT_E_MISALIGNED, BAREJWT_E_NOT_READY, BAREJWT_E_NOT_UTF8,
    BAREJWT_E_NULL, BAREJWT_E_OTHER, BAREJWT_E_OVERLAP, BAREJWT_E_SCRATCH_CHANGED,
    BAREJWT_E_STRUCT_SIZE, Refused, barejwt_status,
};

/// What C promises of the pointers of one call.
pub(crate) struct Promise(());

impl Promise {
    /// # Safety
    /// The pointers that [`Self::call`] will see are the arguments of one function of the ABI, or
    /// stand in structs that those point to, and keep what the header says under POINTERS: for the
    /// length that goes with it, or else the size of its type, a pointer that is not NULL can be
    /// read, and written where the call writes. What is read is initialised and written by nobody
    /// until the function returns; what is written is used by nobody else.
    pub(crate) const unsafe fn of_the_header() -> Self {
        Self(())
    }

    /// Does the work of a function. No reference outlives it, for `'c` is any lifetime.
    #[inline(always)]
    pub(crate) fn call(
        self,
        body: impl for<'c> FnOnce(&mut Call<'c>) -> Result<(), Refused>,
    ) -> barejwt_status {
        status::of(body(&mut Call::new()))
    }
}

/// The memory that a call has taken so far, and the lifetime of what it makes of it.
pub(crate) struct Call<'c> {
    /// From and to where each region is; what was taken is not NULL, and so ends above 0.
    taken: [(usize, usize); MOST_REGIONS],
    /// Bit n says that region n is written.
    written: u8,
    during: PhantomData<fn(&'c ()) -> &'c ()>,
}

/// As many as a call takes at most: verifying a token under a keyring, with a sub and a typ asked for.
const MOST_REGIONS: usize = 8;

/// How a call uses some memory: what its address must be a multiple of, and three flags. One byte,
/// for every argument of every function comes with one.
#[derive(Clone, Copy)]
struct Use(u8);

impl Use {
    const WRITES: u8 = 1;
    const CLEARS: u8 = 2;
    const PASSES: u8 = 4;

    const fn reading<T>() -> Self {
        const { assert!(align_of::<T>() <= 16) }
        Self((align_of::<T>() as u8) << 3)
    }

    /// Reading, without a record of it.
    const fn passing<T>() -> Self {
        Self(Self::reading::<T>().0 | Self::PASSES)
    }

    const fn writing<T>() -> Self {
        Self(Self::reading::<T>().0 | Self::WRITES)
    }

    const fn clearing<T>() -> Self {
        Self(Self::writing::<T>().0 | Self::CLEARS)
    }

    const fn writes(self) -> bool {
        self.0 & Self::WRITES != 0
    }

    const fn clears(self) -> bool {
        self.0 & Self::CLEARS != 0
    }

    const fn passes(self) -> bool {
        self.0 & Self::PASSES != 0
    }

    fn is_aligned(self, address: usize) -> bool {
        address & usize::from(self.0 >> 3).saturating_sub(1) == 0
    }
}

impl<'c> Call<'c> {
    #[inline(never)]
    const fn new() -> Self {
        Self {
            taken: [(0, 0); MOST_REGIONS],
            written: 0,
            during: PhantomData,
        }
    }

    /// Checks some memory against what the call has taken before. Results are cleared here, before
    /// anything else can be refused.
    // Never inlined: every argument of every function comes through it.
    #[inline(never)]
    fn take(&mut self, start: *const u8, len: usize, how: Use) -> Result<(), Refused> {
        if start.is_null() && len > 0 {
            return Err(Refused::with(BAREJWT_E_NULL));
        }
        // Exposed, for `barejwt_str::new`.
        let from = start.expose_provenance();
        if !how.is_aligned(from) {
            return Err(Refused::with(BAREJWT_E_MISALIGNED));
        }
        // The most that one object can have, and none can wrap around the address space.
        let to = match from.checked_add(len) {
            Some(to) if len <= isize::MAX.unsigned_abs() => to,
            _ => return Err(Refused::with(BAREJWT_E_LENGTH)),
        };
        if how.clears() {
            // SAFETY: not NULL; C promises that it can be written. What overlaps it is refused
            // below, so that no reference to it is used again.
            unsafe { start.cast_mut().write_bytes(0, len) }
        }
        if len == 0 {
            return Ok(());
        }
        let mut region = 1;
        for (other_from, other_to) in &mut self.taken {
            if *other_to == 0 {
                if !how.passes() {
                    (*other_from, *other_to) = (from, to);
                    self.written |= if how.writes() { region } else { 0 };
                }
                return Ok(());
            }
            let is_written = how.writes() || self.written & region != 0;
            if from < *other_to && *other_from < to && is_written {
                return Err(Refused::with(BAREJWT_E_OVERLAP));
            }
            region = region.wrapping_shl(1);
        }
        Err(Refused::with(BAREJWT_E_OTHER))
    }

    /// NULL is allowed with a length of 0 alone.
    pub(crate) fn bytes<T>(&mut self, start: *const T, len: usize) -> Result<&'c [u8], Refused> {
        self.take(start.cast(), len, Use::reading::<u8>())?;
        // SAFETY: taken for reading; C promises the rest.
        Ok(unsafe { core::slice::from_raw_parts(not_null(start.cast_mut().cast()), len) })
    }

    /// NULL with length 0 is no bytes, which is another thing than none in them.
    pub(crate) fn optional_bytes<T>(
        &mut self,
        start: *const T,
        len: usize,
    ) -> Result<Option<&'c [u8]>, Refused> {
        let bytes = self.bytes(start, len)?;
        Ok((!start.is_null()).then_some(bytes))
    }

    pub(crate) fn text(&mut self, start: *const c_char, len: usize) -> Result<&'c str, Refused> {
        let bytes = self.bytes(start, len)?;
        core::str::from_utf8(bytes).map_err(|_| Refused::with(BAREJWT_E_NOT_UTF8))
    }

    /// What a string in a struct says: no string if it is NULL.
    pub(crate) fn optional_text(&mut self, text: barejwt_str) -> Result<Option<&'c str>, Refused> {
        let found = self.text(text.ptr, text.len)?;
        Ok((!text.ptr.is_null()).then_some(found))
    }

    /// A struct that C has filled in.
    pub(crate) fn input<T>(&mut self, start: *const T) -> Result<&'c T, Refused> {
        self.take(start.cast(), size_of::<T>(), Use::reading::<T>())?;
        // SAFETY: taken for reading, not NULL and aligned. `T` is one of the header's types:
        // integers, raw pointers and words, so that any bytes are a `T`. C promises the rest.
        Ok(unsafe { &*start })
    }

    /// A struct for results: until the call succeeds it is zeros.
    pub(crate) fn output<T>(&mut self, start: *mut T) -> Result<&'c mut T, Refused> {
        self.take(start.cast(), size_of::<T>(), Use::clearing::<T>())?;
        // SAFETY: taken for writing, not NULL and aligned. `T` as in `input`, and these are zeros.
        Ok(unsafe { &mut *start })
    }

    /// A struct that the call reads and changes.
    pub(crate) fn change<T>(&mut self, start: *mut T) -> Result<&'c mut T, Refused> {
        self.take(start.cast(), size_of::<T>(), Use::writing::<T>())?;
        // SAFETY: taken for writing, not NULL and aligned; `T` as in `input`.
        Ok(unsafe { &mut *start })
    }

    /// A buffer for a result: zeros, until the call succeeds.
    pub(crate) fn buffer<T>(
        &mut self,
        start: *mut T,
        size: usize,
    ) -> Result<&'c mut [u8], Refused> {
        self.take(start.cast(), size, Use::clearing::<u8>())?;
        // SAFETY: taken for writing and initialised by that; C promises the rest.
        Ok(unsafe { core::slice::from_raw_parts_mut(not_null(start.cast()), size) })
    }

    /// A buffer to work in, zeroed.
    pub(crate) fn work(
        &mut self,
        start: *mut c_void,
        size: usize,
    ) -> Result<&'c mut [u8], Refused> {
        Ok(self.scratch(start, size, size)?.0)
    }

    /// A buffer to work in: as much of it as a token of `token_len` bytes can need, zeroed.
    pub(crate) fn scratch_for(
        &mut self,
        token_len: usize,
        start: *mut c_void,
        size: usize,
    ) -> Result<(&'c mut [u8], Scratch), Refused> {
        // More than the core's `scratch_len`, in fewer instructions.
        self.scratch(start, size, token_len.saturating_add(token_len >> 1))
    }

    /// A buffer to work in, its first `most` bytes, zeroed.
    pub(crate) fn scratch(
        &mut self,
        start: *mut c_void,
        size: usize,
        most: usize,
    ) -> Result<(&'c mut [u8], Scratch), Refused> {
        self.take(start.cast(), size, Use::writing::<u8>())?;
        let (start, len) = (not_null::<u8>(start.cast()), size.min(most));
        // SAFETY: taken for writing, and initialised by the first line; C promises the rest.
        let bytes = unsafe {
            start.write_bytes(0, len);
            core::slice::from_raw_parts_mut(start, len)
        };
        Ok((bytes, Scratch { start, len }))
    }

    /// A struct that begins with its own size, a `u32`. A longer one, of a later version, must have
    /// zeros in what is unknown here.
    pub(crate) fn sized_input<T>(&mut self, start: *const T) -> Result<&'c T, Refused> {
        let unknown = Err(Refused::with(BAREJWT_E_STRUCT_SIZE));
        // Recorded below, with what follows.
        self.take(start.cast(), size_of::<u32>(), Use::passing::<T>())?;
        // SAFETY: taken for reading, not NULL and aligned; C promises the rest.
        let size = unsafe { start.cast::<u32>().read() };
        let size = usize::try_from(size).unwrap_or(0);
        if size < size_of::<T>() || size > MOST_STRUCT_BYTES {
            return unknown;
        }
        let bytes = self.bytes(start, size)?;
        if bytes.iter().skip(size_of::<T>()).any(|byte| *byte != 0) {
            return unknown;
        }
        // SAFETY: taken for reading, not NULL, aligned, and as long as a `T`, which is as in
        // `input`.
        Ok(unsafe { &*start })
    }

    /// A keyring with at least one key. The slots without a key must not be written either.
    pub(crate) fn keyring(&mut self, ring: &'c Ring<'c>) -> Result<&'c Keyring<'c>, Refused> {
        let Slots { start, .. } = ring.slots;
        self.take(start.cast(), ring.slots.bytes(), Slots::READ)?;
        if ring.slots.filled == 0 {
            return Err(Refused::with(BAREJWT_E_NOT_READY));
        }
        // SAFETY: taken for reading, not NULL and aligned. `Room::push` has written the first
        // `filled`; C promises that they are still there.
        let keys = unsafe { core::slice::from_raw_parts(start, ring.slots.filled) };
        keyring::check(keys)?;
        // SAFETY: written with the first key. It borrows `keys`, which are not written during `'c`.
        Ok(unsafe { ring.view.assume_init_ref() })
    }

    /// The slots of a keyring, to be filled or wiped.
    pub(crate) fn room(&mut self, slots: Slots) -> Result<Room<'c>, Refused> {
        self.take(slots.start.cast(), slots.bytes(), Slots::WRITE)?;
        // SAFETY: taken for writing, not NULL and aligned; of what is there nothing is claimed.
        let all = unsafe {
            core::slice::from_raw_parts_mut(not_null(slots.start.cast()), slots.capacity)
        };
        Ok(Room { slots, all })
    }

    pub(crate) fn refresh_token<'k>(
        &mut self,
        kept: &'k mut Kept<RefreshToken<'c>>,
    ) -> Result<&'k RefreshToken<'c>, Refused> {
        self.unchanged(kept, RefreshToken::TEXTS)
    }

    /// The value, if the scratch buffer that it borrows is as it was. `texts` is where a `T` has its
    /// texts, which it borrows anew: scratch may have been written meanwhile, with the same bytes.
    // Private, for `T` could name a longer lifetime than `'c`.
    fn unchanged<'k, T: Copy>(
        &mut self,
        kept: &'k mut Kept<T>,
        texts: [usize; 4],
    ) -> Result<&'k T, Refused> {
        let scratch = self.bytes(kept.scratch.start, kept.scratch.len)?;
        if checksum(scratch) != kept.checksum {
            return Err(Refused::with(BAREJWT_E_SCRATCH_CHANGED));
        }
        for offset in texts {
            // SAFETY: there a `T` has a `&str`, which `Kept::new` has written.
            unsafe {
                let text = kept.value.as_mut_ptr().byte_add(offset);
                let text = text.cast::<*const str>();
                let old = text.read() as *const [u8];
                let start = with_exposed_provenance::<u8>(old.addr());
                text.write(slice_from_raw_parts(start, old.len()) as *const str);
            }
        }
        // SAFETY: `Kept::new` has written it. What it borrows lies in `scratch`, which is there, is
        // unchanged, and is not written during `'c`.
        Ok(unsafe { kept.value.assume_init_ref() })
    }
}

/// The pointer, or for NULL, which is a pointer to nothing, one that Rust takes for that.
const fn not_null<T>(start: *mut T) -> *mut T {
    match NonNull::new(start) {
        Some(start) => start.as_ptr(),
        None => NonNull::dangling().as_ptr(),
    }
}

/// Most bytes of a struct of a later version.
const MOST_STRUCT_BYTES: usize = 256;

/// Where a scratch buffer is: its used part.
#[derive(Clone, Copy)]
pub(crate) struct Scratch {
    start: *const u8,
    len: usize,
}

/// A value of the core's that borrows a scratch buffer, as it is kept between calls: bytes that
/// become the value again only in a call that finds the buffer as it was.
#[derive(Clone, Copy)]
pub(crate) struct Kept<T: Copy> {
    scratch: Scratch,
    checksum: u32,
    value: MaybeUninit<T>,
}

impl<T: Copy> Kept<T> {
    /// `value` borrows what `scratch` says, of this call's.
    pub(crate) fn new(scratch: Scratch, value: T) -> Self {
        // SAFETY: made by `Call::scratch` in this call. The core has given back what it wrote:
        // `value` borrows it for reading.
        let bytes = unsafe { core::slice::from_raw_parts(scratch.start, scratch.len) };
        Self {
            scratch,
            checksum: checksum(bytes),
            value: MaybeUninit::new(value),
        }
    }
}

/// Tells whether a buffer was used for something else: by accident, not on purpose.
pub(crate) fn checksum(bytes: &[u8]) -> u32 {
    // Each step has an inverse: a change of one word always shows.
    let mix = |sum: u32, word: u32| (sum ^ word).wrapping_mul(0x9e37_79b1).rotate_left(15);
    // The last word overlaps the one before it, if the bytes are not whole words.
    let (words, _) = bytes.as_chunks();
    let all = words.iter().chain(bytes.last_chunk());
    all.fold(1, |sum, word| mix(sum, u32::from_le_bytes(*word)))
}

/// Where the slots of a keyring are. The first `filled` have keys, which [`Room::push`] has written.
#[derive(Clone, Copy)]
pub(crate) struct Slots {
    start: *mut NamedKey,
    capacity: usize,
    filled: usize,
}

impl Slots {
    const READ: Use = Use::reading::<NamedKey>();
    const WRITE: Use = Use::writing::<NamedKey>();

    pub(crate) const fn empty(start: *mut barejwt_slot, capacity: usize) -> Self {
        Self {
            start: start.cast(),
            capacity,
            filled: 0,
        }
    }

    const fn bytes(&self) -> usize {
        self.capacity.saturating_mul(size_of::<NamedKey>())
    }
}

const _: () = assert!(size_of::<NamedKey>() == size_of::<barejwt_slot>());

/// The slots of a keyring, during a call that writes them.
pub(crate) struct Room<'c> {
    slots: Slots,
    all: &'c mut [MaybeUninit<NamedKey>],
}

impl<'c> Room<'c> {
    pub(crate) fn keys(&self) -> &[NamedKey] {
        let keys = self.all.get(..self.slots.filled).unwrap_or(&[]);
        // SAFETY: `push` has written the first `filled`.
        unsafe { written(keys) }
    }

    /// Fills the next slot; `None` if there is none.
    pub(crate) fn push(self, key: NamedKey) -> Option<(Slots, &'c [NamedKey])> {
        let filled = self.slots.filled.checked_add(1)?;
        let keys = self.all.get_mut(..filled)?;
        keys.last_mut()?.write(key);
        // SAFETY: the last is written here, and `push` has written those before.
        let keys = unsafe { written(keys) };
        Some((
            Slots {
                filled,
                ..self.slots
            },
            keys,
        ))
    }

    pub(crate) fn wipe(self) {
        self.all.zeroize();
    }
}

/// Slots that have keys, as keys: `assume_init_ref` of slices would ask for Rust 1.93.
///
/// # Safety
/// All of `slots` were written.
const unsafe fn written(slots: &[MaybeUninit<NamedKey>]) -> &[NamedKey] {
    // SAFETY: the same memory, borrowed for as long; a `MaybeUninit<T>` that was written is a `T`.
    unsafe { core::slice::from_raw_parts(slots.as_ptr().cast(), slots.len()) }
}

/// A Rust value that lives in the words of an opaque struct.
///
/// # Safety
/// No other type has the same `TAG`. A value is good as long as its bytes are: it borrows nothing.
pub(crate) unsafe trait Opaque: Sized {
    /// Stands before the value: what was never initialised, was wiped or is of another type has
    /// another first word.
    const TAG: u64;
}

// SAFETY: a tag of its own; a prepared key is plain numbers.
unsafe impl Opaque for Key {
    const TAG: u64 = 0xb5a3_71e8_0c94_d62f;
}

// SAFETY: a tag of its own; what `Kept` borrows is bytes to it.
unsafe impl Opaque for Kept<RefreshToken<'_>> {
    const TAG: u64 = 0x94c7_2b6e_f503_8d1a;
}

// SAFETY: a tag of its own; a pointer, numbers, and a view that is bytes to it.
unsafe impl Opaque for Ring<'_> {
    const TAG: u64 = 0x3ed8_52f7_916b_c04d;
}

// SAFETY: a tag of its own; pointers, numbers and no text but static.
unsafe impl Opaque for Client {
    const TAG: u64 = 0xc218_7f4d_36ea_905b;
}

#[repr(C)]
struct Tagged<T> {
    tag: u64,
    value: T,
}

/// Puts `value` into `words`.
pub(crate) fn store<T: Opaque, const WORDS: usize>(
    words: &mut [MaybeUninit<u64>; WORDS],
    value: T,
) {
    const { assert_fits::<T, WORDS>() }
    let tag = T::TAG;
    // SAFETY: `words` has the room and the alignment, asserted above.
    unsafe {
        words
            .as_mut_ptr()
            .cast::<Tagged<T>>()
            .write(Tagged { tag, value })
    }
}

/// The value in `words`, or [`BAREJWT_E_NOT_READY`].
pub(crate) fn load<T: Opaque, const WORDS: usize>(
    words: &[MaybeUninit<u64>; WORDS],
) -> Result<&T, Refused> {
    const { assert_fits::<T, WORDS>() }
    let tagged: *const Tagged<T> = words.as_ptr().cast();
    // SAFETY: within `words`. Volatile, so that the compiler takes whatever is there: C may never
    // have written it.
    let tag = unsafe { (&raw const (*tagged).tag).read_volatile() };
    if tag != T::TAG {
        return Err(Refused::with(BAREJWT_E_NOT_READY));
    }
    // SAFETY: only `store` writes this tag, and a `T` behind it.
    Ok(unsafe { &(*tagged).value })
}

/// The value in `words`, to be changed.
pub(crate) fn load_mut<T: Opaque, const WORDS: usize>(
    words: &mut [MaybeUninit<u64>; WORDS],
) -> Result<&mut T, Refused> {
    load::<T, WORDS>(words)?;
    // SAFETY: as in `load`, and `words` is borrowed for writing.
    Ok(unsafe { &mut (*words.as_mut_ptr().cast::<Tagged<T>>()).value })
}

const fn assert_fits<T, const WORDS: usize>() {
    assert!(size_of::<Tagged<T>>() <= size_of::<[u64; WORDS]>());
    assert!(align_of::<Tagged<T>>() <= align_of::<u64>());
}

/// Another key of the same secret.
pub(crate) fn copy_of(key: &Key) -> Key {
    // SAFETY: a prepared key is plain numbers; the copy wipes itself alone.
    unsafe { core::ptr::read(key) }
}

/// Bytes of the caller's, or of a static: NULL and 0 stand for none.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct barejwt_str {
    /// The first byte. Not NUL-terminated. NULL if there is no string.
    pub ptr: *const c_char,
    /// Bytes.
    pub len: usize,
}

impl barejwt_str {
    pub(crate) const NONE: Self = Self {
        ptr: core::ptr::null(),
        len: 0,
    };

    /// A pointer that C may use as its own: to read the text after it has written there anew.
    pub(crate) fn new(text: &str) -> Self {
        let address = text.as_ptr().expose_provenance();
        Self {
            ptr: with_exposed_provenance(address),
            len: text.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use core::mem::MaybeUninit;
    use core::ptr;

    use crate::claims::{barejwt_claims, barejwt_claims_get};
    use crate::keys::{barejwt_key, barejwt_key_init};
    use crate::pair::{barejwt_refresh, barejwt_refresh_confirm, barejwt_verify_refresh};
    use crate::sign::{barejwt_sign_access, barejwt_sign_refresh};
    use crate::status::BAREJWT_OK;
    use crate::validation::barejwt_validation;
    use crate::verify::barejwt_verify;

    /// All bytes zero, as C's `memset` has it.
    fn zeroed<T>() -> T {
        // SAFETY: called for the header's types alone: integers, raw pointers and words.
        unsafe { MaybeUninit::zeroed().assume_init() }
    }

    /// `.ci/miri` runs this: no reference from the first call may be used after the second.
    #[test]
    fn what_is_kept_is_borrowed_anew_after_scratch_was_written_with_the_same_bytes() {
        const NOW: i64 = 1_745_651_978;
        let (mut key, mut len): (barejwt_key, _) = (zeroed(), 0);
        let (mut token, mut scratch) = ([0_u8; 384], [0_u8; 640]);
        let (start, place) = (token.as_mut_ptr().cast(), scratch.as_mut_ptr().cast());
        let (secret, hash) = ([7_u8; 32], [9_u8; 32]);
        let mut want: barejwt_validation = zeroed();
        want.struct_size = u32::try_from(size_of::<barejwt_validation>()).unwrap();
        let mut claims: [barejwt_claims; 2] = [zeroed(), zeroed()];
        let mut refresh: [barejwt_refresh; 2] = [zeroed(), zeroed()];
        let (sub, none) = (c"lUpa".as_ptr(), ptr::null_mut());
        let mut value = zeroed();
        // SAFETY: every pointer is valid for its length, and none is used twice in a call.
        unsafe {
            let status = barejwt_key_init(&mut key, secret.as_ptr().cast(), 32);
            assert_eq!(status, BAREJWT_OK);
            let status = barejwt_sign_access(&key, sub, 4, NOW, 60, start, 384, &mut len);
            assert_eq!(status, BAREJWT_OK);
            for claims in &mut claims {
                let status = barejwt_verify(&key, start, len, &want, NOW, place, 640, claims);
                assert_eq!(status, BAREJWT_OK);
            }
            let [first, _] = &claims;
            let status = barejwt_claims_get(first, c"sub".as_ptr(), 3, none, 0, &mut value);
            assert_eq!((status, value.text.len), (BAREJWT_OK, 4));

            let hash = hash.as_ptr();
            let status = barejwt_sign_refresh(&key, sub, 4, hash, NOW, 60, start, 384, &mut len);
            assert_eq!(status, BAREJWT_OK);
            for refresh in &mut refresh {
                let status =
                    barejwt_verify_refresh(&key, start, len, &want, NOW, place, 640, refresh);
                assert_eq!(status, BAREJWT_OK);
            }
            let ([first, _], [claims, _]) = (&refresh, &mut claims);
            let status = barejwt_refresh_confirm(first, hash, claims);
            assert_eq!((status, claims.sub.len), (BAREJWT_OK, 4));
        }
    }

    #[test]
    fn scratch_for_a_token_is_enough() {
        for len in 0..10_000 {
            assert!(core_jwt::scratch_len(len) <= len + len / 2);
        }
    }
}
