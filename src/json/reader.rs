//! One object, read strictly (RFC 8259) in one pass, without recursion and without a heap.

use core::slice;

use super::text::{JsonStr, escape};
use crate::COMPACT;
use crate::error::JsonProblem;

/// Most levels that values may nest in a header or a payload.
pub const MAX_JSON_DEPTH: usize = 32;

/// Most members that a header or a claims set may have.
pub const MAX_MEMBERS: usize = 64;

/// Most names of an object that may have the same hash as an earlier name. By chance, five among 64 names
/// have it once in billions of objects.
pub(super) const MAX_ALIKE: usize = 4;

/// A name to look for, without escapes, and its hash.
#[derive(Clone, Copy)]
pub(crate) struct Name<'n> {
    text: &'n str,
    hash: u16,
}

impl<'n> Name<'n> {
    pub(crate) const fn new(text: &'n str) -> Self {
        let mut hash = Hash::START;
        let mut rest = text.as_bytes();
        while let [byte, tail @ ..] = rest {
            hash = hash.with(*byte);
            rest = tail;
        }
        Self {
            text,
            hash: hash.end(),
        }
    }
}

/// The upper half of FNV-1a, 16 of 32 bits.
#[derive(Clone, Copy)]
struct Hash(u32);

impl Hash {
    const START: Self = Self(0x811c_9dc5);

    const fn with(self, byte: u8) -> Self {
        Self((self.0 ^ byte as u32).wrapping_mul(0x0100_0193))
    }

    const fn end(self) -> u16 {
        (self.0 >> 16) as u16
    }
}

/// The hash of a name, over its unescaped bytes.
pub(super) fn hash(name: JsonStr<'_>) -> u16 {
    let mut hash = Hash::START;
    for byte in name.raw() {
        if *byte == b'\\' {
            return name.bytes().fold(Hash::START, Hash::with).end();
        }
        hash = hash.with(*byte);
    }
    hash.end()
}

/// The same, for a name without escapes.
fn hash_of_plain(name: &[u8]) -> u16 {
    let with = |hash: Hash, byte: &u8| hash.with(*byte);
    name.iter().fold(Hash::START, with).end()
}

/// One bit of a word. Equal hashes have the same bit.
const fn bit(hash: u16) -> usize {
    1 << (hash as u32 % usize::BITS)
}

/// The reader has met a problem: [`Reader::problem`] names it.
pub(super) struct Stopped;

type Read<T> = Result<T, Stopped>;

/// A member of an object, and the hash of its name.
struct Member<'j> {
    name: JsonStr<'j>,
    /// The name is known to have no escapes.
    is_plain: bool,
    hash: u16,
    value: &'j [u8],
}

/// The string at the front of `text`, without its quotes, and the text behind it. `None` for a string
/// with escapes and for anything else, good or bad.
fn plain_string(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let text = text.strip_prefix(b"\"")?;
    let (string, after) = text.split_at_checked(plain_len(text))?;
    Some((string, after.strip_prefix(b"\"")?))
}

/// The same, for a whole number before a comma or the end of an object.
fn plain_number(text: &[u8]) -> Option<(&[u8], &[u8])> {
    if !matches!(text, [b'1'..=b'9', ..]) {
        return None;
    }
    let (number, after) = text.split_at_checked(digits_len(text))?;
    matches!(after, [b',' | b'}', ..]).then_some((number, after))
}

/// A cursor over a JSON text. A reader that has stopped stands at the problem.
pub(super) struct Reader<'j> {
    text: &'j [u8],
    rest: slice::Iter<'j, u8>,
    /// Wrong syntax, unless another problem stops the reader.
    problem: JsonProblem,
}

impl<'j> Reader<'j> {
    pub(super) fn new(text: &'j [u8]) -> Self {
        Self {
            text,
            rest: text.iter(),
            problem: JsonProblem::Syntax,
        }
    }

    /// The problem that has stopped the reader.
    pub(super) fn problem(&self) -> JsonProblem {
        self.problem
    }

    fn stop<T>(&mut self, problem: JsonProblem) -> Read<T> {
        self.problem = problem;
        Err(Stopped)
    }

    /// Bytes of the text before the cursor.
    pub(super) fn at(&self) -> usize {
        self.text.len().wrapping_sub(self.rest.len())
    }

    fn bump(&mut self) {
        self.rest.next();
    }

