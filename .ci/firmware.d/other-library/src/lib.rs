//! Another Rust library for the same firmware: CRC-32. It has a panic that can be reached and a panic
//! handler that formats. barejwt has neither.

#![no_std]

use core::fmt::Write;
use core::panic::PanicInfo;

unsafe extern "C" {
    fn board_write(byte: u8);
    fn board_exit(ok: core::ffi::c_int) -> !;
}

struct Board;

impl Write for Board {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        for byte in text.bytes() {
            // SAFETY: takes any byte.
            unsafe { board_write(byte) }
        }
        Ok(())
    }
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    let _ = writeln!(Board, "{info}");
    // SAFETY: takes any number.
    unsafe { board_exit(0) }
}

static TABLE: [u32; 16] = table();

const fn table() -> [u32; 16] {
    let mut table = [0; 16];
    let mut i = 0;
    while i < 16 {
        let (mut crc, mut bit) = (i as u32, 0);
        while bit < 4 {
            crc = if crc & 1 == 1 {
                crc >> 1 ^ 0xedb8_8320
            } else {
                crc >> 1
            };
            bit += 1;
        }
        table[i] = crc;
        i += 1;
    }
    table
}

/// CRC-32 of the bytes from `from` on. Panics if there are fewer bytes.
///
/// # Safety
/// `data` is valid for `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn other_crc32(data: *const u8, len: usize, from: usize) -> u32 {
    // SAFETY: the caller's promise.
    let data = unsafe { core::slice::from_raw_parts(data, len) };
    let step = |crc: u32, nibble: u8| crc >> 4 ^ TABLE[usize::from(crc as u8 ^ nibble) & 15];
    !data[from..]
        .iter()
        .fold(!0, |crc, byte| step(step(crc, *byte), byte >> 4))
}
