//! A token's three segments (RFC 7515 7.1), and the JSON text that a segment encodes.

use crate::COMPACT;
use crate::base64url;
use crate::error::{Error, Part, Step};
use crate::json;

/// The three segments of a token, and the bytes that its tag signs.
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
        let (header, rest) = at_dot(token)?;
        let (payload, tag) = at_dot(rest)?;
        if at_dot(tag).is_some() {
            return None;
        }
        let signing_len = token.len().wrapping_sub(tag.len()).wrapping_sub(1);
        Some(Self {
            signing_input: token.get(..signing_len)?,
            header,
            payload,
            tag,
        })
    }
}

/// What stands before the first dot, and what after it.
fn at_dot(text: &[u8]) -> Option<(&[u8], &[u8])> {
    // 16 bytes at a time, in a form that compilers make vector instructions of.
    let has_dot = |block: &&[u8; 16]| block.iter().fold(false, |has, byte| has | (*byte == b'.'));
    let (blocks, _) = if COMPACT {
        Default::default()
    } else {
        text.as_chunks()
    };
    let without = blocks
        .iter()
        .take_while(|block| !has_dot(block))
        .count()
        .saturating_mul(16);
    let within = text.get(without..)?.iter().position(|byte| *byte == b'.')?;
    let (before, after) = text.split_at_checked(without.saturating_add(within))?;
    Some((before, after.get(1..)?))
}

/// The JSON text of a segment, decoded into the front of `scratch`, and what is left of that.
/// `before` is what stands in the scratch buffer before it, for the size in the error.
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
