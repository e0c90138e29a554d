//! Refreshing the pair of tokens, once, however many runs want it at the same time.

use std::time::{SystemTime, UNIX_EPOCH};

use barejwt::{Error, Next, Pair};

use crate::api::{Api, CREDENTIAL_INVALID, LOGIN_REQUIRED, is_expired, is_not_valid_yet};
use crate::failure::Failure;
use crate::session_file::{SessionFile, Stored};

pub(crate) const REFUSED: Failure = Failure::LogIn("the server has ended the session");

/// The session, renewed if its time has come. `margin` in seconds.
pub(crate) fn fresh(file: &SessionFile, margin: u32) -> Result<Stored, Failure> {
    let stored = file.read()?;
    match stored.session(margin)?.next(now()).map_err(Failure::Core)? {
        Next::UseAccess(_) => Ok(stored),
        Next::Refresh(_) => renew(file, &stored),
        Next::LogIn => Err(REFUSED),
    }
}

/// Trades the refresh token of `seen` for a new pair, unless another run has done so while this one
/// waited for the lock: then the file holds a new pair, and that is taken whatever the clock says, if
/// it is from the same server.
///
/// One request, never repeated: a refresh token can be used once, and an answer that was lost may
/// have been sent.
pub(crate) fn renew(file: &SessionFile, seen: &Stored) -> Result<Stored, Failure> {
    let locked = file.lock()?;
    let server = seen.server()?;
    let stored = locked.read()?.with(&server)?;
    if !stored.is_same_as(seen) {
        return Ok(stored);
    }
    let replacement = locked.prepare()?;
    let (api, pair) = (Api::new(&server), stored.pair()?);
    let answer = api.refresh(pair.refresh_token)?;
    match Pair::from_answer(&answer) {
        Ok(_) => {
            let renewed = Stored::new(&server, answer, now())?;
            replacement.commit(&renewed)?;
            Ok(renewed)
        }
        // Time heals that.
        Err(Error::LoginRefused { .. }) if is_not_valid_yet(&answer) => Err(Failure::TooEarly),
        // And that too, if it is the server's clock that is wrong.
        Err(Error::LoginRefused { .. }) if is_expired(&answer) && now() < pair.refresh_expires => {
            Err(Failure::Clocks)
        }
        Err(Error::LoginRefused {
            code: LOGIN_REQUIRED | CREDENTIAL_INVALID,
        }) => {
            locked.remove()?;
            Err(REFUSED)
        }
        Err(Error::LoginRefused { code }) => Err(api.refused(code)),
        Err(error) => Err(Failure::Core(error)),
    }
}

/// Seconds since 1970; zero, which the core refuses, if the clock is before that.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |time| time.as_secs().try_into().unwrap_or(i64::MAX))
}
