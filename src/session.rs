//! The client's side: use the access token, refresh, or log in again.

use core::fmt;

use crate::error::Error;
use crate::pair::Pair;

/// What a client should do next.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Next<'a> {
    /// Call the API with this access token.
    UseAccess(&'a str),
    /// Trade this refresh token for a new pair, then call [`Session::renewed`]. If the server refuses the
    /// token, call [`Session::refresh_refused`].
    Refresh(&'a str),
    /// Ask the user to log in.
    LogIn,
}

/// Shows the decision, but not the token.
impl fmt::Debug for Next<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UseAccess(_) => "UseAccess(..)",
            Self::Refresh(_) => "Refresh(..)",
            Self::LogIn => "LogIn",
        })
    }
}

/// A client's pair of tokens, and what the client knows about it. The server's answers count first, the
/// client's clock second.
///
/// Report every answer: call [`Self::accepted`] after the server has accepted the access token, and
/// [`Self::after_401`] after it has answered 401. The session keeps a state of trust. [`Self::next`]
/// depends on it, and each report leads to the state in its column:
///
/// | trust | [`Self::next`] | `accepted` | `after_401` | [`Self::renewed`] | [`Self::refresh_refused`] |
/// |---|---|---|---|---|---|
/// | good | as below | good | refused | good | dead |
/// | on trial | as below | good | dead | good | dead |
/// | refused | Refresh | good | dead | on trial | dead |
/// | dead | LogIn | good | dead | on trial | dead |
///
/// The clock may be wrong by an hour or by years, and may be set at any time. It only saves calls that
/// the server would answer with 401:
///
/// | the pair is | [`Self::next`] says | then |
/// |---|---|---|
/// | new | UseAccess | it becomes timed if its time left is a whole life, else untimed |
/// | timed | UseAccess until its time has come, then Refresh | the next pair is new if the old pair had a whole life, else untimed |
/// | untimed | UseAccess until a 401 | the next pair is new |
///
/// - A whole life is at least three quarters of the life that the last 401 showed. That life is the
///   time from the end of one pair to the end of the next. The server wrote both ends. Before the
///   first 401 every time left counts as a whole life, but no old pair had one.
/// - The time of a timed pair comes `margin` seconds before its end. An eighth of the time that the
///   pair had left when it was new counts instead, if it is shorter.
/// - The pair after a 401 is new, whatever the old pair was.
/// - Only the server ends the refresh token. The clock never does.
///
/// So every pair is used at least once. A wrong clock costs one refresh before the first 401, and one
/// refresh between two 401s. A right clock costs one 401 in the life of a session, which shows that
/// the clock is right. A client that calls less often than once in four thirds of a token's life gets
/// a 401 at each call. The ends of its pairs are too far apart to show how long a token lives.
///
/// Some refusals pass with time. Such a refusal ends no session. If the server says that a token is not
/// valid yet ([`Error::NotYetValid`], for example in its `WWW-Authenticate`), or says nothing about the
/// token, report nothing. Wait, and call [`Self::next`] again.
///
/// A pair that you have kept over a restart is new again. This costs a 401 if the pair has expired. If
/// you have also kept the time at which the pair came, call [`Self::next`] with that time first.
///
/// ```
/// use barejwt::{Next, Pair, Session};
///
/// let answer = br#"{"code":0,"data":{"user":{"id":"lUpa"},"token":{
///     "access_token":"a.b.c","refresh_token":"d.e.f",
///     "access_expires":"2025-04-26T16:19:38.833494+08:00",
///     "refresh_expires":"2025-10-23T15:19:38.833494+08:00"}},"msg":""}"#;
/// let mut session = Session::new(Pair::from_answer(answer)?, 60);
/// assert_eq!(session.next(1745651978)?, Next::UseAccess("a.b.c"));
/// assert_eq!(session.next(1745655578)?, Next::Refresh("d.e.f"));
///
/// // The server says 401: refresh once, then log in.
/// assert_eq!(session.after_401(), Next::Refresh("d.e.f"));
/// assert_eq!(session.after_401(), Next::LogIn);
///
/// // A clock that is an hour ahead: the server knows better.
/// let mut session = Session::new(Pair::from_answer(answer)?, 60);
/// assert_eq!(session.next(1745655578)?, Next::UseAccess("a.b.c"));
/// assert_eq!(session.next(1745655579)?, Next::UseAccess("a.b.c"));
/// # Ok::<(), barejwt::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Session<'a> {
    pair: Pair<'a>,
    margin: u32,
    /// Seconds that an access token lives, as the last 401 showed; 0 before the first 401.
    life: u32,
    timing: Timing,
    trust: Trust,
}

/// The state of a session without its pair, as numbers. The C library keeps them in a C struct.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct SessionNumbers {
    /// Seconds.
    pub margin: u32,
    /// Seconds; 0 if it is not known.
    pub life: u32,
    /// Number of a `Timing`.
    pub timing: u32,
    /// Seconds; 0 unless the timing is `Timed`.
    pub early: u32,
    /// Number of a `Trust`.
    pub trust: u32,
}

/// What the server's answers have shown about the pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trust {
    /// They have shown nothing bad.
    Good,
    /// The server answered 401 to the access token: only the refresh token is left.
    Refused,
    /// This pair came from a refresh after a 401. Another 401 ends the session.
    OnTrial,
    /// The server answered 401 again, or refused the refresh token.
    Dead,
}

/// How the clock counts for the pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Timing {
    /// The clock was not read yet.
    New,
    /// The clock ends the access token, this many seconds before the token expires.
    Timed { early: u32 },
    /// The clock does not count.
    Untimed,
}

