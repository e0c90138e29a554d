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

/// A panic that can be reached, for `.ci/panic-free` to see its proof fail.
#[cfg(barejwt_deliberate_panic)]
#[unsafe(no_mangle)]
#[allow(clippy::indexing_slicing, reason = "that is the point")]
extern "C" fn barejwt_deliberate_panic(index: usize) -> u8 {
    [1, 2, 3][index]
}
