//! The input is a program of random calls of the C ABI: in any order, with any reuse of structs and
//! buffers, with NULL, wrong lengths, and misaligned and overlapping pointers. The program keeps the
//! caller's promises of the header: a pointer that is not refused is valid for its length, and no
//! private struct is forged.
//!
//! AddressSanitizer watches. After each call the target also checks: only what the call was given to
//! write has changed; a refusal leaves zeros as results; strings in results can be read; an issued
//! token says what was asked for. A renewed token says what the verified token said, whatever has
//! happened to the scratch buffer since.
#![cfg_attr(not(miri), no_main)]

use std::ffi::{CStr, c_char, c_void};
use std::mem::MaybeUninit;
use std::ptr;

use arbitrary::{Result, Unstructured};
use barejwt::auth::*;
use barejwt::claims::*;
use barejwt::detail::*;
use barejwt::keyring::*;
use barejwt::keys::*;
use barejwt::pair::*;
use barejwt::refused::barejwt_strerror;
use barejwt::session::*;
use barejwt::sign::*;
use barejwt::status::*;
use barejwt::text::barejwt_str;
use barejwt::unverified::*;
use barejwt::validation::*;
use barejwt::verify::*;
use barejwt_c as barejwt;
use barejwt_c::version;
use barejwt_fuzz::document::{Document, Judgement, judge};
use barejwt_fuzz::{ACCESS, HEADER, KEY, NOW, payload_of, signed};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

/// Bytes for every buffer and string of a program.
const ARENA: usize = 2048;
/// The usual places for issued tokens.
const ACCESS_ROOM: (usize, usize) = (512, 512);
const REFRESH_ROOM: (usize, usize) = (1024, 512);
const SCRATCH: (usize, usize) = (1536, 512);

/// Reads the words of an opaque struct that a refusal has cleared.
fn words<const N: usize>(opaque: [MaybeUninit<u64>; N]) -> [u64; N] {
    // SAFETY: every word was written.
    opaque.map(|word| unsafe { word.assume_init() })
}

fuzz_target!(|bytes: &[u8]| run_program(bytes));

/// `.ci/miri` has no libFuzzer. It runs the programs in the files that it names.
#[cfg(miri)]
fn main() {
    for file in std::env::args().skip(1) {
        run_program(&std::fs::read(file).unwrap());
    }
}

fn run_program(bytes: &[u8]) {
    let mut input = Unstructured::new(bytes);
    let mut program = Program::new();
    program.begin();
    while !input.is_empty() {
        if program.call(&mut input).is_err() {
            break;
        }
    }
}

/// The claims set of a refresh token whose state hash is zeros.
const REFRESH: &str = r#"{"token_type":"refresh","sub":"lUpa","exp":1761203978,"nbf":1745651978,"state_hash":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}"#;

/// All memory of a program, in one place, so that it can be compared before and after a call.
#[repr(C)]
struct Memory {
    keys: [barejwt_key; 2],
    ring: barejwt_keyring,
    slots: [barejwt_slot; 2],
    want: barejwt_validation,
    claims: barejwt_claims,
    identity: barejwt_identity,
    refresh: barejwt_refresh,
    pair: barejwt_pair,
    session: barejwt_session,
    next: barejwt_next,
    value: barejwt_value,
    said: barejwt_unverified,
    bearer: barejwt_str,
    what: barejwt_to_sign,
    options: barejwt_pair_options,
    len: usize,
    code: i64,
    hash: [u8; 32],
    arena: [u8; ARENA],
}

#[derive(Clone, Copy)]
struct Range {
    start: usize,
    len: usize,
}

impl Range {
    fn overlaps(self, other: Self) -> bool {
        self.len > 0
            && other.len > 0
            && self.start < other.start + other.len
            && other.start < self.start + self.len
    }
}

/// What a refresh token said when it was verified.
struct Refreshing {
    sub: Vec<u8>,
    json: Vec<u8>,
    hash: [u8; 32],
    now: i64,
}

struct Program {
    memory: *mut Memory,
    /// The place of the last text in the arena.
    text: (usize, usize),
    /// What the token in `refresh` said.
    refreshing: Option<Refreshing>,
    // The arguments of the current call.
    written: Vec<Range>,
    read: Vec<Range>,
    also_written: Vec<Range>,
    misuse: bool,
}

impl Drop for Program {
    fn drop(&mut self) {
        // SAFETY: it came from a box.
        drop(unsafe { Box::from_raw(self.memory) });
    }
}

/// The address of a field.
macro_rules! field {
    ($program:expr, $($field:tt)+) => {{
        let memory = $program.memory;
        // SAFETY: within the box.
        #[allow(unused_unsafe)]
        unsafe { &raw mut (*memory).$($field)+ }
    }};
}

impl Program {
    fn new() -> Self {
        // SAFETY: integers and pointers, for which zeros are values.
        let memory = Box::into_raw(unsafe { Box::<Memory>::new_zeroed().assume_init() });
        Self {
            memory,
            text: (0, 0),
            refreshing: None,
            written: Vec::new(),
            read: Vec::new(),
            also_written: Vec::new(),
            misuse: false,
        }
    }

    /// Most programs begin like this.
    fn begin(&self) {
        let (key, want) = (field!(self, keys[0]), field!(self, want));
        // SAFETY: as the header asks; the structs are ours.
        unsafe {
            assert_eq!(
                barejwt_key_init(key, KEY.as_ptr().cast(), KEY.len()),
                BAREJWT_OK
            );
            (*want).struct_size = size_of::<barejwt_validation>() as u32;
            (*want).token_type = BAREJWT_TYPE_ANY;
        }
    }

