//! No function allocates. A counting allocator watches every public function, also on its error paths.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs,
    unsafe_code
)]

#[path = "it/token_maker.rs"]
mod token_maker;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fmt::Write as _;
use std::hint::black_box;

use barejwt::{
    Auth, Claim, ClaimSet, Claims, Error, JsonValue, Key, Keyring, Lifetimes, NamedKey, Next, Pair,
    PairClaims, Session, StateHash, TokenType, Validation, WithoutKid, authenticate, bearer_token,
    decode_unverified, issue_pair, scratch_len, sign, sign_json, token_len, verify, verify_refresh,
};
use token_maker::*;

struct Counting;

thread_local!(static ALLOCATIONS: Cell<usize> = const { Cell::new(0) });

// SAFETY: every call is passed on to the system's allocator unchanged. The counter is a constant
// thread-local without a destructor, so reading it neither allocates nor fails.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller promises what `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: `pointer` came from `System`, by `alloc` above, with this layout.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Returns how often `work` allocates, and the result of `work`.
fn count<T>(work: impl FnOnce() -> T) -> (usize, T) {
    let before = ALLOCATIONS.get();
    let result = black_box(work());
    (ALLOCATIONS.get() - before, result)
}

/// Returns the result of `work`, which must not allocate.
#[track_caller]
fn free<T>(work: impl FnOnce() -> T) -> T {
    let (allocations, result) = count(work);
    assert_eq!(allocations, 0);
    result
}

#[test]
fn the_counter_counts() {
    assert_eq!(count(|| Box::new(black_box(1))).0, 1);
    assert_eq!(count(|| vec![1, 2, 3]).0, 1);
    assert_eq!(count(|| format!("{}", black_box(1))).0, 1);
    assert!(count(|| (0..100).map(black_box).collect::<Vec<i32>>()).0 >= 1);
    assert_eq!(count(|| [0; 100]).0, 0);
}

#[test]
fn keys() {
    for len in [0, 1, 31, 32, 64, 65, 256, 1000] {
        let secret = vec![7; len];
        assert_eq!(free(|| Key::new(&secret).is_ok()), len >= 32);
        assert_eq!(free(|| Key::new_weak(&secret).is_ok()), len >= 1);
    }
    let key = || Key::new(KEY).unwrap();
    let names = ["", "a\"b", "a\\b", "\u{1}", &"k".repeat(64)];
    for name in names {
        assert_eq!(
            free(|| NamedKey::new(name, key()).unwrap_err()),
            Error::KidInvalid
        );
    }
    let keys = free(|| ["a", "b", "c"].map(|kid| NamedKey::new(kid, key()).unwrap()));
    free(|| Keyring::new(&keys, "b", WithoutKid::Refuse).unwrap());
    free(|| Keyring::new(&keys, "b", WithoutKid::Use("a")).unwrap());
    assert_eq!(
        free(|| Keyring::new(&keys, "x", WithoutKid::Refuse).unwrap_err()),
        Error::KidNotInKeyring
    );
    assert_eq!(
        free(|| Keyring::new(&keys, "a", WithoutKid::Use("x")).unwrap_err()),
        Error::KidNotInKeyring
    );
    let twice = ["a", "b", "a"].map(|kid| NamedKey::new(kid, key()).unwrap());
    assert_eq!(
        free(|| Keyring::new(&twice, "a", WithoutKid::Refuse).unwrap_err()),
        Error::KidDuplicate
    );
    free(|| (keys[0].kid().len(), keys[0].key().with_kid("x")));
}

