//! The JOSE header (RFC 7515 4): what is accepted, what is emitted.

use crate::base64url;
use crate::error::{Error, Part};
use crate::json::{self, JsonStr, JsonValue, Writer};
use crate::key::{Key, Keys, MAX_KID_BYTES, is_kid};

/// `{"alg":"HS256","typ":"JWT"}`, encoded: the header of nearly every token.
const CANONICAL_SEGMENT: &[u8] = b"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

const BEFORE_KID: &[u8] = br#"{"alg":"HS256","kid":""#;
const AFTER_KID: &[u8] = br#"","typ":"JWT"}"#;
const MAX_JSON_LEN: usize = BEFORE_KID.len() + MAX_KID_BYTES + AFTER_KID.len();

/// Most characters of a header segment. An attacker can make us read this much before any
/// signature is checked.
pub const MAX_HEADER_SEGMENT_LEN: usize = 1024;

/// The parameters of an accepted header that a caller may ask for. Its `alg` is `HS256` and it has
/// no `crit`; other parameters are ignored, as RFC 7515 4 says.
#[derive(Clone, Copy)]
pub(crate) struct Header<'h> {
    kid: Option<JsonValue<'h>>,
    typ: Option<JsonValue<'h>>,
}

impl<'h> Header<'h> {
    /// Reads a header segment, decoding it into `scratch` if it is not the canonical one.
    pub(crate) fn read(segment: &[u8], scratch: &'h mut [u8], why: &mut Error) -> Option<Self> {
        if segment == CANONICAL_SEGMENT {
            return Some(Self {
                kid: None,
                typ: Some(JsonValue::String(JsonStr::plain("JWT"))),
            });
        }
        Self::parse(decode(segment, scratch, why)?, why)
    }

    // Never inlined: its frame must not add to that of the claims' reader.
    #[inline(never)]
    fn parse(text: &'h str, why: &mut Error) -> Option<Self> {
        let names = ["alg", "kid", "typ", "crit"];
        let [alg, kid, typ, crit] = json::object(text, Part::Header, names, why)?;
        match alg {
            None => return why.leave(Error::AlgMissing),
            Some(JsonValue::String(alg)) if alg.is("HS256") => {}
            Some(_) => return why.leave(Error::AlgNotHs256),
        }
        if crit.is_some() {
            return why.leave(Error::CritUnsupported);
        }
        Some(Self { kid, typ })
    }

    /// The key that this header asks for.
    pub(crate) fn key<'k>(&self, keys: Keys<'k>, why: &mut Error) -> Option<&'k Key> {
        let ring = match keys {
            Keys::One(key) => return Some(key),
            Keys::Ring(ring) => ring,
        };
        let (key, reason) = match self.kid {
            None => (ring.without_kid(), Error::KidMissing),
            Some(JsonValue::String(kid)) => {
                (ring.find(|name| kid.is_bytes(name)), Error::KidUnknown)
            }
            Some(_) => (None, Error::KidNotString),
        };
        if key.is_none() {
            *why = reason;
        }
        key
    }

    /// Whether `typ` is the media type `expected`: without regard to case, and to an `application/`
    /// before a name without another `/` (RFC 7515 4.1.9).
    // Never inlined: its frame must not lie under the MAC.
    #[inline(never)]
    pub(crate) fn has_typ(&self, expected: &str) -> bool {
        match self.typ {
            Some(JsonValue::String(typ)) => is_media_type(typ, expected.as_bytes()),
            _ => false,
        }
    }
}

/// The prefix of a media type that may be left out before a name without another `/`.
const APPLICATION: &[u8] = b"application/";

fn is_media_type(typ: JsonStr<'_>, expected: &[u8]) -> bool {
    let mut found = typ.bytes();
    let mut name = match expected.split_at_checked(APPLICATION.len()) {
        Some((prefix, name)) if prefix.eq_ignore_ascii_case(APPLICATION) => name,
        _ => expected,
    };
    if name.iter().copied().any(|byte| byte == b'/') {
        name = expected;
    } else {
        let mut rest = found.clone();
        if skip(&mut rest, APPLICATION) {
            found = rest;
        }
    }
    skip(&mut found, name) && found.next().is_none()
}

/// Whether `text` begins with `expected`, which it then has behind it, but for the case of letters.
// Never inlined: it has two callers, who would each have a copy.
#[inline(never)]
fn skip(text: &mut json::Bytes<'_>, expected: &[u8]) -> bool {
    let mut expected = expected.iter();
    expected.all(|byte| {
        text.next()
            .is_some_and(|found| found.eq_ignore_ascii_case(byte))
    })
}

/// The JSON text of a header segment, decoded into `scratch`.
pub(crate) fn decode<'h>(
    segment: &[u8],
    scratch: &'h mut [u8],
    why: &mut Error,
) -> Option<&'h str> {
    if segment.len() > MAX_HEADER_SEGMENT_LEN {
        return why.leave(Error::HeaderTooLong);
    }
    let (text, _) = json::decode_segment(segment, scratch, Part::Header, why)?;
    Some(text)
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

/// Writes a header segment over all of `out`, which is [`segment_len`] long.
pub(crate) fn write(kid: Option<&str>, out: &mut [u8], why: &mut Error) -> Option<()> {
    match kid {
        None => Writer::new(out).push(CANONICAL_SEGMENT),
        Some(kid) if is_kid(kid) => write_with_kid(kid, out),
        Some(_) => why.leave(Error::KidInvalid),
    }
}

fn write_with_kid(kid: &str, out: &mut [u8]) -> Option<()> {
    let mut text = [0; MAX_JSON_LEN];
    let mut writer = Writer::new(&mut text);
    writer.push(BEFORE_KID)?;
    writer.push(kid.as_bytes())?;
    writer.push(AFTER_KID)?;
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
        let text = decode(CANONICAL_SEGMENT, &mut scratch, &mut Error::SegmentCount).unwrap();
        assert_eq!(text, r#"{"alg":"HS256","typ":"JWT"}"#);
    }

    #[test]
    fn emitted_headers_have_the_announced_length() {
        for kid in [None, Some("k"), Some("2026-11"), Some("\u{e9}\u{1f600}")] {
            let mut out = vec![0; segment_len(kid)];
            write(kid, &mut out, &mut Error::SegmentCount).unwrap();
            let mut scratch = [0; 128];
            let header = Header::read(&out, &mut scratch, &mut Error::SegmentCount).unwrap();
            assert!(header.has_typ("jwt"));
            match (kid, header.kid) {
                (None, None) => {}
                (Some(kid), Some(JsonValue::String(found))) => assert!(found.is(kid)),
                _ => panic!("another kid"),
            }
        }
    }
}
