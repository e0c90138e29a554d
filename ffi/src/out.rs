//! The text that a call writes: a buffer that ends with a NUL, and the length that the call reports.

use core::ffi::c_char;

use core_jwt::Error;

use crate::pointers::{Call, Place, Reads, Step};

/// A buffer that a call fills with text and a NUL, and the place for the length of the text.
pub(crate) struct Out<'c> {
    buffer: Place<'c, [u8]>,
    len: Place<'c, usize>,
}

impl<'c> Out<'c> {
    pub(crate) fn take<Room>(
        call: Call<'c, ((Room,),)>,
        out: *mut c_char,
        out_size: usize,
        out_len: *mut usize,
    ) -> Step<(Reads<'c>, Self)> {
        let (call, buffer) = call.buffer(out, out_size);
        let (call, len) = call.output(out_len);
        Ok((call.reads()?, Self { buffer, len }))
    }

    /// Lets `write` fill the buffer, except its last byte, so that the text ends with a NUL.
    pub(crate) fn fill(
        self,
        call: Reads<'c>,
        write: impl FnOnce(&mut [u8]) -> Result<&str, Error>,
    ) -> Step<()> {
        let (buffer, len) = (self.buffer.open(call), self.len.open(call));
        let written = write(all_but_last(buffer)).map(str::len);
        match written {
            Ok(written) => *len = written,
            Err(error) => {
                buffer.fill(0);
                if let Error::OutputTooSmall { needed } = error {
                    *len = needed.saturating_add(1);
                }
            }
        }
        call.signed(written.map(|_| ()))
    }
}

/// The buffer without its last byte, which is the NUL already.
pub(crate) fn all_but_last(buffer: &mut [u8]) -> &mut [u8] {
    buffer.split_last_mut().map_or(&mut [], |(_, front)| front)
}
