//! Issuing a pair, trading the refresh token, and the client's decisions.

use crate::token_maker::*;
use barejwt::{
    Claims, Error, JsonProblem, Key, Lifetimes, Next, Pair, PairClaims, Part, Session, StateHash,
    TokenType, Validation, issue_pair, sign, verify, verify_refresh,
};

fn key() -> Key {
    Key::new(KEY).unwrap()
}

fn refresh_at(token: &str, now: i64, account: [u8; 32]) -> Result<(i64, i64), Error> {
    let (mut scratch, mut access, mut refresh) = ([0; 512], [0; 512], [0; 512]);
    let token = verify_refresh(token, &key(), &Validation::refresh(), now, &mut scratch)?;
    assert_eq!(token.sub(), "lUpa");
    let account = StateHash::new(account);
    let lifetimes = Lifetimes::default();
    let pair = token.renew(&account, &lifetimes, &key(), &mut access, &mut refresh)?;
    Ok((pair.access_expires, pair.refresh_expires))
}

#[test]
fn a_pair_is_the_two_canonical_tokens() {
    let (mut access, mut refresh) = ([0; 512], [0; 512]);
    let state = StateHash::new(STATE);
    let lifetimes = Lifetimes::default();
    let pair = issue_pair(
        &PairClaims::new("lUpa", &state, &lifetimes, NOW),
        &key(),
        &mut access,
        &mut refresh,
    );
    let pair = pair.unwrap();
    assert_eq!(pair.access_token, token(HEADER, ACCESS, KEY));
    assert_eq!(pair.refresh_token, token(HEADER, REFRESH, KEY));
    assert_eq!(pair.access_expires, NOW + 3600);
    assert_eq!(pair.refresh_expires, NOW + 15_552_000);
}

#[test]
fn a_pair_is_refused_whole() {
    let state = StateHash::new(STATE);
    let zero = Lifetimes {
        access: 1,
        refresh: 0,
    };
    for (sub, lifetimes, now, expected) in [
        ("", Lifetimes::default(), NOW, Error::SubjectEmpty),
        ("lUpa", zero, NOW, Error::LifetimeZero),
        ("lUpa", Lifetimes::default(), 0, Error::ClockNotSet),
        (
            "lUpa",
            Lifetimes::default(),
            i64::MAX - 3600,
            Error::TimeOverflow,
        ),
    ] {
        let (mut access, mut refresh) = ([0; 512], [0; 512]);
        let pair = issue_pair(
            &PairClaims::new(sub, &state, &lifetimes, now),
            &key(),
            &mut access,
            &mut refresh,
        );
        assert_eq!(pair.unwrap_err(), expected);
    }
}

#[test]
fn a_refresh_token_is_traded_while_it_lives() {
    let refresh = token(HEADER, REFRESH, KEY);
    let exp = NOW + 15_552_000;
    for now in [NOW, NOW + 1, exp - 1] {
        let expected = (now + 3600, now + 15_552_000);
        assert_eq!(refresh_at(&refresh, now, STATE), Ok(expected));
    }
    assert_eq!(
        refresh_at(&refresh, exp, STATE),
        Err(Error::Expired { exp, now: exp })
    );
    let (nbf, now) = (NOW, NOW - 1);
    assert_eq!(
        refresh_at(&refresh, now, STATE),
        Err(Error::NotYetValid { nbf, now })
    );
}

