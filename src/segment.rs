//! A token's three segments (RFC 7515 7.1), and the JSON text that a segment encodes.

use crate::COMPACT;
use crate::base64url;
use crate::error::{Error, Part, Step};
use crate::json;

/// The three segments of a token, and the bytes that the tag covers.
pub(crate) struct Segments<'t> {
    pub(crate) signing_input: &'t [u8],
    pub(crate) header: &'t [u8],
    pub(crate) payload: &'t [u8],
    pub(crate) tag: &'t [u8],
}

impl<'t> Segments<'t> {
    pub(crate) fn split(token: &'t [u8], why: &mut Error) -> Step<Self> {
        why.unless(Self::of(token), Error::SegmentCount)
    }

    fn of(token: &'t [u8]) -> Option<Self> {
        let header_end = dot(token, 0)?;
        let payload_at = header_end.checked_add(1)?;
        let payload_end = dot(token, payload_at)?;
        let tag_at = payload_end.checked_add(1)?;
        if dot(token, tag_at).is_some() {
            return None;
        }
        Some(Self {
            signing_input: token.get(..payload_end)?,
            header: token.get(..header_end)?,
            payload: token.get(payload_at..payload_end)?,
            tag: token.get(tag_at..)?,
        })
    }
}

/// The place of the first dot at or after `start`.
// Never inlined: each of its three callers would get a copy.
#[inline(never)]
fn dot(token: &[u8], start: usize) -> Option<usize> {
    let rest = token.get(start..)?;
    let (blocks, _) = rest.as_chunks();
    let without = blocks.iter().take_while(|block| !has_dot(block));
    let start = start.wrapping_add(without.count().wrapping_mul(BLOCK));
    let within = token.get(start..)?.iter().position(|byte| *byte == b'.')?;
    start.checked_add(within)
}

/// Bytes that are looked at together.
const BLOCK: usize = if COMPACT { 4 } else { 16 };

fn has_dot(block: &[u8; BLOCK]) -> bool {
    if cfg!(target_pointer_width = "64") {
        // Compilers turn this form into vector instructions.
        return block.iter().fold(false, |has, byte| has | (*byte == b'.'));
    }
    // A dot becomes a zero byte here. The subtraction sets the highest bit of a byte below 0x80 only if the
    // byte is zero, or if a zero byte below it borrowed.
    let (words, _) = block.as_chunks();
    let seen = words.iter().fold(0, |seen, word| {
        let zero = u32::from_ne_bytes(*word) ^ 0x2e2e_2e2e;
        seen | (zero.wrapping_sub(0x0101_0101) & !zero)
    });
    seen & 0x8080_8080 != 0
}

/// Decodes a segment into the front of `scratch`. Returns the JSON text and the rest of `scratch`.
/// `before` is the number of bytes in front of `scratch` in the caller's buffer, for the size in the
/// error.
pub(crate) fn decode<'s>(
    segment: &[u8],
    scratch: &'s mut [u8],
    before: usize,
    part: Part,
    why: &mut Error,
) -> Step<(&'s str, &'s mut [u8])> {
    let len = base64url::decoded_len(segment.len());
    let needed = before.saturating_add(len);
    let room = scratch.split_at_mut_checked(len);
    let (front, rest) = why.unless(room, Error::ScratchTooSmall { needed })?;
    let bytes = why.unless(base64url::decode(segment, front), Error::Base64 { part })?;
    Ok((json::text(bytes, part, why)?, rest))
}