#[test]
fn signing() {
    let key = Key::new(KEY).unwrap();
    let state = StateHash::new(STATE);
    let mut buf = [0; 1024];
    for size in [0, 1, 36, 37, 100, 174, 175, 1024] {
        let _ = free(|| sign(&Claims::access("lUpa", NOW, 3600), &key, &mut buf[..size]).is_ok());
        let _ = free(|| {
            sign(
                &Claims::refresh("lUpa", NOW, 3600, &state),
                &key,
                &mut buf[..size],
            )
            .is_ok()
        });
        let _ = free(|| {
            sign(
                &Claims::access("\u{0}\u{1f600}\"", NOW, 3600),
                key.with_kid("k"),
                &mut buf[..size],
            )
            .is_ok()
        });
        let _ = free(|| sign_json(ACCESS, &key, &mut buf[..size]).is_ok());
    }
    for (claims, expected) in [
        (Claims::access("", NOW, 3600), Error::SubjectEmpty),
        (Claims::access("a", 0, 3600), Error::ClockNotSet),
        (Claims::access("a", NOW, 0), Error::LifetimeZero),
        (Claims::access("a", i64::MAX, 1), Error::TimeOverflow),
    ] {
        assert_eq!(
            free(|| sign(&claims, &key, &mut buf).unwrap_err()),
            expected
        );
        free(|| {
            (
                claims.token_len(),
                claims.token_len_with_kid("k"),
                token_len(Some("k"), 9),
            )
        });
    }
    let bad =
        free(|| sign(&Claims::access("a", NOW, 1), key.with_kid("\""), &mut buf).unwrap_err());
    assert_eq!(bad, Error::KidInvalid);
    for json in [
        "",
        "[]",
        "{",
        r#"{"a":1,"a":2}"#,
        r#"{"a":"\x"}"#,
        &"[".repeat(100),
    ] {
        assert!(matches!(
            free(|| sign_json(json, &key, &mut buf).unwrap_err()),
            Error::Json { .. }
        ));
    }
    let text = "WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo=";
    for len in 0..=text.len() {
        let _ = free(|| StateHash::from_base64(&text[..len]).is_ok());
    }
}

