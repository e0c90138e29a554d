//! Bearer tokens, RFC 6750: the `Authorization` header, the three modes, the challenges.

use crate::token_maker::*;
use barejwt::{
    Auth, Challenge, ChallengeCode, Error, Identity, Key, TokenType, Validation, authenticate,
    bearer_token, verify,
};

#[test]
fn rfc6750_2_1_the_scheme_has_any_case_and_one_or_more_spaces_follow() {
    for good in ["Bearer abc", "bearer abc", "BEARER abc", "bEaReR    abc"] {
        assert_eq!(bearer_token(Some(good.as_bytes())), Ok("abc"), "{good}");
    }
}

#[test]
fn rfc6750_2_1_b64token_is_exactly_this() {
    let allowed = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/";
    for byte in 0..=255_u8 {
        let header = [b"Bearer a", &[byte][..], b"b"].concat();
        let expected = match allowed.contains(&byte) {
            true => Ok(core::str::from_utf8(&header[7..]).unwrap()),
            false => Err(Error::AuthorizationMalformed),
        };
        assert_eq!(bearer_token(Some(&header)), expected, "{byte:#x}");
    }
    for good in ["a", "a=", "a==", "a===", "-._~+/", "a.b.c"] {
        assert_eq!(
            bearer_token(Some(format!("Bearer {good}").as_bytes())),
            Ok(good)
        );
    }
    for bad in ["=", "==a", "a=b", "=a", "a=.b"] {
        let header = format!("Bearer {bad}");
        let malformed = Err(Error::AuthorizationMalformed);
        assert_eq!(bearer_token(Some(header.as_bytes())), malformed, "{bad}");
    }
}

#[test]
fn absent_other_and_malformed_are_three_errors() {
    assert_eq!(bearer_token(None), Err(Error::AuthorizationMissing));
    for other in [
        "Basic bFVwYQ==",
        "Digest username=\"x\"",
        "Negotiate",
        "Bearertoken abc",
        "Bearer2 abc",
        "eyJ.a.b",
        "B abc",
        "token",
    ] {
        let outcome = bearer_token(Some(other.as_bytes()));
        assert_eq!(outcome, Err(Error::AuthorizationScheme), "{other}");
    }
    for malformed in [
        "",
        " ",
        "Bearer",
        "Bearer ",
        "Bearer    ",
        " Bearer abc",
        "Bearer abc ",
        "Bearer\tabc",
        "Bearer \tabc",
        "Bearer abc def",
        "Bearer abc,def",
        "Bearer abc, Bearer def",
        "Bearer abc\r\nX: y",
        "Bearer \"abc\"",
        "Bearer:abc",
        "Bearer=abc",
        "Bearer, Basic abc",
        "B\u{e9}arer abc",
    ] {
        let outcome = bearer_token(Some(malformed.as_bytes()));
        assert_eq!(outcome, Err(Error::AuthorizationMalformed), "{malformed:?}");
    }
    let not_utf8 = bearer_token(Some(b"Bearer \xff\xfe"));
    assert_eq!(not_utf8, Err(Error::AuthorizationMalformed));
}

/// Tells who is calling, by this header in this mode.
fn who(auth: Auth, header: Option<&str>) -> Result<Option<String>, Error> {
    let key = Key::new(KEY).unwrap();
    let mut scratch = [0; 512];
    let header = header.map(str::as_bytes);
    match authenticate(auth, header, &key, &Validation::access(), NOW, &mut scratch)? {
        Identity::Anonymous => Ok(None),
        Identity::User(claims) => Ok(Some(claims.sub().to_owned())),
    }
}

#[test]
fn rfc6750_2_1_the_form_of_a_header_comes_before_what_its_token_is() {
    let key = Key::new(KEY).unwrap();
    let rules = Validation::access();
    let good = format!("Bearer {}", token(HEADER, ACCESS, KEY)).into_bytes();
    for at in 0..good.len() {
        for byte in *b"\0\n ,.:;=~+/_aA\x7f\x80\xff" {
            let mut header = good.clone();
            header[at] = byte;
            let (mut one, mut other) = ([0; 512], [0; 512]);
            let expected = bearer_token(Some(&header))
                .and_then(|token| verify(token, &key, &rules, NOW, &mut one))
                .map(|claims| claims.sub());
            let found = authenticate(Auth::Required, Some(&header), &key, &rules, NOW, &mut other)
                .map(|who| match who {
                    Identity::User(claims) => claims.sub(),
                    Identity::Anonymous => "",
                });
            assert_eq!(found, expected, "{at} {byte:#x}");
        }
    }
}

