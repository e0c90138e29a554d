//! Arm's MPS2+ board with a Cortex-M4 (AN386): its first UART, the page with the master key, and the end of the
//! program. This is the only unsafe code of this firmware.

use cortex_m_semihosting::debug;

/// CMSDK APB UART 0.
const UART: *mut u32 = 0x4000_4000 as *mut u32;

/// The registers of the UART, in words from its address.
#[derive(Clone, Copy)]
enum Register {
    Data = 0,
    State = 1,
    Control = 2,
    Divider = 4,
}

const TX_FULL: u32 = 1;
const RX_FULL: u32 = 2;
const TX_AND_RX_ENABLE: u32 = 3;

fn get(register: Register) -> u32 {
    // SAFETY: this board has the register at this address, and the address is aligned.
    unsafe { UART.wrapping_add(register as usize).read_volatile() }
}

fn set(register: Register, value: u32) {
    // SAFETY: the same, and the UART writes to no memory.
    unsafe { UART.wrapping_add(register as usize).write_volatile(value) }
}

/// Most bytes of a master key.
const SECRET_MAX: usize = 256;

#[repr(C)]
struct KeyPage {
    len: u32,
    secret: [u8; SECRET_MAX],
}

unsafe extern "C" {
    /// A separate page of flash, which the factory writes. Its address is in memory.x.
    #[link_name = "key_page"]
    static KEY_PAGE: KeyPage;
}

/// The master key. It is empty if the page is erased, because no key has the length that is read there.
pub fn secret() -> &'static [u8] {
    // SAFETY: memory.x puts the page into flash, aligned, and nothing writes it while the program runs.
    let page = unsafe { &KEY_PAGE };
    page.secret.get(..page.len as usize).unwrap_or(&[])
}

pub fn init() {
    set(Register::Divider, 16);
    set(Register::Control, TX_AND_RX_ENABLE);
}

pub fn write(bytes: &[u8]) {
    for byte in bytes {
        while get(Register::State) & TX_FULL != 0 {}
        set(Register::Data, u32::from(*byte));
    }
}

/// Waits for a byte.
pub fn read() -> u8 {
    while get(Register::State) & RX_FULL == 0 {}
    get(Register::Data) as u8
}

/// Ends QEMU, with exit status 0 if `ok`. A product would reset here.
pub fn exit(ok: bool) -> ! {
    loop {
        debug::exit(if ok {
            debug::EXIT_SUCCESS
        } else {
            debug::EXIT_FAILURE
        });
    }
}
