//! Every function gets buffers of every size from nothing to enough. `needed` is exact, and no byte
//! beyond the buffer is written.

use crate::token_maker::*;
use barejwt::{
    Auth, Claims, Error, Key, Lifetimes, PairClaims, PairMembers, StateHash, Validation,
    authenticate, decode_unverified, issue_pair, scratch_len, sign, sign_json, token_len, verify,
    verify_refresh,
};

const MARK: u8 = 0xaa;

fn key() -> Key {
    Key::new(KEY).unwrap()
}

/// Runs `write` with buffers of every size from nothing to some more than `len`. It must refuse a
/// smaller buffer with `len` as the size needed, and write exactly `len` bytes to any other buffer.
fn exact(len: usize, write: impl Fn(&mut [u8]) -> Result<usize, Error>) {
    for size in 0..len + 9 {
        // Also the bytes behind the buffer must stay as they are.
        let mut memory = vec![MARK; size + 32];
        let outcome = write(&mut memory[..size]);
        if size < len {
            assert_eq!(
                outcome,
                Err(Error::OutputTooSmall { needed: len }),
                "size {size}"
            );
            assert!(
                memory[size..].iter().all(|byte| *byte == MARK),
                "size {size}"
            );
        } else {
            assert_eq!(outcome, Ok(len), "size {size}");
            assert!(
                memory[len..].iter().all(|byte| *byte == MARK),
                "size {size}"
            );
        }
    }
}