    fn arena(&self, at: usize) -> *mut u8 {
        assert!(at <= ARENA);
        field!(self, arena).cast::<u8>().wrapping_add(at)
    }

    fn bytes(&self) -> Vec<u8> {
        // SAFETY: all bytes were initialised. Padding has bytes of the last copy of a struct.
        unsafe { std::slice::from_raw_parts(self.memory.cast(), size_of::<Memory>()) }.to_vec()
    }

    /// A struct to read. Sometimes the pointer is NULL or misaligned.
    fn input<T>(&mut self, u: &mut Unstructured<'_>, own: *mut T) -> Result<*const T> {
        let pointer = self.place(u, own)?;
        if pointer == own {
            self.read.push(range(own));
        }
        Ok(pointer)
    }

    /// A struct to be written.
    fn output<T>(&mut self, u: &mut Unstructured<'_>, own: *mut T) -> Result<*mut T> {
        let pointer = self.place(u, own)?;
        if pointer == own {
            self.written.push(range(own));
        }
        Ok(pointer)
    }

    fn place<T>(&mut self, u: &mut Unstructured<'_>, own: *mut T) -> Result<*mut T> {
        Ok(match u.arbitrary::<u8>()? {
            0xff => {
                self.misuse = true;
                ptr::null_mut()
            }
            0xfe if align_of::<T>() > 1 => {
                self.misuse = true;
                own.wrapping_byte_add(1)
            }
            _ => own,
        })
    }

    /// A key or a keyring.
    fn key(&mut self, u: &mut Unstructured<'_>) -> Result<*const barejwt_key> {
        let own = match u.int_in_range(0..=3)? {
            0 | 1 => field!(self, keys[0]),
            2 => field!(self, keys[1]),
            _ => {
                self.read.push(range(field!(self, slots)));
                field!(self, ring.key)
            }
        };
        self.input(u, own)
    }

    /// A string to read.
    fn string(&mut self, u: &mut Unstructured<'_>) -> Result<(*const u8, usize)> {
        let (start, len) = match u.arbitrary::<u8>()? {
            0..=0xc0 => (self.arena(self.text.0), self.text.1),
            0xff => return Ok(self.nonsense(u)?),
            0xfe => return Ok((ptr::null(), 0)),
            0xfd => (field!(self, keys[0]).cast(), size_of::<barejwt_key>()),
            _ => self.anywhere(u)?,
        };
        self.read.push(Range {
            start: start.addr(),
            len,
        });
        Ok((start, len))
    }

    /// A buffer to write, sometimes over `victim`, a struct of the same call.
    fn buffer<T>(
        &mut self,
        u: &mut Unstructured<'_>,
        usual: (usize, usize),
        victim: *mut T,
    ) -> Result<(*mut u8, usize)> {
        let (start, len) = match u.arbitrary::<u8>()? {
            0..=0xc0 => (self.arena(usual.0), usual.1),
            0xff => {
                let (start, len) = self.nonsense(u)?;
                return Ok((start.cast_mut(), len));
            }
            0xfe => return Ok((ptr::null_mut(), 0)),
            0xfd => (victim.cast(), u.int_in_range(0..=size_of::<T>())?),
            _ => self.anywhere(u)?,
        };
        self.written.push(Range {
            start: start.addr(),
            len,
        });
        Ok((start, len))
    }

    /// A string for a field of a struct. Mostly it is NULL.
    fn string_field(&mut self, u: &mut Unstructured<'_>) -> Result<barejwt_str> {
        let (start, len) = match u.int_in_range(0..=11)? {
            0..=7 => (ptr::null(), 0),
            8 | 9 => (self.arena(self.text.0).cast_const(), self.text.1),
            10 => {
                let (start, len) = self.anywhere(u)?;
                (start.cast_const(), len)
            }
            _ => self.nonsense(u)?,
        };
        Ok(barejwt_str {
            ptr: start.cast(),
            len,
        })
    }

    /// Notes that a call reads these strings of a struct.
    fn reads(&mut self, strings: &[barejwt_str]) {
        for string in strings {
            let start = string.ptr.addr();
            if start == 0 && string.len > 0 || string.len > isize::MAX.unsigned_abs() {
                self.misuse = true;
            } else {
                let len = string.len;
                self.read.push(Range { start, len });
            }
        }
    }

    /// A struct_size. Mostly it is right.
    fn struct_size<T>(u: &mut Unstructured<'_>) -> Result<u32> {
        match u.ratio(1, 16)? {
            true => u.arbitrary(),
            false => Ok(size_of::<T>() as u32),
        }
    }

    /// A state hash to read: that of all tokens, or another.
    fn hash(&mut self, u: &mut Unstructured<'_>) -> Result<*const u8> {
        let own = field!(self, hash);
        let own = match u.arbitrary::<u8>()? {
            0..=0xe0 => own,
            _ => self.arena(u.int_in_range(0..=ARENA - 32)?).cast(),
        };
        Ok(self.input(u, own)?.cast())
    }

    fn anywhere(&self, u: &mut Unstructured<'_>) -> Result<(*mut u8, usize)> {
        let at = u.int_in_range(0..=ARENA)?;
        Ok((self.arena(at), u.int_in_range(0..=ARENA - at)?))
    }

