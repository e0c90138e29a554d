//! The strict, bounded JSON reader and writer that the token formats need (RFC 8259).
//!
//! One pass, no recursion, no heap. [`object`] checks one object and picks the members that its
//! caller knows; a value that is itself an object or an array is checked in full and handed out as
//! text.

use core::{fmt, slice, str};

use crate::base64url;
use crate::error::{Error, JsonProblem, Part};
use crate::numeric_date::{self, Round};

/// Most levels that values may nest in a header or a payload.
pub const MAX_JSON_DEPTH: usize = 32;

/// Most members that a header or a claims set may have.
pub const MAX_MEMBERS: usize = 64;

/// Most names that may have the hash of an earlier one. Chance brings five into 64 names once in
/// billions of objects.
const MAX_ALIKE: usize = 4;

/// Checks that `bytes` are UTF-8, which every JSON text must be (RFC 8259 8.1).
pub(crate) fn text<'b>(bytes: &'b [u8], part: Part, why: &mut Error) -> Option<&'b str> {
    match str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) => why.leave(Error::Json {
            part,
            problem: JsonProblem::NotUtf8,
            at: error.valid_up_to(),
        }),
    }
}

/// The JSON text of a token's segment, decoded into the front of `scratch`, and what is left of it.
pub(crate) fn decode_segment<'s>(
    segment: &[u8],
    scratch: &'s mut [u8],
    part: Part,
    why: &mut Error,
) -> Option<(&'s str, &'s mut [u8])> {
    let needed = base64url::decoded_len(segment.len());
    let Some((front, rest)) = scratch.split_at_mut_checked(needed) else {
        return why.leave(Error::ScratchTooSmall { needed });
    };
    let Some(bytes) = base64url::decode(segment, front) else {
        return why.leave(Error::Base64 { part });
    };
    Some((text(bytes, part, why)?, rest))
}

/// The values of the members with these names, each `None` if `text` has none. `text` must be one
/// object without repeated names; its other members are checked and passed over.
// Always inlined: the array is not copied.
#[inline(always)]
pub(crate) fn object<'j, const N: usize>(
    text: &'j str,
    part: Part,
    names: [&str; N],
    why: &mut Error,
) -> Option<[Option<JsonValue<'j>>; N]> {
    let mut values = [None; N];
    read_object(text, part, &names, &mut values, why)?;
    Some(values)
}

/// The same, into `values`.
#[inline(never)]
pub(crate) fn read_object<'j>(
    text: &'j str,
    part: Part,
    names: &[&str],
    values: &mut [Option<JsonValue<'j>>],
    why: &mut Error,
) -> Option<()> {
    let mut reader = Reader::new(text);
    match reader.object(names, values) {
        Some(()) => Some(()),
        None => why.leave(reader.error(part)),
    }
}

/// Copies `text`, which is checked, to the front of `out` with only those escapes that its strings
/// cannot do without, and returns its length; `None` if it does not fit. It never gets longer.
#[cfg(feature = "serde")]
pub(crate) fn normalise(text: &str, out: &mut [u8]) -> Option<usize> {
    let mut writer = Writer::new(out);
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte == b'\\' {
            let (c, len) = escape(after)?;
            rest = after.get(len..)?;
            writer.string(c.encode_utf8(&mut [0; 4]))?;
        } else {
            writer.push(&[*byte])?;
        }
    }
    Some(writer.len())
}

/// Skips `literal` at the front of `text`.
pub(crate) fn skip(text: &mut &str, literal: &str) -> Option<()> {
    *text = text.strip_prefix(literal)?;
    Some(())
}

/// Skips the inside of a string without escapes, up to its closing quote, and returns it.
pub(crate) fn skip_plain_string<'j>(text: &mut &'j str) -> Option<&'j str> {
    let ends = |byte: u8| matches!(byte, b'"' | b'\\' | 0..=0x1f);
    let end = text.bytes().position(ends)?;
    let (string, rest) = text.split_at_checked(end)?;
    *text = rest;
    rest.starts_with('"').then_some(string)
}

/// A JSON string as it stands in the text, its grammar checked: each backslash begins an escape.
#[derive(Clone, Copy)]
pub struct JsonStr<'j> {
    raw: &'j str,
}

