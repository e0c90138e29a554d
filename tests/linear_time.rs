//! A hostile token costs time linear in its length: any 1 MiB takes at most 10 ms.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)]

#[path = "it/token_maker.rs"]
mod token_maker;

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use barejwt::{Error, JsonProblem, Key, Pair, Validation, bearer_token, decode_unverified, verify};
use token_maker::*;

const MIB: usize = 1 << 20;

/// The promise is for release builds. The limit for an unoptimised build is so high that only a cost
/// that is not linear exceeds it, even on a slow machine.
const LIMIT: Duration = if cfg!(debug_assertions) {
    Duration::from_secs(5)
} else {
    Duration::from_millis(10)
};

/// Returns the result of `work`. The best of fifty times must be within the limit, because other
/// programs may use the machine meanwhile. Other tests of this file may not.
fn in_time<T>(what: &str, mut work: impl FnMut() -> T) -> T {
    static MACHINE: Mutex<()> = Mutex::new(());
    let _alone = MACHINE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut best = Duration::MAX;
    for _ in 0..50 {
        let start = Instant::now();
        let result = work();
        best = best.min(start.elapsed());
        if best < LIMIT {
            println!("{what}: {best:?}");
            return result;
        }
    }
    panic!("{what} took {best:?} at best");
}

const LONG: Validation<'static> = Validation::access().max_token_len(usize::MAX);

/// Verifies a token that has no valid signature, and returns the error.
fn refusal(what: &str, token: &[u8]) -> Error {
    let key = Key::new(KEY).unwrap();
    let mut scratch = vec![0; barejwt::scratch_len(token.len())];
    let bounded = in_time(what, || {
        verify(token, &key, &Validation::access(), NOW, &mut []).err()
    });
    let (bytes, maximum) = (token.len(), barejwt::DEFAULT_MAX_TOKEN_LEN);
    assert_eq!(
        bounded,
        Some(Error::TokenTooLong { bytes, maximum }),
        "{what}"
    );
    let refused = in_time(what, || verify(token, &key, &LONG, NOW, &mut scratch).err());
    in_time(what, || {
        decode_unverified(token, &mut scratch).map(|_| ()).err()
    });
    refused.unwrap()
}

/// Signs a claims set and verifies it.
fn signed(what: &str, payload: &str) -> Result<usize, Error> {
    let signed = token(HEADER, payload, KEY);
    let key = Key::new(KEY).unwrap();
    let mut scratch = vec![0; barejwt::scratch_len(signed.len())];
    in_time(what, || {
        verify(&signed, &key, &LONG, NOW, &mut scratch).map(|claims| claims.sub().len())
    })
}

#[test]
fn unsigned_tokens() {
    let x = "x".repeat(MIB);
    let header = encode(HEADER);
    let deep = encode("[".repeat(MIB));
    for (what, token, expected) in [
        ("one segment", x.clone(), Error::SegmentCount),
        ("only dots", ".".repeat(MIB), Error::SegmentCount),
        ("a long header", format!("{x}.x.x"), Error::HeaderTooLong),
        ("a deep header", format!("{deep}.x.x"), Error::HeaderTooLong),
        (
            "a long payload",
            format!("{header}.{x}.x"),
            Error::SignatureInvalid,
        ),
        (
            "a deep payload",
            format!("{header}.{deep}.x"),
            Error::SignatureInvalid,
        ),
        (
            "a long tag",
            format!("{header}.x.{x}"),
            Error::SignatureInvalid,
        ),
    ] {
        assert_eq!(refusal(what, token.as_bytes()), expected, "{what}");
    }
    assert_eq!(refusal("zeros", &vec![0; MIB]), Error::SegmentCount);
    assert_eq!(refusal("ones", &vec![0xff; MIB]), Error::SegmentCount);
}

#[test]
fn a_header_of_1024_characters_of_anything() {
    let key = Key::new(KEY).unwrap();
    let members: String = (0..63).map(|n| format!("\"\\u0061{n}\":0,")).collect();
    for header in [
        "[".repeat(768),
        format!("{{\"a\":{}", "[".repeat(762)),
        format!("{{{members}\"alg\":\"none\"}}"),
        format!("{{\"alg\":\"{}\"}}", "\\u0061".repeat(120)),
    ] {
        let token = token(header, ACCESS, KEY);
        let mut scratch = [0; 2048];
        in_time("a header", || {
            verify(&token, &key, &LONG, NOW, &mut scratch).unwrap_err()
        });
    }
}