    /// A pointer and a length that no object can have.
    fn nonsense(&mut self, u: &mut Unstructured<'_>) -> Result<(*const u8, usize)> {
        self.misuse = true;
        let beyond = isize::MAX.unsigned_abs();
        Ok(match u.int_in_range(0..=2)? {
            0 => (ptr::null(), 1),
            1 => (self.arena(0), usize::MAX),
            _ => (self.arena(7), beyond + 1 + u.arbitrary::<usize>()? % beyond),
        })
    }

    fn now(u: &mut Unstructured<'_>) -> Result<i64> {
        Ok(match u.arbitrary::<u8>()? {
            0..=0xe0 => NOW,
            _ => u.arbitrary()?,
        })
    }

    /// One call of the library, or one thing that a caller may do between calls.
    fn call(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        self.written.clear();
        self.read.clear();
        self.also_written.clear();
        self.misuse = false;
        match u.int_in_range(0..=30)? {
            0 | 1 => self.write_text(u),
            2 => self.set_want(u),
            3 => self.spoil(u),
            4 | 5 => self.key_init(u),
            6 => self.keyring(u),
            7..=9 => self.sign(u),
            10..=12 => self.verify(u),
            13 | 14 => self.authenticate(u),
            15 => self.bearer(u),
            27 => self.challenge(u),
            16..=18 => self.claims_get(u),
            19 | 20 => self.pair(u),
            21 | 22 => self.refresh(u),
            23 => self.answer(u),
            24 | 25 => self.session(u),
            26 => self.decode(u),
            28 | 29 => self.sign_own(u),
            _ => self.numbers(u),
        }
    }

    /// Runs a call and checks what must be true after every call.
    fn run(&self, call: impl FnOnce() -> barejwt_status) -> barejwt_status {
        if cfg!(miri) {
            // Opaque words have padding, which Miri lets nobody read.
            return call();
        }
        let mut before = self.bytes();
        let status = call();
        let mut after = self.bytes();
        let base = self.memory.addr();
        for range in self.written.iter().chain(&self.also_written) {
            let range = range.start - base..range.start - base + range.len;
            before[range.clone()].fill(0);
            after[range].fill(0);
        }
        assert!(
            before == after,
            "more than the results was written, status {status}"
        );
        let overlap = self.written.iter().enumerate().any(|(index, range)| {
            let others = self.written[index + 1..].iter().chain(&self.read);
            others.into_iter().any(|other| range.overlaps(*other))
        });
        assert!(
            status >= 100 || !(self.misuse || overlap),
            "misuse was not refused: {status}"
        );
        status
    }

    /// Checks that a string of a result is zeros after a refusal, and can be read otherwise.
    fn check_string(status: barejwt_status, start: *const c_char, len: usize) {
        if status == BAREJWT_OK && len > 0 {
            // SAFETY: the library says so; the sanitizer watches.
            let bytes = unsafe { std::slice::from_raw_parts(start.cast::<u8>(), len) };
            std::hint::black_box(
                bytes
                    .iter()
                    .fold(0, |sum: u8, byte| sum.wrapping_add(*byte)),
            );
        } else if status != BAREJWT_OK {
            assert!(start.is_null() && len == 0, "a refusal left a string");
        }
    }

    fn check_claims(status: barejwt_status, claims: *const barejwt_claims) {
        // SAFETY: one of ours.
        let claims = unsafe { &*claims };
        Self::check_string(status, claims.sub.ptr, claims.sub.len);
        Self::check_string(status, claims.json.ptr, claims.json.len);
        if status != BAREJWT_OK {
            assert_eq!(
                (claims.exp, claims.nbf, claims.has, claims.token_type),
                (0, 0, 0, 0)
            );
            assert_eq!((claims.state, claims.checksum), (0, 0));
        }
    }

    /// Checks the data of a refusal by rules at `now`.
    fn check_detail(status: barejwt_status, detail: *const barejwt_detail, now: i64) {
        // The strings of rules and tokens may be no UTF-8.
        assert_ne!(status, BAREJWT_E_NOT_UTF8);
        // SAFETY: one of ours.
        let detail = unsafe { &*detail };
        match status {
            BAREJWT_E_EXPIRED
            | BAREJWT_E_NOT_YET_VALID
            | BAREJWT_E_ISSUED_IN_FUTURE
            | BAREJWT_E_TOO_OLD => assert_eq!(detail.now, now),
            _ => assert_eq!((detail.time, detail.now), (0, 0)),
        }
    }

    /// Checks that a refused call has left nothing in a buffer.
    fn check_zeros(start: *const u8, len: usize) {
        if !start.is_null() && len <= isize::MAX.unsigned_abs() {
            // SAFETY: a pointer that is not nonsense is ours.
            let bytes = unsafe { std::slice::from_raw_parts(start, len) };
            assert!(bytes.iter().all(|byte| *byte == 0), "a refusal left bytes");
        }
    }

