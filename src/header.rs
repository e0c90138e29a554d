//! The JOSE header (RFC 7515 4), read and written.

use crate::COMPACT;
use crate::base64url;
use crate::error::{Error, Part, Step};
use crate::json::{self, Bytes, JsonStr, Name, Writer};
use crate::key::{Key, Keys, MAX_KID_BYTES, is_kid};
use crate::segment;

/// `{"alg":"HS256","typ":"JWT"}`, encoded: the header of nearly every token.
const CANONICAL_SEGMENT: &[u8] = b"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

/// The same, decoded.
pub(crate) const CANONICAL_JSON: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

const BEFORE_KID: &str = r#"{"alg":"HS256","kid":""#;
const AFTER_KID: &str = r#"","typ":"JWT"}"#;
const MAX_JSON_LEN: usize = BEFORE_KID.len() + MAX_KID_BYTES + AFTER_KID.len();

/// Most characters of a header segment. An attacker can make the crate read this many before any
/// signature is checked.
pub const MAX_HEADER_SEGMENT_LEN: usize = 1024;

/// An accepted header: its `alg` is `HS256`, it has no `crit`, and no token is nested. Parameters that
/// are not in [`Self::NAMES`] are ignored, as RFC 7515 4 says.
#[derive(Clone, Copy)]
pub(crate) struct Header<'h> {
    /// The whole header. The empty text stands for the canonical header, which is not decoded.
    pub(crate) json: &'h str,
    /// The JSON texts of two parameters; empty for an absent one.
    kid: &'h [u8],
    typ: &'h [u8],
}

impl<'h> Header<'h> {
    const NAMES: [Name<'static>; 5] = [
        Name::new("alg"),
        Name::new("kid"),
        Name::new("typ"),
        Name::new("crit"),
        Name::new("cty"),
    ];

    /// Reads a header segment. Decodes it into the front of `scratch`, unless it is the canonical
    /// segment. Returns the header and the rest of `scratch`.
    pub(crate) fn read(
        segment: &[u8],
        scratch: &'h mut [u8],
        why: &mut Error,
    ) -> Step<(Self, &'h mut [u8])> {
        if is_canonical(segment) {
            return Ok((Self::as_written("", &[]), scratch));
        }
        let (json, rest) = decode(segment, scratch, why)?;
        let header = match Self::read_as_written(json) {
            Some(header) if !COMPACT => header,
            _ => Self::parse(json, why)?,
        };
        Ok((header, rest))
    }

    const fn as_written(json: &'h str, kid: &'h [u8]) -> Self {
        let typ = br#""JWT""#;
        Self { json, kid, typ }
    }

    /// Reads a header with a `kid` that is byte for byte what [`write()`] writes; `None` for any other.
    fn read_as_written(json: &'h str) -> Option<Self> {
        let rest = json.strip_prefix(BEFORE_KID)?;
        let kid = rest.strip_suffix(AFTER_KID)?;
        // A value is its JSON text, quotes included.
        let value = json.as_bytes().get(BEFORE_KID.len().checked_sub(1)?..)?;
        let value = value.get(..kid.len().checked_add(2)?)?;
        is_kid(kid).then_some(Self::as_written(json, value))
    }

    // Never inlined: its stack frame must not add to the frame of the claims' reader.
    #[inline(never)]
    fn parse(json: &'h str, why: &mut Error) -> Step<Self> {
        let mut values = [&[] as &[u8]; Self::NAMES.len()];
        json::read_object(json, Part::Header, &Self::NAMES, &mut values, why)?;
        let [alg, kid, typ, crit, cty] = values;
        if alg.is_empty() {
            return why.leave(Error::AlgMissing);
        }
        if !JsonStr::of(alg).is_some_and(|alg| alg.is("HS256")) {
            return why.leave(Error::AlgNotHs256);
        }
        if !crit.is_empty() {
            return why.leave(Error::CritUnsupported);
        }
        if is_media_type(cty, b"JWT") {
            return why.leave(Error::NestedToken);
        }
        Ok(Self { json, kid, typ })
    }

    /// The key that this header asks for.
    pub(crate) fn key<'k>(&self, keys: Keys<'k>, why: &mut Error) -> Step<&'k Key> {
        let ring = match keys {
            Keys::One(key) => return Ok(key),
            Keys::Ring(ring) => ring,
        };
        let (key, reason) = match (self.kid, JsonStr::of(self.kid)) {
            ([], _) => (ring.without_kid(), Error::KidMissing),
            (_, Some(kid)) => (ring.find(|name| kid.is_bytes(name)), Error::KidUnknown),
            (_, None) => (None, Error::KidNotString),
        };
        why.unless(key, reason)
    }

    /// Whether `typ` is the media type `expected`.
    // Never inlined: its stack frame must not add to the frames of the MAC.
    #[inline(never)]
    pub(crate) fn has_typ(&self, expected: &[u8]) -> bool {
        is_media_type(self.typ, expected)
    }
}

