//! A string in a struct: a pointer and a length.

use core::ffi::c_char;

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

    /// A text of the library's own.
    pub(crate) const fn of_static(text: &'static str) -> Self {
        Self {
            ptr: text.as_ptr().cast(),
            len: text.len(),
        }
    }

    /// `text`, which stands in the memory that C has passed as `memory`: by C's own pointer. C may
    /// write there again and then pass the text back.
    pub(crate) fn within<T>(memory: *const T, text: &str) -> Self {
        Self {
            ptr: memory.with_addr(text.as_ptr().addr()).cast(),
            len: text.len(),
        }
    }
}
