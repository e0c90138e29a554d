//! JSON Web Token Best Current Practices, RFC 8725, and rotation by `kid`.

use crate::token_maker::*;
use barejwt::{
    Auth, Claim, ClaimSet, Claims, Error, Identity, Key, Keyring, MAX_KID_BYTES, NamedKey,
    TokenType, Validation, WithoutKid, authenticate, decode_unverified, sign, verify,
    verify_refresh,
};

const OLD: &[u8] = b"the key of october, 32 bytes and up";
const NEW: &[u8] = b"the key of november, 32 bytes and up";

fn access(token: impl AsRef<[u8]>) -> Result<String, Error> {
    outcome(token, &Validation::access())
}

#[test]
fn rfc8725_3_1_the_algorithm_is_the_callers_and_not_the_tokens() {
    for alg in [
        "none", "None", "NONE", "nOnE", "HS384", "HS512", "RS256", "ES256", "hs256", "",
    ] {
        let header = format!(r#"{{"alg":"{alg}","typ":"JWT"}}"#);
        assert_eq!(
            access(token(&header, ACCESS, KEY)),
            Err(Error::AlgNotHs256),
            "{alg}"
        );
        // The classic attack: no signature at all.
        let unsigned = format!("{}.{}.", encode(&header), encode(ACCESS));
        assert_eq!(access(unsigned), Err(Error::AlgNotHs256), "{alg}");
    }
    let unsigned = format!("{}.{}.", encode(HEADER), encode(ACCESS));
    assert_eq!(access(unsigned), Err(Error::SignatureInvalid));
}

#[test]
fn rfc8725_3_3_everything_is_validated_or_nothing_is_returned() {
    let good = token(HEADER, ACCESS, KEY);
    assert_eq!(access(&good), Ok("lUpa".to_owned()));
    let cut = good.rsplit_once('.').unwrap().0;
    assert_eq!(access(cut), Err(Error::SegmentCount));
    // Unverified claims have a type of their own (see the compile_fail example of
    // `decode_unverified`). Looking at them does not make the token verified.
    let mut scratch = [0; 512];
    let forged = token(HEADER, ACCESS, OLD);
    let said = decode_unverified(&forged, &mut scratch).unwrap();
    assert_eq!(said.claims().unwrap().sub(), "lUpa");
    assert_eq!(access(&forged), Err(Error::SignatureInvalid));
}

#[test]
fn rfc8725_3_5_short_keys_need_another_name() {
    let (bytes, minimum) = (31, 32);
    assert_eq!(
        Key::new(&[7; 31]).unwrap_err(),
        Error::KeyTooShort { bytes, minimum }
    );
    assert!(Key::new(&[7; 32]).is_ok());
    assert!(Key::new_weak(b"x").is_ok());
    let (bytes, minimum) = (0, 1);
    assert_eq!(
        Key::new_weak(b"").unwrap_err(),
        Error::KeyTooShort { bytes, minimum }
    );
}

#[test]
fn rfc8725_3_9_a_token_for_an_audience_is_not_for_us() {
    let aud = ACCESS.replace("{", r#"{"aud":"elsewhere","#);
    let token = token(HEADER, aud, KEY);
    assert_eq!(access(&token), Err(Error::AudienceUnexpected));
    let relaxed = Validation::access().ignore(Claim::Aud);
    assert_eq!(outcome(&token, &relaxed), Ok("lUpa".to_owned()));
}

#[test]
fn rfc8725_3_11_explicit_typing_on_request() {
    let typed = |typ: &str| token(format!(r#"{{"alg":"HS256","typ":{typ}}}"#), ACCESS, KEY);
    let rules = Validation::access().typ("at+jwt");
    for good in [
        r#""at+jwt""#,
        r#""AT+JWT""#,
        r#""application/at+jwt""#,
        r#""Application/at+JWT""#,
        r#""\u0061t+jwt""#,
    ] {
        assert_eq!(
            outcome(typed(good), &rules),
            Ok("lUpa".to_owned()),
            "{good}"
        );
    }
    for bad in [
        r#""JWT""#,
        r#""at+jw""#,
        r#""at+jwtt""#,
        r#""application/application/at+jwt""#,
        r#""text/at+jwt""#,
        r#""""#,
        "7",
        "null",
        r#"["at+jwt"]"#,
    ] {
        assert_eq!(outcome(typed(bad), &rules), Err(Error::TypWrong), "{bad}");
        assert_eq!(access(typed(bad)), Ok("lUpa".to_owned()), "{bad}");
    }
    let long = Validation::access().typ("application/at+jwt");
    assert_eq!(outcome(typed(r#""at+jwt""#), &long), Ok("lUpa".to_owned()));
    let other = Validation::access().typ("text/jwt");
    assert_eq!(
        outcome(typed(r#""Text/JWT""#), &other),
        Ok("lUpa".to_owned())
    );
    assert_eq!(
        outcome(typed(r#""application/text/jwt""#), &other),
        Err(Error::TypWrong)
    );
    assert_eq!(
        outcome(token(HEADER, ACCESS, KEY), &rules),
        Err(Error::TypWrong)
    );
    let absent = token(r#"{"alg":"HS256"}"#, ACCESS, KEY);
    assert_eq!(
        outcome(absent, &Validation::access().typ("JWT")),
        Err(Error::TypWrong)
    );
    let canonical = token(HEADER, ACCESS, KEY);
    assert_eq!(
        outcome(canonical, &Validation::access().typ("jwt")),
        Ok("lUpa".to_owned())
    );
}

#[test]
fn rfc8725_3_12_one_kind_of_token_never_passes_for_another() {
    let key = Key::new(KEY).unwrap();
    let (access_token, refresh_token) = (token(HEADER, ACCESS, KEY), token(HEADER, REFRESH, KEY));
    let wrong = |found| Err(Error::TokenTypeWrong { found });
    assert_eq!(access(&refresh_token), wrong(TokenType::Refresh));
    assert_eq!(
        outcome(&access_token, &Validation::refresh()),
        wrong(TokenType::Access)
    );

    for rules in [
        Validation::access(),
        Validation::any_type(),
        Validation::refresh(),
    ] {
        assert_eq!(identified(REFRESH, &rules), wrong(TokenType::Refresh));
        let mut scratch = [0; 512];
        let outcome = verify_refresh(&access_token, &key, &rules, NOW, &mut scratch);
        let found = TokenType::Access;
        assert_eq!(outcome.unwrap_err(), Error::TokenTypeWrong { found });
    }
    // A token without a type is neither an access token nor a refresh token.
    let typeless = ACCESS.replace("token_type", "Token_type");
    assert_eq!(
        access(token(HEADER, &typeless, KEY)),
        missing(&[Claim::TokenType])
    );
    let relaxed = Validation::access().allow_missing(Claim::TokenType);
    assert_eq!(
        identified(&typeless, &relaxed),
        missing(&[Claim::TokenType])
    );
    // A token without `sub` identifies nobody.
    let nobody = ACCESS.replace("sub", "Sub");
    let relaxed = Validation::access().allow_missing(Claim::Sub);
    assert_eq!(
        outcome(token(HEADER, &nobody, KEY), &relaxed),
        Ok(String::new())
    );
    assert_eq!(identified(&nobody, &relaxed), missing(&[Claim::Sub]));
}

/// The subject that a token with this claims set identifies under these rules. Modes Required and
/// Optional must agree.
fn identified(payload: &str, rules: &Validation<'_>) -> Result<String, Error> {
    let key = Key::new(KEY).unwrap();
    let header = format!("Bearer {}", token(HEADER, payload, KEY));
    let who = |auth| {
        let mut scratch = [0; 1024];
        let header = Some(header.as_bytes());
        authenticate(auth, header, &key, rules, NOW, &mut scratch).map(|who| match who {
            Identity::User(claims) => claims.sub().to_owned(),
            Identity::Anonymous => panic!("a token that was not looked at"),
        })
    };
    let found = who(Auth::Required);
    assert_eq!(who(Auth::Optional), found, "{payload}");
    found
}

fn missing(claims: &[Claim]) -> Result<String, Error> {
    let claims = ClaimSet::of(claims);
    Err(Error::ClaimsMissing { claims })
}

#[test]
fn rfc8725_3_12_an_access_token_identifies_whatever_rules_of_the_sites_are_given() {
    let found = TokenType::Refresh;
    let refused = Err(Error::TokenTypeWrong { found });
    for rules in [
        Validation::access(),
        Validation::refresh(),
        Validation::any_type(),
        Validation::refresh().require(Claim::StateHash),
        Validation::refresh().allow_missing(Claim::StateHash),
        Validation::any_type().allow_missing(Claim::TokenType),
        Validation::jwt().require(Claim::TokenType),
    ] {
        assert_eq!(
            identified(ACCESS, &rules),
            Ok("lUpa".to_owned()),
            "{rules:?}"
        );
        assert_eq!(identified(REFRESH, &rules), refused, "{rules:?}");
        let typeless = ACCESS.replace("token_type", "Token_type");
        assert_eq!(identified(&typeless, &rules), missing(&[Claim::TokenType]));
    }
    // The caller's other rules still count.
    let wants = Validation::refresh().issuer("us").leeway(7).subject("lUpa");
    assert_eq!(identified(ACCESS, &wants), missing(&[Claim::Iss]));
    let from_us = ACCESS.replace('}', r#","iss":"us"}"#);
    assert_eq!(identified(&from_us, &wants), Ok("lUpa".to_owned()));
    let expired = from_us.replace("1745655578", "1745651972");
    assert_eq!(identified(&expired, &wants), Ok("lUpa".to_owned()));
    let wants_hash = Validation::access().require(Claim::StateHash);
    assert_eq!(
        identified(ACCESS, &wants_hash),
        missing(&[Claim::StateHash])
    );
}

#[test]
fn rfc7519_4_1_2_a_jwt_identifies_by_its_subject() {
    let rules = Validation::jwt();
    let payload = r#"{"sub":"jane","exp":1745655578}"#;
    assert_eq!(identified(payload, &rules), Ok("jane".to_owned()));
    assert_eq!(identified(ACCESS, &rules), Ok("lUpa".to_owned()));
    let nobody = r#"{"exp":1745655578,"id":"jane"}"#;
    for rules in [rules, rules.allow_missing(Claim::Sub)] {
        assert_eq!(
            outcome(token(HEADER, nobody, KEY), &rules),
            Ok(String::new())
        );
        assert_eq!(identified(nobody, &rules), missing(&[Claim::Sub]));
        let empty = r#"{"exp":1745655578,"sub":""}"#;
        assert_eq!(identified(empty, &rules), Err(Error::SubjectEmpty));
        let number = r#"{"exp":1745655578,"sub":42}"#;
        let claim = Claim::Sub;
        assert_eq!(identified(number, &rules), Err(Error::ClaimType { claim }));
    }
    // A caller may ignore `sub` by name, and read the user from another member.
    let ignores = rules.ignore(Claim::Sub);
    for payload in [
        nobody,
        payload,
        r#"{"exp":1745655578,"sub":42}"#,
        r#"{"exp":1745655578,"sub":""}"#,
    ] {
        assert_eq!(
            identified(payload, &ignores),
            Ok(String::new()),
            "{payload}"
        );
    }
    let required_again = ignores.require(Claim::Sub);
    assert_eq!(identified(nobody, &required_again), missing(&[Claim::Sub]));
    let (exp, now) = (1, NOW);
    let expired = r#"{"exp":1,"sub":"jane"}"#;
    assert_eq!(
        identified(expired, &rules),
        Err(Error::Expired { exp, now })
    );
}

#[test]
fn rfc8725_3_12_a_refresh_token_never_identifies_even_where_its_type_is_not_looked_at() {
    let found = TokenType::Refresh;
    let refused = Err(Error::TokenTypeWrong { found });
    let with = |member: &str| format!(r#"{{"sub":"lUpa","exp":1745655578,{member}}}"#);
    for rules in [
        Validation::jwt(),
        Validation::jwt().ignore(Claim::Sub),
        Validation::jwt().allow_missing(Claim::Exp),
        Validation::access().ignore(Claim::TokenType),
        Validation::any_type().ignore(Claim::TokenType),
        Validation::refresh().ignore(Claim::TokenType),
    ] {
        assert_eq!(identified(REFRESH, &rules), refused, "{rules:?}");
        for member in [
            r#""token_type":"refresh""#,
            r#""token_type":"\u0072efres\u0068""#,
            r#""token\u005ftype":"refresh""#,
            r#""\u0074\u006F\u006b\u0065\u006e_type":"r\u0065fresh""#,
            r#""token_type" : "refresh" "#,
        ] {
            assert_eq!(identified(&with(member), &rules), refused, "{member}");
            // This refusal comes before any other fault of the claims.
            let bare = format!(r#"{{{member},"aud":"them","nbf":9e18}}"#);
            assert_eq!(identified(&bare, &rules), refused, "{member}");
        }
    }
    // Any other value belongs to another system, and is a member like any other.
    for value in [
        r#""access""#,
        r#""Refresh""#,
        r#""refresh ""#,
        r#""refreshes""#,
        r#""refres""#,
        r#""""#,
        r#""id""#,
        r#"["refresh"]"#,
        r#"{"token_type":"refresh"}"#,
        "7",
        "null",
        "true",
    ] {
        let payload = with(&format!(r#""token_type":{value}"#));
        let found = identified(&payload, &Validation::jwt());
        assert_eq!(found, Ok("lUpa".to_owned()), "{value}");
    }
    for payload in [
        with(r#""type":"refresh""#),
        with(r#""x":{"token_type":"refresh"}"#),
    ] {
        assert_eq!(
            identified(&payload, &Validation::jwt()),
            Ok("lUpa".to_owned())
        );
    }
    // `verify` accepts it, because `Validation::jwt()` does not look at the type.
    let read = outcome(token(HEADER, REFRESH, KEY), &Validation::jwt());
    assert_eq!(read, Ok("lUpa".to_owned()));
}

#[test]
fn what_is_no_refresh_token_is_none_under_the_rules_of_a_jwt() {
    let key = Key::new(KEY).unwrap();
    let mut scratch = [0; 512];
    for rules in [
        Validation::jwt(),
        Validation::jwt()
            .ignore(Claim::Sub)
            .ignore(Claim::StateHash),
    ] {
        let access = token(HEADER, ACCESS, KEY);
        let found = TokenType::Access;
        let refused = verify_refresh(&access, &key, &rules, NOW, &mut scratch).unwrap_err();
        assert_eq!(refused, Error::TokenTypeWrong { found });
        let other = token(HEADER, r#"{"exp":1745655578}"#, KEY);
        let refused = verify_refresh(&other, &key, &rules, NOW, &mut scratch).unwrap_err();
        let claims = ClaimSet::of(&[Claim::TokenType, Claim::Sub, Claim::StateHash]);
        assert_eq!(refused, Error::ClaimsMissing { claims });
        let good = token(HEADER, REFRESH.replace("nbf", "iat"), KEY);
        let found = verify_refresh(&good, &key, &rules, NOW, &mut scratch).unwrap();
        assert_eq!(found.sub(), "lUpa");
    }
}

/// The keys `old` and `new`.
fn keys() -> [NamedKey; 2] {
    [("old", OLD), ("new", NEW)]
        .map(|(kid, secret)| NamedKey::new(kid, Key::new(secret).unwrap()).unwrap())
}

fn with_kid(kid: &str, secret: &[u8]) -> String {
    token(
        format!(r#"{{"alg":"HS256","kid":{kid},"typ":"JWT"}}"#),
        ACCESS,
        secret,
    )
}

fn under(ring: &Keyring<'_>, token: &str) -> Result<String, Error> {
    let mut scratch = [0; 512];
    verify(token, ring, &Validation::access(), NOW, &mut scratch).map(|c| c.sub().to_owned())
}

#[test]
fn rfc7515_4_1_4_kid_selects_the_key_and_no_other_is_tried() {
    let keys = keys();
    let ring = Keyring::new(&keys, "new", WithoutKid::Refuse).unwrap();
    for (kid, secret, expected) in [
        (r#""old""#, OLD, Ok("lUpa".to_owned())),
        (r#""new""#, NEW, Ok("lUpa".to_owned())),
        (r#""\u006eew""#, NEW, Ok("lUpa".to_owned())),
        (r#""old""#, NEW, Err(Error::SignatureInvalid)),
        (r#""new""#, OLD, Err(Error::SignatureInvalid)),
        (r#""New""#, NEW, Err(Error::KidUnknown)),
        (r#""ne""#, NEW, Err(Error::KidUnknown)),
        (r#""newer""#, NEW, Err(Error::KidUnknown)),
        (r#""""#, NEW, Err(Error::KidUnknown)),
        (r#""../../dev/null""#, NEW, Err(Error::KidUnknown)),
        ("7", NEW, Err(Error::KidNotString)),
        ("null", NEW, Err(Error::KidNotString)),
        (r#"["new"]"#, NEW, Err(Error::KidNotString)),
    ] {
        assert_eq!(under(&ring, &with_kid(kid, secret)), expected, "{kid}");
    }
}

#[test]
fn a_token_without_kid_follows_the_callers_rule() {
    let keys = keys();
    let (by_old, by_new) = (token(HEADER, ACCESS, OLD), token(HEADER, ACCESS, NEW));
    let refuse = Keyring::new(&keys, "new", WithoutKid::Refuse).unwrap();
    assert_eq!(under(&refuse, &by_old), Err(Error::KidMissing));
    assert_eq!(under(&refuse, &by_new), Err(Error::KidMissing));
    let old = Keyring::new(&keys, "new", WithoutKid::Use("old")).unwrap();
    assert_eq!(under(&old, &by_old), Ok("lUpa".to_owned()));
    assert_eq!(under(&old, &by_new), Err(Error::SignatureInvalid));
    // The key for tokens without a kid does not take tokens whose kid is unknown or no string.
    for (kid, expected) in [
        (r#""other""#, Error::KidUnknown),
        (r#""""#, Error::KidUnknown),
        ("7", Error::KidNotString),
        ("null", Error::KidNotString),
        (r#""new""#, Error::SignatureInvalid),
    ] {
        assert_eq!(under(&old, &with_kid(kid, OLD)), Err(expected), "{kid}");
    }
}

#[test]
fn a_single_key_does_not_look_at_kid() {
    for kid in [r#""x""#, r#""""#, "7", "null", "{}"] {
        assert_eq!(access(with_kid(kid, KEY)), Ok("lUpa".to_owned()), "{kid}");
    }
}

#[test]
fn a_keyring_signs_with_its_active_key() {
    let keys = keys();
    let mut buf = [0; 512];
    for (active, secret) in [("old", OLD), ("new", NEW)] {
        let ring = Keyring::new(&keys, active, WithoutKid::Refuse).unwrap();
        let signed = sign(&Claims::access("lUpa", NOW, 3600), &ring, &mut buf).unwrap();
        assert_eq!(signed, with_kid(&format!("\"{active}\""), secret));
        assert_eq!(under(&ring, signed), Ok("lUpa".to_owned()));
    }
}

#[test]
fn rotation_retires_a_key_when_it_leaves_the_ring() {
    let keys = keys();
    let both = Keyring::new(&keys, "new", WithoutKid::Refuse).unwrap();
    let only_new = Keyring::new(&keys[1..], "new", WithoutKid::Refuse).unwrap();
    let token = with_kid("\"old\"", OLD);
    assert_eq!(under(&both, &token), Ok("lUpa".to_owned()));
    assert_eq!(under(&only_new, &token), Err(Error::KidUnknown));
}

#[test]
fn keyrings_and_kids_are_checked_when_made() {
    let keys = keys();
    let make = |keys, active, rule| Keyring::new(keys, active, rule).map(|_| ()).unwrap_err();
    assert_eq!(
        make(&keys, "other", WithoutKid::Refuse),
        Error::KidNotInKeyring
    );
    assert_eq!(
        make(&keys, "new", WithoutKid::Use("other")),
        Error::KidNotInKeyring
    );
    assert_eq!(make(&[], "new", WithoutKid::Refuse), Error::KidNotInKeyring);
    let [a, b] = self::keys();
    let [c, _] = self::keys();
    assert_eq!(
        make(&[a, b, c], "new", WithoutKid::Refuse),
        Error::KidDuplicate
    );

    let longest = "k".repeat(MAX_KID_BYTES);
    for good in ["k", "\u{e9}\u{1f511}", "with space", &longest] {
        let named = NamedKey::new(good, Key::new(KEY).unwrap()).unwrap();
        assert_eq!(named.kid(), good);
    }
    for bad in [
        "",
        "a\"b",
        "a\\b",
        "a\nb",
        "\u{7f}",
        "\0",
        &"k".repeat(MAX_KID_BYTES + 1),
    ] {
        let named = NamedKey::new(bad, Key::new(KEY).unwrap());
        assert_eq!(named.unwrap_err(), Error::KidInvalid, "{bad:?}");
        let mut buf = [0; 512];
        let key = Key::new(KEY).unwrap();
        let signed = sign(&Claims::access("a", NOW, 1), key.with_kid(bad), &mut buf);
        assert_eq!(signed, Err(Error::KidInvalid), "{bad:?}");
    }
}

#[test]
fn keys_are_shared_between_threads_and_shown_to_nobody() {
    fn shared<T: Send + Sync>(_: &T) {}
    let [named, _] = keys();
    shared(&named);
    shared(named.key());
    assert_eq!(format!("{:?}", named.key()), "Key { .. }");
    assert!(
        !format!("{named:?}").contains("102"),
        "bytes of the kid or the key: {named:?}"
    );

    let key = Key::new(KEY).unwrap();
    let token = token(HEADER, ACCESS, KEY);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..100 {
                    let mut scratch = [0; 512];
                    let claims = verify(&token, &key, &Validation::access(), NOW, &mut scratch);
                    assert_eq!(claims.unwrap().sub(), "lUpa");
                }
            });
        }
    });
}

#[test]
fn a_named_key_shows_its_name_alone() {
    let named = NamedKey::new("2026-01", Key::new(KEY).unwrap()).unwrap();
    assert_eq!(format!("{named:?}"), r#"NamedKey { kid: "2026-01", .. }"#);
}
