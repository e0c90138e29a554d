//! The client's side: use the access token, refresh, or log in again.

use core::fmt;

use crate::error::Error;
use crate::pair::Pair;

/// What a client should do next.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Next<'a> {
    /// Call the API with this access token.
    UseAccess(&'a str),
    /// Trade this refresh token for a new pair, then call [`Session::renewed`]; or, if it was
    /// refused, [`Session::refresh_refused`].
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

/// A client's pair of tokens, and whether the server has refused it.
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
/// assert_eq!(session.next(1761203978)?, Next::LogIn);
///
/// // The server says 401 all the same: refresh once, then log in.
/// assert_eq!(session.after_401(1745651978)?, Next::Refresh("d.e.f"));
/// assert_eq!(session.after_401(1745651978)?, Next::LogIn);
/// # Ok::<(), barejwt::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Session<'a> {
    pair: Pair<'a>,
    margin: u32,
    trust: Trust,
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

impl<'a> Session<'a> {
    /// A session from a pair just received. A token counts as expired `margin` seconds before it
    /// is: time for the call to arrive, and for clocks that differ.
    #[must_use]
    pub const fn new(pair: Pair<'a>, margin: u32) -> Self {
        Self {
            pair,
            margin,
            trust: Trust::Good,
        }
    }

    /// The session with the pair that a refresh has brought; it lets go of the old one's buffers.
    #[must_use]
    pub const fn renewed<'b>(self, pair: Pair<'b>) -> Session<'b> {
        Session {
            pair,
            margin: self.margin,
            trust: match self.trust {
                Trust::Good | Trust::OnTrial => Trust::Good,
                Trust::Refused | Trust::Dead => Trust::OnTrial,
            },
        }
    }

    /// Notes that the server has accepted the access token.
    pub fn accepted(&mut self) {
        self.trust = Trust::Good;
    }

    /// What to do now, before a call.
    ///
    /// # Errors
    /// [`Error::ClockNotSet`] if `now` is zero or less.
    pub fn next(&self, now: i64) -> Result<Next<'a>, Error> {
        if now <= 0 {
            return Err(Error::ClockNotSet);
        }
        let soon = now.saturating_add(i64::from(self.margin));
        let usable = matches!(self.trust, Trust::Good | Trust::OnTrial);
        Ok(if usable && soon < self.pair.access_expires {
            Next::UseAccess(self.pair.access_token)
        } else if self.trust != Trust::Dead && soon < self.pair.refresh_expires {
            Next::Refresh(self.pair.refresh_token)
        } else {
            Next::LogIn
        })
    }

    /// What to do after the server has answered 401 to the access token: refresh once, then log in.
    /// A later 401 gets its own refresh only if [`Self::accepted`] was called in between, or the
    /// pair was renewed because its time had come.
    ///
    /// # Errors
    /// [`Error::ClockNotSet`] if `now` is zero or less; the 401 is noted all the same.
    pub fn after_401(&mut self, now: i64) -> Result<Next<'a>, Error> {
        self.trust = match self.trust {
            Trust::Good => Trust::Refused,
            Trust::Refused | Trust::OnTrial | Trust::Dead => Trust::Dead,
        };
        self.next(now)
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
}

/// Shows the times and the state without the tokens.
impl fmt::Debug for Session<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("pair", &self.pair)
            .field("margin", &self.margin)
            .field("trust", &self.trust)
            .finish()
    }
}
