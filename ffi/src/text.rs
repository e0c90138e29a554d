//! A string in a struct: a pointer and a length.

use core::ffi::c_char;

/// A string in your memory, or a static string. NULL with length 0 means no string.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct barejwt_str {
    /// The first byte. The string need not end with a NUL. NULL if there is no string.
    pub ptr: *const c_char,
    /// Bytes.
    pub len: usize,
}

impl barejwt_str {
    pub(crate) const NONE: Self = Self {
        ptr: core::ptr::null(),
        len: 0,
    };

    /// A text that belongs to the library.
    pub(crate) const fn of_static(text: &'static str) -> Self {
        Self {
            ptr: text.as_ptr().cast(),
            len: text.len(),
        }
    }

    /// `text`, which stands in the memory that C has passed as `memory`. The result is derived from C's own
    /// pointer, because C may write there again and then pass the text back.
    pub(crate) fn within<T>(memory: *const T, text: &str) -> Self {
        Self {
            ptr: memory.with_addr(text.as_ptr().addr()).cast(),
            len: text.len(),
        }
    }
}
