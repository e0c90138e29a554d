//! Raw pointers become references: the one place where C's promises are taken.
//!
//! A function of the ABI takes the promise of the header's POINTERS section once and gets a [`Call`]. The
//! call turns each pointer into a reference, after all the checks that are possible: NULL, length, alignment
//! and overlap. It first takes the memory that it writes, and checks each piece against the pieces before. It
//! then takes the memory that it only reads, and checks it against all that it writes. So the references of
//! one call never alias, whatever C has passed. Each result is zeroed when it is taken. A call is refused only
//! after all results are zeroed.

use core::ffi::{c_char, c_void};
use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::ptr::NonNull;

use core_jwt::Error;

use crate::refused;
pub(crate) use crate::regions::Step;
use crate::regions::{MOST_REGIONS, Use, Written, take_as_written};
use crate::status::{
    BAREJWT_E_JSON_TO_SIGN, BAREJWT_E_NOT_UTF8, BAREJWT_E_STRUCT_SIZE, barejwt_status,
};
use crate::text::barejwt_str;

/// C's promise about the pointers of one call.
pub(crate) struct Promise(());

impl Promise {
    /// # Safety
    /// The pointers that [`Self::call`] will see are the arguments of one function of the ABI, or stand in
    /// structs that these arguments point to. They obey the header's POINTERS section. A pointer that
    /// is not NULL can be read, and written if the call writes there, for the length beside it or for the
    /// size of its type. Memory that is read is initialised, and nobody writes it until the function returns.
    /// Nobody else uses memory that is written.
    pub(crate) const unsafe fn of_the_header() -> Self {
        Self(())
    }

    /// Does the work of a function. No reference outlives the call, because `'c` can be any lifetime.
    #[inline(always)]
    pub(crate) fn call(
        self,
        body: impl for<'c> FnOnce(Call<'c, MostWritten>) -> Step<()>,
    ) -> barejwt_status {
        let mut written = Written::nothing();
        // A call that is refused has left its status.
        let _ = body(Call {
            written: &mut written,
            room: PhantomData,
            during: PhantomData,
        });
        written.status()
    }
}

/// A call's own lifetime. It is invariant, so that no other lifetime can replace it.
type During<'c> = PhantomData<fn(&'c ()) -> &'c ()>;

/// Room for three regions: see [`Call`].
type MostWritten = ((((),),),);

/// How many regions a room has.
trait Layers {
    const COUNT: usize;
}

impl Layers for () {
    const COUNT: usize = 0;
}

impl<Room: Layers> Layers for (Room,) {
    const COUNT: usize = Room::COUNT.saturating_add(1);
}

const _: () = assert!(<MostWritten as Layers>::COUNT == MOST_REGIONS);

/// A call that takes the memory that it writes. `Room` says how many more regions it may take: one for each
/// layer of `(_,)`. One region too many does not compile.
pub(crate) struct Call<'c, Room> {
    written: &'c mut Written,
    room: PhantomData<Room>,
    during: During<'c>,
}

/// Memory that a call writes, while the call has not yet checked all memory that it writes.
pub(crate) struct Place<'c, T: ?Sized>(*mut T, During<'c>);

impl<'c, T: ?Sized> Place<'c, T> {
    const fn new(start: *mut T) -> Self {
        Self(start, PhantomData)
    }

    /// The reference. A call that has refused something has no [`Reads`], so that it cannot get a reference.
    pub(crate) fn open(self, _: Reads<'c>) -> &'c mut T {
        // SAFETY: the memory was taken for writing, is not NULL and is aligned. `T` is one of the header's
        // types, which are integers, raw pointers and words, so that any bytes are a `T`. Or `T` is bytes that
        // `Call` has initialised, or `MaybeUninit`. C promises the rest.
        unsafe { &mut *self.0 }
    }
}

impl<'c, Room> Call<'c, (Room,)> {
    fn write(self, start: *const u8, len: usize, how: Use) -> Call<'c, Room> {
        self.written.add(start, len, how);
        Call {
            written: self.written,
            room: PhantomData,
            during: PhantomData,
        }
    }