impl<'j> JsonStr<'j> {
    /// A string as it stands between the quotes, known to have no backslash.
    pub(crate) const fn plain(raw: &'j str) -> Self {
        Self { raw }
    }

    /// A string as it stands, with its quotes.
    fn quoted(text: &'j str) -> Self {
        let raw = text
            .strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'));
        Self {
            raw: raw.unwrap_or(""),
        }
    }

    /// The string itself, if it has no escapes.
    #[must_use]
    pub fn as_plain(self) -> Option<&'j str> {
        let has_escape = self.raw.bytes().any(|byte| byte == b'\\');
        (!has_escape).then_some(self.raw)
    }

    /// The characters, unescaped.
    pub fn chars(self) -> impl Iterator<Item = char> + Clone + use<'j> {
        Chars {
            rest: self.raw.chars(),
        }
    }

    /// The bytes of the string unescaped, in UTF-8.
    pub(crate) fn bytes(self) -> Bytes<'j> {
        Bytes {
            rest: self.raw.as_bytes(),
            pending: 0,
        }
    }

    /// Whether the unescaped string is `other`.
    #[must_use]
    pub fn is(self, other: &str) -> bool {
        self.is_bytes(other.as_bytes())
    }

    // Never inlined: it has many callers, who would each have a copy.
    #[inline(never)]
    pub(crate) fn is_bytes(self, other: &[u8]) -> bool {
        // Unescaped it is shorter than it stands, if it has any escape.
        if self.raw.len() == other.len() {
            return self.raw.as_bytes() == other && self.as_plain().is_some();
        }
        self.raw.len() > other.len() && self.bytes().eq(other.iter().copied())
    }

    /// The string itself if it has no escapes, or else unescaped into the front of `buffer`.
    ///
    /// # Errors
    /// [`Error::OutputTooSmall`] with the exact bytes needed.
    pub fn unescape(self, buffer: &'j mut [u8]) -> Result<&'j str, Error> {
        self.unescape_into(buffer)
            .map_err(|needed| Error::OutputTooSmall { needed })
    }

    /// The same; an error is the bytes needed.
    pub(crate) fn unescape_into(self, buffer: &'j mut [u8]) -> Result<&'j str, usize> {
        if let Some(plain) = self.as_plain() {
            return Ok(plain);
        }
        let needed = self.bytes().count();
        let room = buffer.get_mut(..needed).ok_or(needed)?;
        for (slot, byte) in room.iter_mut().zip(self.bytes()) {
            *slot = byte;
        }
        str::from_utf8(room).map_err(|_| needed)
    }
}

/// The character that an escape stands for and the bytes it takes after its backslash; `None` if it is
/// no escape of RFC 8259 7.
fn escape(text: &[u8]) -> Option<(char, usize)> {
    let letter = text.first()?;
    let c = match letter {
        b'"' | b'\\' | b'/' => *letter,
        b'b' => 0x08,
        b'f' => 0x0c,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'u' => return code_point(text.get(1..)?),
        _ => return None,
    };
    Some((char::from(c), 1))
}

/// One UTF-16 code unit, or a pair of surrogates; a lone surrogate is none.
fn code_point(text: &[u8]) -> Option<(char, usize)> {
    let unit = code_unit(text)?;
    if !matches!(unit, 0xd800..=0xdbff) {
        return Some((char::from_u32(unit)?, 5));
    }
    let low = code_unit(text.get(4..)?.strip_prefix(b"\\u")?)?;
    if !matches!(low, 0xdc00..=0xdfff) {
        return None;
    }
    let offset = ((unit & 0x3ff) << 10) | (low & 0x3ff);
    Some((char::from_u32(offset.saturating_add(0x1_0000))?, 11))
}

// Never inlined: it has two callers, and is rare.
#[inline(never)]
fn code_unit(text: &[u8]) -> Option<u32> {
    let mut unit = 0;
    for digit in text.first_chunk::<4>()? {
        unit = (unit << 4) | char::from(*digit).to_digit(16)?;
    }
    Some(unit)
}

/// The characters of a checked string, unescaped.
#[derive(Clone)]
struct Chars<'j> {
    rest: str::Chars<'j>,
}