/// Tokens with every kind of fault.
fn tokens() -> Vec<Vec<u8>> {
    let mut tokens: Vec<Vec<u8>> = Vec::new();
    for text in ["", ".", "..", "...", "a.b.c", "=.=.=", "\0.\0.\0"] {
        tokens.push(text.into());
    }
    for header in [
        HEADER,
        "",
        "{",
        "[]",
        "{}",
        r#"{"alg":"none"}"#,
        r#"{"alg":1}"#,
        r#"{"alg":"HS256","crit":[]}"#,
        r#"{"alg":"HS256","alg":"HS256"}"#,
        r#"{"alg":"HS\u0032\u0035\u0036","typ":"x"}"#,
        r#"{"alg":"HS256","kid":"a"}"#,
        r#"{"alg":"HS256","kid":"x"}"#,
        r#"{"alg":"HS256","kid":1}"#,
        &" ".repeat(800),
    ] {
        tokens.push(token(header, ACCESS, KEY).into());
        tokens.push(token(header, ACCESS, b"another").into());
    }
    let long = ACCESS.replace("lUpa", &"x".repeat(9000));
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(33), "]".repeat(33));
    let many: String = (0..65).map(|n| format!("\"{n}\":0,")).collect();
    for payload in [
        "",
        "{",
        "[]",
        "{}",
        REFRESH,
        r#"{"a":1,"\u0061":2}"#,
        "{\"a\":\"\n\"}",
        r#"{"a":"\ud800"}"#,
        "{} x",
        &deep,
        &format!("{{{many}\"x\":0}}"),
        &long,
        &ACCESS.replace("lUpa", ""),
        &ACCESS.replace("lUpa", "\\ud83d\\ude00\\n"),
        &ACCESS.replace("access", "other"),
        &ACCESS.replace("1745655578", "1"),
        &ACCESS.replace("1745655578", "1e99"),
        &ACCESS.replace("1745655578", "null"),
        &ACCESS.replace("1745651978", "9e18"),
        &ACCESS.replace('}', r#","aud":"them"}"#),
        &ACCESS.replace('}', r#","state_hash":"x"}"#),
    ] {
        tokens.push(token(HEADER, payload, KEY).into());
    }
    tokens.push(token_of_segments(encode(HEADER), b"A=\xff", KEY));
    tokens.push(token_of_segments(
        encode(HEADER),
        encode(b"{\"\xff\":1}"),
        KEY,
    ));
    tokens
}

#[test]
fn verifying() {
    let keys = [NamedKey::new("a", Key::new(KEY).unwrap()).unwrap()];
    let key = keys[0].key();
    let refusing = Keyring::new(&keys, "a", WithoutKid::Refuse).unwrap();
    let using = Keyring::new(&keys, "a", WithoutKid::Use("a")).unwrap();
    let state = StateHash::new(STATE);
    let (mut verified, mut confirmed, mut decoded) = (0, 0, 0);
    for token in tokens() {
        let header = [b"Bearer ", &token[..]].concat();
        for size in [0, 10, 100, 20_000] {
            let mut scratch = vec![0; size];
            for rules in [
                Validation::access(),
                Validation::refresh(),
                Validation::any_type()
                    .leeway(30)
                    .ignore(Claim::Aud)
                    .allow_missing(Claim::Nbf),
                Validation::access()
                    .subject("other")
                    .typ("at+jwt")
                    .require(Claim::StateHash),
                Validation::access().max_token_len(usize::MAX),
            ] {
                for now in [0, NOW, i64::MAX] {
                    let mut use_all = |keys: barejwt::Keys<'_>| {
                        free(|| {
                            if let Ok(claims) = verify(&token, keys, &rules, now, &mut scratch) {
                                verified += 1;
                                black_box((
                                    claims.sub(),
                                    claims.exp(),
                                    claims.nbf(),
                                    claims.token_type(),
                                ));
                                black_box((claims.json(), claims.get("sub"), claims.get("x")));
                                #[cfg(feature = "heapless")]
                                let _ = black_box((claims.owned::<64>(), claims.owned::<0>()));
                            }
                            for auth in [Auth::None, Auth::Optional, Auth::Required] {
                                let _ = black_box(authenticate(
                                    auth,
                                    Some(&header),
                                    keys,
                                    &rules,
                                    now,
                                    &mut scratch,
                                ));
                                let _ = black_box(authenticate(
                                    auth,
                                    None,
                                    keys,
                                    &rules,
                                    now,
                                    &mut scratch,
                                ));
                            }
                            if let Ok(refresh) =
                                verify_refresh(&token, keys, &rules, now, &mut scratch)
                            {
                                let (mut access, mut next) = ([0; 256], [0; 320]);
                                let lifetimes = Lifetimes::default();
                                confirmed += usize::from(refresh.confirm(&state).is_ok());
                                let _ = black_box(refresh.confirm(&StateHash::new([0; 32])));
                                let _ = black_box(refresh.renew(
                                    &state,
                                    &lifetimes,
                                    key,
                                    &mut access,
                                    &mut next,
                                ));
                                let _ = black_box(refresh.renew(
                                    &state,
                                    &lifetimes,
                                    key,
                                    &mut [],
                                    &mut next,
                                ));
                                black_box(refresh.sub());
                            }
                        });
                    };
                    use_all(key.into());
                    use_all((&refusing).into());
                    use_all((&using).into());
                }
            }
            free(|| {
                if let Ok(said) = decode_unverified(&token, &mut scratch) {
                    decoded += 1;
                    black_box((said.header_json(), said.payload_json()));
                    if let Ok(claims) = said.claims() {
                        black_box((
                            claims.sub(),
                            claims.exp(),
                            claims.nbf(),
                            claims.json(),
                            claims.get("exp"),
                        ));
                    }
                }
                scratch_len(token.len())
            });
        }
    }
    // Each of the three functions succeeded at least once.
    assert!(verified > 0 && confirmed > 0 && decoded > 0);
}

#[test]
fn values() {
    let payload = ACCESS.replace(
        '}',
        r#","s":"a\nb","n":-12,"o":{},"l":[],"b":true,"z":null}"#,
    );
    let token = token(HEADER, &payload, KEY);
    let key = Key::new(KEY).unwrap();
    let mut scratch = [0; 512];
    let claims = verify(&token, &key, &Validation::access(), NOW, &mut scratch).unwrap();
    let mut buffer = [0; 8];
    free(|| {
        let Some(JsonValue::String(text)) = claims.get("s") else {
            panic!("a string");
        };
        assert!(text.is("a\nb") && text.as_plain().is_none() && text.chars().count() == 3);
        assert_eq!(
            text.unescape(&mut []),
            Err(Error::OutputTooSmall { needed: 3 })
        );
        assert_eq!(text.unescape(&mut buffer), Ok("a\nb"));
        assert_eq!(claims.get("n").and_then(|n| n.as_i64()), Some(-12));
    });
}