/// Whether a segment is the canonical one. It is compared by words, because the `memcmp` of a
/// microcontroller goes by bytes.
fn is_canonical(segment: &[u8]) -> bool {
    if segment.len() != CANONICAL_SEGMENT.len() {
        return false;
    }
    let (words, _) = segment.as_chunks();
    let (canonical, _) = CANONICAL_SEGMENT.as_chunks();
    let differences = words.iter().zip(canonical).fold(0, |differences, (a, b)| {
        differences | (u32::from_ne_bytes(*a) ^ u32::from_ne_bytes(*b))
    });
    // The segment is whole words, so that nothing is left over.
    differences == 0
}

const _: () = assert!(CANONICAL_SEGMENT.len().is_multiple_of(4));

/// Whether a parameter is the media type `expected`, without regard to case. A leading `application/`
/// does not count if no other `/` follows it (RFC 7515 4.1.9 and 4.1.10).
// Never inlined, like the next two functions: each of their callers would get a copy.
#[inline(never)]
fn is_media_type(parameter: &[u8], expected: &[u8]) -> bool {
    let Some(found) = JsonStr::of(parameter) else {
        return false;
    };
    let mut found = without_prefix(found.bytes());
    skip(&mut found, without_prefix(Bytes::plain(expected))) && found.next().is_none()
}

/// A media type without its leading `application/`, unless another `/` follows it.
#[inline(never)]
fn without_prefix(text: Bytes<'_>) -> Bytes<'_> {
    let mut name = text.clone();
    if skip(&mut name, Bytes::plain(b"application/")) && !name.clone().any(|byte| byte == b'/') {
        return name;
    }
    text
}

/// Whether `text` begins with `expected`, without regard to case. If so, skips it.
#[inline(never)]
fn skip(text: &mut Bytes<'_>, mut expected: Bytes<'_>) -> bool {
    expected.all(|byte| {
        text.next()
            .is_some_and(|found| found.eq_ignore_ascii_case(&byte))
    })
}

/// Decodes a header segment into the front of `scratch`. Returns the JSON text and the rest of `scratch`.
pub(crate) fn decode<'h>(
    segment: &[u8],
    scratch: &'h mut [u8],
    why: &mut Error,
) -> Step<(&'h str, &'h mut [u8])> {
    if segment.len() > MAX_HEADER_SEGMENT_LEN {
        return why.leave(Error::HeaderTooLong);
    }
    segment::decode(segment, scratch, 0, Part::Header, why)
}

/// Characters of the header segment that [`write()`] emits.
pub(crate) const fn segment_len(kid: Option<&str>) -> usize {
    match kid {
        None => CANONICAL_SEGMENT.len(),
        Some(kid) => base64url::encoded_len(
            BEFORE_KID
                .len()
                .saturating_add(AFTER_KID.len())
                .saturating_add(kid.len()),
        ),
    }
}

/// Writes a header segment over all of `out`; `None` unless `out` is [`segment_len`] long.
pub(crate) fn write(kid: Option<&str>, out: &mut [u8]) -> Option<()> {
    let Some(kid) = kid else {
        return Writer::new(out).push(CANONICAL_SEGMENT);
    };
    let mut text = [0; MAX_JSON_LEN];
    let mut writer = Writer::new(&mut text);
    writer.push(BEFORE_KID.as_bytes())?;
    writer.push(kid.as_bytes())?;
    writer.push(AFTER_KID.as_bytes())?;
    let len = writer.len();
    base64url::encode(text.get(..len)?, out)?;
    Some(())
}

#[cfg(test)]
mod tests {
    use std::vec;

    use super::*;

    #[test]
    fn the_canonical_segment_is_the_canonical_header() {
        let mut scratch = [0; 64];
        let (json, _) = decode(CANONICAL_SEGMENT, &mut scratch, &mut Error::SegmentCount).unwrap();
        assert_eq!(json, CANONICAL_JSON);
    }

    #[test]
    fn emitted_headers_have_the_announced_length() {
        for kid in [None, Some("k"), Some("2026-11"), Some("\u{e9}\u{1f600}")] {
            let mut out = vec![0; segment_len(kid)];
            write(kid, &mut out).unwrap();
            let mut scratch = [0; 128];
            let (header, _) = Header::read(&out, &mut scratch, &mut Error::SegmentCount).unwrap();
            assert!(header.has_typ(b"jwt"));
            let found = JsonStr::of(header.kid);
            assert_eq!(
                found.is_some_and(|found| found.is(kid.unwrap_or(""))),
                kid.is_some()
            );
        }
    }
}
