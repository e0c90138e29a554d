//! Inputs and buffers of every length. Only the lengths that the rustdoc names are special.

use crate::token_maker::*;
use barejwt::{
    Auth, Claims, Error, JsonValue, Key, Lifetimes, MAX_KID_BYTES, NamedKey, Pair, PairClaims,
    StateHash, Validation, authenticate, bearer_token, decode_unverified, issue_pair, sign, verify,
    verify_refresh,
};

fn key() -> Key {
    Key::new(KEY).unwrap()
}

/// The claims set of an access token, `extra` bytes longer than [`ACCESS`].
fn access_with(extra: usize) -> String {
    ACCESS.replace("lUpa", &format!("lUpa{}", "x".repeat(extra)))
}

#[test]
fn keys_of_every_length_sign_and_verify_as_another_hmac_says() {
    let secret: Vec<u8> = (0..=255).cycle().take(300).collect();
    for len in 1..=secret.len() {
        let key = Key::new_weak(&secret[..len]).unwrap();
        let theirs = token(HEADER, ACCESS, &secret[..len]);
        let mut buf = [0; 256];
        let ours = sign(&Claims::access("lUpa", NOW, 3600), &key, &mut buf).unwrap();
        assert_eq!(ours, theirs, "{len} bytes");
        let mut scratch = [0; ACCESS.len()];
        verify(&theirs, &key, &Validation::access(), NOW, &mut scratch).unwrap();
        // One bit of the last byte makes another key.
        let mut other = secret[..len].to_vec();
        other[len - 1] ^= 1;
        let other = Key::new_weak(&other).unwrap();
        let refused = verify(&theirs, &other, &Validation::access(), NOW, &mut []);
        assert_eq!(refused.unwrap_err(), Error::SignatureInvalid, "{len} bytes");
    }
}

