//! JSON Web Algorithms, RFC 7518: HMAC with SHA-256, its keys and its block boundaries.

use std::collections::BTreeSet;

use crate::token_maker::*;
use barejwt::{Claims, Error, Key, MIN_KEY_BYTES, Validation, sign, sign_json, verify};
use hex_literal::hex;

/// Bytes that differ from each other, so that order and length matter.
fn secret(len: usize) -> Vec<u8> {
    (0..len)
        .map(|i| (i * 7 + i / 256 + 1).to_le_bytes()[0])
        .collect()
}

#[test]
fn rfc7518_3_2_key_has_at_least_32_bytes() {
    assert_eq!(MIN_KEY_BYTES, 32);
    for bytes in 0..200 {
        let expected = (bytes < 32).then_some(Error::KeyTooShort { bytes, minimum: 32 });
        assert_eq!(Key::new(&secret(bytes)).err(), expected, "{bytes}");
    }
}

#[test]
fn a_weak_key_has_at_least_one_byte() {
    let minimum = 1;
    let refused = Key::new_weak(&[]).unwrap_err();
    assert_eq!(refused, Error::KeyTooShort { bytes: 0, minimum });
    for bytes in 1..200 {
        assert!(Key::new_weak(&secret(bytes)).is_ok(), "{bytes}");
    }
}

/// RFC 7518 3.2 asks for a secret. Memory that was never written and erased flash hold no secret.
#[test]
fn rfc7518_3_2_a_key_of_one_byte_that_memory_has_by_itself_is_refused() {
    for byte in [0x00, 0xff] {
        for len in [32, 33, 63, 64, 65, 256, 1000] {
            let blank = vec![byte; len];
            assert_eq!(Key::new(&blank).unwrap_err(), Error::KeyBlank, "{len}");
            assert!(Key::new_weak(&blank).is_ok(), "{len}");
            // If a single bit differs, anywhere, it is accepted.
            for at in [0, 1, 31, len / 2, len - 2, len - 1] {
                for bit in 0..8 {
                    let mut other = blank.clone();
                    other[at] ^= 1 << bit;
                    assert!(Key::new(&other).is_ok(), "bit {bit} of byte {at} of {len}");
                }
            }
        }
        // If it is also too short, the length is reported.
        for bytes in [0, 1, 16, 31] {
            let minimum = 32;
            let refused = Key::new(&vec![byte; bytes]).unwrap_err();
            assert_eq!(refused, Error::KeyTooShort { bytes, minimum });
        }
    }
    // Any other byte, or both of these bytes together, are accepted.
    for byte in 0x01..=0xfe {
        assert!(Key::new(&[byte; 32]).is_ok(), "{byte}");
    }
    for split in 1..32 {
        let mut both = [0x00; 32];
        both[split..].fill(0xff);
        assert!(Key::new(&both).is_ok(), "{split}");
        assert!(Key::new(&both.map(|byte| !byte)).is_ok(), "{split}");
    }
}

/// A key of zeros is the empty key, which everybody has. So it is refused.
#[test]
fn rfc2104_2_a_key_of_zeros_up_to_a_block_is_the_empty_key() {
    let by_nobody = token(HEADER, ACCESS, b"");
    let mut scratch = [0; 192];
    for (len, is_same) in [(1, true), (32, true), (64, true), (65, false)] {
        let key = Key::new_weak(&vec![0; len]).unwrap();
        let found = verify(&by_nobody, &key, &Validation::access(), NOW, &mut scratch);
        assert_eq!(found.is_ok(), is_same, "{len}");
    }
}

#[test]
fn rfc7518_3_2_keys_of_any_length_sign_and_verify_as_hmac_says() {
    for len in [1, 31, 32, 33, 63, 64, 65, 119, 120, 128, 256, 1000] {
        let secret = secret(len);
        let key = Key::new_weak(&secret).unwrap();
        let (mut buf, mut scratch) = ([0; 256], [0; 192]);
        let signed = sign(&Claims::access("lUpa", NOW, 3600), &key, &mut buf).unwrap();
        assert_eq!(signed, token(HEADER, ACCESS, &secret), "{len}");
        let claims = verify(signed, &key, &Validation::access(), NOW, &mut scratch).unwrap();
        assert_eq!(claims.sub(), "lUpa");
        if len >= 32 {
            let mut again = [0; 256];
            let strong = Key::new(&secret).unwrap();
            let strong = sign(&Claims::access("lUpa", NOW, 3600), &strong, &mut again).unwrap();
            assert_eq!(strong, signed);
        }
    }
}

