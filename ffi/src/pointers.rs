//! From raw pointers to references: the one place where C's promises are taken.
//!
//! C promises that a pointer is valid for its length while the call runs. Everything that can be
//! checked beyond that is: NULL, alignment, length, overlap, and whether an opaque struct was
//! initialised.

use core::ffi::c_char;

use zeroize::Zeroize;

use crate::status::{
    BAREJWT_E_LENGTH, BAREJWT_E_MISALIGNED, BAREJWT_E_NOT_UTF8, BAREJWT_E_NULL, BAREJWT_E_OVERLAP,
    Fault,
};

/// Some bytes of the caller's, checked for NULL and length, and not yet a reference.
#[derive(Clone, Copy)]
pub(crate) struct Memory {
    start: *mut u8,
    len: usize,
}

impl Memory {
    pub(crate) const NONE: Self = Self {
        start: core::ptr::null_mut(),
        len: 0,
    };

    /// NULL is allowed with a length of 0 alone.
    pub(crate) fn new<T>(start: *const T, len: usize) -> Result<Self, Fault> {
        if start.is_null() && len > 0 {
            return Err(Fault::Edge(BAREJWT_E_NULL));
        }
        let start = start.cast_mut().cast::<u8>();
        // The most that one object can have, and none can wrap around the address space.
        if len > isize::MAX.unsigned_abs() || start.addr().checked_add(len).is_none() {
            return Err(Fault::Edge(BAREJWT_E_LENGTH));
        }
        Ok(Self { start, len })
    }

    /// `count` structs of one type.
    pub(crate) fn structs<T>(start: *const T, count: usize) -> Result<Self, Fault> {
        if !start.is_aligned() {
            return Err(Fault::Edge(BAREJWT_E_MISALIGNED));
        }
        Self::new(start, count.saturating_mul(size_of::<T>()))
    }

    /// One struct.
    pub(crate) fn object<T>(start: *const T) -> Result<Self, Fault> {
        Self::structs(start, 1)
    }

    /// The first of what [`Self::structs`] has checked.
    pub(crate) fn first<T>(&self) -> *mut T {
        self.start.cast()
    }

    /// How many `T` have room.
    pub(crate) fn len_in<T>(&self) -> usize {
        self.len.checked_div(size_of::<T>()).unwrap_or(0)
    }

    fn overlaps(&self, other: &Self) -> bool {
        let (a, b) = (self.start.addr(), other.start.addr());
        let is_empty = self.len == 0 || other.len == 0;
        !is_empty && a < b.saturating_add(other.len) && b < a.saturating_add(self.len)
    }

    /// # Safety
    /// Initialised, valid for reads, and written by nobody, for `'a`.
    pub(crate) unsafe fn bytes<'a>(self) -> &'a [u8] {
        if self.len == 0 {
            return &[];
        }
        // SAFETY: not NULL and within one object by `new`; the rest is the caller's promise.
        unsafe { core::slice::from_raw_parts(self.start, self.len) }
    }

    /// # Safety
    /// As [`Self::bytes`].
    pub(crate) unsafe fn text<'a>(self) -> Result<&'a str, Fault> {
        // SAFETY: the same promise.
        let bytes = unsafe { self.bytes() };
        core::str::from_utf8(bytes).map_err(|_| Fault::Edge(BAREJWT_E_NOT_UTF8))
    }

    /// # Safety
    /// Valid for reads and writes, and used by nobody else, for `'a`.
    pub(crate) unsafe fn buffer<'a>(self) -> &'a mut [u8] {
        if self.len == 0 {
            return &mut [];
        }
        // SAFETY: not NULL and within one object by `new`; the rest is the caller's promise. The
        // bytes may never have been written; the core writes before it reads.
        unsafe { core::slice::from_raw_parts_mut(self.start, self.len) }
    }
}

/// Refuses a call that would write what it also reads, or write one place twice.
pub(crate) fn disjoint(written: &[Memory], read: &[Memory]) -> Result<(), Fault> {
    let mut rest = written;
    while let [first, others @ ..] = rest {
        if others.iter().chain(read).any(|other| first.overlaps(other)) {
            return Err(Fault::Edge(BAREJWT_E_OVERLAP));
        }
        rest = others;
    }
    Ok(())
}

/// A struct that the caller has filled in.
///
/// # Safety
/// `start` is NULL or valid for reads, and written by nobody, for `'a`; `T` is integers and raw
/// pointers, so that any bytes are a `T`.
pub(crate) unsafe fn input<'a, T>(start: *const T) -> Result<&'a T, Fault> {
    Memory::object(start)?;
    // SAFETY: not NULL and aligned by the line above; the rest is the caller's promise.
    Ok(unsafe { &*start })
}

/// A struct for results, cleared: until the call succeeds it is zeros.
///
/// # Safety
/// `start` is NULL or valid for writes, and used by nobody else, for `'a`; `T` is integers and raw
/// pointers, so that zeros are a `T`.
pub(crate) unsafe fn output<'a, T>(start: *mut T) -> Result<&'a mut T, Fault> {
    Memory::object(start)?;
    // SAFETY: not NULL and aligned by the line above; the rest is the caller's promise.
    unsafe {
        start.write_bytes(0, 1);
        Ok(&mut *start)
    }
}

/// A Rust value that lives in the words of an opaque struct.
pub(crate) trait Opaque: Sized {
    /// Stands before the value, and before no other type's: what was never initialised, was wiped
    /// or is another type has another first word.
    const TAG: u64;
}

#[repr(C)]
struct Tagged<T> {
    tag: u64,
    value: T,
}

/// Puts `value` into `words`.
pub(crate) fn store<T: Opaque, const WORDS: usize>(words: &mut [u64; WORDS], value: T) {
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

/// The value in `words`, if there is one.
pub(crate) fn load<T: Opaque, const WORDS: usize>(words: &[u64; WORDS]) -> Option<&T> {
    const { assert_fits::<T, WORDS>() }
    if words.first() != Some(&T::TAG) {
        return None;
    }
    // SAFETY: the tag says that `store` has written a `T` here, the only writer of that tag.
    Some(unsafe { &(*words.as_ptr().cast::<Tagged<T>>()).value })
}

/// The value in `words`, to be changed.
pub(crate) fn load_mut<T: Opaque, const WORDS: usize>(words: &mut [u64; WORDS]) -> Option<&mut T> {
    load::<T, WORDS>(words)?;
    // SAFETY: as in `load`, and `words` is borrowed for writing.
    Some(unsafe { &mut (*words.as_mut_ptr().cast::<Tagged<T>>()).value })
}

const fn assert_fits<T, const WORDS: usize>() {
    assert!(size_of::<Tagged<T>>() <= size_of::<[u64; WORDS]>());
    assert!(align_of::<Tagged<T>>() <= align_of::<u64>());
}

/// Overwrites `count` structs with zeros that the compiler must not leave out. NULL is let be.
///
/// # Safety
/// `start` is NULL or valid for writes of `count` structs that nobody else uses during the call.
pub(crate) unsafe fn wipe<T>(start: *mut T, count: usize) {
    if let Ok(memory) = Memory::structs(start, count) {
        // SAFETY: the same promise.
        unsafe { memory.buffer() }.zeroize();
    }
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
    pub(crate) fn new(text: &str) -> Self {
        Self {
            ptr: text.as_ptr().cast(),
            len: text.len(),
        }
    }

    pub(crate) fn memory(&self) -> Result<Memory, Fault> {
        Memory::new(self.ptr, self.len)
    }
}

/// A hash of what a struct points to, to tell later whether it was overwritten (FNV-1a).
pub(crate) fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