impl Iterator for Chars<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        let c = self.rest.next()?;
        if c != '\\' {
            return Some(c);
        }
        let text = self.rest.as_str();
        let (c, len) = escape(text.as_bytes())?;
        self.rest = text.get(len..)?.chars();
        Some(c)
    }
}

/// The bytes of a checked string, unescaped.
#[derive(Clone)]
pub(crate) struct Bytes<'j> {
    rest: &'j [u8],
    /// Those of an escape that are still to come, the next one lowest; 0 if there are none.
    pending: u32,
}

impl Bytes<'_> {
    // Apart from `next`, and rare.
    #[inline(never)]
    fn escape(&mut self) -> Option<u8> {
        let (c, len) = escape(self.rest)?;
        self.rest = self.rest.get(len..)?;
        let mut utf8 = [0; 4];
        c.encode_utf8(&mut utf8);
        let [first, ..] = utf8;
        self.pending = u32::from_le_bytes(utf8) >> 8;
        Some(first)
    }
}

impl Iterator for Bytes<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        if self.pending != 0 {
            let [first, ..] = self.pending.to_le_bytes();
            self.pending >>= 8;
            return Some(first);
        }
        let (byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        match byte {
            b'\\' => self.escape(),
            byte => Some(*byte),
        }
    }
}

/// Shows nothing of the string.
impl fmt::Debug for JsonStr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JsonStr(..)")
    }
}

/// The value of a member. Numbers, objects and arrays are their JSON text, checked.
#[derive(Clone, Copy)]
pub enum JsonValue<'j> {
    /// A string.
    String(JsonStr<'j>),
    /// A number, as it is written.
    Number(&'j str),
    /// An object, with its braces. Names inside are not checked for repetition.
    Object(&'j str),
    /// An array, with its brackets.
    Array(&'j str),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
}

impl<'j> JsonValue<'j> {
    /// The value that stands as `text`, which is checked.
    fn of(text: &'j str) -> Self {
        match text.as_bytes() {
            [b'"', ..] => Self::String(JsonStr::quoted(text)),
            [b'{', ..] => Self::Object(text),
            [b'[', ..] => Self::Array(text),
            [b't', ..] => Self::Bool(true),
            [b'f', ..] => Self::Bool(false),
            [b'n', ..] => Self::Null,
            _ => Self::Number(text),
        }
    }

    /// The number, if it is an integer written as one and fits 64 bits.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Number(number) if numeric_date::is_whole(number) => {
                numeric_date::seconds(number, Round::Down)
            }
            _ => None,
        }
    }
}

/// Shows the type alone.
impl fmt::Debug for JsonValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::String(_) => "String(..)",
            Self::Number(_) => "Number(..)",
            Self::Object(_) => "Object(..)",
            Self::Array(_) => "Array(..)",
            Self::Bool(_) => "Bool(..)",
            Self::Null => "Null",
        })
    }
}

/// A cursor over a JSON text. Its methods are `None` where the text is wrong; then [`Self::error`]
/// says how, and where it stopped.
struct Reader<'j> {
    text: &'j str,
    rest: slice::Iter<'j, u8>,
    problem: JsonProblem,
}

impl<'j> Reader<'j> {
    fn new(text: &'j str) -> Self {
        Self {
            text,
            rest: text.as_bytes().iter(),
            problem: JsonProblem::Syntax,
        }
    }

    fn error(&self, part: Part) -> Error {
        Error::Json {
            part,
            problem: self.problem,
            at: self.at(),
        }
    }

    fn fail<T>(&mut self, problem: JsonProblem) -> Option<T> {
        self.problem = problem;
        None
    }

    fn at(&self) -> usize {
        self.text.len().wrapping_sub(self.rest.len())
    }

    fn peek(&self) -> Option<u8> {
        self.rest.as_slice().first().copied()
    }