#[test]
fn every_bit_of_a_key_counts() {
    for len in [32, 64, 65] {
        let secret = secret(len);
        let signed = token(HEADER, ACCESS, &secret);
        let mut scratch = [0; 192];
        for bit in 0..len * 8 {
            let mut other = secret.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            let other = Key::new(&other).unwrap();
            let refused = verify(&signed, &other, &Validation::access(), NOW, &mut scratch);
            assert_eq!(
                refused.unwrap_err(),
                Error::SignatureInvalid,
                "bit {bit} of {len} bytes"
            );
        }
    }
}

#[test]
fn rfc2104_2_keys_are_padded_with_zeros_and_long_ones_are_hashed() {
    // By the definition of HMAC these two secrets are the same key. It is no defect of ours.
    let mut scratch = [0; 192];
    let short = secret(40);
    let padded = [&short[..], &[0; 24]].concat();
    let signed = token(HEADER, ACCESS, &short);
    let key = Key::new(&padded).unwrap();
    assert!(verify(&signed, &key, &Validation::access(), NOW, &mut scratch).is_ok());
    let key = Key::new(&[&padded[..], &[0]].concat()).unwrap();
    let refused = verify(&signed, &key, &Validation::access(), NOW, &mut scratch);
    assert_eq!(refused.unwrap_err(), Error::SignatureInvalid);
}

/// Key, data and digest of RFC 4231 4.2 to 4.5, 4.7 and 4.8. (4.6 is about truncated tags.)
fn rfc4231() -> [(Vec<u8>, Vec<u8>, [u8; 32]); 6] {
    [
        (
            vec![0x0b; 20],
            b"Hi There".to_vec(),
            hex!("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        ),
        (
            b"Jefe".to_vec(),
            b"what do ya want for nothing?".to_vec(),
            hex!("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        ),
        (
            vec![0xaa; 20],
            vec![0xdd; 50],
            hex!("773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
        ),
        (
            (1..=25).collect(),
            vec![0xcd; 50],
            hex!("82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
        ),
        (
            vec![0xaa; 131],
            b"Test Using Larger Than Block-Size Key - Hash Key First".to_vec(),
            hex!("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
        ),
        (
            vec![0xaa; 131],
            b"This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.".to_vec(),
            hex!("9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
        ),
    ]
}

#[test]
fn rfc4231_keys_give_the_tags_of_an_hmac_that_gives_the_published_digests() {
    for (key, data, digest) in rfc4231() {
        assert_eq!(hmac_sha256(&key, &data), digest);
        let mut buf = [0; 256];
        let ours = Key::new_weak(&key).unwrap();
        let signed = sign_json(ACCESS, &ours, &mut buf).unwrap();
        assert_eq!(signed, token(HEADER, ACCESS, &key));
    }
}

#[test]
fn rfc6234_4_1_signing_inputs_of_every_length_around_the_block_boundaries() {
    let key = Key::new(KEY).unwrap();
    let mut lengths = BTreeSet::new();
    for kid in [None, Some("k"), Some("kk"), Some("kkk")] {
        let signing_key = match kid {
            None => (&key).into(),
            Some(kid) => key.with_kid(kid),
        };
        let header = match kid {
            None => HEADER.to_owned(),
            Some(kid) => format!(r#"{{"alg":"HS256","kid":"{kid}","typ":"JWT"}}"#),
        };
        for pad in 0..200 {
            let payload = match pad {
                0 => "{}".to_owned(),
                _ => format!("{{{}}}", " ".repeat(pad)),
            };
            let mut buf = [0; 512];
            let signed = sign_json(&payload, signing_key, &mut buf).unwrap();
            assert_eq!(signed, token(&header, &payload, KEY), "{pad}");
            lengths.insert(signed.rfind('.').unwrap());
        }
    }
    for boundary in [64, 128, 192, 256] {
        for length in boundary - 9..=boundary + 1 {
            assert!(
                lengths.contains(&length),
                "no signing input of {length} bytes"
            );
        }
    }
}

/// The same change is made in any two bytes. A comparison that combines differences could miss it.
#[test]
fn rfc7515_5_2_differences_in_two_bytes_of_a_tag_do_not_cancel() {
    let key = Key::new(KEY).unwrap();
    let good = token(HEADER, ACCESS, KEY);
    let (input, tag) = good.rsplit_once('.').unwrap();
    let tag = decode(tag);
    for first in 0..tag.len() {
        for second in first + 1..tag.len() {
            let mut wrong = tag.clone();
            wrong[first] ^= 0x81;
            wrong[second] ^= 0x81;
            let token = format!("{input}.{}", encode(wrong));
            let refused = verify(&token, &key, &Validation::access(), NOW, &mut []);
            assert_eq!(
                refused.unwrap_err(),
                Error::SignatureInvalid,
                "{first}, {second}"
            );
        }
    }
}
