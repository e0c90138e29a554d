//! The panic handler, which no program reaches. Without an operating system it calls a function that nothing
//! defines, so that a program can only be linked if it has no path to a panic.

use core::panic::PanicInfo;

#[cfg(not(any(unix, windows)))]
unsafe extern "C" {
    fn barejwt_panic_is_reachable() -> !;
}

#[cfg(any(unix, windows))]
#[cfg_attr(unix, link(name = "c"))]
unsafe extern "C" {
    #[link_name = "abort"]
    fn barejwt_panic_is_reachable() -> !;
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    // SAFETY: the function takes nothing, needs nothing and does not return.
    unsafe { barejwt_panic_is_reachable() }
}