    fn bump(&mut self) {
        self.rest.next();
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.bump();
        }
        found
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.eat(byte).then_some(())
    }

    fn since(&self, start: usize) -> &'j str {
        self.text.get(start..self.at()).unwrap_or("")
    }

    // Never inlined, nor is the next: they have many callers, who would each have a copy.
    #[inline(never)]
    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.bump();
        }
    }

    /// The whole text: one object. It keeps a hash of each name, which needs no heap; only where two
    /// hashes are equal are the names compared, by reading the object again. Linear in the text all
    /// the same: whoever contrives many names of one hash is refused.
    fn object(&mut self, names: &[&str], values: &mut [Option<JsonValue<'j>>]) -> Option<()> {
        let mut hashes = [0; MAX_MEMBERS];
        let mut count = 0;
        let mut alike = 0_usize;
        if !self.eat_next(b'{') {
            return self.fail(JsonProblem::NotObject);
        }
        while self.goes_on(b'}', count == 0)? {
            let name = self.name()?;
            let value = self.value()?;
            let (earlier, rest) = hashes.split_at_mut_checked(count)?;
            let Some(slot) = rest.first_mut() else {
                return self.fail(JsonProblem::TooManyMembers);
            };
            *slot = hash(name);
            if earlier.iter().any(|earlier| earlier == slot) {
                alike = alike.wrapping_add(1);
                if alike > MAX_ALIKE || self.is_repeated(name, count) == Some(true) {
                    return self.fail(JsonProblem::DuplicateName);
                }
            }
            count = count.wrapping_add(1);
            for (known, slot) in names.iter().zip(values.iter_mut()) {
                if name.is(known) {
                    *slot = Some(JsonValue::of(value));
                }
            }
        }
        self.skip_space();
        if self.peek().is_some() {
            return self.fail(JsonProblem::TrailingBytes);
        }
        Some(())
    }

    /// Skips white space, and `byte` if that follows.
    #[inline(never)]
    fn eat_next(&mut self, byte: u8) -> bool {
        self.skip_space();
        self.eat(byte)
    }

    /// Whether one of the first `count` members has this name, by reading them again.
    #[cold]
    fn is_repeated(&self, name: JsonStr<'_>, count: usize) -> Option<bool> {
        let mut reader = Self::new(self.text);
        reader.eat_next(b'{');
        for index in 0..count {
            reader.goes_on(b'}', index == 0)?;
            if reader.name()?.bytes().eq(name.bytes()) {
                return Some(true);
            }
            reader.value()?;
        }
        Some(false)
    }

    /// Reads what stands before the next member or element, or the end, `close`, of the object or
    /// array; whether there is a next one.
    fn goes_on(&mut self, close: u8, is_first: bool) -> Option<bool> {
        if self.eat_next(close) {
            return Some(false);
        }
        if !is_first {
            self.expect(b',')?;
        }
        Some(true)
    }

    /// A member's name and its colon.
    fn name(&mut self) -> Option<JsonStr<'j>> {
        self.skip_space();
        let name = self.string()?;
        self.eat_next(b':').then_some(name)
    }

    /// A value with all it holds, as its text. Bit n of `objects` says that level n is an object.
    fn value(&mut self) -> Option<&'j str> {
        self.skip_space();
        let start = self.at();
        let mut depth = 0;
        let mut objects = 0_u32;
        loop {
            self.skip_space();
            let open = self.peek()?;
            let mut is_first = matches!(open, b'{' | b'[');
            if is_first {
                if depth == MAX_JSON_DEPTH {
                    return self.fail(JsonProblem::TooDeep);
                }
                self.bump();
                depth = depth.wrapping_add(1);
                objects = (objects << 1) | u32::from(open == b'{');
            } else {
                self.scalar()?;
            }
            let close = |objects| if objects & 1 == 1 { b'}' } else { b']' };
            while depth != 0 && !self.goes_on(close(objects), is_first)? {
                is_first = false;
                objects >>= 1;
                depth = depth.wrapping_sub(1);
            }
            if depth == 0 {
                return Some(self.since(start));
            }
            if objects & 1 == 1 {
                self.name()?;
            }
        }
    }

    /// A value that is no object and no array.
    fn scalar(&mut self) -> Option<()> {
        let literal = match self.peek()? {
            b'"' => return self.string().map(|_| ()),
            b'-' | b'0'..=b'9' => return self.number(),
            b't' => "true",
            b'f' => "false",
            _ => "null",
        };
        self.rest = self
            .rest
            .as_slice()
            .strip_prefix(literal.as_bytes())?
            .iter();
        Some(())
    }

    fn string(&mut self) -> Option<JsonStr<'j>> {
        self.expect(b'"')?;
        let start = self.at();
        loop {
            match self.peek()? {
                b'"' => {
                    let raw = self.since(start);
                    self.bump();
                    return Some(JsonStr { raw });
                }
                b'\\' => self.escape()?,
                0..=0x1f => return self.fail(JsonProblem::ControlCharacter),
                _ => self.bump(),
            }
        }
    }

    fn escape(&mut self) -> Option<()> {
        let after = self.rest.as_slice().get(1..)?;
        match escape(after) {
            Some((_, len)) => {
                self.rest = after.get(len..)?.iter();
                Some(())
            }
            None => self.fail(JsonProblem::BadEscape),
        }
    }

    fn number(&mut self) -> Option<()> {
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            if !self.eat(b'+') {
                self.eat(b'-');
            }
            self.digits()?;
        }
        Some(())
    }

    // Never inlined: it has three callers, who would each have a copy.
    #[inline(never)]
    fn digits(&mut self) -> Option<()> {
        let start = self.at();
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.bump();
        }
        (self.at() != start).then_some(())
    }
}

