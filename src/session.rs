//! The client's side: use the access token, refresh, or log in again.

use core::fmt;

use crate::error::Error;
use crate::pair::Pair;

/// What a client should do next.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Next<'a> {
    /// Call the API with this access token.
    UseAccess(&'a str),
    /// Trade this refresh token for a new pair, then call [`Session::renewed`]; or, if the server
    /// refused it, [`Session::refresh_refused`].
    Refresh(&'a str),
    /// Ask the user to log in.
    LogIn,
}

/// Shows the decision without the token.
impl fmt::Debug for Next<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UseAccess(_) => "UseAccess(..)",
            Self::Refresh(_) => "Refresh(..)",
            Self::LogIn => "LogIn",
        })
    }
}

/// A client's pair of tokens, and what is known of it: by the server's answers first, by the
/// client's clock second.
///
/// Report every answer: [`Self::accepted`] after a call that succeeded, [`Self::after_401`] after
/// one that did not. What the server says counts:
///
/// | trust | [`Self::next`] | `accepted` | `after_401` | [`Self::renewed`] | [`Self::refresh_refused`] |
/// |---|---|---|---|---|---|
/// | good | as below | good | refused | good | dead |
/// | on trial | as below | good | dead | good | dead |
/// | refused | Refresh | good | dead | on trial | dead |
/// | dead | LogIn | good | dead | on trial | dead |
///
/// The clock only saves the call that a 401 would answer: it may be wrong by an hour or by
/// years, and may be set at any time:
///
/// | the pair | [`Self::next`] | what follows |
/// |---|---|---|
/// | new | UseAccess | timed, if its time left is a whole life; else untimed |
/// | timed | UseAccess, and Refresh when its time has come | after the refresh: new, if the old pair had a whole life; else untimed |
/// | untimed | UseAccess, until a 401 | after the refresh: new |
///
/// - A whole life is three quarters, or more, of the life that the last 401 showed: the seconds from
///   the end of one pair to the end of the next, both of which the server wrote. Before the first
///   401 every time left is a whole life, and no old pair had one.
/// - The time of a timed pair comes `margin` seconds before its end, or an eighth of the time that
///   it had left when it was new, whichever is later.
/// - A pair that a refresh after a 401 has brought is new, whatever the old one was.
/// - The clock never ends the refresh token. Only the server does.
///
/// So every pair is used at least once. A wrong clock costs one refresh before the first 401, and
/// one between two 401s. A right clock costs one 401 in the life of a session: it tells the right
/// clock from a wrong one. Whoever calls less often than once in four thirds of a life pays a 401 with
/// each call: from so few ends the session cannot tell how long a token lives.
///
/// A refusal that time heals ends no session. If the server says that a token is not valid yet
/// ([`Error::NotYetValid`], in its `WWW-Authenticate` for example), or gives no answer about the
/// token at all, report nothing: wait, and ask [`Self::next`] again.
///
/// A pair that was kept over a restart is new again, which costs a 401 if it has expired. If you
/// have kept the time at which the pair came as well, call [`Self::next`] with that time first.
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
    /// Seconds that an access token lives, as the last 401 showed; 0 before one.
    life: u32,
    timing: Timing,
    trust: Trust,
}

/// What a session knows beside its pair, as numbers: for the C library, which keeps them in a struct of
/// C's.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct SessionNumbers {
    /// Seconds.
    pub margin: u32,
    /// Seconds; 0 if it is not known.
    pub life: u32,
    /// Number of a `Timing`.
    pub timing: u32,
    /// Seconds, where the timing has them.
    pub early: u32,
    /// Number of a `Trust`.
    pub trust: u32,
}

/// What the server's answers say of the pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trust {
    /// Nothing bad.
    Good,
    /// It answered 401 to the access token: the refresh token is the only hope.
    Refused,
    /// This pair came from a refresh after a 401; another 401 ends it.
    OnTrial,
    /// It answered 401 again, or refused the refresh token.
    Dead,
}

/// What the clock may say of the pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Timing {
    /// It was not asked yet.
    New,
    /// That the access token's time has come, so many seconds before its end.
    Timed { early: u32 },
    /// Nothing.
    Untimed,
}

impl<'a> Session<'a> {
    /// A session from a pair just received. An access token counts as expired `margin` seconds before
    /// it is, so that the call has time to arrive; but never more than an eighth of its life before.
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

    /// The session whose [`numbers`](Self::numbers) these are; `None` if they are no session's.
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

    /// All but the pair, to be kept as numbers.
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

    /// The session with the pair that a refresh has brought; it lets go of the old one's buffers.
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
            // The clock wanted this, or the caller. It was time, or the clock is wrong.
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

    /// What to do now, before a call. `now` is in seconds since 1970.
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

    /// What to do after the server has answered 401 to the access token: refresh once, then log in.
    /// A later 401 gets its own refresh only if [`Self::accepted`] was called in between, or the
    /// pair was renewed because its time had come.
    pub fn after_401(&mut self) -> Next<'a> {
        self.trust = match self.trust {
            Trust::Good => Trust::Refused,
            Trust::Refused | Trust::OnTrial | Trust::Dead => Trust::Dead,
        };
        self.after_refusal()
    }

    /// Notes that the server has refused the refresh token: all that is left is to log in.
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

    /// For a new pair that by the clock has so many seconds left.
    fn first_timing(&self, left: i64) -> Timing {
        if left <= 0 || !self.is_whole_life(left) {
            return Timing::Untimed;
        }
        let eighth = u32::try_from(left / 8).unwrap_or(u32::MAX);
        Timing::Timed {
            early: self.margin.min(eighth),
        }
    }

    /// Whether an access token lives so long, give or take a quarter: for the margin, and for the
    /// time that passed before the last 401.
    fn is_whole_life(&self, seconds: i64) -> bool {
        seconds >= i64::from(self.life.saturating_sub(self.life / 4))
    }
}

/// Shows the times and the state without the tokens.
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