#[test]
fn signed_nesting() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]")] {
        let levels = MIB / (open.len() + close.len());
        let payload = format!("{{\"a\":{}{}}}", open.repeat(levels), close.repeat(levels));
        let refused = signed("nested", &payload).unwrap_err();
        assert!(
            matches!(
                refused,
                Error::Json {
                    problem: JsonProblem::TooDeep,
                    ..
                }
            ),
            "{open}"
        );
    }
    // 32 levels of brackets, many times.
    let nest = format!("{}{}", "[".repeat(31), "]".repeat(31));
    let many = vec![nest; MIB / 63].join(",");
    let payload = ACCESS.replace('}', &format!(",\"a\":[{many}]}}"));
    assert_eq!(signed("nested side by side", &payload), Ok(4));
}

#[test]
fn signed_numbers() {
    let range = Err(Error::NumericDateRange {
        claim: barejwt::Claim::Exp,
    });
    let now = NOW;
    let [nines, zeros] = ["9", "0"].map(|digit| digit.repeat(MIB));
    for (what, exp, expected) in [
        ("digits", nines.clone(), range),
        ("an exponent", format!("1e{nines}"), range),
        (
            "an exponent with zeros",
            format!("1e{zeros}1"),
            Err(Error::Expired { exp: 10, now }),
        ),
        (
            "a negative exponent",
            format!("1e-{nines}"),
            Err(Error::Expired { exp: 0, now }),
        ),
        (
            "a zero and an exponent",
            format!("0e{nines}"),
            Err(Error::Expired { exp: 0, now }),
        ),
        ("a fraction", format!("1800000000.{nines}"), Ok(4)),
        (
            "a fraction of zeros",
            format!("0.{zeros}1e{MIB}"),
            Err(Error::Expired { exp: 0, now }),
        ),
        (
            "a huge number, shrunk",
            format!("1800000000{zeros}e-{MIB}"),
            Ok(4),
        ),
    ] {
        let payload = ACCESS.replace("1745655578", &exp);
        assert_eq!(signed(what, &payload), expected, "{what}");
        let elsewhere = ACCESS.replace('}', &format!(",\"x\":{exp}}}"));
        assert_eq!(signed(what, &elsewhere), Ok(4), "{what}");
    }
}

#[test]
fn signed_strings() {
    for (what, sub, len) in [
        ("a long subject", "x".repeat(MIB), MIB),
        ("escapes", "\\n".repeat(MIB / 2), MIB / 2),
        ("code units", "\\u00e9".repeat(MIB / 6), MIB / 6 * 2),
        (
            "surrogates",
            "\\ud83d\\ude00".repeat(MIB / 12),
            MIB / 12 * 4,
        ),
        ("four bytes", "\u{1f600}".repeat(MIB / 4), MIB),
    ] {
        let payload = ACCESS.replace("lUpa", &sub);
        assert_eq!(signed(what, &payload), Ok(len), "{what}");
        for name in ["token_type", "state_hash"] {
            let payload = format!("{{\"{name}\":\"{sub}\"}}");
            let expected = match name {
                "token_type" => Error::TokenTypeUnknown,
                _ => Error::StateHashMalformed,
            };
            assert_eq!(signed(what, &payload), Err(expected), "{what}");
        }
    }
}

