//! From raw pointers to references: the one place where C's promises are taken.
//!
//! A function of the ABI takes the promise of the header's POINTERS section once and gets a
//! [`Call`]. That makes a reference of each pointer, after checking all that can be checked: NULL,
//! length, alignment, and overlap. What a call writes is taken first, each piece against those
//! before; what it only reads is taken then, against all that is written. So the references of one
//! call never alias, whatever C has passed. Results are zeroed while they are taken, all of them
//! before one is refused.

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

/// What C promises of the pointers of one call.
pub(crate) struct Promise(());

impl Promise {
    /// # Safety
    /// The pointers that [`Self::call`] will see are the arguments of one function of the ABI, or
    /// stand in structs that those point to, and keep what the header says under POINTERS: for the
    /// length that goes with it, or else the size of its type, a pointer that is not NULL can be
    /// read, and written where the call writes. What is read is initialised and written by nobody
    /// until the function returns; what is written is used by nobody else.
    pub(crate) const unsafe fn of_the_header() -> Self {
        Self(())
    }

    /// Does the work of a function. No reference outlives it: `'c` is any lifetime.
    #[inline(always)]
    pub(crate) fn call(
        self,
        body: impl for<'c> FnOnce(Call<'c, MostWritten>) -> Step<()>,
    ) -> barejwt_status {
        let mut written = Written::nothing();
        // What is refused has left its status.
        let _ = body(Call {
            written: &mut written,
            room: PhantomData,
            during: PhantomData,
        });
        written.status()
    }
}

/// A call's own lifetime, which no other stands for.
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

/// A call that takes what it writes. `Room` says how many regions more it may: one for each layer of
/// `(_,)`. One too many does not compile.
pub(crate) struct Call<'c, Room> {
    written: &'c mut Written,
    room: PhantomData<Room>,
    during: During<'c>,
}

/// Memory that a call writes, until all of that has been checked.
pub(crate) struct Place<'c, T: ?Sized>(*mut T, During<'c>);

impl<'c, T: ?Sized> Place<'c, T> {
    const fn new(start: *mut T) -> Self {
        Self(start, PhantomData)
    }

