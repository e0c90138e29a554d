//! Pairs of tokens. The core alone decides what is valid and how it is signed.

use barejwt::{Claims, Error, Lifetimes, PairClaims, PairMembers, StateHash, issue_pair, sign};
use barejwt_settings::KeySet;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::accounts::Account;
use crate::chains::Link;

/// Bytes for one token: ids, names and times of this server are short.
const TOKEN_BYTES: usize = 1024;

/// Seconds since 1970, so long ago that no clock is that wrong.
const SAMPLE_ISSUED: i64 = 1_745_651_978;

/// A pair as the API answers it, with expirations in RFC 3339.
#[derive(Serialize)]
pub(crate) struct IssuedPair {
    access_token: String,
    refresh_token: String,
    access_expires: String,
    refresh_expires: String,
}

/// The time at which a token of this lifetime, issued now, expires. It keeps the fraction of the second.
pub(crate) fn expiry(now: Timestamp, lifetime: u32) -> Result<Timestamp, Error> {
    now.checked_add(SignedDuration::from_secs(lifetime.into()))
        .map_err(|_| Error::TimeOverflow)
}

/// Issues a pair for `account` whose refresh token stands at `link`.
///
/// # Errors
/// The errors of the core's signing.
pub(crate) fn issue(
    account: &Account,
    link: &Link<'_>,
    now: Timestamp,
    lifetimes: &Lifetimes,
    keys: &KeySet,
) -> anyhow::Result<IssuedPair> {
    let state = state_of(account)?;
    let link = serde_json::to_string(link)?;
    let members = PairMembers {
        access: "{}",
        refresh: &link,
    };
    let claims = PairClaims::new(&account.id, &state, lifetimes, now.as_second());
    let (mut access, mut refresh) = ([0; TOKEN_BYTES], [0; TOKEN_BYTES]);
    let pair = issue_pair(
        &claims.members(&members),
        keys.signing(None)?,
        &mut access,
        &mut refresh,
    )?;
    Ok(IssuedPair {
        access_token: pair.access_token.to_owned(),
        refresh_token: pair.refresh_token.to_owned(),
        access_expires: rfc3339(expiry(now, lifetimes.access)?),
        refresh_expires: rfc3339(expiry(now, lifetimes.refresh)?),
    })
}

/// An access token that names no account and expired in 2025. It shows how an expired token is refused.
///
/// # Errors
/// The errors of the core's signing.
pub(crate) fn expired_sample(keys: &KeySet) -> Result<String, Error> {
    let claims = Claims::access("lUpa", SAMPLE_ISSUED, Lifetimes::default().access);
    let mut buf = [0; TOKEN_BYTES];
    Ok(sign(&claims, keys.signing(None)?, &mut buf)?.to_owned())
}

/// The account's state in the form that the core compares.
pub(crate) fn state_of(account: &Account) -> Result<StateHash, Error> {
    StateHash::from_base64(&account.state_hash())
}

/// A time with microseconds and offset, as the reference system writes it.
pub(crate) fn rfc3339(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.%6f+00:00").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_microseconds_and_an_offset() {
        let time = Timestamp::new(1_745_655_578, 833_494_999).unwrap();
        assert_eq!(rfc3339(time), "2025-04-26T08:19:38.833494+00:00");
        let whole = Timestamp::new(0, 0).unwrap();
        assert_eq!(rfc3339(whole), "1970-01-01T00:00:00.000000+00:00");
    }
}