    /// The text between the start of `before` and the cursor.
    fn since(&self, before: &'j [u8]) -> &'j [u8] {
        let len = before.len().wrapping_sub(self.rest.len());
        before.get(..len).unwrap_or_default()
    }

    /// Moves the cursor to the next byte that is not white space, and returns this byte. Returns 0 at the
    /// end, because no token begins with 0.
    fn next_token(&mut self) -> u8 {
        match self.rest.as_slice() {
            [byte, ..] if !COMPACT && *byte > b' ' => *byte,
            _ => self.skip_space(),
        }
    }

    // Never inlined: each of its callers would get a copy.
    #[inline(never)]
    fn skip_space(&mut self) -> u8 {
        while let [byte, ..] = self.rest.as_slice() {
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return *byte;
            }
            self.bump();
        }
        0
    }

    /// Skips white space, then `byte` if it follows.
    fn eat(&mut self, byte: u8) -> bool {
        let found = self.next_token() == byte;
        if found {
            self.bump();
        }
        found
    }

    /// Reads the whole text, which must be one object. Writes the values of the members with these names
    /// to `values`; an absent member leaves its place unchanged.
    ///
    /// The reader keeps a hash of each name, which needs no heap. It compares names only if their hashes
    /// are equal, and reads the object again to do so. The time is still linear in the text, because an
    /// object with many names of one hash is refused.
    pub(super) fn object(&mut self, names: &[Name<'_>], values: &mut [&'j [u8]]) -> Read<()> {
        let mut hashes = [0; MAX_MEMBERS];
        let mut count = 0;
        let mut seen = 0;
        let mut alike = 0_usize;
        if !self.eat(b'{') {
            return self.stop(JsonProblem::NotObject);
        }
        while self.goes_on(b'}', count == 0)? {
            let Member {
                name,
                is_plain,
                hash,
                value,
            } = self.member()?;
            let (earlier, rest) = hashes.split_at_mut_checked(count).unwrap_or_default();
            let Some(slot) = rest.first_mut() else {
                return self.stop(JsonProblem::TooManyMembers);
            };
            *slot = hash;
            // This tells at once, for most names, that no earlier name has the same hash.
            let is_new = !COMPACT && seen & bit(hash) == 0;
            seen |= bit(hash);
            #[expect(
                clippy::manual_contains,
                reason = "the names are few, and `contains` is code for many"
            )]
            if !is_new && earlier.iter().any(|earlier| *earlier == hash) {
                alike = alike.wrapping_add(1);
                self.check_not_repeated(name, count, alike)?;
            }
            count = count.wrapping_add(1);
            let name_is = |other: &str| match is_plain {
                true => name.raw() == other.as_bytes(),
                false => name.is(other),
            };
            for (known, slot) in names.iter().zip(values.iter_mut()) {
                if known.hash == hash && name_is(known.text) {
                    *slot = value;
                    break;
                }
            }
        }
        self.next_token();
        match self.rest.as_slice() {
            [] => Ok(()),
            [..] => self.stop(JsonProblem::TrailingBytes),
        }
    }

    // Inlined: it has one caller.
    #[inline(always)]
    fn member(&mut self) -> Read<Member<'j>> {
        let plain = self.plain_name();
        let is_plain = plain.is_some();
        let name = match plain {
            Some(name) => name,
            None => self.name()?,
        };
        let value = match self.plain_value() {
            Some(value) => value,
            None => self.value()?,
        };
        let hash = match is_plain {
            true => hash_of_plain(name.raw()),
            false => hash(name),
        };
        Ok(Member {
            name,
            is_plain,
            hash,
            value,
        })
    }

    /// Reads a member's name and its colon, if they are written without white space and escapes, as most
    /// are.
    #[inline(always)]
    fn plain_name(&mut self) -> Option<JsonStr<'j>> {
        if COMPACT {
            return None;
        }
        let (name, after) = plain_string(self.rest.as_slice())?;
        self.rest = after.strip_prefix(b":")?.iter();
        Some(JsonStr::standing(name))
    }

    /// Reads a value that is written in the same way and is a string or a whole number.
    #[inline(always)]
    fn plain_value(&mut self) -> Option<&'j [u8]> {
        if COMPACT {
            return None;
        }
        let start = self.rest.as_slice();
        let (_, after) = plain_string(start).or_else(|| plain_number(start))?;
        self.rest = after.iter();
        Some(self.since(start))
    }

    /// Reads the first `count` members again and refuses `name` if one of them has it. Also refuses it if
    /// more than [`MAX_ALIKE`] names are `alike`.
    #[cold]
    fn check_not_repeated(&mut self, name: JsonStr<'_>, count: usize, alike: usize) -> Read<()> {
        let mut again = Self::new(self.text);
        again.eat(b'{');
        for index in 0..count {
            again.goes_on(b'}', index == 0)?;
            if again.name()?.same_as(name) {
                return self.stop(JsonProblem::DuplicateName);
            }
            again.value()?;
        }
        if alike > MAX_ALIKE {
            return self.stop(JsonProblem::NamesAlike);
        }
        Ok(())
    }

    /// Skips a comma before the next member or element, or `close` at the end of the object or array.
    /// Returns whether a member or element follows.
    // With `compact` not inlined: each of its callers would get a copy.
    #[cfg_attr(feature = "compact", inline(never))]
    fn goes_on(&mut self, close: u8, is_first: bool) -> Read<bool> {
        let next = self.next_token();
        let is_end = next == close;
        if is_end || (!is_first && next == b',') {
            self.bump();
        } else if !is_first {
            return Err(Stopped);
        }
        Ok(!is_end)
    }

    /// Reads a member's name and its colon.
    #[inline(never)]
    fn name(&mut self) -> Read<JsonStr<'j>> {
        let name = self.string()?;
        if !self.eat(b':') {
            return Err(Stopped);
        }
        Ok(name)
    }

    /// Reads a value with everything inside it, and returns its text. The lowest bit of `objects` says
    /// whether the innermost level is an object; the next bit is for the level around it, and so on.
    fn value(&mut self) -> Read<&'j [u8]> {
        let mut next = self.next_token();
        let start = self.rest.as_slice();
        let mut depth = 0;
        let mut objects = 0_u32;
        loop {
            let mut is_first = matches!(next, b'{' | b'[');
            if is_first {
                if depth == MAX_JSON_DEPTH {
                    return self.stop(JsonProblem::TooDeep);
                }
                self.bump();
                depth = depth.wrapping_add(1);
                objects = (objects << 1) | u32::from(next == b'{');
            } else {
                self.scalar(next)?;
            }
            let close = |objects| if objects & 1 == 1 { b'}' } else { b']' };
            while depth != 0 && !self.goes_on(close(objects), is_first)? {
                is_first = false;
                objects >>= 1;
                depth = depth.wrapping_sub(1);
            }
            if depth == 0 {
                return Ok(self.since(start));
            }
            if objects & 1 == 1 {
                self.name()?;
            }
            next = self.next_token();
        }
    }

    /// Reads a value that begins with `first` and is neither an object nor an array.
    fn scalar(&mut self, first: u8) -> Read<()> {
        let literal = match first {
            b'"' => return self.string().map(|_| ()),
            b'-' | b'0'..=b'9' => return self.number(),
            b't' => "true",
            b'f' => "false",
            _ => "null",
        };
        let rest = self.rest.as_slice().strip_prefix(literal.as_bytes());
        self.rest = rest.ok_or(Stopped)?.iter();
        Ok(())
    }

    fn string(&mut self) -> Read<JsonStr<'j>> {
        if !self.eat(b'"') {
            return Err(Stopped);
        }
        let start = self.rest.as_slice();
        loop {
            self.skip_plain();
            match self.rest.as_slice() {
                [b'"', ..] => {
                    let raw = self.since(start);
                    self.bump();
                    return Ok(JsonStr::standing(raw));
                }
                [b'\\', after @ ..] => {
                    let Some((_, len)) = escape(after) else {
                        return self.stop(JsonProblem::BadEscape);
                    };
                    self.rest = after.get(len..).unwrap_or_default().iter();
                }
                [_, ..] => return self.stop(JsonProblem::ControlCharacter),
                [] => return Err(Stopped),
            }
        }
    }

    /// Skips the characters of a string that stand for themselves.
    // Inlined: it has one caller.
    #[inline(always)]
    fn skip_plain(&mut self) {
        if !COMPACT {
            let rest = self.rest.as_slice();
            self.rest = rest.get(plain_len(rest)..).unwrap_or_default().iter();
            return;
        }
        // The same rule as in `not_plain`, without a branch on the byte.
        let is_plain = |byte: &u8| (*byte >= 0x20) & (*byte != b'"') & (*byte != b'\\');
        let mut rest = self.rest.clone();
        while rest.as_slice().first().is_some_and(is_plain) {
            rest.next();
        }
        self.rest = rest;
    }

    fn number(&mut self) -> Read<()> {
        self.skip_one(b'-');
        if !self.skip_one(b'0') {
            self.digits()?;
        }
        if self.skip_one(b'.') {
            self.digits()?;
        }
        if self.skip_one(b'e') || self.skip_one(b'E') {
            if !self.skip_one(b'+') {
                self.skip_one(b'-');
            }
            self.digits()?;
        }
        Ok(())
    }

    // Never inlined, like `digits`: each of their callers would get a copy.
    #[inline(never)]
    fn skip_one(&mut self, byte: u8) -> bool {
        let found = self.rest.as_slice().first() == Some(&byte);
        if found {
            self.bump();
        }
        found
    }

    #[inline(never)]
    fn digits(&mut self) -> Read<()> {
        let before = self.rest.len();
        while matches!(self.rest.as_slice().first(), Some(b'0'..=b'9')) {
            self.bump();
        }
        if self.rest.len() == before {
            return Err(Stopped);
        }
        Ok(())
    }
}