#[test]
fn signing_needs_exactly_the_announced_length() {
    let (key, state) = (key(), StateHash::new(STATE));
    for sub in [
        "l",
        "lU",
        "lUp",
        "lUpa",
        "\"\\\n\u{1}",
        "\u{e9}\u{1f600}",
        &"x".repeat(100),
    ] {
        for claims in [
            Claims::access(sub, NOW, 3600),
            Claims::access(sub, 1, 1),
            Claims::access(sub, i64::MAX - 1, 1),
            Claims::refresh(sub, NOW, u32::MAX, &state),
            Claims::jwt(sub, NOW, 600),
            Claims::jwt(sub, 1, u32::MAX),
            Claims::access(sub, NOW, 3600).members(" { } "),
            Claims::access(sub, NOW, 3600).members(r#"{"a":1}"#),
            Claims::refresh(sub, NOW, 1, &state).members("{ \"a\" : \"\u{e9}\\n\" }"),
            Claims::jwt(sub, NOW, 600).members("\n{\"aud\":[\"api\" , \"web\"]\t}\r\n"),
        ] {
            exact(claims.token_len(), |out| {
                sign(&claims, &key, out).map(str::len)
            });
            let kid = "2026-11 \u{e9}";
            exact(claims.token_len_with_kid(kid), |out| {
                sign(&claims, key.with_kid(kid), out).map(str::len)
            });
        }
    }
}

#[test]
fn signing_json_needs_exactly_the_announced_length() {
    let key = key();
    for json in [
        "{}",
        r#"{"a":1}"#,
        r#"{"a":12}"#,
        r#"{"a":123}"#,
        ACCESS,
        REFRESH,
    ] {
        exact(token_len(None, json.len()), |out| {
            sign_json(json, &key, out).map(str::len)
        });
        exact(token_len(Some("k"), json.len()), |out| {
            sign_json(json, key.with_kid("k"), out).map(str::len)
        });
    }
}

#[test]
fn a_pair_needs_exactly_the_announced_lengths() {
    let (key, state, lifetimes) = (key(), StateHash::new(STATE), Lifetimes::default());
    let issue = |access: &mut [u8], refresh: &mut [u8]| {
        issue_pair(
            &PairClaims::new("lUpa", &state, &lifetimes, NOW),
            &key,
            access,
            refresh,
        )
        .map(|pair| (pair.access_token.len(), pair.refresh_token.len()))
    };
    let access_len = Claims::access("lUpa", NOW, lifetimes.access).token_len();
    let refresh_len = Claims::refresh("lUpa", NOW, lifetimes.refresh, &state).token_len();
    exact(access_len, |access| {
        issue(access, &mut [0; 512]).map(|(len, _)| len)
    });
    exact(refresh_len, |refresh| {
        issue(&mut [0; 512], refresh).map(|(_, len)| len)
    });
}

#[test]
fn a_pair_with_members_needs_exactly_the_announced_lengths() {
    let (key, state, lifetimes) = (key(), StateHash::new(STATE), Lifetimes::default());
    let members = PairMembers {
        access: r#"{"scopes":["read"]}"#,
        refresh: r#" {"scopes":["read","write"]} "#,
    };
    let claims = PairClaims::new("lUpa", &state, &lifetimes, NOW).members(&members);
    let issue = |access: &mut [u8], refresh: &mut [u8]| {
        issue_pair(&claims, &key, access, refresh)
            .map(|pair| (pair.access_token.len(), pair.refresh_token.len()))
    };
    let access = Claims::access("lUpa", NOW, lifetimes.access).members(members.access);
    exact(access.token_len(), |access| {
        issue(access, &mut [0; 512]).map(|(len, _)| len)
    });
    let refresh = Claims::refresh("lUpa", NOW, lifetimes.refresh, &state);
    exact(refresh.members(members.refresh).token_len(), |refresh| {
        issue(&mut [0; 512], refresh).map(|(_, len)| len)
    });
}

#[test]
fn a_renewal_needs_exactly_the_announced_lengths() {
    let old = token(HEADER, REFRESH.replace('}', " , \"s\" : [\"a\"] }"), KEY);
    let (key, state, lifetimes) = (key(), StateHash::new(STATE), Lifetimes::default());
    let mut scratch = [0; 512];
    let refresh = verify_refresh(&old, &key, &Validation::refresh(), NOW, &mut scratch).unwrap();
    let renew = |access: &mut [u8], out: &mut [u8]| {
        refresh
            .renew(&state, &lifetimes, &key, access, out)
            .map(|pair| (pair.access_token.len(), pair.refresh_token.len()))
    };
    let len = |claims: &str| {
        let carried = claims.replace('}', r#","s":["a"]}"#);
        token(HEADER, carried, KEY).len()
    };
    exact(len(ACCESS), |access| {
        renew(access, &mut [0; 512]).map(|(len, _)| len)
    });
    exact(len(REFRESH), |out| {
        renew(&mut [0; 512], out).map(|(_, len)| len)
    });
}

#[test]
fn authenticating_needs_the_payload() {
    let header = format!("Bearer {}", token(HEADER, ACCESS, KEY));
    scratch_steps(&[ACCESS.len()], |scratch| {
        let rules = Validation::access();
        authenticate(
            Auth::Required,
            Some(header.as_bytes()),
            &key(),
            &rules,
            NOW,
            scratch,
        )
        .map(|_| ())
    });
}

#[test]
fn a_static_buffer_can_have_the_exact_length() {
    const LEN: usize = Claims::access("lUpa", NOW, 3600).token_len();
    let mut buf = [0; LEN];
    let signed = sign(&Claims::access("lUpa", NOW, 3600), &key(), &mut buf).unwrap();
    assert_eq!(signed.len(), LEN);
    assert_eq!(LEN, 175);
}

#[test]
fn lengths_saturate_where_no_buffer_can_be() {
    assert_eq!(token_len(None, usize::MAX), usize::MAX);
    assert_eq!(scratch_len(usize::MAX), usize::MAX);
}

/// Runs `run` with scratch buffers of every size. Each refusal must name the next of `steps`, and
/// the last step must be enough.
fn scratch_steps(steps: &[usize], run: impl Fn(&mut [u8]) -> Result<(), Error>) {
    let enough = steps.last().copied().unwrap_or(0);
    for size in 0..enough + 5 {
        let mut memory = vec![MARK; size + 32];
        let outcome = run(&mut memory[..size]);
        let expected = match steps.iter().find(|needed| size < **needed) {
            Some(&needed) => Err(Error::ScratchTooSmall { needed }),
            None => Ok(()),
        };
        assert_eq!(outcome, expected, "size {size}");
        assert!(
            memory[size..].iter().all(|byte| *byte == MARK),
            "size {size}"
        );
    }
}

#[test]
fn verifying_needs_the_payload_and_an_escaped_subject() {
    let key = key();
    let check = |token: String| {
        let len = token.len();
        move |scratch: &mut [u8]| {
            assert!(
                scratch_len(len) >= 256,
                "the token is long enough for this test"
            );
            let (key, rules) = (Key::new(KEY).unwrap(), Validation::access());
            verify(&token, &key, &rules, NOW, scratch).map(|_| ())
        }
    };
    let plain = token(HEADER, ACCESS, KEY);
    scratch_steps(&[ACCESS.len()], check(plain));

    // Three characters of six bytes each become six bytes behind the payload.
    let escaped = ACCESS.replace("lUpa", r"l\u0055\u00e9\u20ac");
    let steps = [escaped.len(), escaped.len() + 7];
    scratch_steps(&steps, check(token(HEADER, &escaped, KEY)));

    // Any header but the canonical header is decoded first, and stays in front of the payload.
    let header = r#"{"typ":"JWT","alg":"HS256"}"#;
    let steps = [header.len(), header.len() + ACCESS.len()];
    scratch_steps(&steps, check(token(header, ACCESS, KEY)));

    // The signature is checked before the payload needs any scratch.
    let mut forged = token(HEADER, ACCESS, KEY);
    forged.replace_range(forged.len() - 43..forged.len() - 42, "!");
    let refused = verify(&forged, &key, &Validation::access(), NOW, &mut []).unwrap_err();
    assert_eq!(refused, Error::SignatureInvalid);
}

#[test]
fn verifying_a_refresh_token_needs_the_payload() {
    let refresh = token(HEADER, REFRESH, KEY);
    scratch_steps(&[REFRESH.len()], |scratch| {
        verify_refresh(&refresh, &key(), &Validation::refresh(), NOW, scratch).map(|_| ())
    });
}

#[test]
fn decoding_needs_header_payload_and_an_escaped_subject() {
    let escaped = ACCESS.replace("lUpa", r"l\u0055\u00e9\u20ac");
    let both = HEADER.len() + escaped.len();
    let token = token(HEADER, &escaped, KEY);
    scratch_steps(&[both, both + 7], |scratch| {
        decode_unverified(&token, scratch)?.claims().map(|_| ())
    });
}

#[test]
fn scratch_len_is_always_enough() {
    let subjects = [
        r"\n".repeat(200),
        "x".repeat(200),
        format!("{}\\n", "x".repeat(300)),
    ];
    for sub in subjects {
        let token = token(HEADER, ACCESS.replace("lUpa", &sub), KEY);
        let mut scratch = vec![0; scratch_len(token.len())];
        assert!(verify(&token, &key(), &Validation::access(), NOW, &mut scratch).is_ok());
        assert!(
            decode_unverified(&token, &mut scratch)
                .unwrap()
                .claims()
                .is_ok()
        );
    }
}

#[test]
fn a_challenge_needs_exactly_the_announced_length() {
    for error in [Error::AuthorizationMissing, Error::AuthorizationMalformed] {
        for realm in ["", "api", &"r".repeat(100)] {
            let challenge = error.challenge().unwrap();
            let len = challenge.write(realm, &mut [0; 512]).unwrap().len();
            exact(len, |out| challenge.write(realm, out).map(str::len));
        }
    }
}
