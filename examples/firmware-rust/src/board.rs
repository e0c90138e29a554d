//! Arm's MPS2+ board with a Cortex-M4 (AN386): its first UART, the page with the master key, and
//! the end. The only unsafe code of this firmware.

use cortex_m_semihosting::debug;

/// CMSDK APB UART 0.
const UART: *mut u32 = 0x4000_4000 as *mut u32;

/// Its registers, in words from there.
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
    // SAFETY: this board has the register at this address, aligned.
    unsafe { UART.wrapping_add(register as usize).read_volatile() }
}

fn set(register: Register, value: u32) {
    // SAFETY: as above, and the UART writes to no memory.
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
    /// A page of flash of its own, which the factory writes; its address is in memory.x.
    #[link_name = "key_page"]
    static KEY_PAGE: KeyPage;
}

/// The master key. An erased page has a length that no key has: then it is empty.
pub fn secret() -> &'static [u8] {
    // SAFETY: memory.x has the page in flash, aligned, and nothing writes it while we run.
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