#[test]
fn bearer_and_challenges() {
    for value in [
        "",
        " ",
        "Bearer",
        "Bearer ",
        "Bearer a b",
        "Basic a",
        "B\u{e9}arer a",
        "bearer a=",
        "Bearer a=b",
    ] {
        let result = free(|| bearer_token(Some(value.as_bytes())));
        if let Err(error) = result {
            free(|| {
                let challenge = error.challenge().unwrap();
                black_box((challenge.code(), challenge.http_status()));
                let mut buf = [0; 256];
                assert!(challenge.write("realm", &mut buf).is_ok());
                assert!(challenge.write("realm", &mut []).is_err());
                assert_eq!(challenge.write("\"", &mut buf), Err(Error::RealmInvalid));
            });
        }
    }
    assert_eq!(
        free(|| bearer_token(None)),
        Err(Error::AuthorizationMissing)
    );
}

#[test]
fn pairs_and_sessions() {
    let key = Key::new(KEY).unwrap();
    let (state, lifetimes) = (StateHash::new(STATE), Lifetimes::default());
    let (mut access, mut refresh) = ([0; 256], [0; 320]);
    for (access_len, refresh_len) in [(0, 0), (256, 0), (0, 320)] {
        let (access, refresh) = (&mut access[..access_len], &mut refresh[..refresh_len]);
        let failed = free(|| {
            issue_pair(
                &PairClaims::new("lUpa", &state, &lifetimes, NOW),
                &key,
                access,
                refresh,
            )
            .is_err()
        });
        assert!(failed);
    }
    let pair = free(|| {
        issue_pair(
            &PairClaims::new("lUpa", &state, &lifetimes, NOW),
            &key,
            &mut access,
            &mut refresh,
        )
        .unwrap()
    });
    free(|| {
        let mut session = Session::new(pair, 60);
        assert_eq!(session.next(0), Err(Error::ClockNotSet));
        assert!(matches!(session.next(NOW), Ok(Next::UseAccess(_))));
        assert!(matches!(session.after_401(), Next::Refresh(_)));
        let mut session = session.renewed(pair);
        session.accepted();
        assert!(matches!(session.next(NOW), Ok(Next::UseAccess(_))));
        assert!(matches!(session.next(EXP), Ok(Next::Refresh(_))));
        session.refresh_refused();
        assert!(matches!(session.next(NOW), Ok(Next::LogIn)));
        session.pair().access_expires
    });
    let good = br#"{"code":0,"data":{"token":{"access_token":"a","refresh_token":"b","access_expires":"2025-04-26T16:19:38.8+08:00","refresh_expires":"2025-10-23T15:19:38Z"}}}"#;
    assert!(free(|| Pair::from_answer(good).is_ok()));
    for len in 0..good.len() {
        assert!(free(|| Pair::from_answer(&good[..len]).is_err()));
    }
    for bad in [
        "",
        "{}",
        r#"{"code":401}"#,
        r#"{"code":"x"}"#,
        r#"{"data":{"token":{}}}"#,
        r#"{"code":0,"code":0}"#,
    ] {
        assert!(free(|| Pair::from_answer(bad.as_bytes()).is_err()));
    }
}

