//! Strict base64url of RFC 7515 2: unpadded, canonical. Public bytes are coded by tables; bytes that
//! come from a key are encoded by `base64ct`, in constant time.

use core::hint::black_box;

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::COMPACT;

/// Characters that `bytes` bytes take as unpadded base64.
pub(crate) const fn encoded_len(bytes: usize) -> usize {
    // 4n/3 rounded up, without overflow: three bytes are four characters.
    let tail = match bytes % 3 {
        0 => 0,
        1 => 2,
        _ => 3,
    };
    (bytes / 3).saturating_mul(4).saturating_add(tail)
}

/// Bytes that `chars` characters of unpadded base64 hold.
pub(crate) const fn decoded_len(chars: usize) -> usize {
    let tail = match chars % 4 {
        2 => 1,
        3 => 2,
        _ => 0,
    };
    (chars / 4).saturating_mul(3).saturating_add(tail)
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Entries of [`VALUES`]. The upper half stands for bytes that are not ASCII, none of which has a value.
const CHARS: usize = if COMPACT { 128 } else { 256 };

/// The value of each character; negative for a byte outside the alphabet.
#[allow(clippy::indexing_slicing)]
const VALUES: [i8; CHARS] = {
    let mut values = [-1; CHARS];
    let mut rest = ALPHABET.as_slice();
    while let [c, tail @ ..] = rest {
        // Evaluated by the compiler: no index is out of bounds.
        values[*c as usize] = (ALPHABET.len() - rest.len()) as i8;
        rest = tail;
    }
    values
};

/// Whether there is room for four tables of 1 KiB, one for each place in a group. They save the shifts.
const ROOMY: bool = cfg!(target_pointer_width = "64") && !COMPACT;

/// Characters that are decoded together, and their bytes.
const STEP: usize = if ROOMY { 8 } else { 4 };
const STEP_BYTES: usize = decoded_len(STEP);

/// Decodes `text`, which is public, into the front of `out`. `None` unless `text` is canonical and `out`
/// is long enough. The path of execution depends on the lengths alone, not on the characters.
pub(crate) fn decode<'o>(text: &[u8], out: &'o mut [u8]) -> Option<&'o [u8]> {
    let out = out.get_mut(..decoded_len(text.len()))?;
    let (steps, last_chars) = text.as_chunks();
    let (blocks, last_block) = out.as_chunks_mut();
    let mut seen = 0;
    for (chars, block) in steps.iter().zip(blocks) {
        *block = decode_step(chars, &mut seen);
    }
    let mut chars = [b'A'; STEP];
    chars
        .get_mut(..last_chars.len())?
        .copy_from_slice(last_chars);
    let block = decode_step(&chars, &mut seen);
    let (bytes, beyond) = block.split_at_checked(last_block.len())?;
    last_block.copy_from_slice(bytes);
    // RFC 4648 3.5: the bits beyond the last byte are zero. One last character would hold only 6 bits.
    let beyond = beyond.iter().fold(0, |bits, byte| bits | byte);
    let canonical = (beyond == 0) & (last_chars.len() % 4 != 1) & (seen >= 0);
    black_box(canonical).then_some(out)
}

/// The bytes of the characters. `seen` becomes negative if one of them is outside the alphabet.
// Inlined: on a microcontroller a call costs a third of the work.
#[inline(always)]
fn decode_step(chars: &[u8; STEP], seen: &mut i32) -> [u8; STEP_BYTES] {
    let mut bytes = [0; STEP_BYTES];
    let (groups, _) = chars.as_chunks();
    let (blocks, _) = bytes.as_chunks_mut();
    for (group, block) in groups.iter().zip(blocks) {
        *block = decode_group(group, seen);
    }
    bytes
}