#[test]
fn the_three_modes_meet_every_header() {
    let bearer = |token: &str| format!("Bearer {token}");
    let valid = bearer(&token(HEADER, ACCESS, KEY));
    let forged = bearer(&token(
        HEADER,
        ACCESS,
        b"another key of more than 32 bytes length",
    ));
    let expired = bearer(&token(
        HEADER,
        ACCESS.replace("1745655578", "1745651978"),
        KEY,
    ));
    let early = bearer(&token(
        HEADER,
        ACCESS.replace("\"nbf\":1745651978", "\"nbf\":1745651979"),
        KEY,
    ));
    let refresh = bearer(&token(HEADER, REFRESH, KEY));
    let unsigned = bearer(&format!(
        "{}.{}.",
        encode(r#"{"alg":"none"}"#),
        encode(ACCESS)
    ));
    let found = TokenType::Refresh;
    let bad = [
        ("", Error::AuthorizationMalformed),
        ("Bearer", Error::AuthorizationMalformed),
        ("Basic bFVwYQ==", Error::AuthorizationScheme),
        ("Bearer a.b", Error::SegmentCount),
        (&forged, Error::SignatureInvalid),
        (&expired, Error::Expired { exp: NOW, now: NOW }),
        (
            &early,
            Error::NotYetValid {
                nbf: NOW + 1,
                now: NOW,
            },
        ),
        (&refresh, Error::TokenTypeWrong { found }),
        (&unsigned, Error::AlgNotHs256),
    ];
    for (header, error) in bad {
        for auth in [Auth::Required, Auth::Optional] {
            assert_eq!(who(auth, Some(header)), Err(error), "{auth:?} {header}");
        }
        assert_eq!(who(Auth::None, Some(header)), Ok(None), "{header}");
    }
    let user = Ok(Some("lUpa".to_owned()));
    assert_eq!(who(Auth::Required, Some(&valid)), user);
    assert_eq!(who(Auth::Optional, Some(&valid)), user);
    assert_eq!(who(Auth::None, Some(&valid)), Ok(None));
    assert_eq!(who(Auth::Required, None), Err(Error::AuthorizationMissing));
    assert_eq!(who(Auth::Optional, None), Ok(None));
    assert_eq!(who(Auth::None, None), Ok(None));
}

#[test]
fn without_a_token_neither_clock_nor_scratch_matters() {
    let key = Key::new(KEY).unwrap();
    for auth in [Auth::None, Auth::Optional] {
        let nobody = authenticate(auth, None, &key, &Validation::access(), 0, &mut []);
        assert!(matches!(nobody, Ok(Identity::Anonymous)));
    }
}

fn written(challenge: Challenge, realm: &str) -> String {
    let mut buf = [0; 512];
    challenge.write(realm, &mut buf).unwrap().to_owned()
}

#[test]
fn rfc6750_3_1_each_error_has_its_code_and_status() {
    for error in [Error::AuthorizationMissing, Error::AuthorizationScheme] {
        let challenge = error.challenge().unwrap();
        assert_eq!((challenge.code(), challenge.http_status()), (None, 401));
        assert_eq!(written(challenge, "api"), r#"Bearer realm="api""#);
    }
    let challenge = Error::AuthorizationMalformed.challenge().unwrap();
    assert_eq!(challenge.code(), Some(ChallengeCode::InvalidRequest));
    assert_eq!(challenge.http_status(), 400);

    let claims = barejwt::ClaimSet::of(&[barejwt::Claim::Sub]);
    let (part, at) = (barejwt::Part::Header, 0);
    let problem = barejwt::JsonProblem::Syntax;
    for error in [
        Error::SignatureInvalid,
        Error::Expired { exp: 1, now: 2 },
        Error::NotYetValid { nbf: 2, now: 1 },
        Error::SegmentCount,
        Error::AlgNotHs256,
        Error::KidUnknown,
        Error::KidMissing,
        Error::Base64 { part },
        Error::Json { part, problem, at },
        Error::ClaimsMissing { claims },
        Error::TokenTypeWrong {
            found: TokenType::Refresh,
        },
        Error::StateHashMismatch,
        Error::TokenTooLong {
            bytes: 2,
            maximum: 1,
        },
    ] {
        let challenge = error.challenge().unwrap();
        assert_eq!(
            challenge.code(),
            Some(ChallengeCode::InvalidToken),
            "{error}"
        );
        assert_eq!(challenge.http_status(), 401);
        let text = format!(
            r#"Bearer realm="my api", error="invalid_token", error_description="{}""#,
            error.description()
        );
        assert_eq!(written(challenge, "my api"), text);
    }
}

#[test]
fn a_fault_of_the_servers_own_is_no_challenge() {
    let part = barejwt::Part::Answer;
    let problem = barejwt::JsonProblem::Syntax;
    for error in [
        Error::ClockNotSet,
        Error::ScratchTooSmall { needed: 1 },
        Error::OutputTooSmall { needed: 1 },
        Error::KeyTooShort {
            bytes: 1,
            minimum: 32,
        },
        Error::KidNotInKeyring,
        Error::LifetimeZero,
        Error::LoginRefused { code: 1 },
        Error::Json {
            part,
            problem,
            at: 0,
        },
    ] {
        assert_eq!(error.challenge(), None, "{error}");
    }
}

#[test]
fn rfc6750_3_descriptions_have_only_the_characters_allowed() {
    // %x20-21 / %x23-5B / %x5D-7E
    let challenge = Error::Expired { exp: 1, now: 2 }.challenge().unwrap();
    let text = written(challenge, "r");
    let description = text.split('"').nth(5).unwrap();
    assert!(!description.is_empty());
    assert!(
        description
            .bytes()
            .all(|b| matches!(b, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e))
    );
}

#[test]
fn rfc9110_5_6_4_a_realm_cannot_break_out_of_its_quotes() {
    let challenge = Error::SignatureInvalid.challenge().unwrap();
    for bad in [
        "a\"b",
        "a\\b",
        "a\r\nSet-Cookie: x",
        "\0",
        "\t",
        "\u{7f}",
        "r\u{e9}alm",
    ] {
        let mut buf = [0; 512];
        let outcome = challenge.write(bad, &mut buf);
        assert_eq!(outcome, Err(Error::RealmInvalid), "{bad:?}");
    }
    assert!(written(challenge, "").starts_with(r#"Bearer realm="", "#));
    assert!(written(challenge, " !#~").starts_with(r#"Bearer realm=" !#~", "#));
}

#[test]
fn no_error_or_debug_shows_a_token_a_key_or_an_expected_value() {
    let key = Key::new(KEY).unwrap();
    let secret = "EXPECTEDSUBJECT";
    let rules = Validation::access().subject(secret);
    let good = token(HEADER, ACCESS, KEY);
    let mut shown = format!("{rules:?} {key:?}");
    let mut scratch = [0; 512];
    for cut in 0..good.len() {
        let header = format!("Bearer {}", &good[..cut]);
        let outcome = authenticate(
            Auth::Required,
            Some(header.as_bytes()),
            &key,
            &rules,
            NOW,
            &mut scratch,
        );
        let error = outcome.unwrap_err();
        shown += &format!("{error} {error:?} ");
    }
    let outcome = barejwt::verify(&good, &key, &rules, NOW, &mut scratch).unwrap_err();
    assert_eq!(outcome, Error::SubjectWrong);
    shown += &format!("{outcome} {outcome:?} ");
    let claims = barejwt::verify(&good, &key, &Validation::access(), NOW, &mut scratch).unwrap();
    shown += &format!("{claims:?} {:?} {:?}", claims.get("sub"), claims.get("exp"));
    let said = barejwt::decode_unverified(&good, &mut scratch).unwrap();
    shown += &format!("{said:?} {:?}", said.claims());
    for hidden in [
        secret,
        "lUpa",
        "eyJ",
        &good[good.len() - 20..],
        "0123456789abcdef",
    ] {
        assert!(!shown.contains(hidden), "{hidden}");
    }
}
