//! Strict base64url of RFC 7515 2: unpadded, canonical, over `base64ct`.

use base64ct::{Base64UrlUnpadded, Encoding};

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

/// Decodes `text` into the front of `out`; `None` unless it is canonical and `out` is long enough.
pub(crate) fn decode<'o>(text: &[u8], out: &'o mut [u8]) -> Option<&'o [u8]> {
    Base64UrlUnpadded::decode(text, out).ok()
}

/// Encodes `bytes` into the front of `out`; `None` if `out` is too small.
pub(crate) fn encode(bytes: &[u8], out: &mut [u8]) -> Option<usize> {
    Some(Base64UrlUnpadded::encode(bytes, out).ok()?.len())
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
