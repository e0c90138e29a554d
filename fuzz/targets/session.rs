//! Login answers against `serde_json` and `jiff`, and what a client does with the pair. The first
//! line is what happens to the session, one letter for each event; the rest is the answer.
#![no_main]

use barejwt::{Error, Next, Pair, Session, bearer_token};
use barejwt_fuzz::NOW;
use barejwt_fuzz::document::{Document, Judgement, judge};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

const MARGIN: u32 = 60;

fuzz_target!(|bytes: &[u8]| {
    let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else {
        return;
    };
    let (events, answer) = (&bytes[..end], &bytes[end + 1..]);
    if let Ok(pair) = reading(answer) {
        following(Session::new(pair, MARGIN), events);
    }
});

fn reading(answer: &[u8]) -> Result<Pair<'_>, Error> {
    let read = Pair::from_answer(answer);
    let Some(judgement) = judge(answer) else {
        return read;
    };
    match (&read, judgement) {
        (Ok(pair), Judgement::Object(document)) => same_pair(pair, &document),
        (Err(Error::LoginRefused { code }), Judgement::Object(document)) => {
            assert_eq!(document.get("code").and_then(Value::as_i64), Some(*code));
            assert_ne!(*code, 0);
        }
        // A wrong `code` is told before what follows it is read.
        (Err(Error::LoginAnswerInvalid | Error::Json { .. }), _) => {}
        _ => panic!("{read:?}"),
    }
    read
}

fn same_pair(pair: &Pair<'_>, document: &Document) {
    assert!(
        document
            .get("code")
            .is_none_or(|code| code.as_i64() == Some(0))
    );
    let data = document.get("data").unwrap();
    let token = match &data["token"] {
        token @ Value::Object(_) => token,
        _ => data,
    };
    assert_eq!(token["access_token"], pair.access_token);
    assert_eq!(token["refresh_token"], pair.refresh_token);
    for token in [pair.access_token, pair.refresh_token] {
        let header = format!("Bearer {token}");
        assert_eq!(bearer_token(Some(header.as_bytes())), Ok(token));
    }
    same_time(&token["access_expires"], pair.access_expires);
    same_time(&token["refresh_expires"], pair.refresh_expires);
}

/// What jiff reads otherwise: a leap second, which it counts as the second before, and more
/// digits of a fraction than nanoseconds have.
fn same_time(text: &Value, ours: i64) {
    let text = text.as_str().unwrap();
    let digits = text.bytes().skip(20).take_while(u8::is_ascii_digit).count();
    if text.get(17..19) == Some("60") || digits > 9 {
        return;
    }
    let theirs: Timestamp = text.parse().expect("we read a time that jiff refuses");
    assert_eq!(
        theirs.as_nanosecond().div_euclid(1_000_000_000),
        i128::from(ours),
        "{text}"
    );
}

#[derive(Clone, Copy, PartialEq)]
enum Seen {
    Nothing,
    Refusal,
    Refused,
}

/// After a 401 the access token is not used again, after a second one the refresh token neither.
fn following(mut session: Session<'_>, events: &[u8]) {
    let mut seen = Seen::Nothing;
    let (mut on_trial, mut now) = (false, NOW);
    for event in events {
        let mut next = None;
        match event {
            b'a' => {
                session.accepted();
                (seen, on_trial) = (Seen::Nothing, false);
            }
            b'r' => {
                session.refresh_refused();
                seen = Seen::Refused;
            }
            b'w' => {
                on_trial = seen != Seen::Nothing;
                session = session.renewed(*session.pair());
                seen = Seen::Nothing;
            }
            b'4' => {
                next = Some(session.after_401(now));
                seen = match (seen, on_trial) {
                    (Seen::Nothing, false) => Seen::Refusal,
                    _ => Seen::Refused,
                };
            }
            b'h' => now = now.saturating_add(3600),
            b'y' => now = now.saturating_add(31_557_600),
            b'0' => now = 0,
            _ => next = Some(session.next(now)),
        }
        if let Some(next) = next {
            decision(&session, next, seen, now);
        }
    }
}

fn decision(session: &Session<'_>, next: Result<Next<'_>, Error>, seen: Seen, now: i64) {
    let pair = session.pair();
    let lives = |expires: i64| i128::from(now) + i128::from(MARGIN) < i128::from(expires);
    let expected = if now <= 0 {
        Err(Error::ClockNotSet)
    } else if seen == Seen::Nothing && lives(pair.access_expires) {
        Ok(Next::UseAccess(pair.access_token))
    } else if seen != Seen::Refused && lives(pair.refresh_expires) {
        Ok(Next::Refresh(pair.refresh_token))
    } else {
        Ok(Next::LogIn)
    };
    assert_eq!(next, expected);
}