impl<'a> Session<'a> {
    /// A session from a pair just received. An access token counts as expired `margin` seconds before it
    /// expires, so that the call has time to arrive. The margin is never more than an eighth of the time
    /// that the token had left when it was new.
    #[must_use]
    pub const fn new(pair: Pair<'a>, margin: u32) -> Self {
        Self {
            pair,
            margin,
            life: 0,
            timing: Timing::New,
            trust: Trust::Good,
        }
    }

    /// The session that has these [`numbers`](Self::numbers); `None` if no session has them.
    #[doc(hidden)]
    #[must_use]
    pub const fn from_numbers(pair: Pair<'a>, numbers: SessionNumbers) -> Option<Self> {
        let SessionNumbers {
            margin,
            life,
            timing,
            early,
            trust,
        } = numbers;
        let timing = match timing {
            0 => Timing::New,
            1 => Timing::Timed { early },
            2 => Timing::Untimed,
            _ => return None,
        };
        let trust = match trust {
            0 => Trust::Good,
            1 => Trust::Refused,
            2 => Trust::OnTrial,
            3 => Trust::Dead,
            _ => return None,
        };
        Some(Self {
            pair,
            margin,
            life,
            timing,
            trust,
        })
    }

    /// The state without the pair, to be kept as numbers.
    #[doc(hidden)]
    #[must_use]
    pub const fn numbers(&self) -> SessionNumbers {
        let (timing, early) = match self.timing {
            Timing::New => (0, 0),
            Timing::Timed { early } => (1, early),
            Timing::Untimed => (2, 0),
        };
        SessionNumbers {
            margin: self.margin,
            life: self.life,
            timing,
            early,
            trust: self.trust as u32,
        }
    }

    /// The session with the pair that a refresh has brought. It no longer borrows the buffers of the old
    /// pair.
    #[must_use]
    pub fn renewed<'b>(self, pair: Pair<'b>) -> Session<'b> {
        let lived = pair.access_expires.saturating_sub(self.pair.access_expires);
        let renewed = Session {
            pair,
            margin: self.margin,
            life: self.life,
            timing: Timing::New,
            trust: Trust::Good,
        };
        match self.trust {
            Trust::Refused | Trust::Dead => Session {
                life: u32::try_from(lived.max(0)).unwrap_or(u32::MAX),
                trust: Trust::OnTrial,
                ..renewed
            },
            // The clock or the caller wanted this refresh. If the old pair lived a whole life, it was time.
            // If not, the clock may be wrong.
            Trust::Good | Trust::OnTrial if self.life > 0 && self.is_whole_life(lived) => renewed,
            Trust::Good | Trust::OnTrial => Session {
                timing: Timing::Untimed,
                ..renewed
            },
        }
    }

    /// Notes that the server has accepted the access token.
    pub fn accepted(&mut self) {
        self.trust = Trust::Good;
    }

    /// Tells what to do now, before a call. `now` is in seconds since 1970.
    ///
    /// # Errors
    /// [`Error::ClockNotSet`] if `now` is zero or less.
    pub fn next(&mut self, now: i64) -> Result<Next<'a>, Error> {
        if now <= 0 {
            return Err(Error::ClockNotSet);
        }
        Ok(match self.trust {
            Trust::Good | Trust::OnTrial => self.by_the_clock(now),
            Trust::Refused | Trust::Dead => self.after_refusal(),
        })
    }

    /// Tells what to do after the server has answered 401 to the access token: refresh once, then log in.
    /// A later 401 leads to another refresh only if [`Self::accepted`] was called in between, or the pair
    /// was renewed because its time had come.
    pub fn after_401(&mut self) -> Next<'a> {
        self.trust = match self.trust {
            Trust::Good => Trust::Refused,
            Trust::Refused | Trust::OnTrial | Trust::Dead => Trust::Dead,
        };
        self.after_refusal()
    }

    /// Notes that the server has refused the refresh token. The user must log in.
    pub fn refresh_refused(&mut self) {
        self.trust = Trust::Dead;
    }

    /// The pair in use.
    #[must_use]
    pub const fn pair(&self) -> &Pair<'a> {
        &self.pair
    }

    fn by_the_clock(&mut self, now: i64) -> Next<'a> {
        let left = self.pair.access_expires.saturating_sub(now);
        match self.timing {
            Timing::Timed { early } if left <= i64::from(early) => {
                return Next::Refresh(self.pair.refresh_token);
            }
            Timing::New => self.timing = self.first_timing(left),
            Timing::Timed { .. } | Timing::Untimed => {}
        }
        Next::UseAccess(self.pair.access_token)
    }

    const fn after_refusal(&self) -> Next<'a> {
        match self.trust {
            Trust::Dead => Next::LogIn,
            _ => Next::Refresh(self.pair.refresh_token),
        }
    }

    /// The timing of a new pair that has `left` seconds left by the clock.
    fn first_timing(&self, left: i64) -> Timing {
        if left <= 0 || !self.is_whole_life(left) {
            return Timing::Untimed;
        }
        let eighth = u32::try_from(left / 8).unwrap_or(u32::MAX);
        Timing::Timed {
            early: self.margin.min(eighth),
        }
    }

    /// Whether these seconds are a whole life: at least three quarters of the life that the last 401
    /// showed. The quarter covers the margin, and the time between a token's end and the 401.
    fn is_whole_life(&self, seconds: i64) -> bool {
        seconds >= i64::from(self.life.saturating_sub(self.life / 4))
    }
}

/// Shows the times and the state, but not the tokens.
impl fmt::Debug for Session<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("pair", &self.pair)
            .field("margin", &self.margin)
            .field("life", &self.life)
            .field("timing", &self.timing)
            .field("trust", &self.trust)
            .finish()
    }
}
