//! What a panic would do. There is none: without an operating system this handler calls a function that
//! nothing defines, so that a program links only if no panic can be reached from it.

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
    // SAFETY: takes nothing, needs nothing and does not return.
    unsafe { barejwt_panic_is_reachable() }
}
