//! JSON Web Token, RFC 7519 4.1: the rules for any system's token. Each rule is tried alone and with
//! others, on tokens of the shapes that real systems sign.

use crate::token_maker::*;
use barejwt::{
    Claim, ClaimSet, Error, JsonProblem, JsonValue, Key, TokenType, Validation, scratch_len, verify,
};

/// Every claim of the claims table, its name, and a value of its type.
const CLAIMS: [(Claim, &str, &str); 9] = [
    (Claim::TokenType, "token_type", r#""access""#),
    (Claim::Sub, "sub", r#""lUpa""#),
    (Claim::Exp, "exp", "1745655578"),
    (Claim::Nbf, "nbf", "1745651978"),
    (
        Claim::StateHash,
        "state_hash",
        r#""WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo=""#,
    ),
    (Claim::Iss, "iss", r#""https://auth.example.com""#),
    (Claim::Aud, "aud", r#""api""#),
    (Claim::Iat, "iat", "1745651978"),
    (Claim::Jti, "jti", r#""6f1d""#),
];

/// Values of each JSON type, some of which a careless reader takes for another type.
const VALUES: [&str; 19] = [
    r#""""#,
    r#""x""#,
    r#""refresh""#,
    r#""1745655578""#,
    r#""\u0000\"\ud83d\ude00""#,
    "0",
    "-1",
    "42",
    "1745655578.5",
    "1e999999",
    "-9223372036854775809",
    "true",
    "false",
    "null",
    "[]",
    r#"["api","web"]"#,
    "[[[null]]]",
    "{}",
    r#"{"sub":"root","exp":0}"#,
];

/// The subject or the error of a token with this claims set, at [`NOW`].
fn judged(payload: &str, rules: &Validation<'_>) -> Result<String, Error> {
    outcome(token(HEADER, payload, KEY), rules)
}

/// A claims set of `sub`, `exp` and these members.
fn with(members: &str) -> String {
    format!(r#"{{"sub":"lUpa","exp":1745655578,{members}}}"#)
}

fn sub() -> Result<String, Error> {
    Ok("lUpa".to_owned())
}

/// So a claim that is new in the core fails a test until `CLAIMS` has it.
#[test]
fn the_list_of_claims_is_complete() {
    let every = (0..32).filter_map(|bit| ClaimSet::from_bits(1 << bit));
    let names: Vec<&str> = every.flat_map(ClaimSet::iter).map(Claim::name).collect();
    assert_eq!(names, CLAIMS.map(|(_, name, _)| name));
}

fn missing(claims: &[Claim]) -> Result<String, Error> {
    let claims = ClaimSet::of(claims);
    Err(Error::ClaimsMissing { claims })
}

fn wrong_type(claim: Claim) -> Result<String, Error> {
    Err(Error::ClaimType { claim })
}

#[test]
fn rfc7519_4_1_4_exp_is_all_that_a_jwt_must_have() {
    let rules = Validation::jwt();
    assert_eq!(judged(r#"{"exp":1745655578}"#, &rules), Ok(String::new()));
    assert_eq!(judged(&with(r#""role":"x""#), &rules), sub());
    for payload in [
        "{}",
        r#"{"sub":"lUpa"}"#,
        r#"{"sub":"lUpa","nbf":1,"iat":1,"iss":"a","jti":"b","token_type":"access"}"#,
        r#"{"Exp":1745655578,"EXP":1745655578,"expires":1745655578,"x":{"exp":1745655578}}"#,
    ] {
        assert_eq!(judged(payload, &rules), missing(&[Claim::Exp]), "{payload}");
    }
    let (exp, token) = (EXP, token(HEADER, with(r#""a":1"#), KEY));
    assert_eq!(outcome_at(&token, &rules, EXP - 1), sub());
    let expired = Err(Error::Expired { exp, now: EXP });
    assert_eq!(outcome_at(&token, &rules, EXP), expired);
    let lenient = rules.leeway(30);
    assert_eq!(outcome_at(&token, &lenient, EXP + 29), sub());
    let (now, exp) = (EXP + 30, EXP);
    assert_eq!(
        outcome_at(&token, &lenient, now),
        Err(Error::Expired { exp, now })
    );
}

#[test]
fn rfc7519_4_1_4_a_jwt_without_exp_never_expires_once_that_is_allowed() {
    let rules = Validation::jwt().allow_missing(Claim::Exp);
    for payload in ["{}", r#"{"Allow":["read"]}"#] {
        let token = token(HEADER, payload, KEY);
        for now in [1, NOW, i64::MAX] {
            assert_eq!(outcome_at(&token, &rules, now), Ok(String::new()));
        }
    }
    // If `exp` is there, it is checked. `null` does not count as absent.
    let (exp, now) = (1, NOW);
    assert_eq!(
        judged(r#"{"exp":1}"#, &rules),
        Err(Error::Expired { exp, now })
    );
    for value in ["null", r#""""#, r#""1745655578""#, "[1745655578]", "true"] {
        let payload = format!(r#"{{"exp":{value}}}"#);
        for rules in [Validation::jwt(), rules] {
            assert_eq!(judged(&payload, &rules), wrong_type(Claim::Exp), "{value}");
        }
    }
}

#[test]
fn rfc7519_4_3_token_type_and_state_hash_are_members_like_any_other_of_a_jwt() {
    let key = Key::new(KEY).unwrap();
    for value in VALUES {
        for name in ["token_type", "state_hash", r"token\u005ftype"] {
            let payload = with(&format!(r#""{name}":{value}"#));
            let mut scratch = [0; 512];
            let token = token(HEADER, &payload, KEY);
            let claims = verify(&token, &key, &Validation::jwt(), NOW, &mut scratch).unwrap();
            assert_eq!(claims.sub(), "lUpa", "{payload}");
            assert_eq!(claims.token_type(), None, "{payload}");
            assert_eq!(claims.json(), payload);
        }
    }
    // These rules also accept the site's tokens.
    for (payload, now) in [(ACCESS, NOW), (REFRESH, NOW)] {
        let token = token(HEADER, payload, KEY);
        assert_eq!(outcome_at(token, &Validation::jwt(), now), sub());
    }
    // `require` makes the rules look at the claim again.
    let typed = Validation::jwt().require(Claim::TokenType);
    assert_eq!(
        judged(&with(r#""a":1"#), &typed),
        missing(&[Claim::TokenType])
    );
    let number = with(r#""token_type":7"#);
    assert_eq!(judged(&number, &typed), wrong_type(Claim::TokenType));
    let other = with(r#""token_type":"id""#);
    assert_eq!(judged(&other, &typed), Err(Error::TokenTypeUnknown));
    let either = with(r#""token_type":"refresh""#);
    assert_eq!(judged(&either, &typed), sub());
}

#[test]
fn rfc7519_4_1_2_a_sub_that_is_no_string_is_refused_unless_it_is_ignored() {
    let key = Key::new(KEY).unwrap();
    let ignores = Validation::jwt().ignore(Claim::Sub);
    for value in ["42", "-1", "1.5", "null", "true", "[]", r#"["lUpa"]"#, "{}"] {
        let payload = format!(r#"{{"sub":{value},"exp":1745655578}}"#);
        assert_eq!(
            judged(&payload, &Validation::jwt()),
            wrong_type(Claim::Sub),
            "{value}"
        );
        assert_eq!(judged(&payload, &ignores), Ok(String::new()), "{value}");
    }
    let (mut scratch, token) = (
        [0; 256],
        token(HEADER, r#"{"sub":42,"exp":1745655578}"#, KEY),
    );
    let claims = verify(&token, &key, &ignores, NOW, &mut scratch).unwrap();
    assert_eq!(claims.get("sub").and_then(|sub| sub.as_i64()), Some(42));
    // An empty `sub` identifies nobody, and does not count as absent.
    let empty = r#"{"sub":"","exp":1745655578}"#;
    for rules in [
        Validation::jwt(),
        Validation::jwt().allow_missing(Claim::Sub),
        Validation::jwt().require(Claim::Sub),
    ] {
        assert_eq!(judged(empty, &rules), Err(Error::SubjectEmpty));
    }
    assert_eq!(judged(empty, &ignores), Ok(String::new()));
}

#[test]
fn rfc7519_4_1_5_a_jwt_that_has_nbf_is_held_to_it() {
    let rules = Validation::jwt();
    let now = NOW;
    for (nbf, expected) in [
        ("1745651978", sub()),
        ("1745651977.999", sub()),
        ("-1e10", sub()),
        ("1745651979", Err(Error::NotYetValid { nbf: NOW + 1, now })),
        (
            "1745651978.25",
            Err(Error::NotYetValid { nbf: NOW + 1, now }),
        ),
        // Milliseconds.
        (
            "1745651978000",
            Err(Error::NotYetValid {
                nbf: 1_745_651_978_000,
                now,
            }),
        ),
        ("null", wrong_type(Claim::Nbf)),
        (r#""1745651978""#, wrong_type(Claim::Nbf)),
        ("1e30", Err(Error::NumericDateRange { claim: Claim::Nbf })),
    ] {
        assert_eq!(
            judged(&with(&format!(r#""nbf":{nbf}"#)), &rules),
            expected,
            "{nbf}"
        );
    }
    let ignores = rules.ignore(Claim::Nbf);
    assert_eq!(judged(&with(r#""nbf":9e18"#), &ignores), sub());
}

#[test]
fn rfc7519_4_claims_that_no_rule_names_are_not_looked_at() {
    for value in VALUES {
        for name in ["iss", "iat", "jti", r"is\u0073"] {
            let payload = with(&format!(r#""{name}":{value}"#));
            assert_eq!(judged(&payload, &Validation::jwt()), sub(), "{payload}");
            let site = ACCESS.replace('}', &format!(r#","{name}":{value}}}"#));
            assert_eq!(judged(&site, &Validation::access()), sub(), "{site}");
            // `allow_missing` alone does not make the rules look at a claim.
            let allows = Validation::jwt()
                .allow_missing(Claim::Iss)
                .allow_missing(Claim::Iat)
                .allow_missing(Claim::Jti);
            assert_eq!(judged(&payload, &allows), sub(), "{payload}");
        }
    }
    // If a rule names a claim, the claim must be of its type.
    for value in VALUES {
        let is_text = value.starts_with('"');
        let is_number = value.starts_with(|c: char| c == '-' || c.is_ascii_digit());
        for (claim, name, is_type) in [
            (Claim::Iss, "iss", is_text),
            (Claim::Jti, "jti", is_text),
            (Claim::Iat, "iat", is_number),
        ] {
            let payload = with(&format!(r#""{name}":{value}"#));
            let found = judged(&payload, &Validation::jwt().require(claim));
            let expected = match value {
                _ if !is_type => wrong_type(claim),
                "1e999999" | "-9223372036854775809" => Err(Error::NumericDateRange { claim }),
                _ => sub(),
            };
            assert_eq!(found, expected, "{payload}");
        }
    }
}

/// Tokens of the shapes that real systems sign. The values are made up.
#[test]
fn rfc7519_4_tokens_of_many_systems_are_judged_as_their_rules_say() {
    let jwt = Validation::jwt();
    let forever = jwt.allow_missing(Claim::Exp);
    let nobody = || Ok(String::new());
    for (payload, rules, expected) in [
        // A claim named by a URL, whose value is an object of lists and texts; a fractional `iat`.
        (
            r#"{"sub":"1001","iat":1745651978.7421,"exp":1745655578,"https://claims.example.com/api":{"x-allowed-roles":["user","editor"],"x-default-role":"user"}}"#,
            jwt,
            Ok("1001".to_owned()),
        ),
        // JSON text in a string, escaped.
        (
            r#"{"sub":"lUpa","exp":1745655578,"https://example.com/jwt":"{\"USER\":\"a\\\"b\",\"ROLES\":[1,2]}"}"#,
            jwt,
            sub(),
        ),
        // Upper-case names, one-letter names, names with dots, dashes, a space, and the empty one.
        (
            r#"{"NS":"plant","DB":"seven","AC":"human","ID":"user:1","RL":["Owner"],"exp":1745655578}"#,
            jwt,
            nobody(),
        ),
        (
            r#"{"r":"room","d":"4f6f","o":true,"u":"jane","":0,"a b":1,"_db.roles":["_admin"],"x-client-id":"*","exp":1745655578}"#,
            jwt,
            nobody(),
        ),
        // Topics and rights in nested objects and arrays, and no `exp`.
        (
            r#"{"broker":{"publish":["*"],"subscribe":["telemetry/{id}"],"payload":{"user":{"name":"","tags":[[],[{}]]}}}}"#,
            forever,
            nobody(),
        ),
        (
            r#"{"Allow":["read","write","sign","admin"]}"#,
            forever,
            nobody(),
        ),
        // Members that are null, empty, booleans and numbers in their place.
        (
            r#"{"id":"u1","role":null,"app_access":1,"admin_access":false,"phone":"","iss":"directory","exp":1745655578}"#,
            jwt,
            nobody(),
        ),
        (
            r#"{"resource":{"dashboard":7},"params":{"a":1.5,"b":"x","c":[1,"2"],"d":null},"iat":1745651978,"exp":1745652578}"#,
            jwt,
            nobody(),
        ),
        // Fractional times, as `time.time()` gives them.
        (
            r#"{"iss":"printer","iat":1745651978.0123,"exp":1745655577.9876,"username":"_API_KEY_USER_","token_type":"user"}"#,
            jwt,
            nobody(),
        ),
        // Milliseconds are far in the future, so this token is valid for a long time.
        (
            r#"{"api_key":"k.1","exp":1745655578000,"timestamp":1745651978000}"#,
            jwt,
            nobody(),
        ),
        // `type` and `version` beside the standard claims, `jti` with a colon, text that is not ASCII.
        (
            "{\"type\":\"app\",\"version\":2,\"jti\":\"k:1745\",\"name\":\"J\u{fc}rgen \u{1f600}\",\"nbf\":1745651978,\"exp\":1745655578}",
            jwt,
            nobody(),
        ),
        // A member that has the name of a header parameter.
        (
            r#"{"typ":"key","alg":"none","kid":7,"crit":["exp"],"exp":1745655578}"#,
            jwt,
            nobody(),
        ),
        // `null` does not count as an absent `exp`.
        (
            r#"{"searchRules":["*"],"apiKeyUid":"9d3c","exp":null}"#,
            forever,
            wrong_type(Claim::Exp),
        ),
        (
            r#"{"searchRules":["*"],"apiKeyUid":"9d3c","exp":null}"#,
            jwt.ignore(Claim::Exp),
            nobody(),
        ),
        // A number as `sub`, another value in `token_type`.
        (
            r#"{"token_type":"sliding","exp":1745655578,"jti":"6f","sub":17}"#,
            jwt.ignore(Claim::Sub),
            nobody(),
        ),
        // `iat` alone, and within a minute.
        (
            r#"{"iat":1745651978,"id":"x"}"#,
            forever.max_age(60),
            nobody(),
        ),
        (
            r#"{"iat":1745651917,"id":"x"}"#,
            forever.max_age(60),
            Err(Error::TooOld {
                iat: NOW - 61,
                now: NOW,
            }),
        ),
        // An audience in an array of one, and a path as audience.
        (
            r#"{"sub":"lUpa","aud":["users:auth"],"exp":1745655578}"#,
            jwt.audience("users:auth"),
            sub(),
        ),
        (
            r#"{"iat":1745651978,"exp":1745652278,"aud":"/admin/"}"#,
            jwt.audience("/admin/").max_age(300),
            nobody(),
        ),
        (
            r#"{"aud":"as","iss":"as","nbf":1745651978,"sub":"user","id":17}"#,
            forever.issuer("as").audience("as"),
            Ok("user".to_owned()),
        ),
    ] {
        assert_eq!(judged(payload, &rules), expected, "{payload}");
    }
}

#[test]
fn rfc7519_4_members_of_any_system_are_read_exactly() {
    let payload = r#"{"https://x.example/r\u006fles":["a","b"],"NS":"p\u006cant","n":null,"t":true,"f":1.5e3,"o":{"a":{"b":[]}},"exp":1745655578}"#;
    let (key, token) = (Key::new(KEY).unwrap(), token(HEADER, payload, KEY));
    let mut scratch = [0; 512];
    let claims = verify(&token, &key, &Validation::jwt(), NOW, &mut scratch).unwrap();
    let text = |name| match claims.get(name) {
        Some(JsonValue::String(text)) => text.chars().collect(),
        Some(JsonValue::Number(text) | JsonValue::Array(text) | JsonValue::Object(text)) => {
            text.to_owned()
        }
        other => format!("{other:?}"),
    };
    for (name, expected) in [
        ("https://x.example/roles", r#"["a","b"]"#),
        ("NS", "plant"),
        ("n", "Some(Null)"),
        ("t", "Some(Bool(..))"),
        ("f", "1.5e3"),
        ("o", r#"{"a":{"b":[]}}"#),
        ("ns", "None"),
        (r"https://x.example/r\u006fles", "None"),
        ("b", "None"),
    ] {
        assert_eq!(text(name), expected, "{name}");
    }
}

#[test]
fn rfc7519_4_1_1_an_expected_issuer_must_be_the_issuer() {
    let rules = Validation::jwt().issuer("https://auth.example.com/\u{e9}");
    let with_iss = |iss: &str| judged(&with(&format!(r#""iss":{iss}"#)), &rules);
    for good in [
        "\"https://auth.example.com/\u{e9}\"",
        r#""https:\/\/auth.example.com\/\u00e9""#,
        r#""\u0068ttps://auth.example.co\u006d/\u00E9""#,
    ] {
        assert_eq!(with_iss(good), sub(), "{good}");
        let escaped_name = with(&format!(r#""\u0069ss":{good}"#));
        assert_eq!(judged(&escaped_name, &rules), sub(), "{good}");
    }
    for bad in [
        "",
        "https://auth.example.com/",
        "https://auth.example.com/\u{e9}/",
        "https://auth.example.com/\u{e9}\\u0000",
        "ttps://auth.example.com/\u{e9}",
        " https://auth.example.com/\u{e9}",
        "https://auth.example.com/\u{e9} ",
        "HTTPS://auth.example.com/\u{e9}",
        "https://Auth.example.com/\u{e9}",
        "https://auth.example.com/e\u{301}",
        "https://auth.example.com/\u{c9}",
        "http://auth.example.com/\u{e9}",
        r"https://auth.example.com/\\u00e9",
        "https://auth.example.com.evil/\u{e9}",
    ] {
        let refused = with_iss(&format!("\"{bad}\""));
        assert_eq!(refused, Err(Error::IssuerWrong), "{bad}");
    }
    // PyJWT took a part of the expected issuer for the issuer (CVE-2024-53861), and an issuer in a list.
    for value in [
        "42",
        "null",
        "true",
        "{}",
        "[]",
        r#"["https://auth.example.com/é"]"#,
    ] {
        assert_eq!(with_iss(value), wrong_type(Claim::Iss), "{value}");
    }
    let absent =
        with(r#""Iss":"https://auth.example.com/é","x":{"iss":"https://auth.example.com/é"}"#);
    assert_eq!(judged(&absent, &rules), missing(&[Claim::Iss]));
}

#[test]
fn rfc7519_4_1_1_an_issuer_may_be_allowed_to_be_missing_and_never_to_be_another() {
    let rules = Validation::jwt().issuer("us").allow_missing(Claim::Iss);
    assert_eq!(judged(&with(r#""a":1"#), &rules), sub());
    assert_eq!(judged(&with(r#""iss":"us""#), &rules), sub());
    let refused = judged(&with(r#""iss":"them""#), &rules);
    assert_eq!(refused, Err(Error::IssuerWrong));
    assert_eq!(
        judged(&with(r#""iss":null"#), &rules),
        wrong_type(Claim::Iss)
    );
    // The empty issuer is an issuer like any other, and no wildcard.
    let empty = Validation::jwt().issuer("");
    assert_eq!(judged(&with(r#""iss":"""#), &empty), sub());
    let refused = judged(&with(r#""iss":"us""#), &empty);
    assert_eq!(refused, Err(Error::IssuerWrong));
    assert_eq!(judged(&with(r#""a":1"#), &empty), missing(&[Claim::Iss]));
    // The rule also works for the site's tokens.
    let site = ACCESS.replace('}', r#","iss":"us"}"#);
    let rules = Validation::access().issuer("us");
    assert_eq!(judged(&site, &rules), sub());
    assert_eq!(judged(ACCESS, &rules), missing(&[Claim::Iss]));
}

#[test]
fn where_two_rules_speak_of_one_claim_the_last_one_counts() {
    let jwt = Validation::jwt();
    let (ours, theirs) = (with(r#""iss":"us""#), with(r#""iss":"them""#));
    let neither = with(r#""a":1"#);
    let wrong = Err(Error::IssuerWrong);
    for (rules, of_ours, of_theirs, of_neither) in [
        (
            jwt.issuer("them").issuer("us"),
            sub(),
            wrong.clone(),
            missing(&[Claim::Iss]),
        ),
        (
            jwt.allow_missing(Claim::Iss).issuer("us"),
            sub(),
            wrong.clone(),
            missing(&[Claim::Iss]),
        ),
        (
            jwt.ignore(Claim::Iss).issuer("us"),
            sub(),
            wrong.clone(),
            missing(&[Claim::Iss]),
        ),
        (
            jwt.issuer("us").require(Claim::Iss),
            sub(),
            wrong.clone(),
            missing(&[Claim::Iss]),
        ),
        (
            jwt.issuer("us").allow_missing(Claim::Iss),
            sub(),
            wrong,
            sub(),
        ),
        (jwt.issuer("us").ignore(Claim::Iss), sub(), sub(), sub()),
        (
            jwt.require(Claim::Iss).allow_missing(Claim::Iss),
            sub(),
            sub(),
            sub(),
        ),
        (
            jwt.require(Claim::Iss).ignore(Claim::Iss),
            sub(),
            sub(),
            sub(),
        ),
    ] {
        assert_eq!(judged(&ours, &rules), of_ours, "{rules:?}");
        assert_eq!(judged(&theirs, &rules), of_theirs, "{rules:?}");
        assert_eq!(judged(&neither, &rules), of_neither, "{rules:?}");
    }
    let aud = with(r#""aud":"us""#);
    let last = jwt.audience("them").audience("us");
    assert_eq!(judged(&aud, &last), sub());
    let last = jwt.audience("us").audience("them");
    assert_eq!(judged(&aud, &last), Err(Error::AudienceWrong));
    let again = jwt.ignore(Claim::Aud).audience("them");
    assert_eq!(judged(&aud, &again), Err(Error::AudienceWrong));
    let ignored = jwt.audience("them").ignore(Claim::Aud);
    assert_eq!(judged(&aud, &ignored), sub());
    let old = with(r#""iat":1745651878"#);
    assert_eq!(judged(&old, &jwt.max_age(1).max_age(100)), sub());
    let (iat, now) = (NOW - 100, NOW);
    let refused = judged(&old, &jwt.max_age(100).max_age(99));
    assert_eq!(refused, Err(Error::TooOld { iat, now }));
    assert_eq!(judged(&old, &jwt.max_age(1).ignore(Claim::Iat)), sub());
    let again = jwt.ignore(Claim::Iat).max_age(99);
    assert_eq!(judged(&old, &again), Err(Error::TooOld { iat, now }));
}

#[test]
fn rfc7519_4_1_3_an_expected_audience_is_the_string_or_in_the_array() {
    let rules = Validation::jwt().audience("api");
    let with_aud = |aud: &str| judged(&with(&format!(r#""aud":{aud}"#)), &rules);
    for good in [
        r#""api""#,
        r#""\u0061p\u0069""#,
        r#"["api"]"#,
        r#"["api","web"]"#,
        r#"["web","api"]"#,
        r#"["a","b","api","c"]"#,
        r#"["api","api"]"#,
        r#"["",  "\u0061pi"  ]"#,
        "[\n\t\"web\",\r\n \"api\"\n]",
    ] {
        assert_eq!(with_aud(good), sub(), "{good}");
    }
    for bad in [
        r#""""#,
        r#""ap""#,
        r#""apis""#,
        r#""API""#,
        r#"" api""#,
        r#""api ""#,
        r#""api,web""#,
        r#""[\"api\"]""#,
        r#""\\u0061pi""#,
        r#""api\u0000""#,
        "[]",
        "[ ]",
        r#"["web"]"#,
        r#"["ap","i"]"#,
        r#"["API","apis",""]"#,
    ] {
        assert_eq!(with_aud(bad), Err(Error::AudienceWrong), "{bad}");
    }
    // jwt-go took an audience of any other type for an absent audience (CVE-2020-26160).
    for other in [
        "null",
        "7",
        "true",
        "{}",
        r#"{"api":"api"}"#,
        "[7]",
        r#"["api",7]"#,
        r#"[7,"api"]"#,
        r#"["api",null]"#,
        r#"[["api"]]"#,
        r#"["api",["web"]]"#,
        r#"[{"api":"api"}]"#,
        r#"["web",true]"#,
    ] {
        assert_eq!(with_aud(other), wrong_type(Claim::Aud), "{other}");
    }
    let absent = with(r#""Aud":"api","audience":"api","x":{"aud":"api"}"#);
    assert_eq!(judged(&absent, &rules), missing(&[Claim::Aud]));
}

#[test]
fn rfc7519_4_1_3_an_audience_may_be_allowed_to_be_missing_and_is_never_unexpected() {
    let unnamed = [Validation::jwt(), Validation::jwt().require(Claim::Aud)];
    let allows = Validation::jwt().audience("api").allow_missing(Claim::Aud);
    let ignores = Validation::jwt().ignore(Claim::Aud);
    for value in VALUES.into_iter().chain([r#""api""#, "[]"]) {
        let payload = with(&format!(r#""aud":{value}"#));
        for rules in unnamed {
            let refused = judged(&payload, &rules);
            assert_eq!(refused, Err(Error::AudienceUnexpected), "{value}");
        }
        let expected = match value {
            r#""api""# | r#"["api","web"]"# => sub(),
            _ if value.starts_with('"') || value == "[]" => Err(Error::AudienceWrong),
            _ => wrong_type(Claim::Aud),
        };
        assert_eq!(judged(&payload, &allows), expected, "{value}");
        assert_eq!(judged(&payload, &ignores), sub(), "{value}");
    }
    let absent = with(r#""a":1"#);
    for rules in [unnamed[0], allows, ignores] {
        assert_eq!(judged(&absent, &rules), sub());
    }
    assert_eq!(judged(&absent, &unnamed[1]), missing(&[Claim::Aud]));
    // The empty audience is an audience like any other, and no wildcard.
    let empty = Validation::jwt().audience("");
    assert_eq!(judged(&with(r#""aud":["",""]"#), &empty), sub());
    let refused = judged(&with(r#""aud":"api""#), &empty);
    assert_eq!(refused, Err(Error::AudienceWrong));
}

#[test]
fn rfc7519_4_1_3_an_audience_is_found_in_an_array_of_any_length() {
    for count in [1, 63, 64, 65, 1000] {
        let names: Vec<String> = (0..count).map(|n| format!("\"{n}\"")).collect();
        let payload = with(&format!(r#""aud":[{}]"#, names.join(",")));
        let last = (count - 1).to_string();
        assert_eq!(judged(&payload, &Validation::jwt().audience(&last)), sub());
        let beyond = count.to_string();
        let refused = judged(&payload, &Validation::jwt().audience(&beyond));
        assert_eq!(refused, Err(Error::AudienceWrong), "{count}");
    }
}

/// The error for a token with this `iat` under a rule of `max_age`, if any.
fn aged(iat: impl ToString, max_age: u32, leeway: u32, now: i64) -> Option<Error> {
    let payload = format!(r#"{{"iat":{}}}"#, iat.to_string());
    let rules = Validation::jwt().allow_missing(Claim::Exp);
    let rules = rules.max_age(max_age).leeway(leeway);
    outcome_at(token(HEADER, payload, KEY), &rules, now).err()
}

#[test]
fn rfc7519_4_1_6_the_age_is_bounded_on_each_side_and_leeway_moves_it() {
    let iat = NOW;
    for max_age in [0, 1, 60, 86_400, u32::MAX] {
        for leeway in [0, 1, 30, 1_000_000] {
            let earliest = iat - i64::from(leeway);
            let latest = iat + i64::from(max_age) + i64::from(leeway);
            for now in [earliest, earliest + 1, iat, latest - 1, latest] {
                if (earliest..=latest).contains(&now) {
                    assert_eq!(
                        aged(iat, max_age, leeway, now),
                        None,
                        "{max_age} {leeway} {now}"
                    );
                }
            }
            let now = earliest - 1;
            let future = Some(Error::IssuedInFuture { iat, now });
            assert_eq!(
                aged(iat, max_age, leeway, now),
                future,
                "{max_age} {leeway}"
            );
            let now = latest + 1;
            let old = Some(Error::TooOld { iat, now });
            assert_eq!(aged(iat, max_age, leeway, now), old, "{max_age} {leeway}");
        }
    }
}

#[test]
fn rfc7519_4_1_6_an_age_of_no_seconds_is_the_second_of_issue() {
    assert_eq!(aged(NOW, 0, 0, NOW), None);
    let (iat, now) = (NOW, NOW + 1);
    assert_eq!(aged(iat, 0, 0, now), Some(Error::TooOld { iat, now }));
    let (iat, now) = (NOW, NOW - 1);
    assert_eq!(
        aged(iat, 0, 0, now),
        Some(Error::IssuedInFuture { iat, now })
    );
}

#[test]
fn rfc7519_4_1_6_ages_at_the_edges_of_64_bits_neither_wrap_nor_panic() {
    let (min, max) = (i64::MIN, i64::MAX);
    let old = |iat, now| Some(Error::TooOld { iat, now });
    let future = |iat, now| Some(Error::IssuedInFuture { iat, now });
    for (iat, max_age, leeway, now, expected) in [
        (min, u32::MAX, u32::MAX, 1, old(min, 1)),
        (min, 0, 0, max, old(min, max)),
        (-1, 0, 0, 1, old(-1, 1)),
        (-1, 2, 0, 1, None),
        (-1, 1, 1, 1, None),
        (-1, 1, 0, 1, old(-1, 1)),
        (max, 0, 0, max, None),
        (max, u32::MAX, u32::MAX, max, None),
        (max, 0, 0, max - 1, future(max, max - 1)),
        (max, 0, 1, max - 1, None),
        (max, u32::MAX, u32::MAX, 1, future(max, 1)),
        (max - 1, 0, 0, max, old(max - 1, max)),
        (max - 1, 1, 0, max, None),
        (max - 1, 0, 1, max, None),
        (max - 1, u32::MAX, 0, max, None),
        (1, 0, u32::MAX, 1, None),
    ] {
        let found = aged(iat, max_age, leeway, now);
        assert_eq!(found, expected, "{iat} {max_age} {leeway} {now}");
    }
}

#[test]
fn rfc7519_2_a_fractional_iat_counts_as_the_second_after() {
    let (future, now) = (NOW + 1, NOW);
    let in_future = Some(Error::IssuedInFuture { iat: future, now });
    let too_old = Some(Error::TooOld { iat: NOW - 61, now });
    let range = Some(Error::NumericDateRange { claim: Claim::Iat });
    for (iat, expected) in [
        ("1745651978.0", None),
        ("1745651977.000001", None),
        ("1745651978.000001", in_future),
        ("1745651979", in_future),
        ("1745651917.1", None),
        ("1745651917", too_old),
        ("1745651916.9", too_old),
        ("17456519780e-1", None),
        ("1.745651978e9", None),
        ("-0.5", Some(Error::TooOld { iat: 0, now })),
        // Milliseconds.
        (
            "1745651978000",
            Some(Error::IssuedInFuture {
                iat: 1_745_651_978_000,
                now,
            }),
        ),
        ("9223372036854775807.5", range),
        ("9223372036854775808", range),
        ("-9223372036854775809", range),
        ("1e300", range),
    ] {
        assert_eq!(aged(iat, 60, 0, NOW), expected, "{iat}");
    }
    for value in [
        r#""1745651978""#,
        "null",
        "true",
        "[1745651978]",
        "{}",
        r#""""#,
    ] {
        let claim = Claim::Iat;
        assert_eq!(
            aged(value, 60, 0, NOW),
            Some(Error::ClaimType { claim }),
            "{value}"
        );
    }
}

#[test]
fn rfc7519_4_1_6_a_bounded_age_needs_an_iat_unless_it_may_be_missing() {
    let rules = Validation::jwt().max_age(60);
    let absent = with(r#""Iat":1745651978,"x":{"iat":1745651978}"#);
    assert_eq!(judged(&absent, &rules), missing(&[Claim::Iat]));
    let allows = rules.allow_missing(Claim::Iat);
    assert_eq!(judged(&absent, &allows), sub());
    let (iat, now) = (NOW - 61, NOW);
    let old = with(r#""iat":1745651917"#);
    assert_eq!(judged(&old, &allows), Err(Error::TooOld { iat, now }));
    // If `iat` is only required, it has no bound.
    let required = Validation::jwt().require(Claim::Iat);
    for iat in ["1", "1745651979", "9e18"] {
        assert_eq!(judged(&with(&format!(r#""iat":{iat}"#)), &required), sub());
    }
    // With `max_age` the other times are still checked.
    let expired = r#"{"iat":1745651978,"exp":1745651978}"#;
    let (exp, now) = (NOW, NOW);
    assert_eq!(judged(expired, &rules), Err(Error::Expired { exp, now }));
}

#[test]
fn rfc7519_4_every_claim_can_be_required_and_all_that_are_missing_are_told() {
    let all = CLAIMS.map(|(claim, ..)| claim);
    let whole = CLAIMS.map(|(_, name, value)| format!(r#""{name}":{value}"#));
    for (i, (claim, name, value)) in CLAIMS.into_iter().enumerate() {
        let rules = Validation::jwt().audience("api").require(claim);
        let mut others = whole.to_vec();
        others.remove(i);
        let others = others.join(",");
        let payload = format!("{{{others}}}");
        assert_eq!(judged(&payload, &rules), missing(&[claim]), "{payload}");
        let escaped = format!(
            r#"{{{others},"\u{:04x}{}":{value}}}"#,
            name.as_bytes()[0],
            &name[1..]
        );
        assert_eq!(judged(&escaped, &rules), sub(), "{escaped}");
    }
    let rules = all.into_iter().fold(Validation::jwt(), Validation::require);
    assert_eq!(judged("{}", &rules), missing(&all));
    let Err(Error::ClaimsMissing { claims }) = judged("{}", &rules) else {
        panic!("nothing is missing");
    };
    assert_eq!(
        claims.to_string(),
        "token_type, sub, exp, nbf, state_hash, iss, aud, iat, jti"
    );
    assert_eq!(claims.iter().collect::<Vec<_>>(), all);
    let whole = format!("{{{}}}", whole.join(","));
    assert_eq!(judged(&whole, &rules.audience("api")), sub());
    // Exactly the claims that are missing are reported.
    for set in 0..1 << CLAIMS.len() {
        let has = |i: &usize| set >> i & 1 == 1;
        let members: Vec<String> = (0..CLAIMS.len())
            .filter(has)
            .map(|i| format!(r#""{}":{}"#, CLAIMS[i].1, CLAIMS[i].2))
            .collect();
        let absent: Vec<Claim> = (0..CLAIMS.len())
            .filter(|i| !has(i))
            .map(|i| all[i])
            .collect();
        let expected = if absent.is_empty() {
            sub()
        } else {
            missing(&absent)
        };
        let payload = format!("{{{}}}", members.join(","));
        assert_eq!(
            judged(&payload, &rules.audience("api")),
            expected,
            "{payload}"
        );
    }
}

#[test]
fn a_claim_that_is_ignored_is_not_read_whatever_it_is() {
    let key = Key::new(KEY).unwrap();
    let all = CLAIMS.map(|(claim, ..)| claim);
    // Every claim except one must be there and be right.
    let strict = all
        .into_iter()
        .fold(Validation::jwt(), Validation::require)
        .issuer("https://auth.example.com")
        .audience("api")
        .subject("lUpa")
        .max_age(60);
    for (ignored, name, _) in CLAIMS {
        let rules = strict.ignore(ignored);
        for value in VALUES.map(Some).into_iter().chain([None]) {
            let members: Vec<String> = CLAIMS
                .into_iter()
                .filter_map(|(claim, name, good)| {
                    let value = if claim == ignored { value? } else { good };
                    Some(format!(r#""{name}":{value}"#))
                })
                .collect();
            let payload = format!("{{{}}}", members.join(","));
            let token = token(HEADER, &payload, KEY);
            let mut scratch = vec![0; scratch_len(token.len())];
            let claims = verify(&token, &key, &rules, NOW, &mut scratch)
                .unwrap_or_else(|error| panic!("{payload}: {error}"));
            assert_eq!(claims.get(name).is_some(), value.is_some(), "{payload}");
            let found = (
                claims.token_type().is_none(),
                claims.sub().is_empty(),
                claims.exp().is_none(),
                claims.nbf().is_none(),
            );
            let expected = (
                ignored == Claim::TokenType,
                ignored == Claim::Sub,
                ignored == Claim::Exp,
                ignored == Claim::Nbf,
            );
            assert_eq!(found, expected, "{payload}");
        }
    }
}

#[test]
fn what_is_ignored_must_be_json_all_the_same_and_stand_once() {
    let rules = Validation::jwt().ignore(Claim::Sub);
    let fault = |payload: &str, problem| {
        assert!(
            matches!(judged(payload, &rules), Err(Error::Json { problem: found, .. }) if found == problem),
            "{payload}"
        );
    };
    fault(r#"{"exp":1745655578,"sub":NaN}"#, JsonProblem::Syntax);
    fault(r#"{"exp":1745655578,"sub":01}"#, JsonProblem::Syntax);
    fault(r#"{"exp":1745655578,"sub":"\x"}"#, JsonProblem::BadEscape);
    fault(
        r#"{"exp":1745655578,"sub":1,"sub":2}"#,
        JsonProblem::DuplicateName,
    );
    fault(
        r#"{"exp":1745655578,"sub":1,"s\u0075b":2}"#,
        JsonProblem::DuplicateName,
    );
}

#[test]
fn ignoring_one_claim_of_the_sites_tokens_leaves_the_others_as_they_were() {
    for (i, (claim, name, _)) in CLAIMS.into_iter().enumerate().take(4) {
        let rules = Validation::access().ignore(claim);
        let ignored = ACCESS.replace(&format!(r#""{name}":"#), &format!(r#""{name}":[],"_":"#));
        let expected = if claim == Claim::Sub {
            Ok(String::new())
        } else {
            sub()
        };
        assert_eq!(judged(&ignored, &rules), expected, "{ignored}");
        assert_eq!(judged(ACCESS, &rules), expected, "{name}");
        let others: Vec<Claim> = (0..4).filter(|n| *n != i).map(|n| CLAIMS[n].0).collect();
        assert_eq!(judged("{}", &rules), missing(&others), "{name}");
    }
    // If the type is ignored, `verify` accepts even a refresh token. `authenticate` refuses it.
    let rules = Validation::access().ignore(Claim::TokenType);
    assert_eq!(judged(REFRESH, &rules), sub());
    let found = TokenType::Refresh;
    let refused = judged(REFRESH, &Validation::access());
    assert_eq!(refused, Err(Error::TokenTypeWrong { found }));
    let rules = Validation::refresh().ignore(Claim::StateHash);
    assert_eq!(judged(&REFRESH.replace("Wlpa", "...."), &rules), sub());
}

#[test]
fn an_expected_subject_counts_for_a_jwt_too() {
    let rules = Validation::jwt().subject("lUpa");
    assert_eq!(judged(&with(r#""a":1"#), &rules), sub());
    let other = r#"{"sub":"lupa","exp":1745655578}"#;
    assert_eq!(judged(other, &rules), Err(Error::SubjectWrong));
    let absent = r#"{"exp":1745655578}"#;
    assert_eq!(judged(absent, &rules), missing(&[Claim::Sub]));
    let allows = rules.allow_missing(Claim::Sub);
    assert_eq!(judged(absent, &allows), Err(Error::SubjectWrong));
    let ignores = rules.ignore(Claim::Sub);
    assert_eq!(judged(other, &ignores), Ok(String::new()));
    let again = ignores.subject("lUpa");
    assert_eq!(judged(other, &again), Err(Error::SubjectWrong));
}
