//! What earlier calls have left on the stack.

/// Bytes that are looked at.
pub(crate) const DEPTH: usize = 64 * 1024;

/// The bytes of the stack below the caller.
#[inline(never)]
pub(crate) fn stack_below() -> Vec<u8> {
    let here = 0_u8;
    let top = (&raw const here).addr();
    let mut bytes = vec![0; DEPTH];
    for (byte, address) in bytes.iter_mut().zip(top - DEPTH..) {
        // SAFETY: the thread's stack is mapped down to here, and nothing else writes there. The read
        // is volatile, because the compiler does not know of these bytes.
        *byte = unsafe { core::ptr::read_volatile(core::ptr::with_exposed_provenance(address)) };
    }
    bytes
}