#[test]
fn every_bit_of_the_state_hash_counts() {
    let refresh = token(HEADER, REFRESH, KEY);
    for bit in 0..256 {
        let mut account = STATE;
        account[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(
            refresh_at(&refresh, NOW, account),
            Err(Error::StateHashMismatch),
            "{bit}"
        );
    }
}

#[test]
fn confirm_gives_the_claims_only_for_the_right_state() {
    let refresh = token(HEADER, REFRESH, KEY);
    let mut scratch = [0; 512];
    let token = verify_refresh(&refresh, &key(), &Validation::refresh(), NOW, &mut scratch);
    let token = token.unwrap();
    let claims = token.confirm(&StateHash::new(STATE)).unwrap();
    assert_eq!(
        (claims.sub(), claims.token_type()),
        ("lUpa", Some(TokenType::Refresh))
    );
    let changed = token.confirm(&StateHash::new([0; 32]));
    assert_eq!(changed.unwrap_err(), Error::StateHashMismatch);
}

#[test]
fn what_is_no_refresh_token_is_not_traded() {
    let access = token(HEADER, ACCESS, KEY);
    let found = TokenType::Access;
    assert_eq!(
        refresh_at(&access, NOW, STATE),
        Err(Error::TokenTypeWrong { found })
    );
    // Whatever rules a caller passes, an access token is refused.
    let mut scratch = [0; 512];
    for rules in [
        Validation::access(),
        Validation::any_type(),
        Validation::refresh(),
    ] {
        let outcome = verify_refresh(&access, &key(), &rules, NOW, &mut scratch);
        assert_eq!(outcome.unwrap_err(), Error::TokenTypeWrong { found });
    }
    let hashless = REFRESH.replace("state_hash", "State_hash");
    let outcome = refresh_at(&token(HEADER, hashless, KEY), NOW, STATE);
    let Err(Error::ClaimsMissing { claims }) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(claims.to_string(), "state_hash");
    let forged = token(HEADER, REFRESH, b"another key of more than 32 bytes length");
    assert_eq!(
        refresh_at(&forged, NOW, STATE),
        Err(Error::SignatureInvalid)
    );
}

#[test]
fn a_renewed_refresh_token_carries_the_account_state() {
    let (mut scratch, mut access, mut refresh) = ([0; 512], [0; 512], [0; 512]);
    let old = token(HEADER, REFRESH, KEY);
    let old = verify_refresh(&old, &key(), &Validation::refresh(), NOW + 9, &mut scratch).unwrap();
    let (state, lifetimes) = (StateHash::new(STATE), Lifetimes::default());
    let pair = old
        .renew(&state, &lifetimes, &key(), &mut access, &mut refresh)
        .unwrap();
    let mut expected = [0; 512];
    let claims = Claims::refresh("lUpa", NOW + 9, 15_552_000, &state);
    assert_eq!(
        pair.refresh_token,
        sign(&claims, &key(), &mut expected).unwrap()
    );
    let mut scratch = [0; 512];
    let access = verify(
        pair.access_token,
        &key(),
        &Validation::access(),
        NOW + 9,
        &mut scratch,
    );
    assert_eq!(access.unwrap().sub(), "lUpa");
}

const A: Next<'_> = Next::UseAccess("a");
const R: Next<'_> = Next::Refresh("r");

/// A session with access token `a`, which expires at 1,000, and refresh token `r`, at 2,000.
fn session(margin: u32) -> Session<'static> {
    Session::new(pair("a", "r"), margin)
}

fn pair(access_token: &'static str, refresh_token: &'static str) -> Pair<'static> {
    Pair {
        access_token,
        refresh_token,
        access_expires: 1000,
        refresh_expires: 2000,
    }
}

#[test]
fn the_margin_moves_the_edge_by_an_eighth_of_the_time_left_at_most() {
    for (margin, received, last) in [
        (0, 1, 999),
        (60, 1, 939),
        (124, 1, 875),
        (125, 1, 875),
        (u32::MAX, 1, 875),
        (60, 520, 939),
        (60, 521, 940),
        (60, 984, 997),
        (60, 992, 998),
        (60, 993, 999),
        (60, 999, 999),
    ] {
        let mut session = session(margin);
        for now in [received, last] {
            assert_eq!(session.next(now), Ok(A), "{margin}, {received}, {now}");
        }
        for now in [last + 1, 2000, i64::MAX] {
            assert_eq!(session.next(now), Ok(R), "{margin}, {received}, {now}");
        }
    }
}

#[test]
fn an_unset_clock_is_refused_and_changes_nothing() {
    let mut session = session(0);
    for unset in [0, -1, i64::MIN] {
        assert_eq!(session.next(unset), Err(Error::ClockNotSet));
    }
    assert_eq!(session.next(1000), Ok(A), "it is new as before");
}

#[test]
fn after_401_refresh_once_then_log_in() {
    let mut session = session(0);
    assert_eq!(session.after_401(), R);
    // A token that got a 401 is not used again.
    assert_eq!(session.next(11), Ok(R));
    // The refresh got a 401 too.
    assert_eq!(session.after_401(), Next::LogIn);
    assert_eq!(session.next(13), Ok(Next::LogIn));
    assert_eq!(session.after_401(), Next::LogIn);
}

#[test]
fn a_renewed_pair_that_is_refused_at_once_ends_the_session() {
    let mut session = session(0);
    assert_eq!(session.after_401(), R);
    let mut session = session.renewed(pair("a2", "r2"));
    assert_eq!(session.next(11), Ok(Next::UseAccess("a2")));
    assert_eq!(session.after_401(), Next::LogIn);
    assert_eq!(session.next(13), Ok(Next::LogIn));
}

#[test]
fn a_renewed_pair_that_was_accepted_may_be_refused_again() {
    let mut session = session(0);
    assert_eq!(session.after_401(), R);
    let mut session = session.renewed(pair("a2", "r2"));
    session.accepted();
    assert_eq!(session.after_401(), Next::Refresh("r2"));
}

