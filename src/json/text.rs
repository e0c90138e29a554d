//! A string as written in a JSON text, and the string that it means (RFC 8259 7).

use core::{fmt, str};

use crate::error::Error;

/// A JSON string as written in the text. Its grammar is checked: each backslash begins an escape.
#[derive(Clone, Copy)]
pub struct JsonStr<'j> {
    raw: &'j [u8],
}

impl<'j> JsonStr<'j> {
    /// The string with this text between its quotes, which is known to have no backslash.
    pub(crate) const fn plain(raw: &'j str) -> Self {
        Self::standing(raw.as_bytes())
    }

    /// The string with this text between its quotes, whose grammar is checked.
    pub(crate) const fn standing(raw: &'j [u8]) -> Self {
        Self { raw }
    }

    /// The text between the quotes.
    pub(crate) const fn raw(self) -> &'j [u8] {
        self.raw
    }

    /// The string, if a checked value is one.
    // With `compact` not inlined: each of its callers would get a copy.
    #[cfg_attr(feature = "compact", inline(never))]
    pub(crate) fn of(value: &'j [u8]) -> Option<Self> {
        match value {
            [b'"', raw @ .., b'"'] => Some(Self { raw }),
            _ => None,
        }
    }

    /// The string itself, if it has no escapes.
    #[must_use]
    pub fn as_plain(self) -> Option<&'j str> {
        if self.has_escapes() {
            return None;
        }
        str::from_utf8(self.raw).ok()
    }

    #[expect(
        clippy::manual_contains,
        reason = "strings are short, and `contains` is code for long ones"
    )]
    pub(super) fn has_escapes(self) -> bool {
        self.raw.iter().any(|byte| *byte == b'\\')
    }

    /// The characters, unescaped.
    pub fn chars(self) -> impl Iterator<Item = char> + Clone + use<'j> {
        Chars {
            rest: str::from_utf8(self.raw).unwrap_or_default().chars(),
        }
    }

    /// The bytes of the string unescaped, in UTF-8.
    pub(crate) fn bytes(self) -> Bytes<'j> {
        Bytes {
            rest: self.raw,
            pending: 0,
            has_escapes: true,
        }
    }

    /// Whether the unescaped string is `other`.
    #[must_use]
    pub fn is(self, other: &str) -> bool {
        self.is_bytes(other.as_bytes())
    }

    /// Whether both mean the same string.
    pub(super) fn same_as(self, other: Self) -> bool {
        self.bytes().are(other.bytes())
    }

    // With `compact` not inlined: each of its callers would get a copy.
    #[cfg_attr(feature = "compact", inline(never))]
    pub(crate) fn is_bytes(self, other: &[u8]) -> bool {
        // A string with escapes is shorter once it is unescaped.
        if self.raw.len() <= other.len() {
            return self.raw == other && !self.has_escapes();
        }
        self.bytes().are(Bytes::plain(other))
    }

    /// The string itself, if it has no escapes. Otherwise it is unescaped into the front of `buffer`.
    ///
    /// # Errors
    /// [`Error::OutputTooSmall`] with the exact bytes needed.
    pub fn unescape(self, buffer: &'j mut [u8]) -> Result<&'j str, Error> {
        self.unescape_into(buffer)
            .map_err(|needed| Error::OutputTooSmall { needed })
    }

    /// The same; the error is the number of bytes needed.
    pub(crate) fn unescape_into(self, buffer: &'j mut [u8]) -> Result<&'j str, usize> {
        if let Some(plain) = self.as_plain() {
            return Ok(plain);
        }
        let mut needed = 0_usize;
        for byte in self.bytes() {
            if let Some(slot) = buffer.get_mut(needed) {
                *slot = byte;
            }
            needed = needed.wrapping_add(1);
        }
        let room = buffer.get(..needed).ok_or(needed)?;
        str::from_utf8(room).map_err(|_| needed)
    }
}

/// The code point that an escape means, and the bytes that the escape takes after its backslash. `None`
/// if RFC 8259 7 has no such escape.
pub(super) fn escape(text: &[u8]) -> Option<(u32, usize)> {
    const LETTERS: [(u8, u8); 8] = [
        (b'"', b'"'),
        (b'\\', b'\\'),
        (b'/', b'/'),
        (b'b', 0x08),
        (b'f', 0x0c),
        (b'n', b'\n'),
        (b'r', b'\r'),
        (b't', b'\t'),
    ];
    let (letter, after) = text.split_first()?;
    if *letter == b'u' {
        return code_point(after);
    }
    let (_, byte) = LETTERS.iter().find(|(known, _)| known == letter)?;
    Some((u32::from(*byte), 1))
}

/// Reads one UTF-16 code unit or a pair of surrogates; `None` for a lone surrogate.
fn code_point(text: &[u8]) -> Option<(u32, usize)> {
    let unit = code_unit(text)?;
    match unit & 0xfc00 {
        0xd800 => {}
        0xdc00 => return None,
        _ => return Some((unit, 5)),
    }
    let low = code_unit(text.get(4..)?.strip_prefix(b"\\u")?)?;
    if low & 0xfc00 != 0xdc00 {
        return None;
    }
    let offset = ((unit & 0x3ff) << 10) | (low & 0x3ff);
    Some((offset.wrapping_add(0x1_0000), 11))
}

// Never inlined: it is called in two places, and rarely.
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
        let (code_point, len) = escape(text.as_bytes())?;
        self.rest = text.get(len..)?.chars();
        char::from_u32(code_point)
    }
}

/// The bytes of a checked string, unescaped.
#[derive(Clone)]
pub(crate) struct Bytes<'j> {
    rest: &'j [u8],
    /// Bytes of an escape that are still to come. The next one is the lowest byte; 0 if there are none.
    pending: u32,
    /// Whether a backslash begins an escape.
    has_escapes: bool,
}

impl<'j> Bytes<'j> {
    /// The bytes of a string without escapes: a backslash stands for itself.
    pub(crate) const fn plain(rest: &'j [u8]) -> Self {
        Self {
            rest,
            pending: 0,
            has_escapes: false,
        }
    }

    /// Whether these bytes equal `others`.
    // Never inlined: each of its callers would get a copy.
    #[inline(never)]
    fn are(mut self, mut others: Bytes<'_>) -> bool {
        loop {
            let byte = self.next();
            if byte != others.next() {
                return false;
            }
            if byte.is_none() {
                return true;
            }
        }
    }

    // Never inlined into `next`, because it is rare.
    #[inline(never)]
    fn escape(&mut self) -> Option<u8> {
        let (mut rest, len) = escape(self.rest)?;
        self.rest = self.rest.get(len..)?;
        // UTF-8 (RFC 3629 3), from its last byte to its first.
        let following = match rest {
            0..=0x7f => return Some(rest as u8),
            0x80..=0x7ff => 1,
            0x800..=0xffff => 2,
            _ => 3,
        };
        for _ in 0..following {
            self.pending = (self.pending << 8) | 0x80 | (rest & 0x3f);
            rest >>= 6;
        }
        // The first byte begins with as many ones as the character has bytes, and a zero.
        Some(((0x7f80 >> following) | rest) as u8)
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
            b'\\' if self.has_escapes => self.escape(),
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
