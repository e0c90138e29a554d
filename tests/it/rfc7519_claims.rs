//! JSON Web Token, RFC 7519: the claims set, its times, and the order of the checks.

use crate::token_maker::*;
use barejwt::{
    Claim, ClaimSet, DEFAULT_MAX_TOKEN_LEN, Error, JsonProblem, Key, TokenType, Validation, verify,
};

const NAMES: [&str; 5] = ["token_type", "sub", "exp", "nbf", "state_hash"];
const CLAIMS: [Claim; 5] = [
    Claim::TokenType,
    Claim::Sub,
    Claim::Exp,
    Claim::Nbf,
    Claim::StateHash,
];
const HASH: &str = r#""WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo=""#;
const GOOD: [&str; 5] = [r#""access""#, r#""lUpa""#, "1745655578", "1745651978", HASH];

/// A claims set of all five claims, in which one claim has another value.
fn with_value(claim: usize, value: &str) -> String {
    let member = |i: usize| {
        format!(
            r#""{}":{}"#,
            NAMES[i],
            if i == claim { value } else { GOOD[i] }
        )
    };
    format!("{{{}}}", (0..5).map(member).collect::<Vec<_>>().join(","))
}

fn with_claims(payload: &str, validation: &Validation<'_>) -> Result<String, Error> {
    outcome(token(HEADER, payload, KEY), validation)
}

fn access(payload: &str) -> Result<String, Error> {
    with_claims(payload, &Validation::access())
}

fn sub() -> Result<String, Error> {
    Ok("lUpa".to_owned())
}

/// The error for a token with these times, if any.
fn times(exp: &str, nbf: &str, leeway: u32, now: i64) -> Option<Error> {
    let payload = format!(r#"{{"token_type":"access","sub":"lUpa","exp":{exp},"nbf":{nbf}}}"#);
    let rules = Validation::access().leeway(leeway);
    outcome_at(token(HEADER, payload, KEY), &rules, now).err()
}

#[test]
fn rfc7519_4_1_4_exp_is_exclusive_and_leeway_moves_it() {
    let exp = 1_800_000_000_i64;
    for leeway in [0, 1, 30, 3600, u32::MAX] {
        let edge = exp + i64::from(leeway);
        for (now, valid) in [
            (exp - 1, true),
            (edge - 1, true),
            (edge, false),
            (edge + 1, false),
        ] {
            let expected = (!valid).then_some(Error::Expired { exp, now });
            assert_eq!(
                times("1800000000", "0", leeway, now),
                expected,
                "{leeway} {now}"
            );
        }
    }
}

#[test]
fn rfc7519_4_1_5_nbf_is_inclusive_and_leeway_moves_it() {
    let nbf = 1_700_000_000_i64;
    for leeway in [0, 1, 30, 3600, 1_000_000_000] {
        let edge = nbf - i64::from(leeway);
        for (now, valid) in [
            (nbf, true),
            (edge + 1, true),
            (edge, true),
            (edge - 1, false),
            (1, false),
        ] {
            let expected = (!valid).then_some(Error::NotYetValid { nbf, now });
            assert_eq!(
                times("1800000000", "1700000000", leeway, now),
                expected,
                "{leeway} {now}"
            );
        }
    }
}

#[test]
fn rfc7519_4_1_4_a_lifetime_of_no_seconds_is_never_valid() {
    for now in [NOW - 1, NOW, NOW + 1] {
        let expected = if now < NOW {
            Error::NotYetValid { nbf: NOW, now }
        } else {
            Error::Expired { exp: NOW, now }
        };
        assert_eq!(times("1745651978", "1745651978", 0, now), Some(expected));
    }
}

#[test]
fn leeway_at_the_edges_of_64_bits_neither_wraps_nor_panics() {
    let max = i64::MAX.to_string();
    let now = i64::MAX;
    let exp = i64::MAX;
    assert_eq!(times(&max, "0", 0, now), Some(Error::Expired { exp, now }));
    assert_eq!(times(&max, "0", 1, now), None);
    assert_eq!(times(&max, "0", u32::MAX, now), None);
    assert_eq!(times(&max, &max, u32::MAX, now), None);
    let now = i64::MAX - 1;
    assert_eq!(
        times(&max, &max, 0, now),
        Some(Error::NotYetValid { nbf: exp, now })
    );
    let min = i64::MIN.to_string();
    let exp = i64::MIN;
    for leeway in [0, u32::MAX] {
        assert_eq!(
            times(&min, &min, leeway, 1),
            Some(Error::Expired { exp, now: 1 })
        );
    }
}

#[test]
fn rfc7519_2_numeric_date_of_any_size_and_form() {
    let expired = |exp| Some(Error::Expired { exp, now: NOW });
    let range = Some(Error::NumericDateRange { claim: Claim::Exp });
    for (exp, expected) in [
        ("0", expired(0)),
        ("-0", expired(0)),
        ("-1", expired(-1)),
        ("-1.5", expired(-2)),
        ("-9223372036854775808", expired(i64::MIN)),
        ("-9223372036854775809", range),
        ("1745651978", expired(NOW)),
        ("1745651978.999999999", expired(NOW)),
        ("1745651979", None),
        ("1745651979.0", None),
        ("1.745651979e9", None),
        ("17456519790E-1", None),
        ("1.745651978e+9", expired(NOW)),
        ("1.7e9", expired(1_700_000_000)),
        ("1e-400", expired(0)),
        ("2147483647", None),
        ("2147483648", None),
        ("4294967296", None),
        ("9007199254740992", None),
        ("9007199254740993", None),
        ("9223372036854775807", None),
        ("9223372036854775807.9", None),
        ("9.223372036854775807e18", None),
        ("9223372036854775808", range),
        ("18446744073709551615", range),
        ("18446744073709551616", range),
        ("1e19", range),
        ("1E+400", range),
        ("1e99999999999999999999", range),
        ("-1e99999999999999999999", range),
    ] {
        assert_eq!(times(exp, "0", 0, NOW), expected, "{exp}");
    }
}

#[test]
fn rfc7519_2_a_fractional_nbf_counts_as_the_second_after() {
    let early = |nbf| Some(Error::NotYetValid { nbf, now: NOW });
    let range = Some(Error::NumericDateRange { claim: Claim::Nbf });
    for (nbf, expected) in [
        ("1745651978", None),
        ("1745651978.0", None),
        ("1745651977.5", None),
        ("1745651978.000000000000000001", early(NOW + 1)),
        ("1745651979", early(NOW + 1)),
        ("17456519781e-1", early(NOW + 1)),
        ("-9223372036854775808", None),
        ("-0.5", None),
        ("1e-400", None),
        ("9223372036854775807", early(i64::MAX)),
        ("9223372036854775807.1", range),
        ("9223372036854775808", range),
        ("-9223372036854775809", range),
    ] {
        assert_eq!(times("9e18", nbf, 0, NOW), expected, "{nbf}");
    }
}

#[test]
fn the_year_2038_and_after() {
    for now in [i64::from(i32::MAX), 1 << 31, 1 << 32, 253_402_300_800] {
        let exp = now + 3600;
        let [exp_text, nbf_text] = [exp, now].map(|time| time.to_string());
        assert_eq!(times(&exp_text, &nbf_text, 0, now), None);
        let late = Some(Error::Expired { exp, now: exp });
        assert_eq!(times(&exp_text, &nbf_text, 0, exp), late);
    }
}

#[test]
fn verified_times_read_back_exactly() {
    let payload = r#"{"token_type":"access","sub":"lUpa","exp":1.8000000009e9,"nbf":-0.5}"#;
    let key = Key::new(KEY).unwrap();
    let mut scratch = [0; 256];
    let claims = verify(
        token(HEADER, payload, KEY),
        &key,
        &Validation::access(),
        NOW,
        &mut scratch,
    )
    .unwrap();
    assert_eq!((claims.exp(), claims.nbf()), (Some(1_800_000_000), Some(0)));
    assert_eq!(claims.token_type(), Some(TokenType::Access));
    assert_eq!(claims.json(), payload);
}

#[test]
fn an_unset_clock_is_refused_before_anything_else() {
    for now in [0, -1, i64::MIN] {
        for token in [
            token(HEADER, ACCESS, KEY),
            String::new(),
            "x".repeat(100_000),
        ] {
            let refused = outcome_at(token, &Validation::access(), now);
            assert_eq!(refused, Err(Error::ClockNotSet), "{now}");
        }
    }
    assert_eq!(times("2", "1", 0, 1), None);
}

#[test]
fn rfc7519_4_all_missing_claims_are_reported_at_once() {
    for set in 0..32_usize {
        let has = |i: &usize| set >> i & 1 == 1;
        let members: Vec<String> = (0..5)
            .filter(has)
            .map(|i| {
                format!(
                    r#""{}":{}"#,
                    NAMES[i],
                    if i == 0 { r#""refresh""# } else { GOOD[i] }
                )
            })
            .collect();
        let missing: Vec<Claim> = (0..5).filter(|i| !has(i)).map(|i| CLAIMS[i]).collect();
        let expected = if missing.is_empty() {
            sub()
        } else {
            let claims = ClaimSet::of(&missing);
            Err(Error::ClaimsMissing { claims })
        };
        let payload = format!("{{{}}}", members.join(","));
        assert_eq!(
            with_claims(&payload, &Validation::refresh()),
            expected,
            "{payload}"
        );
    }
    let claims = ClaimSet::of(&CLAIMS[..4]);
    assert_eq!(access("{}"), Err(Error::ClaimsMissing { claims }));
    assert_eq!(claims.to_string(), "token_type, sub, exp, nbf");
    assert_eq!(claims.iter().collect::<Vec<_>>(), CLAIMS[..4]);
}

#[test]
fn each_claim_can_be_allowed_to_be_missing_by_name() {
    for (i, claim) in CLAIMS.into_iter().enumerate().take(4) {
        let members: Vec<String> = (0..4)
            .filter(|other| *other != i)
            .map(|other| format!(r#""{}":{}"#, NAMES[other], GOOD[other]))
            .collect();
        let payload = format!("{{{}}}", members.join(","));
        let claims = ClaimSet::of(&[claim]);
        assert_eq!(access(&payload), Err(Error::ClaimsMissing { claims }));
        let relaxed = Validation::access().allow_missing(claim);
        let expected = if claim == Claim::Sub {
            Ok(String::new())
        } else {
            sub()
        };
        assert_eq!(with_claims(&payload, &relaxed), expected, "{claim:?}");
        // One name relaxes one claim.
        let all = CLAIMS[..4]
            .iter()
            .copied()
            .filter(|other| *other != claim)
            .collect::<Vec<_>>();
        let claims = ClaimSet::of(&all);
        assert_eq!(
            with_claims("{}", &relaxed),
            Err(Error::ClaimsMissing { claims })
        );
        // Only the claim's absence is allowed. If the claim is there, it is checked.
        let refused = with_claims(&with_value(i, "[]"), &relaxed);
        assert_eq!(refused, Err(Error::ClaimType { claim }));
    }
    // A token without exp never expires.
    let relaxed = Validation::access().allow_missing(Claim::Exp);
    let payload = r#"{"token_type":"access","sub":"lUpa","nbf":1745651978}"#;
    assert_eq!(
        outcome_at(token(HEADER, payload, KEY), &relaxed, i64::MAX),
        sub()
    );
    let expired = Error::Expired { exp: EXP, now: EXP };
    assert_eq!(
        outcome_at(token(HEADER, ACCESS, KEY), &relaxed, EXP),
        Err(expired)
    );
    // `require` makes it required again.
    let claims = ClaimSet::of(&[Claim::StateHash]);
    let wants_hash = Validation::access().require(Claim::StateHash);
    assert_eq!(
        with_claims(ACCESS, &wants_hash),
        Err(Error::ClaimsMissing { claims })
    );
    assert_eq!(with_claims(&with_value(9, ""), &wants_hash), sub());
}

#[test]
fn rfc7519_4_a_claim_of_another_type_is_an_error_and_never_an_absent_claim() {
    let relaxed = CLAIMS
        .into_iter()
        .fold(Validation::any_type(), Validation::allow_missing);
    for (i, claim) in CLAIMS.into_iter().enumerate() {
        let of_type = if matches!(claim, Claim::Exp | Claim::Nbf) {
            r#""1745655578""#
        } else {
            "1745655578"
        };
        for value in [
            of_type,
            "null",
            "true",
            "false",
            "[]",
            "{}",
            "[1745655578]",
            r#"["lUpa"]"#,
            r#"{"a":1}"#,
        ] {
            let payload = with_value(i, value);
            for rules in [Validation::access(), Validation::any_type(), relaxed] {
                assert_eq!(
                    with_claims(&payload, &rules),
                    Err(Error::ClaimType { claim }),
                    "{payload}"
                );
            }
        }
    }
    for text in [r#""""#, r#""0""#, r#""1e9""#, r#""NaN""#] {
        assert_eq!(
            access(&with_value(2, text)),
            Err(Error::ClaimType { claim: Claim::Exp })
        );
    }
}

#[test]
fn token_type_is_access_or_refresh_to_the_letter() {
    assert_eq!(access(&with_value(0, r#""\u0061cces\u0073""#)), sub());
    for value in [
        "",
        "Access",
        "ACCESS",
        "access ",
        " access",
        "acces",
        "accesss",
        "id",
        "null",
        "access\\u0000",
        "\\u0430ccess",
    ] {
        let payload = with_value(0, &format!("\"{value}\""));
        for rules in [Validation::access(), Validation::any_type()] {
            assert_eq!(
                with_claims(&payload, &rules),
                Err(Error::TokenTypeUnknown),
                "{value}"
            );
        }
    }
    let found = TokenType::Refresh;
    let refresh = with_value(0, r#""refresh""#);
    assert_eq!(access(&refresh), Err(Error::TokenTypeWrong { found }));
    assert_eq!(with_claims(&refresh, &Validation::refresh()), sub());
    assert_eq!(with_claims(&refresh, &Validation::any_type()), sub());
    let found = TokenType::Access;
    assert_eq!(
        with_claims(ACCESS, &Validation::refresh()),
        Err(Error::TokenTypeWrong { found })
    );
    assert_eq!(with_claims(ACCESS, &Validation::any_type()), sub());
}

#[test]
fn state_hash_is_32_bytes_in_padded_standard_base64_wherever_it_stands() {
    assert_eq!(
        access(&with_value(
            4,
            r#""WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaW\u006co\u003d""#
        )),
        sub()
    );
    for value in [
        "",
        "WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo",
        "WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlp=",
        "WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWl==",
        "WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpa",
        "WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo=WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo=",
        "WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo==",
        "-_paWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo=",
        " lpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo=",
        "\\u0000lpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo=",
        "\\u00e9lpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo=",
        "\\u0157lpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo=",
        "\\ud83d\\ude00lpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo=",
    ] {
        let payload = with_value(4, &format!("\"{value}\""));
        assert_eq!(access(&payload), Err(Error::StateHashMalformed), "{value}");
    }
}

#[test]
fn rfc7519_4_claim_names_are_unique_after_unescaping() {
    for name in NAMES.into_iter().chain(["x", "aud", "", "\u{e9}"]) {
        let value = match NAMES.iter().position(|known| *known == name) {
            Some(i) => GOOD[i],
            None => "1",
        };
        let escape = |c: char| format!("\\u{:04x}", u32::from(c));
        let escaped: String = name.chars().map(escape).collect();
        let last_escaped = match name.char_indices().last() {
            Some((at, c)) => format!("{}{}", &name[..at], escape(c)),
            None => String::new(),
        };
        for (first, second) in [
            (name, name),
            (name, &escaped),
            (name, &last_escaped),
            (&escaped, name),
            (&escaped, &escaped),
            (&last_escaped, &escaped),
        ] {
            for between in ["", r#""other":{"sub":[1]},"#] {
                let payload = format!(r#"{{"{first}":{value},{between}"{second}":{value}}}"#);
                let fault = payload_fault(JsonProblem::DuplicateName, payload.len() - 1);
                assert_eq!(access(&payload), Err(fault), "{payload}");
            }
        }
    }
    // Nested objects have names of their own.
    let nested = ACCESS.replace('}', r#","x":{"sub":1,"exp":2},"y":[{"sub":3}]}"#);
    assert_eq!(access(&nested), sub());
}

#[test]
fn rfc7519_4_a_second_exp_is_refused_whichever_of_them_is_valid() {
    let (expired, valid) = ("1", "1745655578");
    for name in ["exp", r"\u0065xp"] {
        for (first, second) in [(expired, valid), (valid, expired), (valid, valid)] {
            let payload = format!(r#"{{"exp":{first},"sub":"lUpa","{name}":{second}}}"#);
            let fault = payload_fault(JsonProblem::DuplicateName, payload.len() - 1);
            let found = with_claims(&payload, &Validation::jwt());
            assert_eq!(found, Err(fault), "{payload}");
        }
    }
}

#[test]
fn rfc8259_7_an_exp_whose_name_has_escapes_expires_the_token_too() {
    for name in ["exp", r"\u0065xp", r"e\u0078p", r"\u0065\u0078\u0070"] {
        for (exp, expected) in [
            (1, Err(Error::Expired { exp: 1, now: NOW })),
            (NOW, Err(Error::Expired { exp: NOW, now: NOW })),
            (NOW + 1, sub()),
        ] {
            let payload = format!(r#"{{"{name}":{exp},"sub":"lUpa"}}"#);
            let found = with_claims(&payload, &Validation::jwt());
            assert_eq!(found, expected, "{payload}");
        }
    }
}

#[test]
fn rfc7519_4_look_alikes_of_claim_names_are_other_members() {
    for (name, claim, look_alikes) in [
        (
            "exp",
            Claim::Exp,
            &[
                "Exp",
                "EXP",
                "exp ",
                " exp",
                "ex",
                "expp",
                "exp\\u0000",
                "\\u0435xp",
            ][..],
        ),
        (
            "sub",
            Claim::Sub,
            &["Sub", "SUB", "\\u017fub", "\u{17f}ub", "sub.", "su"],
        ),
        ("nbf", Claim::Nbf, &["Nbf", "NBF", "nbF", "n\\u200bbf"]),
        (
            "token_type",
            Claim::TokenType,
            &["Token_Type", "tokenType", "to\\u212aen_type", "token-type"],
        ),
    ] {
        for look_alike in look_alikes {
            // The look-alike stands beside the claim, with a value that the claim could not have.
            let beside = ACCESS.replace('}', &format!(r#","{look_alike}":[false]}}"#));
            assert_eq!(access(&beside), sub(), "{beside}");
            // The look-alike stands in place of the claim.
            let instead = ACCESS.replace(&format!("\"{name}\""), &format!("\"{look_alike}\""));
            let claims = ClaimSet::of(&[claim]);
            assert_eq!(
                access(&instead),
                Err(Error::ClaimsMissing { claims }),
                "{instead}"
            );
        }
        // The claim's name written with escapes is the claim.
        let first = name.as_bytes()[0];
        let escaped = ACCESS.replace(
            &format!("\"{name}\""),
            &format!("\"\\u{first:04X}{}\"", &name[1..]),
        );
        assert_eq!(access(&escaped), sub(), "{escaped}");
    }
}

#[test]
fn rfc7519_4_unknown_claims_are_ignored_in_any_shape() {
    for member in [
        r#""iss":"joe""#,
        r#""iat":"yesterday""#,
        r#""jti":null"#,
        r#""http://example.com/is_root":true"#,
        r#""roles":["a",{"b":[]},[[]],-1.5E-3]"#,
        r#""x":{"sub":"other","exp":0,"aud":"them","crit":["a"]}"#,
        r#""alg":"none""#,
        r#""crit":["exp"]"#,
        r#""":"""#,
        r#""\ud83d\ude00":"\u0000""#,
        r#""huge":1e999999999999"#,
    ] {
        for payload in [
            ACCESS.replace('}', &format!(",{member}}}")),
            ACCESS.replace('{', &format!("{{{member},")),
        ] {
            assert_eq!(access(&payload), sub(), "{payload}");
        }
    }
}

#[test]
fn rfc7519_4_1_3_a_token_for_a_named_audience_is_refused_unless_told_otherwise() {
    let ignores = Validation::access().ignore(Claim::Aud);
    for aud in [
        r#""them""#,
        r#""""#,
        r#"["them","us"]"#,
        "[]",
        "null",
        "1",
        "{}",
        "false",
    ] {
        for name in ["aud", "a\\u0075d"] {
            let payload = ACCESS.replace('}', &format!(r#","{name}":{aud}}}"#));
            assert_eq!(
                access(&payload),
                Err(Error::AudienceUnexpected),
                "{payload}"
            );
            assert_eq!(with_claims(&payload, &ignores), sub(), "{payload}");
        }
    }
    for other in ["Aud", "AUD", "audience", "au"] {
        assert_eq!(
            access(&ACCESS.replace('}', &format!(r#","{other}":"them"}}"#))),
            sub()
        );
    }
}

#[test]
fn rfc7519_4_1_2_an_empty_subject_identifies_nobody() {
    let payload = with_value(1, r#""""#);
    let relaxed = Validation::any_type().allow_missing(Claim::Sub);
    for rules in [Validation::access(), relaxed] {
        assert_eq!(with_claims(&payload, &rules), Err(Error::SubjectEmpty));
    }
    for (sub, unescaped) in [(r#""\u0000""#, "\0"), (r#"" ""#, " "), (r#""0""#, "0")] {
        assert_eq!(access(&with_value(1, sub)), Ok(unescaped.to_owned()));
    }
}

#[test]
fn an_expected_subject_must_be_the_subject() {
    let wants = Validation::access().subject("l\u{dc}p\"a");
    for sub in [
        r#""lÜp\"a""#,
        r#""l\u00dcp\u0022a""#,
        r#""\u006c\u00DCp\"\u0061""#,
    ] {
        assert_eq!(
            with_claims(&with_value(1, sub), &wants),
            Ok("l\u{dc}p\"a".to_owned())
        );
    }
    for sub in [
        "lUpa",
        "l\u{dc}p\\\"",
        "l\u{dc}p\\\"a ",
        "L\u{dc}P\\\"A",
        "lU\u{308}p\\\"a",
    ] {
        let payload = with_value(1, &format!("\"{sub}\""));
        assert_eq!(
            with_claims(&payload, &wants),
            Err(Error::SubjectWrong),
            "{sub}"
        );
    }
    let missing = r#"{"token_type":"access","exp":1745655578,"nbf":1745651978}"#;
    let claims = ClaimSet::of(&[Claim::Sub]);
    let implied = Validation::access()
        .allow_missing(Claim::Sub)
        .subject("lUpa");
    assert_eq!(
        with_claims(missing, &implied),
        Err(Error::ClaimsMissing { claims })
    );
    let relaxed = Validation::access()
        .subject("lUpa")
        .allow_missing(Claim::Sub);
    assert_eq!(with_claims(missing, &relaxed), Err(Error::SubjectWrong));
    let empty = Validation::access().subject("").allow_missing(Claim::Sub);
    assert_eq!(with_claims(missing, &empty), Err(Error::SubjectWrong));
}

#[test]
fn a_token_of_8192_bytes_is_the_longest_by_default() {
    assert_eq!(DEFAULT_MAX_TOKEN_LEN, 8192);
    let of_len = |len: usize| {
        let json_len = (len - HEADER.len() / 3 * 4 - 2 - 43) * 3 / 4;
        let token = token(
            HEADER,
            format!("{ACCESS}{}", " ".repeat(json_len - ACCESS.len())),
            KEY,
        );
        assert_eq!(token.len(), len);
        token
    };
    let (bytes, maximum) = (8193, 8192);
    let too_long = Err(Error::TokenTooLong { bytes, maximum });
    assert_eq!(outcome(of_len(8192), &Validation::access()), sub());
    assert_eq!(outcome(of_len(8193), &Validation::access()), too_long);
    let longer = Validation::access().max_token_len(8193);
    assert_eq!(outcome(of_len(8193), &longer), sub());
    let len = token(HEADER, ACCESS, KEY).len();
    assert_eq!(
        with_claims(ACCESS, &Validation::access().max_token_len(len)),
        sub()
    );
    let maximum = len - 1;
    let refused = with_claims(ACCESS, &Validation::access().max_token_len(maximum));
    assert_eq!(
        refused,
        Err(Error::TokenTooLong {
            bytes: len,
            maximum
        })
    );
    let refused = outcome("", &Validation::access().max_token_len(0));
    assert_eq!(refused, Err(Error::SegmentCount));
    // The length is checked first: a token that is too long is not searched for dots.
    let (bytes, maximum) = (10_000, 8192);
    let refused = outcome("x".repeat(bytes), &Validation::access());
    assert_eq!(refused, Err(Error::TokenTooLong { bytes, maximum }));
}

#[test]
fn rfc7519_7_2_the_signature_is_checked_before_the_payload_is_read() {
    let key = Key::new(KEY).unwrap();
    for payload in [
        "",
        "{",
        "\u{feff}{}",
        "[]",
        r#"{"a":1,"a":2}"#,
        "{}",
        r#"{"exp":null}"#,
        ACCESS,
    ] {
        for segment in [
            encode(payload),
            format!("{}=", encode(payload)),
            "A".to_owned(),
            "\0".to_owned(),
        ] {
            let forged = token_of_segments(
                encode(HEADER),
                segment,
                b"another key, another 32 bytes ...",
            );
            // Scratch may be empty, because with the canonical header nothing is decoded.
            let refused = verify(&forged, &key, &Validation::access(), NOW, &mut []);
            assert_eq!(refused.unwrap_err(), Error::SignatureInvalid, "{payload}");
        }
    }
    let good = token(HEADER, ACCESS, KEY);
    let needed = ACCESS.len();
    let refused = verify(good, &key, &Validation::access(), NOW, &mut []).unwrap_err();
    assert_eq!(refused, Error::ScratchTooSmall { needed });
}

#[test]
fn the_order_of_the_checks_is_the_documented_one() {
    // Each token has the fault of its row and those of all rows below. The first fault is reported.
    let wants = Validation::access()
        .subject("other")
        .issuer("us")
        .max_age(60)
        .typ("at+jwt");
    let payload =
        |members: &str| format!(r#"{{{members},"aud":[7],"exp":1,"nbf":9e18,"iat":9e18}}"#);
    let wrong_key = b"another key, another 32 bytes ...";
    let key = Key::new(KEY).unwrap();
    let typed = r#"{"alg":"HS256","typ":"at+jwt"}"#;
    let missing = ClaimSet::of(&[Claim::Sub]);
    let all_but_one_good = payload(r#""token_type":"access","sub":"other","iss":"us""#);
    let late = 9_000_000_000_000_000_000;
    let now = NOW;
    for (token, rules, expected) in [
        (
            "..".to_owned(),
            wants.max_token_len(1),
            Error::TokenTooLong {
                bytes: 2,
                maximum: 1,
            },
        ),
        ("...".to_owned(), wants, Error::SegmentCount),
        (
            format!("{}..", "=".repeat(1025)),
            wants,
            Error::HeaderTooLong,
        ),
        (
            token(r#"{"crit":[],"cty":"JWT"}"#, "", wrong_key),
            wants,
            Error::AlgMissing,
        ),
        (
            token(r#"{"alg":"none","crit":[],"cty":"JWT"}"#, "", wrong_key),
            wants,
            Error::AlgNotHs256,
        ),
        (
            token(r#"{"alg":"HS256","crit":[],"cty":"JWT"}"#, "", wrong_key),
            wants,
            Error::CritUnsupported,
        ),
        (
            token(r#"{"alg":"HS256","cty":"JWT"}"#, "", wrong_key),
            wants,
            Error::NestedToken,
        ),
        (token(HEADER, "", wrong_key), wants, Error::TypWrong),
        (token(typed, "", wrong_key), wants, Error::SignatureInvalid),
        (
            token(
                typed,
                payload(r#""token_type":"refresh","sub":"","iss":7"#),
                KEY,
            ),
            wants,
            Error::SubjectEmpty,
        ),
        (
            token(typed, payload(r#""token_type":"refresh","iss":7"#), KEY),
            wants,
            Error::ClaimType { claim: Claim::Iss },
        ),
        (
            token(
                typed,
                payload(r#""token_type":"refresh","iss":"them""#),
                KEY,
            ),
            wants,
            Error::TokenTypeWrong {
                found: TokenType::Refresh,
            },
        ),
        (
            token(typed, payload(r#""token_type":"access","iss":"them""#), KEY),
            wants,
            Error::ClaimsMissing { claims: missing },
        ),
        (
            token(
                typed,
                payload(r#""token_type":"access","sub":"a","iss":"them""#),
                KEY,
            ),
            wants,
            Error::SubjectWrong,
        ),
        (
            token(
                typed,
                payload(r#""token_type":"access","sub":"other","iss":"them""#),
                KEY,
            ),
            wants,
            Error::IssuerWrong,
        ),
        (
            token(typed, &all_but_one_good, KEY),
            wants,
            Error::AudienceUnexpected,
        ),
        (
            token(typed, &all_but_one_good, KEY),
            wants.audience("us"),
            Error::ClaimType { claim: Claim::Aud },
        ),
        (
            token(typed, all_but_one_good.replace("[7]", r#""them""#), KEY),
            wants.audience("us"),
            Error::AudienceWrong,
        ),
        (
            token(typed, &all_but_one_good, KEY),
            wants.ignore(Claim::Aud),
            Error::NotYetValid { nbf: late, now },
        ),
        (
            token(
                typed,
                all_but_one_good.replace(r#""nbf":9e18"#, r#""nbf":1"#),
                KEY,
            ),
            wants.ignore(Claim::Aud),
            Error::Expired { exp: 1, now },
        ),
        (
            token(
                typed,
                all_but_one_good.replace(r#""nbf":9e18"#, r#""nbf":1"#),
                KEY,
            ),
            wants.ignore(Claim::Aud).ignore(Claim::Exp),
            Error::IssuedInFuture { iat: late, now },
        ),
        (
            token(typed, all_but_one_good.replace("9e18", "1"), KEY),
            wants.ignore(Claim::Aud).ignore(Claim::Exp),
            Error::TooOld { iat: 1, now },
        ),
    ] {
        let mut scratch = [0; 2048];
        let refused = verify(&token, &key, &rules, NOW, &mut scratch).unwrap_err();
        assert_eq!(refused, expected, "{token}");
    }
}

/// Faults of form are reported in the order of the claims table, wherever the claims stand.
#[test]
fn claims_of_the_wrong_form_are_told_in_the_order_of_the_table() {
    let rules = Validation::refresh()
        .issuer("us")
        .max_age(60)
        .require(Claim::Jti);
    let wrong = |claim| Error::ClaimType { claim };
    let faults = [
        (r#""token_type":"id""#, Error::TokenTypeUnknown),
        (r#""sub":"""#, Error::SubjectEmpty),
        (
            r#""exp":1e30"#,
            Error::NumericDateRange { claim: Claim::Exp },
        ),
        (r#""nbf":null"#, wrong(Claim::Nbf)),
        (r#""state_hash":"x""#, Error::StateHashMalformed),
        (r#""iss":["us"]"#, wrong(Claim::Iss)),
        (r#""iat":"now""#, wrong(Claim::Iat)),
        (r#""jti":7"#, wrong(Claim::Jti)),
    ];
    for first in 0..faults.len() {
        let mut members: Vec<&str> = faults[first..].iter().map(|(member, _)| *member).collect();
        for _ in 0..2 {
            let payload = format!(r#"{{{},"aud":[7]}}"#, members.join(","));
            assert_eq!(
                with_claims(&payload, &rules),
                Err(faults[first].1),
                "{payload}"
            );
            members.reverse();
        }
    }
}

/// Both times are wrong at once, because the fast path reads them one after the other.
#[test]
fn rfc8259_6_no_number_begins_with_a_zero_that_is_not_all_of_it() {
    for (exp, nbf) in [("01845651978", "01"), ("00", "00"), ("01845651978", "0")] {
        let payload = ACCESS.replace("1745655578", exp).replace("1745651978", nbf);
        let found = outcome(token(HEADER, payload, KEY), &Validation::access());
        assert!(
            matches!(found, Err(Error::Json { .. })),
            "{exp} {nbf}: {found:?}"
        );
    }
    let payload = ACCESS.replace("1745651978", "0");
    let found = outcome(token(HEADER, payload, KEY), &Validation::access());
    assert_eq!(found.as_deref(), Ok("lUpa"));
}

#[test]
fn rfc7519_2_an_exponent_takes_back_what_zeros_add() {
    for zeros in [0, 1, 9, 14, 15, 16, 99, 100, 101, 999, 1000, 1001, 3000] {
        let padding = "0".repeat(zeros);
        for exp in [
            format!("1745655578{padding}e-{zeros}"),
            format!("0.{padding}1745655578E+{}", zeros + 10),
        ] {
            let payload = ACCESS.replace("1745655578", &exp);
            let token = token(HEADER, payload, KEY);
            let at = |now| outcome_at(&token, &Validation::access(), now);
            assert_eq!(at(EXP - 1).as_deref(), Ok("lUpa"), "{exp}");
            let (exp, now) = (EXP, EXP);
            assert_eq!(at(now), Err(Error::Expired { exp, now }), "{zeros} zeros");
        }
    }
}
