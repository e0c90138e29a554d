//! One object, read strictly (RFC 8259) in one pass, without recursion and without a heap.

use core::slice;

use super::text::{JsonStr, escape};
use crate::COMPACT;
use crate::error::JsonProblem;

/// Most levels that values may nest in a header or a payload.
pub const MAX_JSON_DEPTH: usize = 32;

/// Most members that a header or a claims set may have.
pub const MAX_MEMBERS: usize = 64;

/// Most names that may have the hash of an earlier one. Chance brings five into 64 names once in
/// billions of objects.
pub(super) const MAX_ALIKE: usize = 4;

/// A name to look for, unescaped, and its hash.
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

/// Half of FNV-1a.
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

/// The hash of a name as it stands, over its bytes unescaped.
pub(super) fn hash(name: JsonStr<'_>) -> u16 {
    match hash_of_plain(name.raw()) {
        Some(hash) => hash,
        _ => name.bytes().fold(Hash::START, Hash::with).end(),
    }
}

/// The same of a name without escapes; `None` for any other.
fn hash_of_plain(name: &[u8]) -> Option<u16> {
    let mut hash = Hash::START;
    for byte in name {
        if *byte == b'\\' {
            return None;
        }
        hash = hash.with(*byte);
    }
    Some(hash.end())
}

/// The reader has met a problem, which it names.
pub(super) struct Stopped;

type Read<T> = Result<T, Stopped>;

/// A member of an object, and the hash of its name.
struct Member<'j> {
    name: JsonStr<'j>,
    hash: u16,
    value: &'j [u8],
}

/// The member at the front of `text`, and what follows it, if it stands as most do: without white space
/// and escapes, its value a string or a whole number. `None` for any other, good or bad.
fn plain_member(text: &[u8]) -> Option<(Member<'_>, &[u8])> {
    let text = text.strip_prefix(b"\"")?;
    let mut hash = Hash::START;
    let mut name_len = 0_usize;
    for byte in text.iter().take_while(|byte| is_plain(**byte)) {
        hash = hash.with(*byte);
        name_len = name_len.wrapping_add(1);
    }
    let (name, after) = text.split_at_checked(name_len)?;
    let from = after.strip_prefix(b"\":")?;
    let len = match from {
        [b'"', inside @ ..] => {
            let len = inside.iter().take_while(|byte| is_plain(**byte)).count();
            if inside.get(len) != Some(&b'"') {
                return None;
            }
            len.wrapping_add(2)
        }
        [b'1'..=b'9', ..] => {
            let len = from.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if !matches!(from.get(len), Some(b',' | b'}')) {
                return None;
            }
            len
        }
        _ => return None,
    };
    let (value, after) = from.split_at_checked(len)?;
    let member = Member {
        name: JsonStr::standing(name),
        hash: hash.end(),
        value,
    };
    Some((member, after))
}

/// A cursor over a JSON text. Once stopped it stands where the problem is.
pub(super) struct Reader<'j> {
    text: &'j [u8],
    rest: slice::Iter<'j, u8>,
    /// The syntax is wrong, unless another problem stops the reader.
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

    /// What has stopped the reader.
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

    /// What the cursor has passed since it stood before `before`.
    fn since(&self, before: &'j [u8]) -> &'j [u8] {
        let len = before.len().wrapping_sub(self.rest.len());
        before.get(..len).unwrap_or_default()
    }

    /// The next byte that is no white space, which the cursor then stands at; 0, which begins no
    /// token, at the end.
    fn next_token(&mut self) -> u8 {
        match self.rest.as_slice() {
            [byte, ..] if !COMPACT && *byte > b' ' => *byte,
            _ => self.skip_space(),
        }
    }

    // Never inlined: it has many callers, who would each have a copy.
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

    /// Skips white space, and `byte` if that follows.
    fn eat(&mut self, byte: u8) -> bool {
        let found = self.next_token() == byte;
        if found {
            self.bump();
        }
        found
    }

    /// The whole text: one object. The values of the members with these names go into `values`, the
    /// empty text if there is none.
    ///
    /// It keeps a hash of each name, which needs no heap; only where two hashes are equal are the
    /// names compared, by reading the object again. Linear in the text all the same: whoever
    /// contrives many names of one hash is refused.
    pub(super) fn object(&mut self, names: &[Name<'_>], values: &mut [&'j [u8]]) -> Read<()> {
        let mut hashes = [0; MAX_MEMBERS];
        let mut count = 0;
        let mut alike = 0_usize;
        if !self.eat(b'{') {
            return self.stop(JsonProblem::NotObject);
        }
        while self.goes_on(b'}', count == 0)? {
            let Member { name, hash, value } = match self.plain_member() {
                Some(member) => member,
                None => self.member()?,
            };
            let (earlier, rest) = hashes.split_at_mut_checked(count).unwrap_or_default();
            let Some(slot) = rest.first_mut() else {
                return self.stop(JsonProblem::TooManyMembers);
            };
            *slot = hash;
            #[expect(
                clippy::manual_contains,
                reason = "the names are few, and `contains` is code for many"
            )]
            if earlier.iter().any(|earlier| *earlier == hash) {
                alike = alike.wrapping_add(1);
                self.check_not_repeated(name, count, alike)?;
            }
            count = count.wrapping_add(1);
            for (known, slot) in names.iter().zip(values.iter_mut()) {
                if known.hash == hash && name.is(known.text) {
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

    /// The next member, if it stands as most do.
    fn plain_member(&mut self) -> Option<Member<'j>> {
        if COMPACT {
            return None;
        }
        let (member, after) = plain_member(self.rest.as_slice())?;
        self.rest = after.iter();
        Some(member)
    }

    // It has one caller.
    #[inline(always)]
    fn member(&mut self) -> Read<Member<'j>> {
        let name = self.name()?;
        let value = self.value()?;
        let hash = hash(name);
        Ok(Member { name, hash, value })
    }

    /// Refuses a name that one of the first `count` members has, by reading them again, and one more
    /// name than may be `alike`.
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

    /// Reads what stands before the next member or element, or the end, `close`, of the object or
    /// array; whether there is a next one.
    // It has several callers, who would each have a copy.
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

    /// A member's name and its colon.
    #[inline(never)]
    fn name(&mut self) -> Read<JsonStr<'j>> {
        let name = self.string()?;
        if !self.eat(b':') {
            return Err(Stopped);
        }
        Ok(name)
    }

    /// A value with all it holds, as its text. Bit n of `objects` says that level n is an object.
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

    /// A value that is no object and no array, and begins with `first`.
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
            let mut rest = self.rest.clone();
            while rest.as_slice().first().is_some_and(|byte| is_plain(*byte)) {
                rest.next();
            }
            self.rest = rest;
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

    // Never inlined, nor is the next: they have several callers, who would each have a copy.
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

/// Whether a byte stands for itself in a string. Without a branch, for a refresh token's state hash is
/// read so too: what is executed must not depend on its characters.
fn is_plain(byte: u8) -> bool {
    (byte >= 0x20) & (byte != b'"') & (byte != b'\\')
}

/// The members of a checked object, in order: each name as it stands, and its value's text.
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

/// Whether a checked array has a string; `None` if it has anything but strings.
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
