//! Refreshing the pair of tokens once, even if many runs want it at the same time.

use barejwt::{Error, Next, Pair};

use crate::api::{Api, CREDENTIAL_INVALID, LOGIN_REQUIRED};
use crate::clock::now;
use crate::failure::Failure;
use crate::session_file::{SessionFile, Stored};

/// The session, renewed if its time has come. `margin` in seconds.
pub(crate) fn fresh(file: &SessionFile, margin: u32) -> Result<Stored, Failure> {
    let stored = file.read()?;
    match stored
        .session(margin)?
        .next(now())
        .map_err(Failure::Clock)?
    {
        Next::UseAccess(_) => Ok(stored),
        Next::Refresh(_) => renew(file, &stored),
        Next::LogIn => Err(Api::new(&stored.server()?).ended()),
    }
}

/// Trades the refresh token of `seen` for a new pair. But another run may have done so while this run waited
/// for the lock. Then the file holds a new pair, which is used whatever the clock says, if it is from the same
/// server.
///
/// The request is never repeated. A refresh token can be used only once, and the server may have sent an answer
/// that was lost.
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
        Err(Error::LoginRefused { code }) => {
            api.check_clocks(&answer, pair.refresh_expires)?;
            if ![LOGIN_REQUIRED, CREDENTIAL_INVALID].contains(&code) {
                return Err(api.refused(code));
            }
            locked.remove()?;
            Err(api.ended())
        }
        Err(error) => Err(api.no_pair(error)),
    }
}
