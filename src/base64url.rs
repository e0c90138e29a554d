//! Strict base64url of RFC 7515 2: unpadded, canonical. What is public goes by tables, what comes
//! from a key by `base64ct`.

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

/// Entries of [`VALUES`]. Those of the upper half say nothing but that it is not ASCII.
const CHARS: usize = if COMPACT { 128 } else { 256 };

/// The value of each character; negative where it is none.
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

/// Decodes `text`, which is public, into the front of `out`; `None` unless it is canonical and `out`
/// is long enough. What is executed depends on the lengths alone, not on the characters.
pub(crate) fn decode<'o>(text: &[u8], out: &'o mut [u8]) -> Option<&'o [u8]> {
    let out = out.get_mut(..decoded_len(text.len()))?;
    let (groups, last_group) = text.as_chunks::<4>();
    let (blocks, last_block) = out.as_chunks_mut::<3>();
    let mut seen = 0;
    for (group, block) in groups.iter().zip(blocks) {
        *block = decode_group(group, &mut seen);
    }
    // One character at a time: it is one group, and may be none.
    let mut bits = 0;
    for place in 0..4 {
        let c = last_group.get(place).unwrap_or(&b'A');
        bits = (bits << 6) | value(c);
        seen |= bits | not_ascii(*c);
    }
    let [_, block @ ..] = bits.to_be_bytes();
    let (bytes, beyond) = block.split_at_checked(last_block.len())?;
    last_block.copy_from_slice(bytes);
    // RFC 4648 3.5: the bits beyond the last byte are zero. No byte has 1 or 6 bits.
    let beyond = beyond.iter().fold(0, |bits, byte| bits | byte);
    let canonical = (beyond == 0) & (last_group.len() != 1) & (seen >= 0);
    black_box(canonical).then_some(out)
}

/// The bytes of four characters. `seen` becomes negative where one of them is none: its sign fills
/// all higher bits.
#[inline(always)]
fn decode_group([a, b, c, d]: &[u8; 4], seen: &mut i32) -> [u8; 3] {
    let bits = (value(a) << 18) | (value(b) << 12) | (value(c) << 6) | value(d);
    *seen |= bits | not_ascii(a | b | c | d);
    let [_, block @ ..] = bits.to_be_bytes();
    block
}

/// The value of a character; negative where it is none.
fn value(c: &u8) -> i32 {
    i32::from(VALUES.get(usize::from(*c) % CHARS).copied().unwrap_or(-1))
}

/// Negative for what a short table has no room for.
fn not_ascii(c: u8) -> i32 {
    if COMPACT { c.cast_signed().into() } else { 0 }
}

/// Encodes a secret of 32 bytes: a MAC, or a hash.
// Never inlined: it has two callers, who would each have a copy.
#[inline(never)]
pub(crate) fn encode_secret(bytes: &[u8; 32], out: &mut [u8; encoded_len(32)]) {
    // It fits: there is no error.
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

/// Replaces the first `len` bytes of `buf` by their encoding, which is longer: from the last block
/// to the first, so that no byte is overwritten before it is read.
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
    fn decoding_is_exact_about_every_last_character() {
        // RFC 4648 3.5: of the 64 last characters of a two-character text, 4 are canonical.
        let mut out = [0; 3];
        let canonical = (0..=255u8).filter(|&last| decode(&[b'A', last], &mut out).is_some());
        assert!(canonical.eq(*b"AQgw"));
        let canonical = (0..=255u8).filter(|&last| decode(&[b'A', b'A', last], &mut out).is_some());
        assert!(canonical.eq(*b"048AEIMQUYcgkosw"));
        for bad in [
            "A", "AAAAA", "AA==", "AA=", "=", "A A", "AA+A", "AA/A", "AAA\n", "\u{e9}A",
        ] {
            assert_eq!(decode(bad.as_bytes(), &mut [0; 16]), None, "{bad:?}");
        }
        assert_eq!(decode(b"", &mut []), Some(&[][..]));
    }
}