#[test]
fn formatting() {
    let claims = ClaimSet::of(&[Claim::Sub, Claim::Exp]);
    let mut line = String::with_capacity(4096);
    for error in [
        Error::KeyTooShort {
            bytes: 1,
            minimum: 32,
        },
        Error::OutputTooSmall { needed: usize::MAX },
        Error::ClaimsMissing { claims },
        Error::Expired {
            exp: i64::MIN,
            now: i64::MAX,
        },
        Error::TokenTypeWrong {
            found: TokenType::Refresh,
        },
        payload_fault(barejwt::JsonProblem::Syntax, 7),
        Error::SignatureInvalid,
    ] {
        free(|| write!(line, "{error} {error:?} {}", error.description()).unwrap());
    }
    let key = Key::new(KEY).unwrap();
    free(|| {
        write!(
            line,
            "{key:?} {:?} {claims} {claims:?}",
            Validation::access().subject("x")
        )
        .unwrap()
    });
    let (mut access, mut refresh) = ([0; 256], [0; 512]);
    let (state, lifetimes) = (StateHash::new(STATE), Lifetimes::default());
    let pair = issue_pair(
        &PairClaims::new("a", &state, &lifetimes, NOW),
        &key,
        &mut access,
        &mut refresh,
    )
    .unwrap();
    let (mut scratch, mut more) = ([0; 512], [0; 512]);
    let verified = verify(
        pair.access_token,
        &key,
        &Validation::access(),
        NOW,
        &mut scratch,
    )
    .unwrap();
    let said = decode_unverified(pair.refresh_token, &mut more).unwrap();
    let mut scratch = [0; 512];
    let rules = Validation::refresh();
    let token = verify_refresh(pair.refresh_token, &key, &rules, NOW, &mut scratch).unwrap();
    let mut session = Session::new(pair, 60);
    line.clear();
    free(|| {
        write!(
            line,
            "{state:?} {pair:?} {verified:?} {said:?} {:?}",
            said.claims()
        )
        .unwrap();
        let next = session.next(NOW);
        write!(line, "{token:?} {session:?} {next:?}").unwrap();
        write!(line, "{:?}", verified.get("sub")).unwrap();
    });
    assert!(free(|| claims.contains(Claim::Sub)
        && !claims.is_empty()
        && claims.iter().count() == 2));
}

#[cfg(feature = "heapless")]
#[test]
fn owned_results() {
    use barejwt::sign_to_string;

    let key = Key::new(KEY).unwrap();
    let claims = Claims::access("lUpa", NOW, 3600);
    assert_eq!(
        free(|| sign_to_string::<256>(&claims, &key).unwrap().len()),
        175
    );
    assert!(free(|| sign_to_string::<100>(&claims, &key).is_err()));

    let (token, mut scratch) = (token(HEADER, ACCESS, KEY), [0; 512]);
    let claims = verify(&token, &key, &Validation::access(), NOW, &mut scratch).unwrap();
    let owned = free(|| claims.owned::<4>().unwrap());
    let mut line = String::with_capacity(256);
    free(|| {
        write!(
            line,
            "{:?} {} {:?}",
            owned.clone(),
            owned.sub(),
            owned.exp()
        )
        .unwrap()
    });
    assert!(free(|| claims.owned::<3>().is_err()));
}

#[cfg(feature = "serde")]
#[test]
fn custom_claims() {
    use barejwt::sign_claims;

    #[derive(serde::Serialize, serde::Deserialize)]
    struct Custom<'a> {
        token_type: &'a str,
        sub: &'a str,
        exp: i64,
        nbf: i64,
        seats: Option<u8>,
    }

    let key = Key::new(KEY).unwrap();
    let custom = Custom {
        token_type: "access",
        sub: "lUpa",
        exp: EXP,
        nbf: NOW,
        seats: Some(3),
    };
    let (mut buf, mut scratch) = ([0; 512], [0; 512]);
    for size in [0, 10, 100, 150, 180] {
        assert!(free(
            || sign_claims(&custom, &key, &mut buf[..size]).is_err()
        ));
    }
    assert!(free(|| sign_claims(&1, &key, &mut buf).is_err()));
    let token = free(|| sign_claims(&custom, &key, &mut buf).unwrap());
    let claims = verify(token, &key, &Validation::access(), NOW, &mut scratch).unwrap();
    assert_eq!(
        free(|| claims.claims_as::<Custom<'_>>(&mut []).unwrap().seats),
        Some(3)
    );
    assert!(free(|| claims.claims_as::<u8>(&mut []).is_err()));

    // A claims set with escapes is copied into the caller's buffer.
    let token = token_maker::token(HEADER, ACCESS.replace("lUpa", r"\u00e9"), KEY);
    let claims = verify(&token, &key, &Validation::access(), NOW, &mut scratch).unwrap();
    let mut buffer = [0; 256];
    for size in 0..buffer.len() {
        free(|| claims.claims_as::<Custom<'_>>(&mut buffer[..size]).is_ok());
    }
    assert_eq!(
        free(|| claims.claims_as::<Custom<'_>>(&mut buffer).unwrap().sub),
        "\u{e9}"
    );
}
