//! Properties of every input, tried on many inputs (proptest) or on all of a kind.

use crate::token_maker::*;
use barejwt::{
    Claims, Error, JsonValue, Key, Lifetimes, MAX_JSON_DEPTH, Pair, Part, Session, StateHash,
    Validation, VerifiedClaims, bearer_token, decode_unverified, scratch_len, sign, sign_json,
    verify, verify_refresh,
};
use proptest::prelude::*;

#[test]
fn every_change_of_one_byte_of_a_token_is_refused() {
    let key = Key::new(KEY).unwrap();
    let mut scratch = [0; 512];
    for good in [token(HEADER, ACCESS, KEY), token(HEADER, REFRESH, KEY)] {
        let mut bytes = good.into_bytes();
        let rules = Validation::any_type();
        assert!(verify(&bytes, &key, &rules, NOW, &mut scratch).is_ok());
        for at in 0..bytes.len() {
            let original = bytes[at];
            for other in (0..=255).filter(|other| *other != original) {
                bytes[at] = other;
                let outcome = verify(&bytes, &key, &rules, NOW, &mut scratch);
                assert!(outcome.is_err(), "byte {at} became {other:#x}");
            }
            bytes[at] = original;
        }
    }
}

/// A subject of any characters, often of awkward characters.
fn subject() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9]{1,24}",
        r#"[\x00-\x1f"\\/\x7f]{1,24}"#,
        any::<String>().prop_filter("a subject is not empty", |sub| !sub.is_empty()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sign_then_verify_is_the_identity(
        sub in subject(),
        now in 1..i64::MAX - i64::from(u32::MAX),
        lifetime in 1..u32::MAX,
        secret in proptest::collection::vec(any::<u8>(), 32..300),
        state in any::<[u8; 32]>(),
    ) {
        let key = Key::new(&secret).unwrap();
        let state = StateHash::new(state);
        for (claims, rules) in [
            (Claims::access(&sub, now, lifetime), Validation::access()),
            (Claims::refresh(&sub, now, lifetime, &state), Validation::refresh()),
        ] {
            let mut out = vec![0; claims.token_len()];
            let token = sign(&claims, &key, &mut out).unwrap();
            prop_assert_eq!(token.len(), claims.token_len());
            let mut scratch = vec![0; scratch_len(token.len())];
            let read = verify(token, &key, &rules, now, &mut scratch).unwrap();
            prop_assert_eq!(read.sub(), &sub);
            prop_assert_eq!((read.exp(), read.nbf()), (Some(now + i64::from(lifetime)), Some(now)));
            let (exp, now) = (now + i64::from(lifetime), now + i64::from(lifetime));
            let late = verify(token, &key, &rules, now, &mut scratch).unwrap_err();
            prop_assert_eq!(late, Error::Expired { exp, now });
        }
        let claims = Claims::refresh(&sub, now, lifetime, &state);
        let mut out = vec![0; claims.token_len()];
        let token = sign(&claims, &key, &mut out).unwrap();
        let mut scratch = vec![0; scratch_len(token.len())];
        let rules = Validation::refresh();
        let refresh = verify_refresh(token, &key, &rules, now, &mut scratch).unwrap();
        prop_assert!(refresh.confirm(&state).is_ok());
    }

    #[test]
    fn any_change_of_a_token_is_refused(
        sub in subject(),
        at in any::<prop::sample::Index>(),
        other in any::<u8>(),
    ) {
        let key = Key::new(KEY).unwrap();
        let claims = Claims::access(&sub, NOW, 3600);
        let mut bytes = vec![0; claims.token_len()];
        sign(&claims, &key, &mut bytes).unwrap();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != other);
        bytes[at] = other;
        prop_assert!(outcome(bytes, &Validation::access()).is_err());
    }

    #[test]
    fn another_key_refuses(
        secret in proptest::collection::vec(any::<u8>(), 32..100),
        other in proptest::collection::vec(any::<u8>(), 32..100),
    ) {
        prop_assume!(secret != other);
        let refused = {
            let token = token(HEADER, ACCESS, &secret);
            let mut scratch = [0; 512];
            let key = Key::new(&other).unwrap();
            verify(token, &key, &Validation::access(), NOW, &mut scratch).map(|_| ()).unwrap_err()
        };
        // RFC 2104 2: a key padded with zeros is the same key.
        let padded = |key: &[u8]| {
            let mut key = key.to_vec();
            while key.last() == Some(&0) {
                key.pop();
            }
            key
        };
        prop_assume!(padded(&secret) != padded(&other));
        prop_assert_eq!(refused, Error::SignatureInvalid);
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        no_panic(&bytes);
    }

    #[test]
    fn no_token_like_bytes_panic(
        header in proptest::collection::vec(any::<u8>(), 0..60),
        payload in r#"[{}\[\]:,"\\a-f0-9eE.+\-u ]{0,80}"#,
    ) {
        no_panic(token(&header, &payload, KEY).as_bytes());
        no_panic(token(HEADER, &payload, KEY).as_bytes());
        no_panic(token(&payload, ACCESS, KEY).as_bytes());
        no_panic(payload.as_bytes());
    }

    /// We accept the same JSON as serde_json, with two differences. We refuse repeated names at the top
    /// level, more members and deeper nesting. serde_json refuses numbers that no double can hold.
    #[test]
    fn json_agrees_with_serde_json(text in json_like()) {
        let (key, mut out) = (Key::new(KEY).unwrap(), vec![0; 8192]);
        let ours = sign_json(&text, &key, &mut out);
        let theirs: Result<serde_json::Map<String, serde_json::Value>, _> =
            serde_json::from_str(&text);
        match (ours, theirs) {
            (Ok(_), Ok(_)) | (Err(_), Err(_)) => {}
            (Ok(_), Err(error)) => {
                prop_assert!(error.to_string().contains("number out of range"), "{}", error);
            }
            (Err(Error::Json { problem, .. }), Ok(_)) => prop_assert!(matches!(
                problem,
                barejwt::JsonProblem::DuplicateName | barejwt::JsonProblem::TooDeep
            )),
            (Err(error), Ok(_)) => prop_assert!(false, "{}", error),
        }
    }

    /// An object that may be a whole claims set may also be own members. No member changes or gets lost,
    /// neither in the token nor in its renewals. None of these names is a standard name.
    #[test]
    fn members_are_signed_and_carried_as_they_are(text in json_like()) {
        let (key, state) = (Key::new(KEY).unwrap(), StateHash::new(STATE));
        let mut whole = vec![0; 16_384];
        let whole = sign_json(&text, &key, &mut whole);
        let claims = Claims::refresh("lUpa", NOW, 15_552_000, &state).members(&text);
        let mut out = vec![0; 16_384];
        let token = match (whole, sign(&claims, &key, &mut out)) {
            (Ok(_), Ok(token)) => token,
            (Err(Error::Json { problem, at, .. }), Err(error)) => {
                let part = Part::ToSign;
                prop_assert_eq!(error, Error::Json { part, problem, at });
                return Ok(());
            }
            (whole, token) => return Err(TestCaseError::fail(format!("{whole:?} {token:?}"))),
        };
        prop_assert_eq!(token.len(), claims.token_len());

        let rules = Validation::refresh().max_token_len(16_384);
        let mut scratch = vec![0; scratch_len(token.len())];
        let claims = verify(token, &key, &rules, NOW, &mut scratch).unwrap();
        let members = every_member(&claims);
        let renew = |token: &str| {
            let mut scratch = vec![0; scratch_len(token.len())];
            let token = verify_refresh(token, &key, &rules, NOW, &mut scratch).unwrap();
            let (mut access, mut refresh) = (vec![0; 16_384], vec![0; 16_384]);
            let lifetimes = Lifetimes::default();
            let pair = token.renew(&state, &lifetimes, &key, &mut access, &mut refresh).unwrap();
            [pair.access_token, pair.refresh_token].map(str::to_owned)
        };
        let [access, refresh] = renew(token);
        for (token, rules) in [
            (&access, Validation::access().max_token_len(16_384)),
            (&refresh, rules),
        ] {
            let mut scratch = vec![0; scratch_len(token.len())];
            let claims = verify(token, &key, &rules, NOW, &mut scratch).unwrap();
            prop_assert_eq!(&every_member(&claims), &members);
        }
        // Only white space between members is left out, so a second renewal changes nothing.
        prop_assert_eq!(renew(&refresh), [access, refresh]);
    }
}