/// SHA-256 pads to 64 bytes with at least 9 bytes, so 55, 56, 63, 64, 119, 120 … are its edges.
#[test]
fn signing_inputs_of_every_length_verify_with_the_scratch_they_need() {
    // base64url does not have every length. Headers of different lengths fill the gaps.
    let mut lengths = std::collections::BTreeSet::new();
    for space in 0..4 {
        let header = format!(r#"{{"alg":"HS256"{}}}"#, " ".repeat(space));
        for extra in 0..300 {
            let payload = access_with(extra);
            let token = token(&header, &payload, KEY);
            let mut scratch = vec![0; header.len() + payload.len()];
            let claims = verify(&token, &key(), &Validation::access(), NOW, &mut scratch).unwrap();
            assert_eq!(claims.sub().len(), 4 + extra);
            assert_eq!(claims.json(), payload);
            lengths.insert(token.rfind('.').unwrap());
        }
    }
    // A claims set that is too short for an access token cannot pass the rules.
    for pad in 0..60 {
        let short = token(
            "{\"alg\":\"HS256\"}",
            format!("{{{}}}", " ".repeat(pad)),
            KEY,
        );
        let refused = outcome(&short, &Validation::access()).unwrap_err();
        assert!(matches!(refused, Error::ClaimsMissing { .. }));
        lengths.insert(short.rfind('.').unwrap());
    }
    let longest = *lengths.last().unwrap();
    for edge in [
        55, 56, 63, 64, 119, 120, 127, 128, 183, 184, 191, 192, 247, 248, 255, 256,
    ] {
        let near = (edge - 1..=edge + 1).filter(|length| lengths.contains(length));
        assert!(near.count() >= 2, "signing inputs around {edge} bytes");
    }
    assert!(longest > 400);
}

#[test]
fn every_beginning_of_a_token_is_refused_and_so_is_every_longer_one() {
    let whole = token(HEADER, ACCESS, KEY);
    for len in 0..whole.len() {
        let refused = outcome(&whole[..len], &Validation::access());
        let expected = match whole[..len].matches('.').count() {
            2 => Error::SignatureInvalid,
            _ => Error::SegmentCount,
        };
        assert_eq!(refused, Err(expected), "{len} bytes");
    }
    for more in 1..70 {
        let longer = format!("{whole}{}", "A".repeat(more));
        let refused = outcome(longer, &Validation::access());
        assert_eq!(refused, Err(Error::SignatureInvalid), "{more} bytes more");
    }
    assert_eq!(outcome(whole, &Validation::access()).as_deref(), Ok("lUpa"));
}

#[test]
fn headers_of_every_length_up_to_the_limit() {
    for len in 0..=800 {
        let header = format!(r#"{{"alg":"HS256","x":"{}"}}"#, "x".repeat(len));
        let found = outcome(token(&header, ACCESS, KEY), &Validation::access());
        if encode(&header).len() <= barejwt::MAX_HEADER_SEGMENT_LEN {
            assert_eq!(found.as_deref(), Ok("lUpa"), "{len}");
        } else {
            assert_eq!(found, Err(Error::HeaderTooLong), "{len}");
        }
    }
}

#[test]
fn kids_and_subjects_of_every_length() {
    for len in 0..=MAX_KID_BYTES + 2 {
        let kid = "k".repeat(len);
        let fits = (1..=MAX_KID_BYTES).contains(&len);
        assert_eq!(NamedKey::new(&kid, key()).is_ok(), fits, "{len}");
        let mut buf = [0; 512];
        let claims = Claims::access("lUpa", NOW, 3600);
        match sign(&claims, key().with_kid(&kid), &mut buf) {
            Ok(signed) => {
                assert!(fits);
                assert_eq!(signed.len(), claims.token_len_with_kid(&kid));
                let header = format!(r#"{{"alg":"HS256","kid":"{kid}","typ":"JWT"}}"#);
                assert_eq!(signed, token(header, ACCESS, KEY));
            }
            Err(error) => assert!(!fits && error == Error::KidInvalid),
        }
    }
    for len in 1..=400 {
        let sub = "s".repeat(len);
        let mut buf = [0; 1024];
        let signed = sign(&Claims::access(&sub, NOW, 3600), &key(), &mut buf).unwrap();
        assert_eq!(outcome(signed, &Validation::access()), Ok(sub));
    }
}

#[test]
fn authorization_headers_of_every_length() {
    let whole = format!("Bearer {}", token(HEADER, ACCESS, KEY));
    for len in 0..=whole.len() {
        let found = bearer_token(Some(&whole.as_bytes()[..len]));
        let expected = match len {
            0 | 6 | 7 => Err(Error::AuthorizationMalformed),
            1..6 => Err(Error::AuthorizationScheme),
            _ => Ok(&whole[7..len]),
        };
        assert_eq!(found, expected, "{len} bytes");
        let header = Some(&whole.as_bytes()[..len]);
        let rules = Validation::access();
        let mut scratch = [0; 256];
        let identity = authenticate(Auth::Optional, header, &key(), &rules, NOW, &mut scratch);
        assert_eq!(identity.is_ok(), len == whole.len(), "{len} bytes");
    }
}

#[test]
fn login_answers_of_every_length() {
    let whole = r#"{"code":0,"data":{"token":{"access_token":"a.b.c","refresh_token":"d.e.f","access_expires":"2025-04-26T16:19:38.833494+08:00","refresh_expires":"2025-10-23T15:19:38Z"}},"msg":""}"#;
    for len in 0..whole.len() {
        let refused = Pair::from_answer(&whole.as_bytes()[..len]);
        assert!(matches!(refused, Err(Error::Json { .. })), "{len} bytes");
    }
    assert!(Pair::from_answer(whole.as_bytes()).is_ok());
}

#[test]
fn escaped_claims_need_the_buffer_they_say() {
    let payload = ACCESS.replace('}', r#","name":"\u00e9\ud83d\ude00\n\"x"}"#);
    let signed = token(HEADER, &payload, KEY);
    let key = key();
    let mut scratch = vec![0; payload.len()];
    let claims = verify(&signed, &key, &Validation::access(), NOW, &mut scratch).unwrap();
    let Some(JsonValue::String(name)) = claims.get("name") else {
        panic!("no string");
    };
    let expected = "\u{e9}\u{1f600}\n\"x";
    for size in 0..expected.len() + 4 {
        let mut memory = vec![0xaa; size + 8];
        match name.unescape(&mut memory[..size]) {
            Ok(text) => assert_eq!(text, expected),
            Err(error) => {
                let needed = expected.len();
                assert!(size < needed && error == Error::OutputTooSmall { needed });
            }
        }
        let end = size.min(expected.len());
        assert!(memory[end..].iter().all(|byte| *byte == 0xaa), "{size}");
    }
}

#[test]
fn a_pair_for_both_buffers_of_every_size() {
    let (key, state, lifetimes) = (key(), StateHash::new(STATE), Lifetimes::default());
    let access_needed = Claims::access("lUpa", NOW, lifetimes.access).token_len();
    let refresh_claims = Claims::refresh("lUpa", NOW, lifetimes.refresh, &state);
    let refresh_needed = refresh_claims.token_len();
    let (mut buf, mut scratch) = ([0; 512], [0; 512]);
    let rules = Validation::refresh();
    let token = sign(&refresh_claims, &key, &mut buf).unwrap();
    let token = verify_refresh(token, &key, &rules, NOW, &mut scratch).unwrap();
    let sizes = |needed: usize| (0..needed + 3).step_by(5).chain([needed - 1, needed]);
    for access_size in sizes(access_needed) {
        for refresh_size in sizes(refresh_needed) {
            for is_first in [true, false] {
                let (mut access, mut refresh) = (vec![0; access_size], vec![0; refresh_size]);
                let outs = (&mut access[..], &mut refresh[..]);
                let issued = if is_first {
                    issue_pair(
                        &PairClaims::new("lUpa", &state, &lifetimes, NOW),
                        &key,
                        outs.0,
                        outs.1,
                    )
                } else {
                    token.renew(&state, &lifetimes, &key, outs.0, outs.1)
                };
                let expected = if access_size < access_needed {
                    Some(access_needed)
                } else if refresh_size < refresh_needed {
                    Some(refresh_needed)
                } else {
                    None
                };
                match (issued, expected) {
                    (Ok(pair), None) => {
                        let mut scratch = vec![0; REFRESH.len()];
                        let token =
                            verify_refresh(pair.refresh_token, &key, &rules, NOW, &mut scratch);
                        assert_eq!(token.unwrap().sub(), "lUpa");
                    }
                    (Err(error), Some(needed)) => {
                        assert_eq!(error, Error::OutputTooSmall { needed });
                        assert!(access.iter().chain(&refresh).all(|byte| *byte == 0));
                    }
                    (issued, _) => panic!("{access_size}, {refresh_size}: {issued:?}"),
                }
            }
        }
    }
}

#[test]
fn unverified_tokens_of_every_length() {
    let whole = token(HEADER, ACCESS, KEY);
    let mut scratch = [0; 256];
    for len in 0..=whole.len() {
        let found = decode_unverified(&whole[..len], &mut scratch);
        // The tag is not looked at. The parts before it are.
        let has_two_dots = whole[..len].matches('.').count() == 2;
        match found {
            Ok(said) => assert!(has_two_dots && said.payload_json() == ACCESS, "{len}"),
            Err(error) => assert!(!has_two_dots && error == Error::SegmentCount, "{len}"),
        }
    }
}

#[cfg(feature = "serde")]
#[test]
fn custom_claims_into_buffers_of_every_size() {
    use barejwt::sign_claims;

    #[derive(serde::Serialize)]
    struct Custom {
        sub: &'static str,
        seats: u8,
    }
    let custom = Custom {
        sub: "lUpa",
        seats: 3,
    };
    let json = r#"{"sub":"lUpa","seats":3}"#;
    let expected = token(HEADER, json, KEY);
    let needed = expected.len();
    for size in 0..needed + 3 {
        let mut memory = vec![0xaa; size + 8];
        match sign_claims(&custom, &key(), &mut memory[..size]) {
            Ok(signed) => assert_eq!(signed, expected),
            // Before it is encoded, the JSON stands behind the header.
            Err(error) if size < HEADER.len().div_ceil(3) * 4 + 1 + json.len() => {
                assert_eq!(error, Error::CustomClaimsNotWritten, "{size}");
            }
            Err(error) => {
                assert!(size < needed);
                assert_eq!(error, Error::OutputTooSmall { needed }, "{size}");
            }
        }
        let end = size.min(needed);
        assert!(
            memory[end..].iter().all(|byte| *byte == 0xaa) || end < needed,
            "{size}"
        );
        assert!(memory[size..].iter().all(|byte| *byte == 0xaa), "{size}");
    }
}

#[test]
fn times_of_every_number_of_digits_are_read_exactly_and_none_with_a_leading_zero() {
    for digits in 1..=20 {
        let exp = &"98765432101234567890"[..digits];
        let payload = ACCESS.replace("1745655578", exp);
        let found = outcome_at(token(HEADER, &payload, KEY), &Validation::access(), NOW);
        match exp.parse::<i64>() {
            Ok(exp) if exp > NOW => assert_eq!(found.as_deref(), Ok("lUpa"), "{digits} digits"),
            Ok(exp) => assert_eq!(found, Err(Error::Expired { exp, now: NOW })),
            Err(_) => assert!(matches!(found, Err(Error::NumericDateRange { .. }))),
        }
        let zero = payload.replace(exp, &format!("0{exp}"));
        let found = outcome(token(HEADER, zero, KEY), &Validation::access());
        assert!(
            matches!(found, Err(Error::Json { .. })),
            "{digits} digits: {found:?}"
        );
    }
}

/// Tries times around each power of two and of ten, because 32-bit machines divide in steps.
#[test]
fn times_of_every_size_are_written_exactly() {
    let twos = (0..63).map(|power| 1_i64 << power);
    let tens = (0..19).map(|power| 10_i64.pow(power));
    let mut mixed = 1_u64;
    let mixed = std::iter::from_fn(|| {
        mixed = mixed.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        Some((mixed >> 2).cast_signed())
    });
    for time in twos.chain(tens).chain(mixed.take(500)) {
        for now in (time - 2).max(1)..=time + 2 {
            let mut buf = [0; 256];
            let ours = sign(&Claims::access("lUpa", now, 1), &key(), &mut buf).unwrap();
            let payload = ACCESS
                .replace("1745655578", &(now + 1).to_string())
                .replace("1745651978", &now.to_string());
            assert_eq!(ours, token(HEADER, payload, KEY), "{now}");
        }
    }
}
