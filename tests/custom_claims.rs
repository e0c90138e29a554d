//! Custom claims through serde-json-core: the caller's own types, verified and signed.
#![cfg(feature = "serde")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)]

mod token_maker;

use barejwt::{Error, JsonProblem, Key, Part, Validation, sign_claims, sign_json, verify};
use serde::{Deserialize, Serialize};
use token_maker::*;

/// Verifies a token with these further members and reads it as `T`, with so much buffer.
fn read<T: for<'b> Deserialize<'b>>(members: &str, buffer: usize) -> Result<T, Error> {
    let payload = ACCESS.replace('}', &format!(",{members}}}"));
    let (key, mut out, mut scratch) = (Key::new(KEY).unwrap(), [0; 2048], [0; 2048]);
    let token = sign_json(&payload, &key, &mut out).unwrap();
    let claims = verify(token, &key, &Validation::access(), NOW, &mut scratch).unwrap();
    let mut buffer = vec![0; buffer];
    claims.claims_as(&mut buffer)
}

#[derive(Debug, Deserialize, PartialEq)]
struct Owned {
    sub: heapless::String<16>,
    role: heapless::String<16>,
}

fn owned(sub: &str, role: &str) -> Result<Owned, Error> {
    Ok(Owned {
        sub: sub.try_into().unwrap(),
        role: role.try_into().unwrap(),
    })
}

#[test]
fn borrowed_and_owned_fields_nested_values_and_options() {
    #[derive(Debug, Deserialize, PartialEq)]
    struct Custom<'a> {
        sub: &'a str,
        exp: i64,
        role: &'a str,
        name: heapless::String<8>,
        scopes: heapless::Vec<heapless::String<8>, 4>,
        limits: Limits,
        note: Option<u8>,
        admin: bool,
    }
    #[derive(Debug, Deserialize, PartialEq)]
    struct Limits {
        seats: u8,
        quota: i64,
    }
    let payload = ACCESS.replace(
        '}',
        r#","x":[{"y":{}}],"role":"editor","name":"Zo\u00eb","scopes":["a","b"],"limits":{"seats":3,"quota":-9,"z":null},"admin":true}"#,
    );
    let (key, mut out, mut scratch) = (Key::new(KEY).unwrap(), [0; 1024], [0; 1024]);
    let token = sign_json(&payload, &key, &mut out).unwrap();
    let claims = verify(token, &key, &Validation::access(), NOW, &mut scratch).unwrap();
    let mut buffer = [0; 512];
    let custom: Custom<'_> = claims.claims_as(&mut buffer).unwrap();
    assert_eq!(custom.sub, "lUpa");
    assert_eq!(custom.exp, EXP);
    assert_eq!(custom.role, "editor");
    assert_eq!(custom.name, "Zo\u{eb}");
    assert_eq!(custom.scopes, ["a", "b"]);
    assert_eq!(
        custom.limits,
        Limits {
            seats: 3,
            quota: -9
        }
    );
    assert_eq!((custom.note, custom.admin), (None, true));
}