/// Each member that [`json_like`] may make, or `None`.
fn every_member(claims: &VerifiedClaims<'_>) -> Vec<Option<String>> {
    let of = |name: String| {
        claims.get(&name).map(|value| match value {
            JsonValue::String(text) => text.chars().collect(),
            JsonValue::Number(text) | JsonValue::Object(text) | JsonValue::Array(text) => {
                text.to_owned()
            }
            other => format!("{other:?}"),
        })
    };
    let letters = ["", "a", "b", "c", "d"];
    letters
        .iter()
        .flat_map(|first| letters.iter().map(move |second| format!("{first}{second}")))
        .map(of)
        .collect()
}

fn no_panic(bytes: &[u8]) {
    let key = Key::new(KEY).unwrap();
    let mut scratch = [0; 700];
    let _ = verify(bytes, &key, &Validation::any_type(), NOW, &mut scratch);
    let _ = verify_refresh(bytes, &key, &Validation::refresh(), NOW, &mut scratch);
    if let Ok(said) = decode_unverified(bytes, &mut scratch) {
        let _ = said.claims().map(|claims| claims.get("a"));
    }
    let _ = bearer_token(Some(bytes));
    let _ = Pair::from_answer(bytes).map(|pair| Session::new(pair, 60).next(NOW));
}