/// How many bytes at the front of `text` stand for themselves in a string.
// Inlined into each of its callers, which is faster, only on targets that have room for the copies.
#[cfg_attr(not(target_pointer_width = "64"), inline(never))]
pub(super) fn plain_len(text: &[u8]) -> usize {
    run_len(text, not_plain)
}

/// How many digits stand at the front of `text`.
pub(super) fn digits_len(text: &[u8]) -> usize {
    if cfg!(target_pointer_width = "64") {
        return run_len(text, not_digit);
    }
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// How many bytes of `text` stand before the first byte that `others` finds. It looks at a word at a time.
#[inline(always)]
fn run_len(text: &[u8], others: impl Fn(usize) -> usize) -> usize {
    let mut len = 0_usize;
    let (words, rest) = text.as_chunks();
    for word in words {
        let found = others(usize::from_le_bytes(*word));
        if found != 0 {
            return len.wrapping_add(found.trailing_zeros() as usize / 8);
        }
        len = len.wrapping_add(word.len());
    }
    let is_other = |byte: &u8| others(usize::from(*byte)) & 0x80 != 0;
    len.wrapping_add(rest.iter().take_while(|byte| !is_other(byte)).count())
}

/// A word whose bytes are all `byte`.
const fn bytes(byte: u8) -> usize {
    (usize::MAX / 0xff).wrapping_mul(byte as usize)
}

/// Finds the first byte, which is the lowest, that does not stand for itself in a string. The lowest bit set
/// in the result is the highest bit of that byte; no bit is set if there is no such byte. There is no branch:
/// a refresh token's state hash is read here too, and the path of execution must not depend on its characters.
fn not_plain(word: usize) -> usize {
    // A subtraction sets the highest bit of a byte below 0x80 in two cases: the byte is less than the number
    // subtracted, or a lower byte borrowed.
    let controls = word.wrapping_sub(bytes(0x20));
    let quotes = (word ^ bytes(b'"')).wrapping_sub(bytes(1));
    let escapes = (word ^ bytes(b'\\')).wrapping_sub(bytes(1));
    (controls | quotes | escapes) & !word & bytes(0x80)
}

/// Finds the first byte that is not a digit, in the same way.
fn not_digit(word: usize) -> usize {
    let values = word ^ bytes(b'0');
    (values.wrapping_add(bytes(0x80 - 10)) | values) & bytes(0x80)
}

/// The members of a checked object, in order: each name as written, and the text of its value.
pub(crate) struct Members<'j> {
    reader: Reader<'j>,
    is_first: bool,
}

impl<'j> Members<'j> {
    pub(crate) fn of(text: &'j [u8]) -> Self {
        let mut reader = Reader::new(text);
        reader.eat(b'{');
        Self {
            reader,
            is_first: true,
        }
    }
}

impl<'j> Iterator for Members<'j> {
    type Item = (JsonStr<'j>, &'j [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let is_first = core::mem::replace(&mut self.is_first, false);
        if !self.reader.goes_on(b'}', is_first).ok()? {
            return None;
        }
        Some((self.reader.name().ok()?, self.reader.value().ok()?))
    }
}

/// Whether a checked array has this string; `None` if any element is not a string.
pub(crate) fn array_has(array: &[u8], string: &[u8]) -> Option<bool> {
    let mut reader = Reader::new(array);
    let mut is_first = reader.eat(b'[');
    let mut found = false;
    while reader.goes_on(b']', is_first).ok()? {
        is_first = false;
        found |= JsonStr::of(reader.value().ok()?)?.is_bytes(string);
    }
    Some(found)
}