/// The bytes of four characters. `seen` becomes negative if one of them is outside the alphabet: a
/// negative value has all higher bits set.
#[inline(always)]
fn decode_group([a, b, c, d]: &[u8; 4], seen: &mut i32) -> [u8; 3] {
    let bits = value::<18>(*a) | value::<12>(*b) | value::<6>(*c) | value::<0>(*d);
    *seen |= bits;
    if COMPACT {
        *seen |= i32::from((a | b | c | d).cast_signed());
    }
    let [_, block @ ..] = bits.to_be_bytes();
    block
}

/// The value of a character, shifted to its place; negative for a byte outside the alphabet.
fn value<const SHIFT: u32>(c: u8) -> i32 {
    let index = usize::from(c) % CHARS;
    if ROOMY {
        return const { &shifted(SHIFT) }.get(index).copied().unwrap_or(-1);
    }
    i32::from(VALUES.get(index).copied().unwrap_or(-1)) << SHIFT
}

/// [`VALUES`], shifted.
#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)]
const fn shifted(shift: u32) -> [i32; CHARS] {
    let mut values = [0; CHARS];
    let mut index = 0;
    while index < CHARS {
        // Evaluated by the compiler: no index is out of bounds.
        values[index] = (VALUES[index] as i32) << shift;
        index += 1;
    }
    values
}

/// Encodes a secret of 32 bytes: a MAC, or a hash.
// Never inlined: each of its two callers would get a copy.
#[inline(never)]
pub(crate) fn encode_secret(bytes: &[u8; 32], out: &mut [u8; encoded_len(32)]) {
    // The text fits, so that there is no error.
    let _ = Base64UrlUnpadded::encode(bytes, out);
}

/// Encodes `bytes`, which are public, into the front of `out`; `None` if `out` is too small.
pub(crate) fn encode(bytes: &[u8], out: &mut [u8]) -> Option<usize> {
    let out = out.get_mut(..encoded_len(bytes.len()))?;
    let len = out.len();
    let (blocks, last_block) = bytes.as_chunks::<3>();
    let (groups, last_group) = out.as_chunks_mut::<4>();
    for (block, group) in blocks.iter().zip(groups) {
        *group = encode_block(*block);
    }
    let mut block = [0; 3];
    block
        .get_mut(..last_block.len())?
        .copy_from_slice(last_block);
    let group = encode_block(block);
    last_group.copy_from_slice(group.get(..last_group.len())?);
    Some(len)
}

fn encode_block([a, b, c]: [u8; 3]) -> [u8; 4] {
    let bits = u32::from_be_bytes([0, a, b, c]);
    [18, 12, 6, 0].map(|shift| {
        let [value, ..] = (bits >> shift).to_le_bytes();
        ALPHABET
            .get(usize::from(value & 63))
            .copied()
            .unwrap_or(b'A')
    })
}