#[test]
fn the_clock_does_not_end_the_refresh_token() {
    let mut session = session(60);
    assert_eq!(session.next(i64::MAX), Ok(A));
    assert_eq!(session.after_401(), R);
    assert_eq!(session.next(i64::MAX), Ok(R));
}

#[test]
fn an_ordinary_renewal_leaves_the_one_refresh_after_a_401() {
    let mut session = session(0);
    assert_eq!(session.next(1), Ok(A));
    assert_eq!(session.next(1000), Ok(R));
    let mut session = session.renewed(pair("a2", "r2"));
    assert_eq!(session.after_401(), Next::Refresh("r2"));
}

const TOKENS: &str = r#""access_token":"a","refresh_token":"r","access_expires":"1970-01-01T00:16:40Z","refresh_expires":"1970-01-01T00:33:20.999+00:00""#;

#[test]
fn login_and_refresh_answers_are_read() {
    let login = format!(
        r#"{{"code":0,"data":{{"user":{{"id":"lUpa","x":[{{}}]}},"token":{{{TOKENS}}}}},"msg":""}}"#
    );
    let refresh = format!(r#"{{"code":0,"data":{{{TOKENS},"other":[1]}},"msg":""}}"#);
    let bare = format!(r#"{{"data":{{"token":null,{TOKENS}}}}}"#);
    for answer in [login, refresh, bare] {
        let pair = Pair::from_answer(answer.as_bytes()).unwrap();
        assert_eq!((pair.access_token, pair.refresh_token), ("a", "r"));
        assert_eq!((pair.access_expires, pair.refresh_expires), (1000, 2000));
    }
}

#[test]
fn a_refused_login_tells_its_code() {
    for code in [401, 40020, 40001, -1] {
        let answer = format!(r#"{{"code":{code},"msg":"no","data":null}}"#);
        let refused = Pair::from_answer(answer.as_bytes());
        assert_eq!(refused.unwrap_err(), Error::LoginRefused { code });
    }
}

#[test]
fn hostile_login_answers_are_refused() {
    let json = |problem, at| Error::Json {
        part: Part::Answer,
        problem,
        at,
    };
    let whole = |tokens: &str| format!(r#"{{"code":0,"data":{{"token":{{{tokens}}}}}}}"#);
    assert!(Pair::from_answer(whole(TOKENS).as_bytes()).is_ok());
    let invalid = Error::LoginAnswerInvalid;
    for (answer, expected) in [
        (String::new(), json(JsonProblem::NotObject, 0)),
        ("<html>".to_owned(), json(JsonProblem::NotObject, 0)),
        ("{}".to_owned(), invalid),
        (r#"{"code":0}"#.to_owned(), invalid),
        (r#"{"code":0,"data":"token"}"#.to_owned(), invalid),
        (r#"{"code":"0","data":{}}"#.to_owned(), invalid),
        (r#"{"code":null,"data":{}}"#.to_owned(), invalid),
        (r#"{"code":1e99,"data":{}}"#.to_owned(), invalid),
        (r#"{"code":-0.5,"data":{}}"#.to_owned(), invalid),
        (
            r#"{"code":9223372036854775808,"data":{}}"#.to_owned(),
            invalid,
        ),
        (whole(&TOKENS.replace("\"a\"", "\"\"")), invalid),
        (whole(&TOKENS.replace("\"r\"", "\"x y\"")), invalid),
        (
            whole(TOKENS) + "x",
            json(JsonProblem::TrailingBytes, whole(TOKENS).len()),
        ),
        (whole(""), invalid),
        (whole(&TOKENS.replace("\"a\"", "1")), invalid),
        (whole(&TOKENS.replace("\"a\"", r#""\u0061""#)), invalid),
        (
            whole(&TOKENS.replace("refresh_token", "Refresh_token")),
            invalid,
        ),
        (whole(&TOKENS.replace("00:16:40Z", "24:16:40Z")), invalid),
        (
            whole(&TOKENS.replace("\"1970-01-01T00:16:40Z\"", "1000")),
            invalid,
        ),
    ] {
        let refused = Pair::from_answer(answer.as_bytes()).unwrap_err();
        assert_eq!(refused, expected, "{answer}");
    }
    let twice = whole(&format!(r#"{TOKENS},"access_token":"b""#));
    repeats_a_name(&twice);
    let refused = Pair::from_answer(b"{\"\xff\":1}").unwrap_err();
    assert_eq!(refused, json(JsonProblem::NotUtf8, 2));
}

#[test]
fn a_refused_refresh_means_logging_in() {
    let mut session = session(0);
    assert_eq!(session.next(1), Ok(A));
    assert_eq!(session.next(1000), Ok(R));
    session.refresh_refused();
    assert_eq!(session.next(1000), Ok(Next::LogIn));
    assert_eq!(session.next(10), Ok(Next::LogIn));
}

#[test]
fn a_second_renewal_in_time_shows_that_the_first_worked() {
    let mut session = session(0);
    assert_eq!(session.after_401(), R);
    let session = session.renewed(pair("a2", "r2"));
    let mut session = session.renewed(pair("a3", "r3"));
    assert_eq!(session.after_401(), Next::Refresh("r3"));
}

#[test]
fn two_buffers_are_enough_for_a_client() {
    fn received(buffer: &mut [u8; 4], round: u8) -> Pair<'_> {
        *buffer = [b'a', b'0' + round, b'r', b'0' + round];
        let (access_token, refresh_token) = core::str::from_utf8(buffer).unwrap().split_at(2);
        Pair {
            access_token,
            refresh_token,
            ..pair("", "")
        }
    }
    let (mut odd, mut even) = ([0; 4], [0; 4]);
    let mut session = Session::new(received(&mut odd, 1), 0);
    for round in [2, 4, 6, 8] {
        let renewed = session.renewed(received(&mut even, round));
        assert_eq!(renewed.pair().refresh_token, format!("r{round}"));
        session = renewed.renewed(received(&mut odd, round + 1));
        assert_eq!(
            session.next(1),
            Ok(Next::UseAccess(&format!("a{}", round + 1)))
        );
    }
}

fn repeats_a_name(answer: &str) {
    let refused = Pair::from_answer(answer.as_bytes()).unwrap_err();
    let Error::Json { problem, .. } = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(problem, JsonProblem::DuplicateName);
}

#[test]
fn a_repeated_token_object_is_refused() {
    let twice = format!(r#"{{"code":0,"data":{{"token":{{{TOKENS}}},"token":{{{TOKENS}}}}}}}"#);
    repeats_a_name(&twice);
}

#[test]
fn a_pair_that_does_not_fit_leaves_no_token() {
    let state = StateHash::new(STATE);
    let (access_len, refresh_len) = (ACCESS_LEN, token(HEADER, REFRESH, KEY).len());
    for (a, r, needed) in [
        (access_len - 1, refresh_len, access_len),
        (access_len, refresh_len - 1, refresh_len),
        (access_len - 1, refresh_len - 1, access_len),
    ] {
        let (mut access, mut refresh) = (vec![0xaa; a], vec![0xaa; r]);
        let lifetimes = Lifetimes::default();
        let pair = issue_pair(
            &PairClaims::new("lUpa", &state, &lifetimes, NOW),
            &key(),
            &mut access,
            &mut refresh,
        );
        assert_eq!(pair.unwrap_err(), Error::OutputTooSmall { needed });
        assert!(access.iter().chain(&refresh).all(|byte| *byte == 0xaa));
    }
}

const ACCESS_LEN: usize = Claims::access("lUpa", NOW, 3600).token_len();

#[test]
fn debug_shows_no_token() {
    let mut session = Session::new(pair("SECRETa", "SECRETr"), 0);
    let next = session.next(1);
    let shown = format!("{session:?} {next:?} {:?}", session.pair());
    assert!(!shown.contains("SECRET"), "{shown}");
    let mut scratch = [0; 512];
    let refresh = token(HEADER, REFRESH, KEY);
    let token = verify_refresh(&refresh, &key(), &Validation::refresh(), NOW, &mut scratch);
    assert_eq!(format!("{:?}", token.unwrap()), "RefreshToken { .. }");
    assert_eq!(format!("{:?}", StateHash::new(STATE)), "StateHash(..)");
}

#[test]
fn differences_in_two_bytes_of_the_state_hash_do_not_cancel() {
    let refresh = token(HEADER, REFRESH, KEY);
    for (first, second) in (0..32).flat_map(|i| (i + 1..32).map(move |j| (i, j))) {
        let mut account = STATE;
        account[first] ^= 0x81;
        account[second] ^= 0x81;
        let refused = refresh_at(&refresh, NOW, account);
        assert_eq!(refused, Err(Error::StateHashMismatch), "{first}, {second}");
    }
}

/// RFC 3339 5.6: an hour of an offset is at most 23, a minute at most 59.
#[test]
fn the_farthest_offsets_of_rfc3339_are_read() {
    for (offset, access) in [("+23:59", 86_340), ("-23:59", -86_340), ("+00:59", 3540)] {
        let times = TOKENS
            .replace(
                "1970-01-01T00:16:40Z",
                &format!("1970-01-03T00:00:00{offset}"),
            )
            .replace("1970-01-01T00:33:20.999+00:00", "1971-01-01T00:00:00Z");
        let answer = format!(r#"{{"code":0,"data":{{{times}}},"msg":""}}"#);
        let pair = Pair::from_answer(answer.as_bytes()).unwrap();
        assert_eq!(pair.access_expires, 172_800 - access, "{offset}");
    }
}
