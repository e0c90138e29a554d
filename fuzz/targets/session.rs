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
        // A wrong `code` is reported before the rest is read.
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

/// jiff counts a leap second as the second before, and knows no digits of a fraction beyond
/// nanoseconds.
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

/// What a client may expect of the pair that it has.
struct Expected<'a> {
    pair: Pair<'a>,
    seen: Seen,
    on_trial: bool,
    used: bool,
    /// Whether the clock may end the use of the access token.
    timed: bool,
}

/// After a 401 the access token is not used again. After a second 401 the refresh token is not either.
fn following(mut session: Session<'_>, events: &[u8]) {
    let mut expected = Expected {
        pair: *session.pair(),
        seen: Seen::Nothing,
        on_trial: false,
        used: false,
        timed: true,
    };
    let mut now = NOW;
    for event in events {
        match event {
            b'a' => {
                session.accepted();
                (expected.seen, expected.on_trial) = (Seen::Nothing, false);
            }
            b'r' => {
                session.refresh_refused();
                expected.seen = Seen::Refused;
            }
            b'w' => {
                session = session.renewed(*session.pair());
                expected.renewed();
            }
            b'4' => {
                let next = session.after_401();
                expected.refused();
                assert_eq!(next, expected.after_refusal());
            }
            b'h' => now = now.saturating_add(3600),
            b'y' => now = now.saturating_add(31_557_600),
            b'b' => now = now.saturating_sub(3600),
            b'0' => now = 0,
            _ => expected.decision(session.next(now), now),
        }
    }
}

impl<'a> Expected<'a> {
    /// The new pair is the same pair. By the server's times no second has passed, so the clock asked for
    /// a refresh too early.
    fn renewed(&mut self) {
        self.timed = self.seen != Seen::Nothing;
        self.on_trial = self.timed;
        (self.seen, self.used) = (Seen::Nothing, false);
    }

    fn refused(&mut self) {
        self.seen = match (self.seen, self.on_trial) {
            (Seen::Nothing, false) => Seen::Refusal,
            _ => Seen::Refused,
        };
    }

    fn after_refusal(&self) -> Next<'a> {
        match self.seen {
            Seen::Refused => Next::LogIn,
            _ => Next::Refresh(self.pair.refresh_token),
        }
    }

    fn decision(&mut self, next: Result<Next<'_>, Error>, now: i64) {
        if now <= 0 {
            assert_eq!(next, Err(Error::ClockNotSet));
            return;
        }
        let next = next.unwrap();
        if self.seen != Seen::Nothing {
            assert_eq!(next, self.after_refusal());
            return;
        }
        let is_over = |early: u32| {
            i128::from(now) + i128::from(early) >= i128::from(self.pair.access_expires)
        };
        match next {
            Next::UseAccess(token) => {
                assert_eq!(token, self.pair.access_token);
                assert!(!self.used || !self.timed || !is_over(0));
                self.timed &= self.used || !is_over(0);
                self.used = true;
            }
            Next::Refresh(token) => {
                assert_eq!(token, self.pair.refresh_token);
                assert!(self.used && self.timed && is_over(MARGIN));
            }
            Next::LogIn => panic!("the server has refused nothing"),
        }
    }
}