/// Half of FNV-1a over the bytes, unescaped.
fn hash(name: JsonStr<'_>) -> u16 {
    let hash = name.bytes().fold(0x811c_9dc5, |hash: u32, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    (hash >> 16) as u16
}

/// Writes JSON into a buffer; every method is `None` once the buffer is full.
pub(crate) struct Writer<'b> {
    out: &'b mut [u8],
    at: usize,
}

impl<'b> Writer<'b> {
    pub(crate) fn new(out: &'b mut [u8]) -> Self {
        Self { out, at: 0 }
    }

    /// Bytes written so far.
    pub(crate) fn len(&self) -> usize {
        self.at
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) -> Option<()> {
        let end = self.at.checked_add(bytes.len())?;
        self.out.get_mut(self.at..end)?.copy_from_slice(bytes);
        self.at = end;
        Some(())
    }

    /// The inside of a string: only what RFC 8259 7 says must be escaped is.
    pub(crate) fn string(&mut self, value: &str) -> Option<()> {
        for byte in value.bytes() {
            match short_escape(byte) {
                Some(letter) => self.push(&[b'\\', letter])?,
                None if byte < 0x20 => {
                    self.push(b"\\u00")?;
                    self.push(&[hex_digit(byte >> 4), hex_digit(byte & 0xf)])?;
                }
                None => self.push(&[byte])?,
            }
        }
        Some(())
    }

    pub(crate) fn integer(&mut self, value: i64) -> Option<()> {
        if value < 0 {
            self.push(b"-")?;
        }
        let mut digits = [b'0'; 20];
        let mut start = digits.len();
        let mut rest = value.unsigned_abs();
        for digit in digits.iter_mut().rev() {
            let (tenth, low) = div_rem_10(rest);
            *digit = b'0' | low;
            start = start.wrapping_sub(1);
            rest = tenth;
            if rest == 0 {
                break;
            }
        }
        self.push(digits.get(start..)?)
    }
}

const fn short_escape(byte: u8) -> Option<u8> {
    Some(match byte {
        b'"' | b'\\' => byte,
        0x08 => b'b',
        b'\t' => b't',
        b'\n' => b'n',
        0x0c => b'f',
        b'\r' => b'r',
        _ => return None,
    })
}

const fn hex_digit(nibble: u8) -> u8 {
    match nibble {
        0..=9 => b'0' | nibble,
        _ => b'a'.wrapping_add(nibble).wrapping_sub(10),
    }
}

/// Bytes that [`Writer::string`] writes.
pub(crate) const fn string_len(value: &str) -> usize {
    let mut rest = value.as_bytes();
    let mut len = 0_usize;
    while let [byte, tail @ ..] = rest {
        len = len.saturating_add(match short_escape(*byte) {
            Some(_) => 2,
            None if *byte < 0x20 => 6,
            None => 1,
        });
        rest = tail;
    }
    len
}

/// Bytes that [`Writer::integer`] writes.
pub(crate) const fn integer_len(value: i64) -> usize {
    let mut len = if value < 0 { 2_usize } else { 1 };
    let mut power = 10_u64;
    // No value has more than 19 digits, and 10^19 still fits.
    while value.unsigned_abs() >= power {
        len = len.wrapping_add(1);
        power = power.wrapping_mul(10);
    }
    len
}