/// JSON objects, and JSON objects with a small change that may spoil them.
fn json_like() -> impl Strategy<Value = String> {
    let string = prop_oneof![
        "[a-c]{0,2}",
        any::<String>().prop_map(|text| {
            let quoted = serde_json::to_string(&text).unwrap();
            quoted[1..quoted.len() - 1].to_owned()
        }),
        Just(r"\ud83d\ude00\u0061".to_owned()),
        Just(r"\ud83d".to_owned()),
    ];
    let name = string.clone();
    let leaf = prop_oneof![
        string.prop_map(|text| format!("\"{text}\"")),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_map(|number| format!("{number:e}")),
        Just("1e999".to_owned()),
        prop::sample::select(vec![
            "true", "false", "null", "-0", "01", "+1", "1.", ".5", "nul"
        ])
        .prop_map(str::to_owned),
    ];
    let value = leaf.prop_recursive(MAX_JSON_DEPTH as u32 + 4, 64, 3, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3)
                .prop_map(|items| format!("[{}]", items.join(" , "))),
            prop::collection::vec((name.clone(), inner), 0..3).prop_map(|members| object(&members)),
        ]
    });
    let whole =
        prop::collection::vec(("[a-d]{1,2}", value), 0..4).prop_map(|members| object(&members));
    let change = (any::<prop::sample::Index>(), r#"[{}\[\]:,"\\a0 \n]"#);
    (whole, prop::option::weighted(0.3, change)).prop_map(|(mut text, change)| {
        if let Some((at, with)) = change {
            let at = at.index(text.len());
            let at = (0..=at)
                .rev()
                .find(|at| text.is_char_boundary(*at))
                .unwrap();
            let end = (at + 1..=text.len())
                .find(|end| text.is_char_boundary(*end))
                .unwrap();
            text.replace_range(at..end, &with);
        }
        text
    })
}

fn object(members: &[(String, String)]) -> String {
    let members: Vec<String> = members
        .iter()
        .map(|(name, value)| format!("\"{name}\":{value}"))
        .collect();
    format!("{{{}}}", members.join(","))
}
