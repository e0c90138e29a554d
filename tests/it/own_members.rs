//! The caller's own members beside the standard members (RFC 7519 4.3): in a token, in a pair, and in
//! a renewal, which carries them over.

use crate::token_maker::*;
use barejwt::{
    Claim, ClaimSet, Claims, Error, JsonProblem, JsonValue, Key, Lifetimes, MAX_JSON_DEPTH,
    MAX_MEMBERS, Pair, PairClaims, PairMembers, Part, StateHash, Validation, issue_pair, sign,
    verify, verify_refresh,
};

const MARK: u8 = 0xaa;
const JWT: &str = r#"{"sub":"lUpa","iat":1745651978,"exp":1745655578}"#;

fn key() -> Key {
    Key::new(KEY).unwrap()
}

/// The claims of each profile without own members, their JSON in a token, and the rules.
fn profiles(state: &StateHash) -> [(Claims<'_>, &'static str, Validation<'static>); 3] {
    [
        (
            Claims::access("lUpa", NOW, 3600),
            ACCESS,
            Validation::access(),
        ),
        (
            Claims::refresh("lUpa", NOW, 15_552_000, state),
            REFRESH,
            Validation::refresh(),
        ),
        (Claims::jwt("lUpa", NOW, 3600), JWT, Validation::jwt()),
    ]
}

/// Signs. A refusal must write no byte of the buffer.
fn signed(claims: &Claims<'_>) -> Result<String, Error> {
    let mut buf = vec![MARK; 8192];
    let token = sign(claims, &key(), &mut buf).map(str::to_owned);
    if token.is_err() {
        assert!(buf.iter().all(|byte| *byte == MARK));
    }
    token
}

/// The payload of a token, as it was signed.
fn payload(token: &str) -> String {
    let segment = token.split('.').nth(1).unwrap();
    String::from_utf8(decode(segment)).unwrap()
}

/// The claims set `standard` with these members at its end.
fn and(standard: &str, members: &str) -> String {
    standard.replace('}', &format!(",{members}}}"))
}

fn fault(problem: JsonProblem, at: usize) -> Error {
    let part = Part::ToSign;
    Error::Json { part, problem, at }
}

#[test]
fn rfc7519_4_3_members_follow_the_standard_ones_as_they_stand() {
    let state = StateHash::new(STATE);
    for (claims, standard, rules) in profiles(&state) {
        for (json, members) in [
            (r#"{"a":1}"#, r#""a":1"#),
            (r#"{"b":"x","a":[]}"#, r#""b":"x","a":[]"#),
            (
                r#"{"https://x.example/roles":["a","b"],"n":null,"t":true,"f":-1.50E+2,"o":{"sub":{"exp":[1]}}}"#,
                r#""https://x.example/roles":["a","b"],"n":null,"t":true,"f":-1.50E+2,"o":{"sub":{"exp":[1]}}"#,
            ),
            // Escapes, white space between members, and characters beyond ASCII stay as written.
            (
                r#"{"\u0061\/":"\u00e9\n\"\\","b":"\ud83d\ude00"}"#,
                r#""\u0061\/":"\u00e9\n\"\\","b":"\ud83d\ude00""#,
            ),
            (
                "{\"a\" : 1 ,\n\t\"b\":[ 1,\r\n2 ]}",
                "\"a\" : 1 ,\n\t\"b\":[ 1,\r\n2 ]",
            ),
            ("{\"\u{e9}\":\"\u{1f600}\"}", "\"\u{e9}\":\"\u{1f600}\""),
            (r#"{"":""}"#, r#""":"""#),
            // White space around the members is left out.
            (" \t\r\n{ \n\"a\":1\t } \n", r#""a":1"#),
            // These names are not equal to a standard name, even after unescaping.
            (
                r#"{"Sub":1,"EXP":2,"exp ":3,"\u0435xp":4}"#,
                r#""Sub":1,"EXP":2,"exp ":3,"\u0435xp":4"#,
            ),
        ] {
            let claims = claims.members(json);
            let expected = and(standard, members);
            let token = signed(&claims).unwrap();
            assert_eq!(payload(&token), expected);
            assert_eq!(token, self::token(HEADER, &expected, KEY));
            assert_eq!(token.len(), claims.token_len());
            assert_eq!(outcome(&token, &rules), Ok("lUpa".to_owned()), "{expected}");
        }
    }
}

#[test]
fn rfc7519_4_3_no_members_are_an_empty_object() {
    let state = StateHash::new(STATE);
    for (claims, standard, _) in profiles(&state) {
        for json in ["{}", "{ }", " {}", "{}\n", "\t{\r\n \n}  ", "{\t}"] {
            let claims = claims.members(json);
            let token = signed(&claims).unwrap();
            assert_eq!(payload(&token), standard, "{json:?}");
            assert_eq!(token.len(), claims.token_len());
        }
        // The last call counts.
        let token = signed(&claims.members(r#"{"a":1}"#).members("{}")).unwrap();
        assert_eq!(payload(&token), standard);
        let token = signed(&claims.members("x").members(r#"{"b":2}"#)).unwrap();
        assert_eq!(payload(&token), and(standard, r#""b":2"#));
    }
}

#[test]
fn rfc7519_4_3_members_of_our_own_are_read_back_exactly() {
    let json = r#"{"role":"ed\u0069tor","acl":["telemetry/42"],"limit":5,"aud":["api","web"],"iss":"plant-7"}"#;
    let token = signed(&Claims::jwt("device-42", NOW, 600).members(json)).unwrap();
    let rules = Validation::jwt()
        .issuer("plant-7")
        .audience("web")
        .max_age(600);
    let (key, mut scratch) = (key(), [0; 512]);
    let claims = verify(&token, &key, &rules, NOW + 599, &mut scratch).unwrap();
    assert_eq!((claims.sub(), claims.exp()), ("device-42", Some(NOW + 600)));
    let Some(JsonValue::String(role)) = claims.get("role") else {
        panic!("no role");
    };
    assert!(role.is("editor"));
    assert!(matches!(
        claims.get("acl"),
        Some(JsonValue::Array(r#"["telemetry/42"]"#))
    ));
    assert_eq!(
        claims.get("limit").and_then(|limit| limit.as_i64()),
        Some(5)
    );
    let other = outcome_at(&token, &rules.audience("app"), NOW);
    assert_eq!(other, Err(Error::AudienceWrong));
}

#[test]
fn rfc7519_4_members_that_are_not_one_strict_object_are_refused() {
    use JsonProblem::{BadEscape, ControlCharacter, NotObject, Syntax, TrailingBytes};
    let state = StateHash::new(STATE);
    for (json, problem, at) in [
        ("", NotObject, 0),
        (" ", NotObject, 1),
        ("[]", NotObject, 0),
        ("\"\"", NotObject, 0),
        ("12", NotObject, 0),
        ("ab", NotObject, 0),
        ("  ", NotObject, 2),
        ("\u{e9}", NotObject, 0),
        ("}{", NotObject, 0),
        ("null", NotObject, 0),
        ("[{}]", NotObject, 0),
        (r#""a":1"#, NotObject, 0),
        (r#","a":1"#, NotObject, 0),
        (r#"[{"a":1}]"#, NotObject, 0),
        (r#""{\"a\":1}""#, NotObject, 0),
        ("\u{feff}{}", NotObject, 0),
        ("\u{a0}{}", NotObject, 0),
        ("\u{b}{}", NotObject, 0),
        ("\u{c}{}", NotObject, 0),
        ("\0{}", NotObject, 0),
        ("{", Syntax, 1),
        ("{{", Syntax, 1),
        ("{{}", Syntax, 1),
        ("{{}}", Syntax, 1),
        ("{\u{c}}", Syntax, 1),
        ("{,}", Syntax, 1),
        (r#"{,"a":1}"#, Syntax, 1),
        (r#"{"a":1,}"#, Syntax, 7),
        (r#"{"a":1"#, Syntax, 6),
        (r#"{"a"}"#, Syntax, 4),
        (r#"{"a":}"#, Syntax, 5),
        (r#"{"a":01}"#, Syntax, 6),
        (r#"{"a":NaN}"#, Syntax, 5),
        (r#"{"a":[}"#, Syntax, 6),
        (r#"{"a":[1}"#, Syntax, 7),
        (r#"{"a":{"b":1}"#, Syntax, 12),
        (r#"{"a":"}"#, Syntax, 7),
        (r#"{"a":"\"}"#, Syntax, 9),
        (r#"{"a":"\x"}"#, BadEscape, 6),
        (r#"{"a":"\ud83d"}"#, BadEscape, 6),
        ("{\"a\":\"\n\"}", ControlCharacter, 6),
    ] {
        for (claims, ..) in profiles(&state) {
            let refused = signed(&claims.members(json));
            assert_eq!(refused, Err(fault(problem, at)), "{json:?}");
        }
    }
    // Nothing may follow the object, so no member can break out of it.
    for (json, at) in [
        ("{}}", 2),
        ("{}{}", 2),
        ("{},", 2),
        ("{} x", 3),
        ("{}\0", 2),
        ("{}\u{c}", 2),
        ("{}\u{a0}", 2),
        ("{}//", 2),
        (r#"{},"exp":9e18"#, 2),
        (r#"{"a":1}}"#, 7),
        (r#"{"a":1}},"exp":9e18,"b":{"c":1}"#, 7),
        (r#"{"a":1},"exp":9e18,"b":{"c":1}"#, 7),
        (r#"{"a":1}{"exp":9e18}"#, 7),
        (r#"{"a":{}}}"#, 8),
        (r#"{"a":"}"}}"#, 9),
    ] {
        for (claims, ..) in profiles(&state) {
            let refused = signed(&claims.members(json));
            assert_eq!(refused, Err(fault(TrailingBytes, at)), "{json}");
        }
    }
}

#[test]
fn rfc7519_4_a_name_that_stands_twice_is_refused() {
    let state = StateHash::new(STATE);
    for json in [
        r#"{"a":1,"a":1}"#,
        r#"{"a":1,"\u0061":2}"#,
        r#"{"\u0061":1,"a":2}"#,
        r#"{"x\/y":1,"b":[],"x/y":2}"#,
        r#"{"":1,"":2}"#,
        "{\"\u{e9}\":1,\"\\u00e9\":2}",
        "{\"\\ud83d\\ude00\":1,\"\u{1f600}\":2}",
        // A repeated standard name is reported as repeated, not as reserved.
        r#"{"sub":1,"s\u0075b":2}"#,
    ] {
        for (claims, ..) in profiles(&state) {
            let refused = signed(&claims.members(json));
            let problem = JsonProblem::DuplicateName;
            assert_eq!(refused, Err(fault(problem, json.len() - 1)), "{json}");
        }
    }
    let nested = r#"{"a":{"b":1,"b":2,"sub":3},"b":[{"a":1}]}"#;
    for (claims, ..) in profiles(&state) {
        assert!(signed(&claims.members(nested)).is_ok());
    }
}

#[test]
fn rfc7519_4_1_a_name_that_the_core_writes_itself_is_refused() {
    let site = [
        Claim::TokenType,
        Claim::Sub,
        Claim::Exp,
        Claim::Nbf,
        Claim::StateHash,
    ];
    let jwt = [Claim::Sub, Claim::Iat, Claim::Exp];
    let others = [
        Claim::TokenType,
        Claim::Nbf,
        Claim::StateHash,
        Claim::Iss,
        Claim::Aud,
        Claim::Iat,
        Claim::Jti,
    ];
    let state = StateHash::new(STATE);
    let [access, refresh, other] = profiles(&state).map(|(claims, ..)| claims);
    for (claims, reserved) in [(access, &site[..]), (refresh, &site), (other, &jwt)] {
        for claim in site.into_iter().chain(others) {
            let name = claim.name();
            let escape = |c: char| format!("\\u{:04x}", u32::from(c));
            let escaped: String = name.chars().map(escape).collect();
            let first_escaped = format!("\\u{:04X}{}", name.as_bytes()[0], &name[1..]);
            for name in [name, &escaped, &first_escaped] {
                for json in [
                    format!(r#"{{"{name}":7}}"#),
                    format!(r#"{{"a":{{}},"{name}":null,"b":1}}"#),
                    format!("{{\"a\":1 ,\n\"{name}\" : \"x\" }}"),
                ] {
                    let expected = reserved
                        .contains(&claim)
                        .then_some(Error::MemberReserved { claim });
                    assert_eq!(signed(&claims.members(&json)).err(), expected, "{json}");
                }
            }
        }
    }
    // The first reserved name is reported. A fault of the JSON comes before it.
    let both = r#"{"nbf":1,"exp":2}"#;
    let claim = Claim::Nbf;
    assert_eq!(
        signed(&access.members(both)),
        Err(Error::MemberReserved { claim })
    );
    let broken = r#"{"nbf":1,"exp":2"#;
    let syntax = fault(JsonProblem::Syntax, broken.len());
    assert_eq!(signed(&access.members(broken)), Err(syntax));
}

/// An object of `count` members.
fn object_of(members: usize) -> String {
    let list: Vec<String> = (0..members).map(|n| format!("\"m{n}\":{n}")).collect();
    format!("{{{}}}", list.join(","))
}

#[test]
fn the_standard_members_count_among_the_64_of_a_token() {
    assert_eq!(MAX_MEMBERS, 64);
    let state = StateHash::new(STATE);
    for ((claims, _, rules), standard) in profiles(&state).into_iter().zip([4, 5, 3]) {
        for own in [1, 63 - standard, 64 - standard] {
            let json = object_of(own);
            let token = signed(&claims.members(&json)).unwrap();
            assert_eq!(outcome(&token, &rules), Ok("lUpa".to_owned()), "{own}");
        }
        for own in [65 - standard, 64, 65, 100] {
            let json = object_of(own);
            let Err(Error::Json { part, problem, .. }) = signed(&claims.members(&json)) else {
                panic!("{own} members beside {standard}");
            };
            assert_eq!(part, Part::ToSign);
            assert_eq!(problem, JsonProblem::TooManyMembers);
        }
    }
}

#[test]
fn members_nest_as_deep_as_a_payload_may() {
    let state = StateHash::new(STATE);
    let nested = |levels: usize| format!(r#"{{"a":{}{}}}"#, "[".repeat(levels), "]".repeat(levels));
    for (claims, _, rules) in profiles(&state) {
        let deepest = nested(MAX_JSON_DEPTH);
        let token = signed(&claims.members(&deepest)).unwrap();
        assert_eq!(outcome(&token, &rules), Ok("lUpa".to_owned()));
        let deeper = nested(MAX_JSON_DEPTH + 1);
        let refused = signed(&claims.members(&deeper));
        let at = r#"{"a":"#.len() + MAX_JSON_DEPTH;
        assert_eq!(refused, Err(fault(JsonProblem::TooDeep, at)));
    }
}

#[test]
fn the_subject_and_the_times_are_checked_before_the_members() {
    let state = StateHash::new(STATE);
    for (claims, expected) in [
        (Claims::access("", 0, 0), Error::SubjectEmpty),
        (Claims::refresh("a", 0, 0, &state), Error::ClockNotSet),
        (Claims::jwt("a", 1, 0), Error::LifetimeZero),
        (Claims::jwt("a", i64::MAX, 1), Error::TimeOverflow),
    ] {
        assert_eq!(signed(&claims.members("x")), Err(expected));
    }
}

#[test]
fn a_jwt_of_our_own_has_sub_iat_and_exp_in_this_order() {
    for (sub, now, lifetime, expected) in [
        ("lUpa", NOW, 3600, JWT),
        ("a", 1, 1, r#"{"sub":"a","iat":1,"exp":2}"#),
        (
            "\"\\\n\u{1}\u{e9}",
            9,
            u32::MAX,
            "{\"sub\":\"\\\"\\\\\\n\\u0001\u{e9}\",\"iat\":9,\"exp\":4294967304}",
        ),
        (
            "x",
            i64::MAX - 1,
            1,
            r#"{"sub":"x","iat":9223372036854775806,"exp":9223372036854775807}"#,
        ),
    ] {
        let claims = Claims::jwt(sub, now, lifetime);
        let token = signed(&claims).unwrap();
        assert_eq!(payload(&token), expected);
        assert_eq!(token.len(), claims.token_len());
        let rules = Validation::jwt().max_age(0).subject(sub);
        assert_eq!(outcome_at(&token, &rules, now), Ok(sub.to_owned()));
    }
}

/// Issues a pair with these members.
fn pair_of(members: &PairMembers<'_>) -> Result<[String; 2], Error> {
    let (state, lifetimes) = (StateHash::new(STATE), Lifetimes::default());
    let claims = PairClaims::new("lUpa", &state, &lifetimes, NOW).members(members);
    in_two_buffers([8192; 2], |access, refresh| {
        issue_pair(&claims, &key(), access, refresh)
    })
}

/// Writes both tokens into buffers of these lengths. A refusal must leave both buffers as they were.
fn in_two_buffers(
    [access_len, refresh_len]: [usize; 2],
    write: impl for<'o> Fn(&'o mut [u8], &'o mut [u8]) -> Result<Pair<'o>, Error>,
) -> Result<[String; 2], Error> {
    let (mut access, mut refresh) = (vec![MARK; access_len], vec![MARK; refresh_len]);
    let tokens = write(&mut access, &mut refresh).map(|pair| {
        let tokens = [pair.access_token, pair.refresh_token];
        tokens.map(str::to_owned)
    });
    if tokens.is_err() {
        assert!(access.iter().chain(&refresh).all(|byte| *byte == MARK));
    }
    tokens
}

#[test]
fn each_token_of_a_pair_has_members_of_its_own() {
    for (access, refresh, of_access, of_refresh) in [
        ("{}", "{}", ACCESS.to_owned(), REFRESH.to_owned()),
        (
            r#"{"scopes":["read"]}"#,
            r#"{"scopes":["read","write"],"root_token_id":"6f"}"#,
            and(ACCESS, r#""scopes":["read"]"#),
            and(REFRESH, r#""scopes":["read","write"],"root_token_id":"6f""#),
        ),
        (
            r#"{"a":1}"#,
            " { } ",
            and(ACCESS, r#""a":1"#),
            REFRESH.to_owned(),
        ),
        (
            "{}",
            r#"{"a":1}"#,
            ACCESS.to_owned(),
            and(REFRESH, r#""a":1"#),
        ),
    ] {
        let [found_access, found_refresh] = pair_of(&PairMembers { access, refresh }).unwrap();
        assert_eq!(found_access, token(HEADER, of_access, KEY));
        assert_eq!(found_refresh, token(HEADER, of_refresh, KEY));
    }
    let (access, refresh) = ("{}", "{}");
    let none = pair_of(&PairMembers { access, refresh }).unwrap();
    assert_eq!(none.map(|token| payload(&token)), [ACCESS, REFRESH]);
}

#[test]
fn a_pair_is_refused_whole_if_one_tokens_members_are() {
    let (good, claim) = (r#"{"a":1}"#, Claim::Exp);
    let too_many = object_of(60);
    for (bad, expected) in [
        ("[]", fault(JsonProblem::NotObject, 0)),
        (r#"{"a":1}}"#, fault(JsonProblem::TrailingBytes, 7)),
        (r#"{"a":1,"a":2}"#, fault(JsonProblem::DuplicateName, 12)),
        (r#"{"exp":9e18}"#, Error::MemberReserved { claim }),
        (r#"{"e\u0078p":9e18}"#, Error::MemberReserved { claim }),
    ] {
        for (access, refresh) in [(bad, good), (good, bad), (bad, bad)] {
            let refused = pair_of(&PairMembers { access, refresh });
            assert_eq!(refused, Err(expected), "{access} {refresh}");
        }
    }
    // With 60 members an access token is full, and a refresh token has one member too many.
    let refused = pair_of(&PairMembers {
        access: "{}",
        refresh: &too_many,
    });
    let problem = JsonProblem::TooManyMembers;
    assert_eq!(refused, Err(fault(problem, too_many.len())));
    let fits = PairMembers {
        access: &too_many,
        refresh: "{}",
    };
    assert!(pair_of(&fits).is_ok());
}

/// Renews a token with the claims set `refresh` into buffers of these lengths. Carries the members of
/// the token over if `members` is `None`.
fn renewed_in(
    refresh: &str,
    rules: &Validation<'_>,
    now: i64,
    members: Option<&PairMembers<'_>>,
    lens: [usize; 2],
) -> Result<[String; 2], Error> {
    let token = token(HEADER, refresh, KEY);
    let mut scratch = vec![0; barejwt::scratch_len(token.len())];
    let token = verify_refresh(&token, &key(), rules, now, &mut scratch)?;
    let (state, lifetimes) = (StateHash::new(STATE), Lifetimes::default());
    in_two_buffers(lens, |access, refresh| match members {
        None => token.renew(&state, &lifetimes, &key(), access, refresh),
        Some(members) => token.renew_with(&state, &lifetimes, members, &key(), access, refresh),
    })
}

/// The payloads of a renewal at [`NOW`].
fn renewed(refresh: &str) -> [String; 2] {
    let tokens = renewed_in(refresh, &Validation::refresh(), NOW, None, [8192; 2]).unwrap();
    tokens.map(|token| payload(&token))
}

#[test]
fn a_renewal_carries_every_member_but_the_five_into_both_tokens() {
    for (members, carried) in [
        (r#""scopes":["read"]"#, r#""scopes":["read"]"#),
        (
            r#""client_id":"app","scopes":[],"root_token_id":"6f""#,
            r#""client_id":"app","scopes":[],"root_token_id":"6f""#,
        ),
        // White space in values stays. Between members it is left out.
        (
            "\"a\" :\t[ 1,\r\n 2 ]  , \n\"b\"\n:\n{ \"c\" : { } }",
            "\"a\":[ 1,\r\n 2 ],\"b\":{ \"c\" : { } }",
        ),
        (
            r#""n":null,"t":true,"f":-1.50E+2,"z":-0.0,"big":1e999999"#,
            r#""n":null,"t":true,"f":-1.50E+2,"z":-0.0,"big":1e999999"#,
        ),
        // Escapes in names and values, and characters beyond ASCII.
        (
            r#""\u0061\/\"":"\u00e9\n\"\\","":"\ud83d\ude00""#,
            r#""\u0061\/\"":"\u00e9\n\"\\","":"\ud83d\ude00""#,
        ),
        (
            "\"\u{e9}\":\"\u{1f600}\u{2028}\"",
            "\"\u{e9}\":\"\u{1f600}\u{2028}\"",
        ),
        // Names that only look like a standard name, and standard names inside values.
        (
            r#""Sub":1,"exp ":2,"\u0435xp":3,"x":{"sub":"root","exp":9e18,"token_type":"access"}"#,
            r#""Sub":1,"exp ":2,"\u0435xp":3,"x":{"sub":"root","exp":9e18,"token_type":"access"}"#,
        ),
    ] {
        let expected = [and(ACCESS, carried), and(REFRESH, carried)];
        let behind = and(REFRESH, members);
        let before = REFRESH.replace('{', &format!("{{ {members}\n,"));
        let between = REFRESH.replace(r#""exp":"#, &format!("{members}, \"exp\" : "));
        for refresh in [behind, before, between] {
            assert_eq!(renewed(&refresh), expected, "{refresh}");
        }
    }
    assert_eq!(renewed(REFRESH), [ACCESS, REFRESH]);
}

#[test]
fn a_renewal_keeps_the_order_of_members_that_stand_apart() {
    let scattered = r#"{"z":1,"token_type":"refresh","y":[2],"sub":"lUpa","x":"3","exp":1761203978,"w":{"4":4},"nbf":1745651978,"v":5,"state_hash":"WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo=","u":null}"#;
    let carried = r#""z":1,"y":[2],"x":"3","w":{"4":4},"v":5,"u":null"#;
    let expected = [and(ACCESS, carried), and(REFRESH, carried)];
    assert_eq!(renewed(scattered), expected);
}

/// RFC 7519 4: names are unique, so a standard name must not come back in another spelling.
#[test]
fn a_standard_name_that_is_spelled_with_escapes_is_not_carried() {
    for name in ["token_type", "sub", "exp", "nbf", "state_hash"] {
        let escape = |c: char| format!("\\u{:04x}", u32::from(c));
        let whole: String = name.chars().map(escape).collect();
        let last = name.len() - 1;
        let last = format!("{}{}", &name[..last], escape(name.as_bytes()[last].into()));
        for spelled in [whole, last] {
            let refresh = REFRESH.replace(&format!("\"{name}\""), &format!("\"{spelled}\""));
            assert_ne!(refresh, REFRESH);
            let refresh = and(&refresh, r#""a":1"#);
            let expected = [and(ACCESS, r#""a":1"#), and(REFRESH, r#""a":1"#)];
            assert_eq!(renewed(&refresh), expected, "{refresh}");
        }
    }
    // Standard values in another spelling are written in ours.
    let spelled = and(REFRESH, r#""a":1"#)
        .replace("refresh", r"re\u0066resh")
        .replace("lUpa", r"\u006cUpa")
        .replace("1761203978", "1.761203978e9")
        .replace("Wlo=", r"Wl\u006f\u003d");
    let expected = [and(ACCESS, r#""a":1"#), and(REFRESH, r#""a":1"#)];
    assert_eq!(renewed(&spelled), expected);
}

#[test]
fn a_renewed_token_can_be_renewed_again_and_loses_nothing() {
    let members = "\"scopes\" : [\"a\", \"b\"] ,\"\\u0061ud\":[\"api\"],\"name\":\"J\u{fc}rgen\"";
    let carried = "\"scopes\":[\"a\", \"b\"],\"\\u0061ud\":[\"api\"],\"name\":\"J\u{fc}rgen\"";
    let rules = Validation::refresh().audience("api");
    let mut refresh = and(REFRESH, members);
    for round in 1..5 {
        let now = NOW + round;
        let tokens = renewed_in(&refresh, &rules, now, None, [8192; 2]).unwrap();
        let at = |time: i64| (time + round).to_string();
        let times = |claims: &str| {
            claims
                .replace("1745655578", &at(EXP))
                .replace("1761203978", &at(NOW + 15_552_000))
                .replace("1745651978", &at(NOW))
        };
        let expected = [ACCESS, REFRESH].map(|claims| and(&times(claims), carried));
        let [access, _] = &tokens;
        let read = outcome_at(access, &Validation::access().audience("api"), now);
        assert_eq!(read, Ok("lUpa".to_owned()));
        let payloads = tokens.map(|token| payload(&token));
        assert_eq!(payloads, expected);
        [_, refresh] = payloads;
    }
}

#[test]
fn rfc7519_4_1_registered_claims_that_are_not_ours_are_carried_too() {
    let members = r#""iss":"us","aud":["api","web"],"iat":1745651000,"jti":"6f""#;
    let refresh = and(REFRESH, members);
    let rules = Validation::refresh().issuer("us").audience("web");
    let tokens = renewed_in(&refresh, &rules, NOW, None, [8192; 2]).unwrap();
    let [access, _] = &tokens;
    for (rules, expected) in [
        (Validation::access(), Err(Error::AudienceUnexpected)),
        (
            Validation::access().audience("app"),
            Err(Error::AudienceWrong),
        ),
        (
            Validation::access().audience("api").issuer("us"),
            Ok("lUpa".to_owned()),
        ),
        // A renewal carries `iat`, so it makes no token younger.
        (
            Validation::access().audience("api").max_age(900),
            Err(Error::TooOld {
                iat: 1_745_651_000,
                now: NOW,
            }),
        ),
    ] {
        assert_eq!(outcome(access, &rules), expected);
    }
    let expected = [and(ACCESS, members), and(REFRESH, members)];
    assert_eq!(tokens.map(|token| payload(&token)), expected);
    // If no rule looks at them, these claims may have any type.
    let odd = r#""iss":7,"aud":null,"iat":"now","jti":[]"#;
    let rules = Validation::refresh().ignore(Claim::Aud);
    let tokens = renewed_in(&and(REFRESH, odd), &rules, NOW, None, [8192; 2]).unwrap();
    let expected = [and(ACCESS, odd), and(REFRESH, odd)];
    assert_eq!(tokens.map(|token| payload(&token)), expected);
}

#[test]
fn the_caller_may_say_what_each_renewed_token_gets_instead() {
    let refresh = and(REFRESH, r#""scopes":["read"],"secret":1"#);
    let renewed_with = |access, refresh_members| {
        let members = PairMembers {
            access,
            refresh: refresh_members,
        };
        let rules = Validation::refresh();
        renewed_in(&refresh, &rules, NOW, Some(&members), [8192; 2])
    };
    let payloads = renewed_with(r#"{"scopes":[]}"#, r#"{"root_token_id":"70"}"#)
        .unwrap()
        .map(|token| payload(&token));
    let expected = [
        and(ACCESS, r#""scopes":[]"#),
        and(REFRESH, r#""root_token_id":"70""#),
    ];
    assert_eq!(payloads, expected);
    let none = renewed_with("{}", "{}").unwrap();
    assert_eq!(none.map(|token| payload(&token)), [ACCESS, REFRESH]);
    for (bad, expected) in [
        (
            r#"{"sub":"root"}"#,
            Error::MemberReserved { claim: Claim::Sub },
        ),
        (
            r#"{"\u0073ub":"root"}"#,
            Error::MemberReserved { claim: Claim::Sub },
        ),
        (r#"{"a":1}}"#, fault(JsonProblem::TrailingBytes, 7)),
        ("[]", fault(JsonProblem::NotObject, 0)),
    ] {
        assert_eq!(renewed_with(bad, "{}"), Err(expected), "{bad}");
        assert_eq!(renewed_with("{}", bad), Err(expected), "{bad}");
    }
}

#[test]
fn a_renewal_for_a_changed_account_is_refused_before_anything_else() {
    let token = token(HEADER, and(REFRESH, r#""a":1"#), KEY);
    let mut scratch = [0; 512];
    let token = verify_refresh(&token, &key(), &Validation::refresh(), NOW, &mut scratch).unwrap();
    let (changed, zero) = (
        StateHash::new([0; 32]),
        Lifetimes {
            access: 0,
            refresh: 0,
        },
    );
    let members = PairMembers {
        access: "x",
        refresh: "x",
    };
    for lens in [[0, 0], [512, 512]] {
        let refused = in_two_buffers(lens, |access, refresh| {
            token.renew(&changed, &zero, &key(), access, refresh)
        });
        assert_eq!(refused, Err(Error::StateHashMismatch));
        let refused = in_two_buffers(lens, |access, refresh| {
            token.renew_with(&changed, &zero, &members, &key(), access, refresh)
        });
        assert_eq!(refused, Err(Error::StateHashMismatch));
    }
}

#[test]
fn a_renewal_needs_exactly_what_its_tokens_take() {
    let rules = Validation::refresh();
    let refresh = and(REFRESH, "\"s\" : [\"a\"] , \"\\u00e9\":\"\u{e9}\"");
    let [access_len, refresh_len] = renewed_in(&refresh, &rules, NOW, None, [8192; 2])
        .unwrap()
        .map(|token| token.len());
    let carried = "\"s\":[\"a\"],\"\\u00e9\":\"\u{e9}\"";
    let expected = [ACCESS, REFRESH].map(|claims| token(HEADER, and(claims, carried), KEY).len());
    assert_eq!([access_len, refresh_len], expected);
    for (lens, expected) in [
        ([access_len, refresh_len], None),
        ([access_len + 1, refresh_len + 1], None),
        ([access_len - 1, refresh_len], Some(access_len)),
        ([access_len, refresh_len - 1], Some(refresh_len)),
        ([access_len - 1, refresh_len - 1], Some(access_len)),
        ([0, 0], Some(access_len)),
        ([access_len, 0], Some(refresh_len)),
    ] {
        let found = renewed_in(&refresh, &rules, NOW, None, lens).err();
        let expected = expected.map(|needed| Error::OutputTooSmall { needed });
        assert_eq!(found, expected, "{lens:?}");
    }
}

#[test]
fn a_renewal_carries_as_many_members_as_a_token_can_have() {
    let own = |members: usize| object_of(members).trim_matches(['{', '}']).to_owned();
    let full = own(59);
    assert_eq!(
        renewed(&and(REFRESH, &full)),
        [and(ACCESS, &full), and(REFRESH, &full)]
    );
    // If a token may lack some of the five, it can have more other members than a new token has room for.
    let rules = Validation::refresh()
        .allow_missing(Claim::Exp)
        .allow_missing(Claim::Nbf);
    let timeless = r#"{"token_type":"refresh","sub":"lUpa","state_hash":"WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo="}"#;
    let tokens = renewed_in(&and(timeless, &full), &rules, NOW, None, [8192; 2]).unwrap();
    let [access, refresh] = &tokens;
    assert_eq!(
        outcome(access, &Validation::access()),
        Ok("lUpa".to_owned())
    );
    assert_eq!(
        outcome(refresh, &Validation::refresh()),
        Ok("lUpa".to_owned())
    );
    for members in [60, 61] {
        let fuller = and(timeless, &own(members));
        let refused = renewed_in(&fuller, &rules, NOW, None, [8192; 2]);
        let problem = JsonProblem::TooManyMembers;
        assert_eq!(refused, Err(fault(problem, fuller.len())), "{members}");
        // With members for each new token the same token is renewed.
        let (access, refresh) = ("{}", "{}");
        let none = PairMembers { access, refresh };
        assert!(renewed_in(&fuller, &rules, NOW, Some(&none), [8192; 2]).is_ok());
    }
}

/// The C library keeps the claims set and not the token.
#[test]
fn a_claims_set_that_was_kept_is_carried() {
    let key = Key::new(KEY).unwrap();
    let (hash, lifetimes) = (StateHash::new([9; 32]), Lifetimes::default());
    let (mut access, mut refresh, mut scratch) = ([0; 512], [0; 512], [0; 1024]);
    let mut claims = PairClaims::new("lUpa", &hash, &lifetimes, NOW);
    let kept =
        r#"{"token_type":"refresh","sub":"root","exp":1,"nbf":1,"state_hash":"x","scopes":["a"]}"#;
    claims.carry(kept).unwrap();
    let pair = issue_pair(&claims, &key, &mut access, &mut refresh).unwrap();
    let rules = Validation::refresh();
    let verified = verify(pair.refresh_token, &key, &rules, NOW, &mut scratch).unwrap();
    assert_eq!(verified.sub(), "lUpa");
    let scopes = verified.get("scopes").unwrap();
    assert!(matches!(scopes, JsonValue::Array(r#"["a"]"#)));
    let found = verified.state_hash().unwrap();
    assert!(found.matches(&hash) && !found.matches(&StateHash::new([8; 32])));
    assert_eq!(found.to_bytes(), [9; 32]);
    let (part, problem) = (Part::ToSign, JsonProblem::NotObject);
    let refused = PairClaims::new("lUpa", &hash, &lifetimes, NOW)
        .carry("[]")
        .unwrap_err();
    assert_eq!(
        refused,
        Error::Json {
            part,
            problem,
            at: 0
        }
    );

    let verified = verify(
        pair.access_token,
        &key,
        &Validation::access(),
        NOW,
        &mut scratch,
    )
    .unwrap();
    assert!(verified.state_hash().is_none());
    let present = [Claim::TokenType, Claim::Sub, Claim::Exp, Claim::Nbf];
    assert_eq!(verified.present(), ClaimSet::of(&present));
}