    /// A struct for results. It is all zeros until the call succeeds.
    pub(crate) fn output<T>(self, start: *mut T) -> (Call<'c, Room>, Place<'c, T>) {
        let call = self.write(start.cast(), size_of::<T>(), Use::clearing::<T>());
        (call, Place::new(start))
    }

    /// A buffer for a result. It is all zeros until the call succeeds.
    pub(crate) fn buffer(
        self,
        start: *mut c_char,
        size: usize,
    ) -> (Call<'c, Room>, Place<'c, [u8]>) {
        let call = self.write(start.cast(), size, Use::clearing::<u8>());
        (call, Place::new(slice(start.cast(), size)))
    }

    /// A buffer to work in. Its bytes may be anything.
    pub(crate) fn scratch(
        self,
        start: *mut c_void,
        size: usize,
    ) -> (Call<'c, Room>, Place<'c, [u8]>) {
        let call = self.write(start.cast(), size, Use::of::<u8>());
        if call.written.good().is_ok() {
            // SAFETY: the memory was taken for writing, and nothing was refused. C promises the rest.
            unsafe { take_as_written(start.cast(), size) }
        }
        (call, Place::new(slice(start.cast(), size)))
    }

    /// A struct that the call reads and changes. No result can be taken after it: results are zeroed when
    /// they are taken, and this struct already has a reference.
    pub(crate) fn change<T>(self, start: *mut T) -> Step<(Changing<'c, Room>, &'c mut T)> {
        let call = self.write(start.cast(), size_of::<T>(), Use::of::<T>());
        call.written.good()?;
        // SAFETY: the memory was taken for writing, is not NULL and is aligned. `T` is as in `Place::open`.
        Ok((Changing(call), unsafe { &mut *start }))
    }

    /// Room for `capacity` values, which may be uninitialised.
    pub(crate) fn room<T>(
        self,
        start: *mut T,
        capacity: usize,
    ) -> (Call<'c, Room>, Place<'c, [MaybeUninit<T>]>) {
        let size = capacity.saturating_mul(size_of::<T>());
        let call = self.write(start.cast(), size, Use::of::<T>());
        (call, Place::new(slice(start.cast(), capacity)))
    }
}

/// A call that has taken a struct to change.
pub(crate) struct Changing<'c, Room>(Call<'c, Room>);

impl<'c, Room> Changing<'c, (Room,)> {
    /// The same as [`Call::room`].
    pub(crate) fn room<T>(
        self,
        start: *mut T,
        capacity: usize,
    ) -> (Call<'c, Room>, Place<'c, [MaybeUninit<T>]>) {
        self.0.room(start, capacity)
    }
}

impl<'c, Room> Changing<'c, Room> {
    /// The value, or a refusal.
    pub(crate) fn unless<T>(&self, value: Option<T>, status: barejwt_status) -> Step<T> {
        match value {
            Some(value) => Ok(value),
            None => self.0.written.refuse(status),
        }
    }

    /// All that is written has been taken.
    pub(crate) fn reads(self) -> Step<Reads<'c>> {
        self.0.reads()
    }
}

impl<'c, Room> Call<'c, Room> {
    /// All that is written has been taken.
    pub(crate) fn reads(self) -> Step<Reads<'c>> {
        self.written.good()?;
        Ok(Reads {
            written: self.written,
            during: PhantomData,
        })
    }
}

/// A call that takes the memory that it reads.
#[derive(Clone, Copy)]
pub(crate) struct Reads<'c> {
    written: &'c Written,
    during: During<'c>,
}

impl<'c> Reads<'c> {
    /// Leaves the status of a call that is refused.
    pub(crate) fn refuse<T>(self, status: barejwt_status) -> Step<T> {
        self.written.refuse_first(status)
    }

    /// The value, or a refusal.
    pub(crate) fn unless<T>(self, value: Option<T>, status: barejwt_status) -> Step<T> {
        match value {
            Some(value) => Ok(value),
            None => self.refuse(status),
        }
    }

    /// The value that the core gives, or a refusal for its error.
    pub(crate) fn core<T>(self, result: Result<T, Error>) -> Step<T> {
        match result {
            Ok(value) => Ok(value),
            Err(error) => self.refuse(refused::status_of(&error)),
        }
    }

