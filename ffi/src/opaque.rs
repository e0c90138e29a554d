//! Rust values in the words of an opaque struct.

use core::mem::MaybeUninit;

use core_jwt::Key;

/// A Rust value that lives in the words of an opaque struct.
///
/// # Safety
/// No other type has the same `TAG`. A value is valid as long as its bytes are unchanged: it borrows nothing.
pub(crate) unsafe trait Opaque: Sized {
    /// Stands before the value. A struct that was never initialised, was wiped or has another type has
    /// another first word. Thumb can load a number of this form with one instruction.
    const TAG: u32;
}

// SAFETY: no other type has this tag, and a prepared key is plain numbers.
unsafe impl Opaque for Key {
    const TAG: u32 = 0xb500_b500;
}

#[repr(C)]
struct Tagged<T> {
    tag: u32,
    value: T,
}

/// Puts `value` into `words`.
pub(crate) fn store<T: Opaque, const WORDS: usize>(
    words: &mut [MaybeUninit<u64>; WORDS],
    value: T,
) {
    const { assert_fits::<T, WORDS>() }
    let tagged: *mut Tagged<T> = words.as_mut_ptr().cast();
    // SAFETY: `words` has the size and the alignment, as asserted above.
    unsafe {
        (&raw mut (*tagged).tag).write(T::TAG);
        (&raw mut (*tagged).value).write(value);
    }
}

/// The value in `words`, if they hold a value of this type.
pub(crate) fn load<T: Opaque, const WORDS: usize>(words: &[MaybeUninit<u64>; WORDS]) -> Option<&T> {
    const { assert_fits::<T, WORDS>() }
    let tagged: *const Tagged<T> = words.as_ptr().cast();
    // SAFETY: the tag lies within `words`. The read is volatile, so that the compiler takes whatever bytes
    // are there: C may never have written them.
    let tag = unsafe { (&raw const (*tagged).tag).read_volatile() };
    if tag != T::TAG {
        return None;
    }
    // SAFETY: only `store` writes this tag, with a `T` behind it.
    Some(unsafe { &(*tagged).value })
}

/// The value in `words`, to be changed.
pub(crate) fn load_mut<T: Opaque, const WORDS: usize>(
    words: &mut [MaybeUninit<u64>; WORDS],
) -> Option<&mut T> {
    load::<T, WORDS>(words)?;
    // SAFETY: as in `load`, and `words` is borrowed for writing.
    Some(unsafe { &mut (*words.as_mut_ptr().cast::<Tagged<T>>()).value })
}

const fn assert_fits<T, const WORDS: usize>() {
    assert!(size_of::<Tagged<T>>() <= size_of::<[u64; WORDS]>());
    assert!(align_of::<Tagged<T>>() <= align_of::<u64>());
}

/// A copy of a key.
pub(crate) fn copy_of(key: &Key) -> Key {
    // SAFETY: a prepared key is plain numbers. Each copy wipes only itself.
    unsafe { core::ptr::read(key) }
}