    fn write_text(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        let access = signed(HEADER, ACCESS);
        let text = match u.int_in_range(0..=13)? {
            0 => access,
            1 => format!("Bearer {access}"),
            2 => signed(r#"{"alg":"HS256","kid":"k"}"#, ACCESS.replace("lUpa", r"l\u0055pa")),
            3 => ACCESS.into(),
            4 => r#"{"code":0,"data":{"access_token":"a.b.c","refresh_token":"d.e.f","access_expires":"2025-04-26T16:19:38Z","refresh_expires":"2025-10-23T15:19:38.8+08:00"}}"#.into(),
            5 => "lUpa".into(),
            6 => "k".into(),
            7 => String::from_utf8(KEY.to_vec()).unwrap(),
            8 => signed(HEADER, REFRESH),
            9 => signed(HEADER, REFRESH.replace("lUpa", "lpua")),
            10 => signed(HEADER, REFRESH.replace("lUpa", r"l\u0055pa").replace('}', r#","scopes":["a"]}"#)),
            11 => signed(HEADER, r#"{"iss":"lUpa","sub":"lUpa","aud":["lUpa","k"],"iat":1745651978,"exp":1745655578}"#),
            12 => r#"{"scopes":["a"],"iss":"lUpa"}"#.into(),
            _ => String::new(),
        };
        let raw: &[u8] = if text.is_empty() {
            let len = u.int_in_range(0..=256)?;
            u.bytes(len.min(u.len()))?
        } else {
            text.as_bytes()
        };
        let at = u.int_in_range(0..=ARENA - raw.len())?;
        // SAFETY: within the arena.
        unsafe { ptr::copy_nonoverlapping(raw.as_ptr(), self.arena(at), raw.len()) };
        self.text = (at, raw.len());
        Ok(())
    }

    fn set_want(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        let claims = |number: u32| match number {
            32 => BAREJWT_CLAIM_JTI * 2 - 1, // Every claim.
            33 => BAREJWT_CLAIM_JTI * 2,     // No claim that exists.
            bits => bits,
        };
        let want = barejwt_validation {
            struct_size: Self::struct_size::<barejwt_validation>(u)?,
            token_type: u.int_in_range(0..=5)?,
            require: claims(u.int_in_range(0..=33)?),
            allow_missing: claims(u.int_in_range(0..=33)?),
            ignore: claims(match u.arbitrary()? {
                true => u.int_in_range(0..=33)?,
                false => 0,
            }),
            leeway: u.arbitrary()?,
            max_age: if u.ratio(3, 4)? { 0 } else { u.arbitrary()? },
            max_token_len: if u.arbitrary()? { 0 } else { u.arbitrary()? },
            sub: self.string_field(u)?,
            issuer: self.string_field(u)?,
            audience: self.string_field(u)?,
            typ: self.string_field(u)?,
        };
        // SAFETY: one of ours.
        unsafe { *field!(self, want) = want }
        Ok(())
    }

    /// The rules that were set, to read.
    fn want(&mut self, u: &mut Unstructured<'_>) -> Result<*const barejwt_validation> {
        let own = field!(self, want);
        let want = self.input(u, own)?;
        // SAFETY: ours.
        let rules = unsafe { *own };
        self.reads(&[rules.sub, rules.issuer, rules.audience, rules.typ]);
        Ok(want)
    }

    /// Overwrites a struct, or a piece of the arena, that results may point into.
    fn spoil(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        // Every byte is the same, and no private struct begins like that.
        let byte: u8 = u.arbitrary()?;
        let whole = |start: *mut u8, len: usize| {
            // SAFETY: within the memory.
            unsafe { ptr::write_bytes(start, byte, len) };
        };
        match u.int_in_range(0..=10)? {
            0 => whole(field!(self, keys[0]).cast(), size_of::<barejwt_key>()),
            1 => whole(field!(self, ring).cast(), size_of::<barejwt_keyring>()),
            2 => whole(field!(self, claims).cast(), size_of::<barejwt_claims>()),
            3 => {
                whole(field!(self, refresh).cast(), size_of::<barejwt_refresh>());
                self.refreshing = None;
            }
            4 => whole(field!(self, session).cast(), size_of::<barejwt_session>()),
            // Other bytes than zeros would be forged keys, which the header forbids.
            // SAFETY: ours.
            5 => unsafe { ptr::write_bytes(field!(self, slots), 0, 1) },
            6 => unsafe { barejwt_key_wipe(field!(self, keys[1])) },
            7 => unsafe { barejwt_keyring_wipe(field!(self, ring)) },
            // Claims do not make a refresh token.
            8 => unsafe {
                *field!(self, refresh.unconfirmed) = *field!(self, claims);
                self.refreshing = None;
            },
            // Another subject does not make one either.
            9 => unsafe {
                let len = field!(self, refresh.unconfirmed.sub.len);
                *len = (*len).saturating_sub(1);
            },
            _ => {
                let (start, len) = self.anywhere(u)?;
                whole(start, len);
            }
        }
        Ok(())
    }

    fn key_init(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        let own = match u.arbitrary()? {
            true => field!(self, keys[0]),
            false => field!(self, keys[1]),
        };
        let key = self.output(u, own)?;
        let init = match u.arbitrary()? {
            true => barejwt_key_init,
            false => barejwt_key_init_weak,
        };
        let (mut secret, mut len) = (KEY.as_ptr(), KEY.len());
        if u.ratio(1, 2)? {
            (secret, len) = self.string(u)?;
        }
        // SAFETY: as the header asks.
        let status = self.run(|| unsafe { init(key, secret.cast(), len) });
        if status != BAREJWT_OK && key == own {
            // SAFETY: ours.
            assert_eq!(words(unsafe { (*own).opaque }), [0; 11]);
        }
        Ok(())
    }

    fn keyring(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        let own = field!(self, ring);
        let ring = self.output(u, own)?;
        let slots = field!(self, slots).cast::<barejwt_slot>();
        if u.ratio(1, 4)? {
            let slots = self.place(u, slots)?;
            let capacity = u.int_in_range(0..=2)?;
            // SAFETY: as the header asks.
            self.run(|| unsafe { barejwt_keyring_init(ring, slots, capacity) });
            return Ok(());
        }
        let key = field!(self, keys[0]);
        let key = self.input(u, key)?;
        self.also_written.push(range(field!(self, slots)));
        let (mut kid, mut len) = (c"k".as_ptr().cast(), 1);
        if u.ratio(1, 2)? {
            (kid, len) = self.string(u)?;
        }
        let uses = u.int_in_range(0..=4)?;
        // SAFETY: as the header asks.
        self.run(|| unsafe { barejwt_keyring_add(ring, kid.cast(), len, key, uses) });
        Ok(())
    }

    fn sign(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        let key = self.key(u)?;
        let (text, len) = self.string(u)?;
        let own = field!(self, len);
        let out_len = self.output(u, own)?;
        let (out, size) = self.buffer(u, REFRESH_ROOM, field!(self, keys[0]))?;
        let (now, lifetime) = (Self::now(u)?, u.arbitrary()?);
        let kind = u.int_in_range(0..=2)?;
        let hash = match kind {
            1 => self.hash(u)?,
            _ => ptr::null(),
        };
        // SAFETY: as the header asks.
        let status = self.run(|| unsafe {
            let (text, out) = (text.cast(), out.cast());
            match kind {
                0 => barejwt_sign_access(key, text, len, now, lifetime, out, size, out_len),
                1 => barejwt_sign_refresh(key, text, len, hash, now, lifetime, out, size, out_len),
                _ => barejwt_sign_json(key, text, len, out, size, out_len),
            }
        });
        self.check_out(status, out, size, out_len == own);
        Ok(())
    }

    /// A token of any type, with members of the caller's own.
    fn sign_own(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        let key = self.key(u)?;
        let (own, own_len) = (field!(self, what), field!(self, len));
        let what = barejwt_to_sign {
            struct_size: Self::struct_size::<barejwt_to_sign>(u)?,
            token_type: u.int_in_range(0..=5)?,
            lifetime: u.arbitrary()?,
            sub: match u.arbitrary()? {
                true => barejwt_str {
                    ptr: c"lUpa".as_ptr(),
                    len: 4,
                },
                false => self.string_field(u)?,
            },
            state_hash: match u.arbitrary()? {
                true => field!(self, hash).cast(),
                false => ptr::null(),
            },
            members: self.string_field(u)?,
        };
        // SAFETY: one of ours.
        unsafe { *own = what }
        // If the token must not have a hash, the call is refused before it reads the hash.
        if !what.state_hash.is_null() {
            self.read.push(range(field!(self, hash)));
        } else if what.token_type == BAREJWT_TYPE_REFRESH {
            self.misuse = true;
        }
        let pointer = self.input(u, own)?;
        self.reads(&[what.sub, what.members]);
        let out_len = self.output(u, own_len)?;
        let (out, size) = self.buffer(u, REFRESH_ROOM, own)?;
        let now = Self::now(u)?;
        // SAFETY: as the header asks.
        let status =
            self.run(|| unsafe { barejwt_sign(key, pointer, now, out.cast(), size, out_len) });
        self.check_out(status, out, size, out_len == own_len);
        if status == BAREJWT_OK {
            // SAFETY: ours, and the library has taken them.
            let [sub, members, token] = unsafe {
                let len = *own_len;
                let token = barejwt_str {
                    ptr: out.cast(),
                    len,
                };
                [what.sub, what.members, token].map(|string| bytes_of(string))
            };
            // SAFETY: 32 bytes of ours, or NULL.
            let hash = unsafe { what.state_hash.cast::<[u8; 32]>().as_ref() };
            let expected = standard(what.token_type, &sub, now, what.lifetime, hash);
            check_issued(&token, expected, &members);
        }
        Ok(())
    }

    fn challenge(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        let (realm, len) = self.string(u)?;
        let own = field!(self, len);
        let out_len = self.output(u, own)?;
        let (out, size) = self.buffer(u, REFRESH_ROOM, own)?;
        let refused = u.arbitrary()?;
        // SAFETY: as the header asks.
        let status = self.run(|| unsafe {
            barejwt_www_authenticate(refused, realm.cast(), len, out.cast(), size, out_len)
        });
        self.check_out(status, out, size, out_len == own);
        Ok(())
    }

    /// Checks a text that was written, and remembers it.
    fn check_out(&mut self, status: barejwt_status, out: *mut u8, size: usize, given: bool) {
        // SAFETY: ours.
        let written = unsafe { *field!(self, len) };
        if status == BAREJWT_OK {
            // SAFETY: ours, and the library wrote it.
            let bytes = unsafe { std::slice::from_raw_parts(out, size) };
            assert_eq!(
                CStr::from_bytes_until_nul(bytes).unwrap().count_bytes(),
                written
            );
            self.text = (out.addr() - self.arena(0).addr(), written);
            return;
        }
        Self::check_zeros(out, size);
        if given {
            assert!(written == 0 || status == BAREJWT_E_OUTPUT_TOO_SMALL && written > size);
        }
    }

    fn verify(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        let key = self.key(u)?;
        let (token, len) = self.string(u)?;
        let want = self.want(u)?;
        let own = field!(self, claims);
        let claims = self.output(u, own)?;
        let (scratch, size) = self.buffer(u, SCRATCH, field!(self, claims))?;
        let now = Self::now(u)?;
        // SAFETY: as the header asks.
        let status = self.run(|| unsafe {
            barejwt_verify(
                key,
                token.cast(),
                len,
                want,
                now,
                scratch.cast(),
                size,
                claims,
            )
        });
        if claims == own {
            Self::check_claims(status, claims);
            Self::check_detail(status, field!(self, claims.detail), now);
        }
        Ok(())
    }

    fn authenticate(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        let key = self.key(u)?;
        let (header, len) = self.string(u)?;
        let want = self.want(u)?;
        let own = field!(self, identity);
        let identity = self.output(u, own)?;
        let (scratch, size) = self.buffer(u, SCRATCH, field!(self, identity))?;
        let (now, auth) = (Self::now(u)?, u.int_in_range(0..=3)?);
        // SAFETY: as the header asks.
        let status = self.run(|| unsafe {
            let (header, scratch) = (header.cast(), scratch.cast::<c_void>());
            barejwt_authenticate(key, auth, header, len, want, now, scratch, size, identity)
        });
        if identity == own {
            // SAFETY: ours.
            let kind = unsafe { (*own).kind };
            assert_eq!(status == BAREJWT_OK, kind != BAREJWT_IDENTITY_REFUSED);
            assert!(kind != BAREJWT_IDENTITY_ANONYMOUS || auth != BAREJWT_AUTH_REQUIRED);
            Self::check_claims(status, field!(self, identity.claims));
            Self::check_detail(status, field!(self, identity.claims.detail), now);
        }
        Ok(())
    }

    fn bearer(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        let (header, len) = self.string(u)?;
        let own = field!(self, bearer);
        let token = self.output(u, own)?;
        // SAFETY: as the header asks.
        let status = self.run(|| unsafe { barejwt_bearer_token(header.cast(), len, token) });
        if token == own {
            // SAFETY: ours.
            unsafe { Self::check_string(status, (*own).ptr, (*own).len) };
        }
        Ok(())
    }

    fn claims_get(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        let claims = match u.int_in_range(0..=5)? {
            0..=2 => field!(self, claims),
            3 | 4 => field!(self, identity.claims),
            _ => {
                // The state hash was not compared.
                self.misuse = self.refreshing.is_some();
                field!(self, refresh.unconfirmed)
            }
        };
        let victim = claims;
        let claims = self.input(u, claims)?;
        let own = field!(self, value);
        let value = self.output(u, own)?;
        let (buffer, size) = self.buffer(u, (512, 128), victim)?;
        let (mut name, mut len) = (c"sub".as_ptr().cast(), 3);
        if u.ratio(1, 2)? {
            (name, len) = self.string(u)?;
        }
        // SAFETY: as the header asks.
        let status = self.run(|| unsafe {
            barejwt_claims_get(claims, name.cast(), len, buffer.cast(), size, value)
        });
        if value == own {
            // SAFETY: ours.
            let value = unsafe { &*value };
            Self::check_string(status, value.text.ptr, value.text.len);
            assert_eq!(status == BAREJWT_OK, value.kind != BAREJWT_VALUE_ABSENT);
        }
        Ok(())
    }

    /// Sets the options of a pair, and returns a pointer to them.
    fn options(&mut self, u: &mut Unstructured<'_>) -> Result<*const barejwt_pair_options> {
        let own = field!(self, options);
        let options = barejwt_pair_options {
            struct_size: Self::struct_size::<barejwt_pair_options>(u)?,
            access_lifetime: u.arbitrary()?,
            refresh_lifetime: u.arbitrary()?,
            access_members: self.string_field(u)?,
            refresh_members: self.string_field(u)?,
        };
        // SAFETY: one of ours.
        unsafe { *own = options }
        self.reads(&[options.access_members, options.refresh_members]);
        self.input(u, own)
    }

    fn pair(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        let key = self.key(u)?;
        let (sub, len) = self.string(u)?;
        let own = field!(self, pair);
        let pair = self.output(u, own)?;
        let hash = self.hash(u)?;
        let options = self.options(u)?;
        let (access, access_size) = self.buffer(u, ACCESS_ROOM, field!(self, keys[0]))?;
        let (refresh, refresh_size) = self.buffer(u, REFRESH_ROOM, field!(self, pair))?;
        let now = Self::now(u)?;
        // SAFETY: as the header asks.
        let status = self.run(|| unsafe {
            barejwt_issue_pair(
                key,
                sub.cast(),
                len,
                hash,
                options,
                now,
                access.cast(),
                access_size,
                refresh.cast(),
                refresh_size,
                pair,
            )
        });
        self.check_pair(status, pair == own);
        match status {
            BAREJWT_OK => {
                // SAFETY: ours, and the library has read them.
                let (sub, hash) = unsafe { (std::slice::from_raw_parts(sub, len), *hash.cast()) };
                self.check_issued_pair(sub, now, &hash, b"{}");
            }
            _ => {
                Self::check_zeros(access, access_size);
                Self::check_zeros(refresh, refresh_size);
            }
        }
        Ok(())
    }

    fn check_pair(&mut self, status: barejwt_status, given: bool) {
        if given {
            // SAFETY: ours.
            let pair = unsafe { &*field!(self, pair) };
            Self::check_string(status, pair.access_token.ptr, pair.access_token.len);
            Self::check_string(status, pair.refresh_token.ptr, pair.refresh_token.len);
            let arena = self.arena(0).addr();
            if status == BAREJWT_OK
                && (arena..arena + ARENA).contains(&pair.refresh_token.ptr.addr())
            {
                self.text = (
                    pair.refresh_token.ptr.addr() - arena,
                    pair.refresh_token.len,
                );
            }
        }
    }

    /// Checks what both tokens of the pair say: the standard members, and then the members of the options.
    /// If the options have no members, the members of the claims set `otherwise` must follow.
    fn check_issued_pair(&self, sub: &[u8], now: i64, hash: &[u8; 32], otherwise: &[u8]) {
        // SAFETY: ours, and the library has taken them.
        let (pair, options) = unsafe { (*field!(self, pair), *field!(self, options)) };
        let members = [options.access_members, options.refresh_members];
        let given = members.iter().any(|members| !members.ptr.is_null());
        // SAFETY: likewise.
        let [access, refresh] = members.map(|members| match given {
            true => unsafe { bytes_of(members) },
            false => otherwise.to_vec(),
        });
        let [access_token, refresh_token] =
            [pair.access_token, pair.refresh_token].map(|token| unsafe { bytes_of(token) });
        let (lifetime, later) = (options.access_lifetime, options.refresh_lifetime);
        let expected = standard(BAREJWT_TYPE_ACCESS, sub, now, lifetime, None);
        check_issued(&access_token, expected, &access);
        let expected = standard(BAREJWT_TYPE_REFRESH, sub, now, later, Some(hash));
        check_issued(&refresh_token, expected, &refresh);
    }

    fn refresh(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        match u.int_in_range(0..=2)? {
            0 => self.verify_refresh(u),
            1 => self.confirm(u),
            _ => self.renew(u),
        }
    }

    fn verify_refresh(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        let own = field!(self, refresh);
        let key = self.key(u)?;
        let (token, len) = self.string(u)?;
        let want = self.want(u)?;
        let refresh = self.output(u, own)?;
        let (scratch, size) = self.buffer(u, SCRATCH, own)?;
        let now = Self::now(u)?;
        // SAFETY: as the header asks.
        let status = self.run(|| unsafe {
            let (token, scratch) = (token.cast(), scratch.cast());
            barejwt_verify_refresh(key, token, len, want, now, scratch, size, refresh)
        });
        if refresh != own {
            return Ok(());
        }
        Self::check_claims(status, field!(self, refresh.unconfirmed));
        Self::check_detail(status, field!(self, refresh.unconfirmed.detail), now);
        // SAFETY: ours, and the library has filled it in.
        self.refreshing = (status == BAREJWT_OK).then(|| unsafe {
            Refreshing {
                sub: bytes_of((*own).unconfirmed.sub),
                json: bytes_of((*own).unconfirmed.json),
                hash: (*own).state_hash,
                now: (*own).now,
            }
        });
        if let Some(token) = &self.refreshing {
            assert!(!token.sub.is_empty() && token.now == now);
        }
        Ok(())
    }

    /// The refresh token to read. Its scratch buffer is read too.
    fn refresh_token(&mut self, u: &mut Unstructured<'_>) -> Result<*const barejwt_refresh> {
        let own = field!(self, refresh);
        if self.refreshing.is_some() {
            // SAFETY: ours.
            let claims = unsafe { (*own).unconfirmed };
            self.reads(&[claims.sub, claims.json]);
        }
        self.input(u, own)
    }

    fn confirm(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        let refresh = self.refresh_token(u)?;
        let hash = self.hash(u)?;
        let own = field!(self, claims);
        let claims = self.output(u, own)?;
        // SAFETY: as the header asks.
        let status = self.run(|| unsafe { barejwt_refresh_confirm(refresh, hash, claims) });
        if claims == own {
            Self::check_claims(status, claims);
        }
        if status == BAREJWT_OK {
            let token = self.refreshing.as_ref().expect("it was verified");
            // SAFETY: ours, and the library has read or written it.
            unsafe {
                assert_eq!(*hash.cast::<[u8; 32]>(), token.hash);
                assert_eq!(bytes_of((*own).sub), token.sub);
                assert_eq!(bytes_of((*own).json), token.json);
            }
        }
        Ok(())
    }

    fn renew(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        let key = self.key(u)?;
        let refresh = self.refresh_token(u)?;
        let hash = self.hash(u)?;
        let options = self.options(u)?;
        let own = field!(self, pair);
        let pair = self.output(u, own)?;
        let (access, access_size) = self.buffer(u, ACCESS_ROOM, field!(self, refresh))?;
        let (out, out_size) = self.buffer(u, REFRESH_ROOM, own)?;
        // SAFETY: as the header asks.
        let status = self.run(|| unsafe {
            barejwt_refresh_renew(
                key,
                refresh,
                hash,
                options,
                access.cast(),
                access_size,
                out.cast(),
                out_size,
                pair,
            )
        });
        self.check_pair(status, pair == own);
        if status == BAREJWT_OK {
            let token = self.refreshing.as_ref().expect("it was verified");
            // SAFETY: ours, and the library has read it.
            assert_eq!(unsafe { *hash.cast::<[u8; 32]>() }, token.hash);
            self.check_issued_pair(&token.sub, token.now, &token.hash, &token.json);
        } else {
            Self::check_zeros(access, access_size);
            Self::check_zeros(out, out_size);
        }
        Ok(())
    }

    fn answer(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        let (answer, len) = self.string(u)?;
        let own = field!(self, pair);
        let pair = self.output(u, own)?;
        let mut code = field!(self, code);
        if u.arbitrary()? {
            code = ptr::null_mut();
        } else {
            self.written.push(range(code));
        }
        // SAFETY: as the header asks.
        let status =
            self.run(|| unsafe { barejwt_pair_from_answer(answer.cast(), len, pair, code) });
        self.check_pair(status, pair == own);
        Ok(())
    }

    fn session(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        let (own, next_own) = (field!(self, session), field!(self, next));
        let pair = field!(self, pair);
        let kind = u.int_in_range(0..=5)?;
        let session = self.output(u, own)?;
        match kind {
            0 | 2 => {
                let pair = self.input(u, pair)?;
                // SAFETY: as the header asks.
                self.run(|| unsafe {
                    match kind {
                        0 => barejwt_session_init(session, pair, 60),
                        _ => barejwt_session_renewed(session, pair),
                    }
                });
            }
            1 => {
                let next = self.output(u, next_own)?;
                let now = Self::now(u)?;
                // SAFETY: as the header asks.
                let status = self.run(|| unsafe { barejwt_session_next(session, now, next) });
                self.check_next(status, next == next_own);
            }
            3 => {
                let next = self.output(u, next_own)?;
                // SAFETY: as the header asks.
                let status = self.run(|| unsafe { barejwt_session_after_401(session, next) });
                self.check_next(status, next == next_own);
            }
            4 => {
                // SAFETY: as the header asks.
                self.run(|| unsafe { barejwt_session_accepted(session) });
            }
            _ => {
                // SAFETY: as the header asks.
                self.run(|| unsafe { barejwt_session_refresh_refused(session) });
            }
        }
        Ok(())
    }

    fn check_next(&self, status: barejwt_status, given: bool) {
        if given {
            // SAFETY: ours.
            let next = unsafe { &*field!(self, next) };
            Self::check_string(status, next.token.ptr, next.token.len);
            assert_eq!(status == BAREJWT_OK, next.action != BAREJWT_NEXT_REFUSED);
        }
    }

    fn decode(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        let (token, len) = self.string(u)?;
        let own = field!(self, said);
        let said = self.output(u, own)?;
        let (scratch, size) = self.buffer(u, SCRATCH, own)?;
        // SAFETY: as the header asks.
        let status = self.run(|| unsafe {
            barejwt_decode_unverified(token.cast(), len, scratch.cast(), size, said)
        });
        if said == own {
            // SAFETY: ours.
            let said = unsafe { &*said };
            Self::check_string(status, said.header_json.ptr, said.header_json.len);
            Self::check_string(status, said.payload_json.ptr, said.payload_json.len);
            Self::check_string(status, said.said_sub.ptr, said.said_sub.len);
        }
        Ok(())
    }

    /// Calls the functions that only take numbers.
    fn numbers(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        let number: i32 = u.arbitrary()?;
        // SAFETY: a static string.
        let text = unsafe { CStr::from_ptr(barejwt_strerror(number)) };
        assert!(text.to_bytes().is_ascii() && !text.is_empty());
        assert!([200, 400, 401, 500].contains(&barejwt_http_status(number)));
        let len: usize = u.arbitrary()?;
        assert!(barejwt_scratch_size(len) >= len.min(4) / 4 * 2);
        assert_eq!(version::barejwt_abi_version(), 1);
        Ok(())
    }
}

fn range<T>(pointer: *mut T) -> Range {
    Range {
        start: pointer.addr(),
        len: size_of::<T>(),
    }
}

/// # Safety
/// `string` is a string of the program, or NULL.
unsafe fn bytes_of(string: barejwt_str) -> Vec<u8> {
    match string.ptr.is_null() {
        true => Vec::new(),
        // SAFETY: the caller says so.
        false => unsafe { std::slice::from_raw_parts(string.ptr.cast(), string.len) }.to_vec(),
    }
}

/// The members that the library writes itself, in its order.
fn standard(
    token_type: u32,
    sub: &[u8],
    now: i64,
    lifetime: u32,
    hash: Option<&[u8; 32]>,
) -> Vec<(&'static str, Value)> {
    let sub = ("sub", json!(str::from_utf8(sub).unwrap()));
    let exp = ("exp", json!(now + i64::from(lifetime)));
    let mut members = match token_type {
        BAREJWT_TYPE_JWT => vec![sub, ("iat", json!(now)), exp],
        BAREJWT_TYPE_ACCESS => vec![
            ("token_type", json!("access")),
            sub,
            exp,
            ("nbf", json!(now)),
        ],
        _ => vec![
            ("token_type", json!("refresh")),
            sub,
            exp,
            ("nbf", json!(now)),
        ],
    };
    members.extend(hash.map(|hash| ("state_hash", json!(STANDARD.encode(hash)))));
    members
}

/// Checks that a token says `expected`, and then the members of `own` except those that the library
/// writes itself.
fn check_issued(token: &[u8], expected: Vec<(&str, Value)>, own: &[u8]) {
    let payload = payload_of(str::from_utf8(token).unwrap());
    let own = if own.is_empty() { b"{}" } else { own };
    let (Some(Judgement::Object(Document(said))), Some(Judgement::Object(Document(own)))) =
        (judge(&payload), judge(own))
    else {
        return; // The judge cannot tell: see `judge`.
    };
    let standard = ["token_type", "sub", "exp", "nbf", "state_hash"];
    let own = own.iter();
    let own = own.filter(|(name, _)| expected[0].0 == "sub" || !standard.contains(&name.as_str()));
    let own = own.map(|(name, value)| (name.as_str(), value));
    let expected = expected.iter().map(|(name, value)| (*name, value));
    let said = said.iter().map(|(name, value)| (name.as_str(), value));
    assert!(said.eq(expected.chain(own)), "a token says something else");
}