/// The tenth of a number, and its last digit.
const fn div_rem_10(number: u64) -> (u64, u8) {
    if cfg!(target_pointer_width = "64") {
        return (number / 10, (number % 10) as u8);
    }
    // By divisions of 32 bits: those of 64 are half a kilobyte of code where the processor has none.
    let (high, low) = ((number >> 32) as u32, number as u32);
    if high == 0 {
        return ((low / 10) as u64, (low % 10) as u8);
    }
    // Long division, in base 2^16: what is left of one place is less than 10.
    let middle = (high % 10) << 16 | low >> 16;
    let last = (middle % 10) << 16 | low & 0xffff;
    let tenth = ((high / 10) as u64) << 32 | ((middle / 10) as u64) << 16 | (last / 10) as u64;
    (tenth, (last % 10) as u8)
}

#[cfg(test)]
mod tests {
    use std::string::{String, ToString};
    use std::vec::Vec;
    use std::{format, vec};

    use super::*;
    use JsonProblem::*;

    fn text(bytes: &[u8], part: Part) -> Result<&str, Error> {
        Error::or_left(|why| super::text(bytes, part, why))
    }

    fn object<'j, const N: usize>(
        text: &'j str,
        part: Part,
        names: [&str; N],
    ) -> Result<[Option<JsonValue<'j>>; N], Error> {
        Error::or_left(|why| super::object(text, part, names, why))
    }

    fn problem(text: &str) -> Option<JsonProblem> {
        fault(text).map(|(problem, _)| problem)
    }

    fn fault(text: &str) -> Option<(JsonProblem, usize)> {
        match object(text, Part::Payload, []) {
            Ok([]) => None,
            Err(Error::Json { problem, at, .. }) => Some((problem, at)),
            Err(_) => panic!("another error"),
        }
    }

    #[test]
    fn rfc8259_accepts_every_kind_of_value() {
        for good in [
            "{}",
            " \t\r\n{ } \n",
            r#"{"a":1}"#,
            r#"{"":""}"#,
            r#"{"a":-0,"b":0.5,"c":1e9,"d":1E+9,"e":-1.25e-3,"f":0e0}"#,
            r#"{"a":true,"b":false,"c":null}"#,
            r#"{ "a" : [ ] , "b" : { } , "c" : [ [ ] , { "d" : [ 1 , "x" , { } ] } ] }"#,
            "{\"\u{7f}\":\"\u{e9}\u{1f600}\u{2028}\"}",
            r#"{"a":"\"\\\/\b\f\n\r\t\u0000\u00e9\ud83d\ude00"}"#,
            r#"{"a":{"x":1,"x":2}}"#,
        ] {
            assert_eq!(problem(good), None, "{good}");
        }
    }

    #[test]
    fn rfc8259_refuses_everything_else() {
        for (bad, expected) in [
            ("", NotObject),
            ("[]", NotObject),
            ("null", NotObject),
            ("\u{feff}{}", NotObject),
            ("{", Syntax),
            ("{]", Syntax),
            ("{,}", Syntax),
            (r#"{"a"}"#, Syntax),
            (r#"{"a":}"#, Syntax),
            (r#"{"a":1,}"#, Syntax),
            (r#"{"a":1 "b":2}"#, Syntax),
            (r#"{a:1}"#, Syntax),
            (r#"{'a':1}"#, Syntax),
            (r#"{1:1}"#, Syntax),
            (r#"{"a":01}"#, Syntax),
            (r#"{"a":+1}"#, Syntax),
            (r#"{"a":.5}"#, Syntax),
            (r#"{"a":1.}"#, Syntax),
            (r#"{"a":1e}"#, Syntax),
            (r#"{"a":1e+}"#, Syntax),
            (r#"{"a":-}"#, Syntax),
            (r#"{"a":0x10}"#, Syntax),
            (r#"{"a":NaN}"#, Syntax),
            (r#"{"a":Infinity}"#, Syntax),
            (r#"{"a":True}"#, Syntax),
            (r#"{"a":nul}"#, Syntax),
            (r#"{"a":[1,]}"#, Syntax),
            (r#"{"a":[,1]}"#, Syntax),
            (r#"{"a":[1 2]}"#, Syntax),
            (r#"{"a":[}"#, Syntax),
            (r#"{"a":{]}"#, Syntax),
            (r#"{"a":{"b":1]}"#, Syntax),
            (r#"{"a":{"b"}}"#, Syntax),
            (r#"{"a":{"b":1,}}"#, Syntax),
            (r#"{"a":[[[]}"#, Syntax),
            ("{\"a\":1}/**/", TrailingBytes),
            ("{}{}", TrailingBytes),
            ("{}\0", TrailingBytes),
            ("{\"a\u{1}\":1}", ControlCharacter),
            ("{\"a\":\"\n\"}", ControlCharacter),
            ("{\"a\":\"\u{0}\"}", ControlCharacter),
            (r#"{"a":"\x"}"#, BadEscape),
            (r#"{"a":"\u12"}"#, BadEscape),
            (r#"{"a":"\u12g4"}"#, BadEscape),
            (r#"{"a":"\u+123"}"#, BadEscape),
            (r#"{"a":"\ud83d"}"#, BadEscape),
            (r#"{"a":"\ud83dx"}"#, BadEscape),
            (r#"{"a":"\ud83d\n"}"#, BadEscape),
            (r#"{"a":"\ud83d\u0041"}"#, BadEscape),
            (r#"{"a":"\ud83d\ud83d"}"#, BadEscape),
            (r#"{"a":"\ude00"}"#, BadEscape),
            (r#"{"a":"\"#, BadEscape),
            (r#"{"a":""#, Syntax),
            (r#"{"a":"x"#, Syntax),
        ] {
            assert_eq!(problem(bad), Some(expected), "{bad}");
        }
    }

    #[test]
    fn rfc7519_4_names_are_unique_after_unescaping() {
        for bad in [
            r#"{"sub":1,"sub":2}"#,
            r#"{"sub":1,"x":0,"s\u0075b":2}"#,
            r#"{"\u0073ub":1,"x":0,"sub":2}"#,
            r#"{"\u0073ub":1,"\u0073\u0075b":2}"#,
            r#"{"":1,"":2}"#,
        ] {
            assert_eq!(problem(bad), Some(DuplicateName), "{bad}");
        }
        // Alike in length, first, middle and last character, and yet different names.
        for good in [
            r#"{"abXcd":1,"aZXcd":2,"abXyd":3}"#,
            r#"{"s\u0075b":1,"sab":2,"Sub":3,"SUB":4,"su":5}"#,
        ] {
            assert_eq!(problem(good), None, "{good}");
        }
    }

    /// Different names of one hash, and the object that has them.
    fn names_of_one_hash(count: usize) -> String {
        let of = |name: &str| hash(JsonStr::plain(name));
        let names = (0..)
            .map(|n| format!("{n:x}"))
            .filter(|name| of(name) == of("0"));
        let members: Vec<String> = names
            .take(count)
            .map(|name| format!("\"{name}\":1"))
            .collect();
        format!("{{{}}}", members.join(","))
    }

    #[test]
    fn different_names_of_one_hash_are_different_names() {
        let good = names_of_one_hash(MAX_ALIKE + 1);
        assert_eq!(problem(&good), None);
        let repeated = good.replace('}', ",\"\\u0030\":2}");
        assert_eq!(problem(&repeated), Some(DuplicateName));
        let two = names_of_one_hash(2);
        let repeated = two.replace('}', ",\"0\":2}");
        assert_eq!(problem(&repeated), Some(DuplicateName));
    }

    #[test]
    fn names_contrived_to_have_one_hash_are_refused() {
        let contrived = names_of_one_hash(MAX_ALIKE + 2);
        assert_eq!(problem(&contrived), Some(DuplicateName));
    }

    #[test]
    fn bounds_hold_at_their_edges() {
        let object = |members: usize| {
            let list: Vec<String> = (0..members).map(|n| format!("\"{n}\":{n}")).collect();
            format!("{{{}}}", list.join(","))
        };
        assert_eq!(problem(&object(MAX_MEMBERS)), None);
        assert_eq!(problem(&object(MAX_MEMBERS + 1)), Some(TooManyMembers));

        let nest = |open: &str, inner: &str, close: &str, levels: usize| {
            format!(
                "{{\"a\":{}{inner}{}}}",
                open.repeat(levels),
                close.repeat(levels)
            )
        };
        for (open, inner, close) in [("[", "", "]"), ("{\"b\":", "1", "}")] {
            assert_eq!(problem(&nest(open, inner, close, MAX_JSON_DEPTH)), None);
            let deeper = nest(open, inner, close, MAX_JSON_DEPTH + 1);
            assert_eq!(problem(&deeper), Some(TooDeep));
        }
    }

    #[test]
    fn faults_say_where() {
        let at = |text| fault(text).unwrap().1;
        assert_eq!(at(r#"{"a":1,"b":!}"#), 11);
        assert_eq!(at(r#"{"a":"bc\q"}"#), 8);
        let error = text(b"{\"a\":\"\xff\"}", Part::Payload).unwrap_err();
        assert!(matches!(
            error,
            Error::Json {
                problem: NotUtf8,
                at: 6,
                ..
            }
        ));
    }

    #[test]
    fn utf8_is_strict() {
        // Overlong, surrogate, beyond U+10FFFF, cut short, stray continuation (RFC 3629 3).
        let hostile: [&[u8]; 5] = [
            b"\xc0\xaf",
            b"\xed\xa0\x80",
            b"\xf4\x90\x80\x80",
            b"\xe2\x82",
            b"\x80",
        ];
        for bad in hostile {
            let error = text(bad, Part::Header).unwrap_err();
            assert!(matches!(
                error,
                Error::Json {
                    problem: NotUtf8,
                    ..
                }
            ));
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        for value in [
            "",
            "plain",
            "q\"b\\s/",
            "\u{0}\u{1}\u{8}\t\n\u{b}\u{c}\r\u{1f}\u{7f}",
            "\u{e9}\u{1f600}",
        ] {
            let mut buf = [0; 128];
            let mut writer = Writer::new(&mut buf);
            writer.push(b"{\"a\":\"").unwrap();
            writer.string(value).unwrap();
            assert_eq!(writer.len() - 6, string_len(value));
            writer.push(b"\"}").unwrap();
            let len = writer.len();
            let json = text(&buf[..len], Part::Payload).unwrap();
            let [Some(JsonValue::String(read))] = object(json, Part::Payload, ["a"]).unwrap()
            else {
                panic!("not a string");
            };
            assert!(read.is(value));
            for spare in 0..32 {
                let mut spare = vec![0; spare];
                let room = spare.len();
                match read.unescape(&mut spare) {
                    Ok(unescaped) => assert_eq!(unescaped, value),
                    Err(error) => {
                        let needed = value.len();
                        assert_eq!(error, Error::OutputTooSmall { needed });
                        assert!(room < needed);
                    }
                }
            }
        }
    }

    #[test]
    fn a_string_is_what_it_stands_for_and_not_how_it_stands() {
        for (raw, unescaped) in [
            ("kid", "kid"),
            (r"\u006bid", "kid"),
            (r"k\nd", "k\nd"),
            (r"\\", r"\"),
            ("", ""),
        ] {
            let string = JsonStr::plain(raw);
            assert!(string.is(unescaped), "{raw}");
            // Backslash and all, it is another string, though of the same length.
            assert_eq!(string.is(raw), raw == unescaped, "{raw}");
            assert!(!string.is(&format!("{unescaped}k")), "{raw}");
            assert!(!string.is(unescaped.get(1..).unwrap_or("k")), "{raw}");
        }
    }

    #[test]
    fn integers_are_written_in_full() {
        for value in [
            0,
            1,
            9,
            10,
            -1,
            1_745_651_978,
            4_294_967_295,
            4_294_967_296,
            655_359_999_999,
            281_474_976_710_656,
            999_999_999_999_999_999,
            i64::MAX,
            i64::MIN,
        ] {
            let mut buf = [0; 20];
            let mut writer = Writer::new(&mut buf);
            writer.integer(value).unwrap();
            let len = writer.len();
            assert_eq!(text(&buf[..len], Part::Payload).unwrap(), value.to_string());
            assert_eq!(len, integer_len(value));
        }
    }
}
