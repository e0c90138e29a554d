//! The memory of one call: what it writes and reads, checked as far as that can be checked, and the
//! status that a fault leaves.

use core::cell::Cell;
use core::ptr::NonNull;

use crate::status::{
    BAREJWT_E_LENGTH, BAREJWT_E_MISALIGNED, BAREJWT_E_NULL, BAREJWT_E_OVERLAP, BAREJWT_OK,
    barejwt_status,
};

/// The proof that a step which refuses has left its status with the call: only [`Written`] makes one.
pub(crate) struct Left(());

/// What a step of a call gives. A `Result` with a status would not fit into registers.
pub(crate) type Step<T> = Result<T, Left>;

/// Some memory. What has bytes is not at NULL, and so ends above 0.
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

/// What a call writes, as far as it has been taken, and its status.
pub(crate) struct Written {
    regions: [Region; MOST_REGIONS],
    /// The first thing that was wrong.
    status: Cell<barejwt_status>,
}

/// How memory is used: what its address must be a multiple of, and whether it is zeroed. One byte:
/// every argument of every function comes with one.
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

    /// Checks some memory against what the call writes, and leaves what is wrong unless something was
    /// wrong before. Gives where it is: NULL, which is where no bytes are, becomes a pointer that Rust
    /// takes for that.
    // Every argument of every function comes through it: one copy where flash counts.
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

    /// What is wrong with some memory. A result is zeroed before that can be refused.
    fn fault(&self, start: NonNull<u8>, len: usize, how: Use) -> barejwt_status {
        let from = start.addr().get();
        if !how.is_aligned(from) {
            return BAREJWT_E_MISALIGNED;
        }
        // The most that one object can have, and none can wrap around the address space.
        let to = match from.checked_add(len) {
            Some(to) if len <= isize::MAX.unsigned_abs() => to,
            _ => return BAREJWT_E_LENGTH,
        };
        if how.clears() {
            // SAFETY: not NULL; C promises that it can be written. No result has a reference yet,
            // and where this one overlaps other memory the call is refused before it has one.
            unsafe { start.write_bytes(0, len) }
        }
        let overlaps = |other: &Region| from < other.to && other.from < to;
        if len > 0 && self.regions.iter().any(overlaps) {
            return BAREJWT_E_OVERLAP;
        }
        BAREJWT_OK
    }

    /// Leaves the status of a call that is refused, unless it has one.
    pub(crate) fn refuse<T>(&self, status: barejwt_status) -> Step<T> {
        if self.status.get() == BAREJWT_OK {
            self.status.set(status);
        }
        Err(Left(()))
    }

    /// The same where nothing was refused before.
    pub(crate) fn refuse_first<T>(&self, status: barejwt_status) -> Step<T> {
        self.status.set(status);
        Err(Left(()))
    }

    /// Whether nothing was refused.
    pub(crate) const fn good(&self) -> Step<()> {
        match self.status.get() {
            BAREJWT_OK => Ok(()),
            _ => Err(Left(())),
        }
    }

    #[cfg_attr(feature = "compact", inline(never))]
    pub(crate) fn add(&mut self, start: *const u8, len: usize, how: Use) {
        // What is wrong with it is kept until all are taken.
        let _ = self.check(start, len, how);
        // What has no bytes overlaps nothing.
        let from = if len == 0 { 0 } else { start.addr() };
        let to = from.wrapping_add(len);
        // The last one was free: `Call` counts them.
        let [first, second, _] = self.regions;
        self.regions = [Region { from, to }, first, second];
    }
}

/// Makes memory that C may never have written initialised: its bytes are whatever is there. Nothing is
/// executed for that where the compiler can be told that assembly, which is empty, has written them.
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
        // SAFETY: there is no instruction in it.
        unsafe { core::arch::asm!("/* {0} */", in(reg) start, options(nostack, preserves_flags)) }
        return;
    }
    // SAFETY: the caller says so.
    unsafe { start.write_bytes(0, len) }
}