#[test]
fn without_escapes_no_buffer_is_needed() {
    assert_eq!(read(r#""role":"admin""#, 0), owned("lUpa", "admin"));
}

#[test]
fn escapes_in_any_string_work() {
    for (members, role) in [
        (r#""role":"\u00e9""#, "\u{e9}"),
        (r#""role":"\ud83d\ude00""#, "\u{1f600}"),
        (r#""role":"q\"b\\s\/n\nz\u0000""#, "q\"b\\s/n\nz\0"),
        (r#""\u0072ole":"x""#, "x"),
        (r#""other":"\ud83d\ude00 \n","role":"x""#, "x"),
        (r#""other\ud83d\ude00\n":1,"role":"x""#, "x"),
    ] {
        assert_eq!(read(members, 1024), owned("lUpa", role), "{members}");
    }
}

#[test]
fn borrowed_fields_take_escapes_that_can_be_resolved_and_refuse_others() {
    #[derive(Deserialize)]
    struct Borrowed<'a> {
        role: &'a str,
    }
    let role = |json: &str| {
        let payload = ACCESS.replace('}', &format!(r#","role":"{json}"}}"#));
        let (key, mut out, mut scratch) = (Key::new(KEY).unwrap(), [0; 1024], [0; 1024]);
        let token = sign_json(&payload, &key, &mut out).unwrap();
        let claims = verify(token, &key, &Validation::access(), NOW, &mut scratch).unwrap();
        let mut buffer = [0; 512];
        let borrowed: Result<Borrowed<'_>, Error> = claims.claims_as(&mut buffer);
        borrowed.map(|borrowed| borrowed.role.to_owned())
    };
    assert_eq!(role("plain"), Ok("plain".to_owned()));
    assert_eq!(
        role(r"\u00e9\ud83d\ude00\/"),
        Ok("\u{e9}\u{1f600}/".to_owned())
    );
    assert_eq!(role(r"a\nb"), Err(Error::CustomClaimsShape));
    assert_eq!(role(r"\u0022"), Err(Error::CustomClaimsShape));
}

#[test]
fn twice_the_json_is_always_enough_buffer_and_less_is_refused() {
    let members = r#""role":"\n\n\n\n""#;
    let len = ACCESS.len() + 1 + members.len();
    assert_eq!(read(members, 2 * len), owned("lUpa", "\n\n\n\n"));
    assert_eq!(read(members, len + 4), owned("lUpa", "\n\n\n\n"));
    for small in [0, 1, len - 1, len, len + 3] {
        assert_eq!(
            read::<Owned>(members, small),
            Err(Error::CustomClaimsShape),
            "{small}"
        );
    }
}

#[test]
fn what_does_not_fit_the_type_is_refused() {
    for members in [
        r#""Role":"x""#,
        r#""role":7"#,
        r#""role":null"#,
        r#""role":"seventeen letters""#,
        r#""role":["x"]"#,
    ] {
        assert_eq!(
            read::<Owned>(members, 512),
            Err(Error::CustomClaimsShape),
            "{members}"
        );
    }
    #[derive(Debug, Deserialize, PartialEq)]
    struct Number {
        n: u8,
    }
    assert_eq!(read(r#""n":255"#, 0), Ok(Number { n: 255 }));
    for n in ["256", "-1", "1.5", "1e2", "\"1\"", "true"] {
        assert_eq!(
            read::<Number>(&format!("\"n\":{n}"), 0),
            Err(Error::CustomClaimsShape),
            "{n}"
        );
    }
}

#[test]
fn any_serialisable_value_is_signed() {
    #[derive(Serialize)]
    struct Refresh<'a> {
        token_type: &'a str,
        sub: &'a str,
        exp: i64,
        nbf: i64,
        root_token_id: heapless::String<36>,
        scopes: [u8; 2],
        none: Option<u8>,
    }
    let claims = Refresh {
        token_type: "access",
        sub: "q\"\\\n\u{1}\u{e9}\u{1f600}",
        exp: EXP,
        nbf: NOW,
        root_token_id: "3e7b2f0a".try_into().unwrap(),
        scopes: [1, 2],
        none: None,
    };
    let key = Key::new(KEY).unwrap();
    let mut out = [0; 512];
    let signed = sign_claims(&claims, key.with_kid("k"), &mut out).unwrap();
    let json = r#"{"token_type":"access","sub":"q\"\\\n\u0001é😀","exp":1745655578,"nbf":1745651978,"root_token_id":"3e7b2f0a","scopes":[1,2],"none":null}"#;
    assert_eq!(
        signed,
        token(r#"{"alg":"HS256","kid":"k","typ":"JWT"}"#, json, KEY)
    );
    assert_eq!(
        outcome(signed, &Validation::access()),
        Ok(claims.sub.to_owned())
    );

    let len = signed.len();
    for size in 0..len {
        let mut out = vec![0; size];
        match sign_claims(&claims, key.with_kid("k"), &mut out).unwrap_err() {
            Error::OutputTooSmall { needed } => assert_eq!(needed, len, "{size}"),
            error => {
                assert_eq!(error, Error::CustomClaimsNotWritten, "{size}");
                assert!(size < len - 44, "the JSON fitted: {size}");
            }
        }
    }
    assert!(sign_claims(&claims, key.with_kid("k"), &mut vec![0; len]).is_ok());
}

#[test]
fn what_is_no_claims_set_is_not_signed() {
    let (key, mut out) = (Key::new(KEY).unwrap(), [0; 512]);
    let (part, at, problem) = (Part::Payload, 0, JsonProblem::NotObject);
    let refused = sign_claims(&[1, 2], &key, &mut out);
    assert_eq!(refused, Err(Error::Json { part, problem, at }));
    assert_eq!(
        sign_claims("x", &key, &mut out),
        Err(Error::Json { part, problem, at })
    );

    #[derive(Serialize)]
    struct Twice {
        a: u8,
        #[serde(rename = "a")]
        b: u8,
    }
    let refused = sign_claims(&Twice { a: 1, b: 2 }, &key, &mut out);
    let problem = JsonProblem::DuplicateName;
    assert_eq!(
        refused,
        Err(Error::Json {
            part,
            problem,
            at: 12
        })
    );
}