    /// For the reference it takes a call that may read, and so has refused nothing.
    pub(crate) fn open(self, _: Reads<'c>) -> &'c mut T {
        // SAFETY: taken for writing, not NULL and aligned. `T` is one of the header's types: integers,
        // raw pointers and words, so that any bytes are a `T`; or bytes, which `Call` has initialised
        // or which may be anything. C promises the rest.
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

    /// A struct for results: until the call succeeds it is zeros.
    pub(crate) fn output<T>(self, start: *mut T) -> (Call<'c, Room>, Place<'c, T>) {
        let call = self.write(start.cast(), size_of::<T>(), Use::clearing::<T>());
        (call, Place::new(start))
    }

    /// A buffer for a result: zeros, until the call succeeds.
    pub(crate) fn buffer(
        self,
        start: *mut c_char,
        size: usize,
    ) -> (Call<'c, Room>, Place<'c, [u8]>) {
        let call = self.write(start.cast(), size, Use::clearing::<u8>());
        (call, Place::new(slice(start.cast(), size)))
    }

    /// A buffer to work in, whatever bytes it has.
    pub(crate) fn scratch(
        self,
        start: *mut c_void,
        size: usize,
    ) -> (Call<'c, Room>, Place<'c, [u8]>) {
        let call = self.write(start.cast(), size, Use::of::<u8>());
        if call.written.good().is_ok() {
            // SAFETY: taken for writing, and nothing was refused; C promises the rest.
            unsafe { take_as_written(start.cast(), size) }
        }
        (call, Place::new(slice(start.cast(), size)))
    }

    /// A struct that the call reads and changes. No result can be taken after it: it has a
    /// reference, and results are zeroed while they are taken.
    pub(crate) fn change<T>(self, start: *mut T) -> Step<(Changing<'c, Room>, &'c mut T)> {
        let call = self.write(start.cast(), size_of::<T>(), Use::of::<T>());
        call.written.good()?;
        // SAFETY: taken for writing, not NULL and aligned; `T` as in `Place::open`.
        Ok((Changing(call), unsafe { &mut *start }))
    }

    /// Room for `capacity` values, of which nothing is claimed.
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
    /// As [`Call::room`].
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

/// A call that takes what it reads.
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

    /// What the core gives, or its refusal.
    pub(crate) fn core<T>(self, result: Result<T, Error>) -> Step<T> {
        match result {
            Ok(value) => Ok(value),
            Err(error) => self.refuse(refused::status_of(&error)),
        }
    }

    /// The same of what was to be signed.
    pub(crate) fn signed<T>(self, result: Result<T, Error>) -> Step<T> {
        match result {
            Err(Error::Json { .. }) => self.refuse(BAREJWT_E_JSON_TO_SIGN),
            result => self.core(result),
        }
    }

    fn take<T>(self, start: *const T, len: usize, how: Use) -> Step<NonNull<u8>> {
        self.written.check(start.cast(), len, how)
    }

    /// Checks memory that must not be written, and need not be initialised.
    pub(crate) fn spared<T>(self, start: *const T, len: usize) -> Step<()> {
        self.take(start, len, Use::of::<u8>())?;
        Ok(())
    }

    /// NULL is allowed with a length of 0 alone.
    pub(crate) fn bytes<T>(self, start: *const T, len: usize) -> Step<&'c [u8]> {
        let start = self.take(start, len, Use::of::<u8>())?;
        // SAFETY: taken for reading; C promises the rest.
        Ok(unsafe { NonNull::slice_from_raw_parts(start, len).as_ref() })
    }

    /// NULL with length 0 is no bytes, which is another thing than none in them.
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

    /// The bytes of a string in a struct: no string if it is NULL.
    pub(crate) fn optional(self, text: barejwt_str) -> Step<Option<&'c [u8]>> {
        self.optional_bytes(text.ptr, text.len)
    }

    /// What a string in a struct says: no string if it is NULL.
    pub(crate) fn optional_text(self, text: barejwt_str) -> Step<Option<&'c str>> {
        match self.optional(text)? {
            Some(bytes) => Ok(Some(self.utf8(bytes)?)),
            None => Ok(None),
        }
    }

    /// A struct that C has filled in.
    pub(crate) fn input<T>(self, start: *const T) -> Step<&'c T> {
        let start = self.take(start, size_of::<T>(), Use::of::<T>())?;
        // SAFETY: taken for reading, not NULL and aligned. `T` is one of the header's types:
        // integers, raw pointers and words, so that any bytes are a `T`. C promises the rest.
        Ok(unsafe { start.cast().as_ref() })
    }

    /// A struct that begins with its own size, a `u32`. One of a later version is refused: what it asks
    /// for must not be passed over.
    pub(crate) fn sized_input<T>(self, start: *const T) -> Step<&'c T> {
        let start = self.take(start, size_of::<T>(), Use::of::<T>())?;
        // SAFETY: taken for reading, not NULL and aligned; C promises the rest.
        let size = unsafe { start.cast::<u32>().read() };
        if usize::try_from(size) != Ok(size_of::<T>()) {
            return self.refuse(BAREJWT_E_STRUCT_SIZE);
        }
        // SAFETY: taken for reading, not NULL, aligned, and as long as a `T`, which is as in
        // `input`.
        Ok(unsafe { start.cast().as_ref() })
    }
}

/// Where so many values are; NULL, which is where none are, becomes a pointer that Rust takes for that.
const fn slice<T>(start: *mut T, len: usize) -> *mut [T] {
    let start = match NonNull::new(start) {
        Some(start) => start,
        None => NonNull::dangling(),
    };
    NonNull::slice_from_raw_parts(start, len).as_ptr()
}