    /// The same for a call that signs.
    pub(crate) fn signed<T>(self, result: Result<T, Error>) -> Step<T> {
        match result {
            Err(Error::Json { .. }) => self.refuse(BAREJWT_E_JSON_TO_SIGN),
            result => self.core(result),
        }
    }

    fn take<T>(self, start: *const T, len: usize, how: Use) -> Step<NonNull<u8>> {
        self.written.check(start.cast(), len, how)
    }

    /// Checks memory that the call must not write. It may be uninitialised.
    pub(crate) fn spared<T>(self, start: *const T, len: usize) -> Step<()> {
        self.take(start, len, Use::of::<u8>())?;
        Ok(())
    }

    /// Bytes of C. NULL is allowed only with length 0.
    pub(crate) fn bytes<T>(self, start: *const T, len: usize) -> Step<&'c [u8]> {
        let start = self.take(start, len, Use::of::<u8>())?;
        // SAFETY: the memory was taken for reading. C promises the rest.
        Ok(unsafe { NonNull::slice_from_raw_parts(start, len).as_ref() })
    }

    /// Bytes of C that may be absent: NULL with length 0 is `None`. Another pointer with length 0 is empty.
    pub(crate) fn optional_bytes<T>(self, start: *const T, len: usize) -> Step<Option<&'c [u8]>> {
        self.take(start, len, Use::of::<u8>())?;
        let start = NonNull::new(start.cast_mut().cast());
        // SAFETY: as in `bytes`.
        Ok(start.map(|start| unsafe { NonNull::slice_from_raw_parts(start, len).as_ref() }))
    }

    pub(crate) fn text(self, start: *const c_char, len: usize) -> Step<&'c str> {
        self.utf8(self.bytes(start, len)?)
    }

    fn utf8(self, bytes: &'c [u8]) -> Step<&'c str> {
        self.unless(core::str::from_utf8(bytes).ok(), BAREJWT_E_NOT_UTF8)
    }

    /// The bytes of a string in a struct; `None` if its pointer is NULL.
    pub(crate) fn optional(self, text: barejwt_str) -> Step<Option<&'c [u8]>> {
        self.optional_bytes(text.ptr, text.len)
    }

    /// The text of a string in a struct; `None` if its pointer is NULL.
    pub(crate) fn optional_text(self, text: barejwt_str) -> Step<Option<&'c str>> {
        match self.optional(text)? {
            Some(bytes) => Ok(Some(self.utf8(bytes)?)),
            None => Ok(None),
        }
    }

    /// A struct that C has filled in.
    pub(crate) fn input<T>(self, start: *const T) -> Step<&'c T> {
        let start = self.take(start, size_of::<T>(), Use::of::<T>())?;
        // SAFETY: the memory was taken for reading, is not NULL and is aligned. `T` is one of the header's
        // types, which are integers, raw pointers and words, so that any bytes are a `T`. C promises the rest.
        Ok(unsafe { start.cast().as_ref() })
    }

    /// A struct that begins with its own size, a `u32`. A struct of a later version is refused, because its
    /// additional rules must not be skipped.
    pub(crate) fn sized_input<T>(self, start: *const T) -> Step<&'c T> {
        let start = self.take(start, size_of::<T>(), Use::of::<T>())?;
        // SAFETY: the memory was taken for reading, is not NULL and is aligned. C promises the rest.
        let size = unsafe { start.cast::<u32>().read() };
        if usize::try_from(size) != Ok(size_of::<T>()) {
            return self.refuse(BAREJWT_E_STRUCT_SIZE);
        }
        // SAFETY: the memory was taken for reading, is not NULL, is aligned and is as long as a `T`. `T` is as
        // in `input`.
        Ok(unsafe { start.cast().as_ref() })
    }
}

/// The slice of `len` values at `start`. NULL, which has no values, becomes a pointer that Rust accepts for an
/// empty slice.
const fn slice<T>(start: *mut T, len: usize) -> *mut [T] {
    let start = match NonNull::new(start) {
        Some(start) => start,
        None => NonNull::dangling(),
    };
    NonNull::slice_from_raw_parts(start, len).as_ptr()
}
