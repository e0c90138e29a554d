//! A valve that obeys callers with a token. It answers each line on its UART with a line, as
//! `../cross/protocol.md` says. `examples/firmware-c` is the same device in C.

#![no_std]
#![no_main]

mod board;
mod device;

use core::panic::PanicInfo;

use barejwt::Key;
use cortex_m_rt::entry;
use device::{Device, Halt, LINE_MAX, refuse};

#[entry]
fn main() -> ! {
    board::init();
    match Key::new(board::secret()) {
        Ok(key) => {
            let Halt = converse(Device::new(key));
            board::exit(true)
        }
        Err(error) => {
            refuse(&error);
            board::exit(false)
        }
    }
}

/// Serves until the device is halted. The key is wiped when this returns.
///
/// The answer to a login stays in the buffer into which it was read, because the session borrows its tokens.
/// The other buffer takes the next lines.
fn converse(mut device: Device) -> Halt {
    let (mut even, mut odd) = ([0; LINE_MAX], [0; LINE_MAX]);
    let mut in_odd = None;
    device.greet();
    loop {
        let in_even = match device.serve(&mut even, in_odd) {
            Ok(session) => session,
            Err(halt) => return halt,
        };
        in_odd = match device.serve(&mut odd, in_even) {
            Ok(session) => session,
            Err(halt) => return halt,
        };
    }
}

/// The image has no panic left: `.ci/firmware` checks this.
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    loop {}
}
