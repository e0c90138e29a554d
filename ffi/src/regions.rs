//! The memory that one call writes and reads. It is checked as far as possible, and a fault leaves its
//! status.

use core::cell::Cell;
use core::ptr::NonNull;

use crate::status::{
    BAREJWT_E_LENGTH, BAREJWT_E_MISALIGNED, BAREJWT_E_NULL, BAREJWT_E_OVERLAP, BAREJWT_OK,
    barejwt_status,
};

/// The proof that a step which refuses has left its status with the call. Only [`Written`] makes it.
pub(crate) struct Left(());

/// The result of one step of a call. A `Result` with a status would not fit into registers.
pub(crate) type Step<T> = Result<T, Left>;

/// A piece of memory. A piece with bytes is not at NULL, so that it ends above 0.
#[derive(Clone, Copy)]
struct Region {
    from: usize,
    to: usize,
}

impl Region {
    const NOWHERE: Self = Self { from: 0, to: 0 };
}

/// Most pieces of memory that a call writes: see `pointers::Call`.
pub(crate) const MOST_REGIONS: usize = 3;

/// The memory that a call has taken for writing so far, and the call's status.
pub(crate) struct Written {
    regions: [Region; MOST_REGIONS],
    /// The first fault.
    status: Cell<barejwt_status>,
}

/// How memory is used: the alignment that its address needs, and whether it is zeroed. It is one byte,
/// because every argument of every function comes with one.
#[derive(Clone, Copy)]
pub(crate) struct Use(u8);

impl Use {
    const CLEARS: u8 = 1;

    pub(crate) const fn of<T>() -> Self {
        const { assert!(align_of::<T>() <= 16) }
        Self((align_of::<T>() as u8) << 1)
    }

    pub(crate) const fn clearing<T>() -> Self {
        Self(Self::of::<T>().0 | Self::CLEARS)
    }

    const fn clears(self) -> bool {
        self.0 & Self::CLEARS != 0
    }

    fn is_aligned(self, address: usize) -> bool {
        address & usize::from(self.0 >> 1).saturating_sub(1) == 0
    }
}

impl Written {
    pub(crate) const fn nothing() -> Self {
        Self {
            regions: [Region::NOWHERE; MOST_REGIONS],
            status: Cell::new(BAREJWT_OK),
        }
    }

    pub(crate) const fn status(&self) -> barejwt_status {
        self.status.get()
    }

    /// Checks memory against all that the call writes, and leaves a fault unless the call already has one.
    /// Returns the address. NULL, which has no bytes, becomes a pointer that Rust accepts for no bytes.
    // Every argument of every function comes through here. With `compact` it is not inlined, to save flash.
    #[cfg_attr(feature = "compact", inline(never))]
    pub(crate) fn check(&self, start: *const u8, len: usize, how: Use) -> Step<NonNull<u8>> {
        let fault = match NonNull::new(start.cast_mut()) {
            None if len == 0 => return Ok(NonNull::dangling()),
            None => BAREJWT_E_NULL,
            Some(start) => match self.fault(start, len, how) {
                BAREJWT_OK => return Ok(start),
                fault => fault,
            },
        };
        self.refuse(fault)
    }

    /// The fault of a piece of memory. A result is zeroed even if the call is then refused.
    fn fault(&self, start: NonNull<u8>, len: usize, how: Use) -> barejwt_status {
        let from = start.addr().get();
        if !how.is_aligned(from) {
            return BAREJWT_E_MISALIGNED;
        }
        // No object is longer than this, and no object wraps around the address space.
        let to = match from.checked_add(len) {
            Some(to) if len <= isize::MAX.unsigned_abs() => to,
            _ => return BAREJWT_E_LENGTH,
        };
        if how.clears() {
            // SAFETY: the pointer is not NULL, and C promises that the memory can be written. No result has a
            // reference yet. If this result overlaps other memory, the call is refused before it gets a
            // reference.
            unsafe { start.write_bytes(0, len) }
        }
        let overlaps = |other: &Region| from < other.to && other.from < to;
        if len > 0 && self.regions.iter().any(overlaps) {
            return BAREJWT_E_OVERLAP;
        }
        BAREJWT_OK
    }

    /// Leaves the status of a call that is refused, unless the call already has a status.
    pub(crate) fn refuse<T>(&self, status: barejwt_status) -> Step<T> {
        if self.status.get() == BAREJWT_OK {
            self.status.set(status);
        }
        Err(Left(()))
    }

    /// The same, if nothing was refused before.
    pub(crate) fn refuse_first<T>(&self, status: barejwt_status) -> Step<T> {
        self.status.set(status);
        Err(Left(()))
    }

    /// Fails if something was refused.
    pub(crate) const fn good(&self) -> Step<()> {
        match self.status.get() {
            BAREJWT_OK => Ok(()),
            _ => Err(Left(())),
        }
    }

    #[cfg_attr(feature = "compact", inline(never))]
    pub(crate) fn add(&mut self, start: *const u8, len: usize, how: Use) {
        // A fault is kept until all memory is taken.
        let _ = self.check(start, len, how);
        // Memory without bytes overlaps nothing.
        let from = if len == 0 { 0 } else { start.addr() };
        let to = from.wrapping_add(len);
        // The last region is free: `Call` counts them.
        let [first, second, _] = self.regions;
        self.regions = [Region { from, to }, first, second];
    }
}

/// Makes memory initialised that C may never have written. On the targets below the bytes stay whatever they
/// are, and no instruction is executed: empty assembly tells the compiler that the bytes were written.
/// Elsewhere the bytes are zeroed.
///
/// # Safety
/// The memory can be written, and nobody else uses it.
#[inline(always)]
pub(crate) unsafe fn take_as_written(start: *mut u8, len: usize) {
    #[cfg(any(
        target_arch = "x86",
        target_arch = "x86_64",
        target_arch = "arm",
        target_arch = "aarch64",
        target_arch = "riscv32",
        target_arch = "riscv64",
        target_arch = "s390x"
    ))]
    if !cfg!(miri) {
        // SAFETY: the assembly has no instruction.
        unsafe { core::arch::asm!("/* {0} */", in(reg) start, options(nostack, preserves_flags)) }
        return;
    }
    // SAFETY: the caller promises that the memory can be written.
    unsafe { start.write_bytes(0, len) }
}