/// Replaces the first `len` bytes of `buf` by their encoding, which is longer. It goes from the last
/// block to the first, so that no byte is overwritten before it is read.
pub(crate) fn encode_in_place(buf: &mut [u8], len: usize) -> Option<usize> {
    const BYTES: usize = 48;
    const CHARS: usize = encoded_len(BYTES);

    for index in (0..len.div_ceil(BYTES)).rev() {
        let start = index.checked_mul(BYTES)?;
        let source = buf.get(start..len.min(start.checked_add(BYTES)?))?;
        let mut block = [0; BYTES];
        let block = block.get_mut(..source.len())?;
        block.copy_from_slice(source);
        encode(block, buf.get_mut(index.checked_mul(CHARS)?..)?)?;
    }
    Some(encoded_len(len))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_agree_with_each_other() {
        for bytes in 0..200 {
            assert_eq!(decoded_len(encoded_len(bytes)), bytes);
        }
        assert_eq!(encoded_len(32), 43);
        assert_eq!(encoded_len(usize::MAX), usize::MAX);
    }

    #[test]
    fn in_place_encoding_equals_encoding() {
        let mut bytes = [0; 200];
        for (i, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::try_from(i).unwrap();
        }
        for len in 0..bytes.len() {
            let (mut plain, mut in_place) = ([0; 300], [0; 300]);
            let n = encode(&bytes[..len], &mut plain).unwrap();
            in_place[..len].copy_from_slice(&bytes[..len]);
            assert_eq!(encode_in_place(&mut in_place[..n], len), Some(n));
            assert_eq!(in_place[..n], plain[..n]);
            if len > 0 {
                assert_eq!(encode_in_place(&mut in_place[..n - 1], len), None);
            }
        }
    }

    #[test]
    fn every_byte_is_decoded_or_refused_at_every_place() {
        // Three steps and a last group of each length.
        for len in [24, 26, 27, 28, 30, 31] {
            let (mut text, mut out) = ([b'A'; 31], [0; 24]);
            // Another test covers the bits beyond the last byte.
            let most = if len % 4 == 0 { len } else { len - 1 };
            for (place, byte) in
                (0..most).flat_map(|place| (0..=255).map(move |byte| (place, byte)))
            {
                text[place] = byte;
                let value = ALPHABET.iter().position(|c| *c == byte);
                let expected = value.map(|value| {
                    let mut bytes = [0; 24];
                    for bit in (0..6).filter(|bit| value & (32 >> bit) != 0) {
                        let bit = place * 6 + bit;
                        bytes[bit / 8] |= 128 >> (bit % 8);
                    }
                    bytes
                });
                let decoded = decode(&text[..len], &mut out);
                let expected = expected.as_ref().map(|bytes| &bytes[..decoded_len(len)]);
                assert_eq!(decoded, expected, "{byte} at {place} of {len}");
                text[place] = b'A';
            }
        }
    }

    /// RFC 4648 5 and 3.5, spelled out.
    #[allow(clippy::arithmetic_side_effects)]
    fn decoded_as_rfc4648_says(text: &[u8]) -> Option<[u8; 3]> {
        let mut bits = 0;
        for c in text {
            let value = match c {
                b'A'..=b'Z' => c - b'A',
                b'a'..=b'z' => c - b'a' + 26,
                b'0'..=b'9' => c - b'0' + 52,
                b'-' => 62,
                b'_' => 63,
                _ => return None,
            };
            bits = bits << 6 | u32::from(value);
        }
        let [_, bytes @ ..] = (bits << (6 * (4 - text.len()))).to_be_bytes();
        let (_, beyond) = bytes.split_at(text.len() - 1);
        beyond.iter().all(|byte| *byte == 0).then_some(bytes)
    }

    #[test]
    #[ignore = "all 2^32 groups: .ci/proof --all runs it, optimised"]
    fn every_group_is_decoded_as_rfc4648_says() {
        for (chars, groups) in [(2, 0..=0xffff), (3, 0..=0xff_ffff), (4, 0..=u32::MAX)] {
            for group in groups {
                let text = &group.to_le_bytes()[..chars];
                let mut out = [0; 3];
                let decoded = decode(text, &mut out).is_some().then_some(out);
                assert_eq!(decoded, decoded_as_rfc4648_says(text), "{text:?}");
            }
        }
    }

    #[test]
    fn decoding_is_exact_about_every_last_character() {
        // RFC 4648 3.5: only 4 of 64 characters may end a text of two characters.
        let mut out = [0; 3];
        let canonical = (0..=255u8).filter(|&last| decode(&[b'A', last], &mut out).is_some());
        assert!(canonical.eq(*b"AQgw"));
        let canonical = (0..=255u8).filter(|&last| decode(&[b'A', b'A', last], &mut out).is_some());
        assert!(canonical.eq(*b"048AEIMQUYcgkosw"));
        for bad in [
            "A",
            "AAAAA",
            "AAAAAAAAA",
            "AA==",
            "AA=",
            "=",
            "A A",
            "AA+A",
            "AA/A",
            "AAA\n",
            "\u{e9}A",
        ] {
            assert_eq!(decode(bad.as_bytes(), &mut [0; 16]), None, "{bad:?}");
        }
        assert_eq!(decode(b"", &mut []), Some(&[][..]));
    }
}
