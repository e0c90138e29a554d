//! What a panic would do. There is none: on bare metal this handler calls a function that nothing
//! defines, so that a program links only if no panic can be reached from it.

use core::panic::PanicInfo;

#[cfg(target_os = "none")]
unsafe extern "C" {
    fn barejwt_panic_is_reachable() -> !;
}

#[cfg(not(target_os = "none"))]
#[link(name = "c")]
unsafe extern "C" {
    #[link_name = "abort"]
    fn barejwt_panic_is_reachable() -> !;
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    // SAFETY: takes nothing, needs nothing and does not return.
    unsafe { barejwt_panic_is_reachable() }
}