#[test]
fn signed_names() {
    let names = |count: usize, name: &dyn Fn(usize) -> String| -> String {
        let members: Vec<String> = (0..count).map(|n| format!("\"{}\":0", name(n))).collect();
        ACCESS.replace('}', &format!(",{}}}", members.join(",")))
    };
    let quarter = "x".repeat(MIB / 60 / 4);
    // All names have the same length and the same first, middle and last characters.
    let alike = |n: usize| format!("{quarter}{n:04}{quarter}{quarter}{quarter}");
    assert_eq!(signed("long names", &names(60, &alike)), Ok(4));
    let late = |n: usize| format!("{quarter}{quarter}{quarter}{quarter}{n:04}x");
    assert_eq!(
        signed("long names that differ late", &names(60, &late)),
        Ok(4)
    );
    let escaped = |n: usize| format!("\\u0061{quarter}{quarter}{quarter}{quarter}{n:04}");
    assert_eq!(
        signed("long names with an escape", &names(60, &escaped)),
        Ok(4)
    );
    let escapes = |n: usize| format!("{}{n:04}", "\\u0061".repeat(MIB / 60 / 6));
    assert_eq!(signed("long names of escapes", &names(60, &escapes)), Ok(4));
    // Short names with escapes come after one long value. The hash cannot tell the names apart.
    let short = |n: usize| format!("\\u0061{n}");
    let payload = names(59, &short).replacen('{', &format!("{{\"x\":\"{}\",", "x".repeat(MIB)), 1);
    assert_eq!(signed("short names behind a long value", &payload), Ok(4));
    // Different names with the same hash, also after a long value.
    let hash = |name: &str| {
        name.bytes().fold(0x811c_9dc5, |hash: u32, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        }) >> 16
    };
    let numbers = (0..).map(|n: u32| format!("{n:x}"));
    let contrived: Vec<String> = numbers.filter(|n| hash(n) == hash("0")).take(59).collect();
    let payload = names(59, &|n| contrived[n].clone());
    let payload = payload.replacen('{', &format!("{{\"x\":\"{}\",", "x".repeat(MIB)), 1);
    let refused = signed("names of one hash behind a long value", &payload);
    assert!(matches!(
        refused,
        Err(Error::Json {
            problem: JsonProblem::NamesAlike,
            ..
        })
    ));
    let refused = signed("a million names", &names(MIB / 8, &|n| n.to_string()));
    assert!(matches!(
        refused,
        Err(Error::Json {
            problem: JsonProblem::TooManyMembers,
            ..
        })
    ));
}

#[test]
fn signed_space() {
    let space = " ".repeat(MIB);
    assert_eq!(
        signed("space", &ACCESS.replace('{', &format!("{{{space}"))),
        Ok(4)
    );
    let refused = signed("only space", &space).unwrap_err();
    assert_eq!(refused, payload_fault(JsonProblem::NotObject, MIB));
}

#[test]
fn authorization_headers() {
    let malformed = Some(Error::AuthorizationMalformed);
    for (what, value, expected) in [
        ("spaces", format!("Bearer{}", " ".repeat(MIB)), malformed),
        ("padding", format!("Bearer {}", "=".repeat(MIB)), malformed),
        (
            "padding after a token",
            format!("Bearer a{}", "=".repeat(MIB)),
            None,
        ),
        (
            "a late space",
            format!("Bearer {} ", "a".repeat(MIB)),
            malformed,
        ),
        (
            "a scheme",
            "a".repeat(MIB),
            Some(Error::AuthorizationScheme),
        ),
        ("only spaces", " ".repeat(MIB), malformed),
    ] {
        let refused = in_time(what, || bearer_token(Some(value.as_bytes())).err());
        assert_eq!(refused, expected, "{what}");
    }
}

#[test]
fn login_answers() {
    let x = "x".repeat(MIB);
    let members: String = (0..63).map(|n| format!("\"\\u0061{n}\":0,")).collect();
    for (what, answer) in [
        ("a string", format!("\"{x}")),
        (
            "nesting",
            format!("{{\"data\":{}", "{\"data\":".repeat(MIB / 8)),
        ),
        (
            "a long token",
            format!("{{\"data\":{{\"token\":{{\"access_token\":\"{x}\"}}}}}}"),
        ),
        (
            "a long time",
            format!(
                "{{\"data\":{{\"access_expires\":\"2025-04-26T16:19:38.{}Z\"}}}}",
                "9".repeat(MIB)
            ),
        ),
        (
            "a long code",
            format!("{{\"code\":{},\"data\":{{}}}}", "9".repeat(MIB)),
        ),
        (
            "names with escapes",
            format!("{{\"x\":\"{x}\",{members}\"data\":{{}}}}"),
        ),
    ] {
        in_time(what, || Pair::from_answer(answer.as_bytes()).unwrap_err());
    }
}
