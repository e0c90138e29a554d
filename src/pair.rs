//! An access and a refresh token together: issued at login, traded for a new pair later.

use core::fmt;
use core::mem::offset_of;

use crate::claims::{Claims, StateHash, TokenType, VerifiedClaims};
use crate::error::Error;
use crate::key::{Keys, SigningKey};
use crate::sign::{room, sign};
use crate::validation::Validation;
use crate::verify::verify_bytes;

/// How long the tokens of a pair live, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// Of the access token; 3600, one hour, by default.
    pub access: u32,
    /// Of the refresh token; 15 552 000, 180 days, by default.
    pub refresh: u32,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            access: 3600,
            refresh: 15_552_000,
        }
    }
}

/// An access and a refresh token for one subject, borrowing the caller's two buffers.
#[derive(Clone, Copy)]
pub struct Pair<'o> {
    /// The access token.
    pub access_token: &'o str,
    /// The refresh token.
    pub refresh_token: &'o str,
    /// When the access token expires, in seconds since 1970.
    pub access_expires: i64,
    /// When the refresh token expires, in seconds since 1970.
    pub refresh_expires: i64,
}

/// Shows the times alone.
impl fmt::Debug for Pair<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pair")
            .field("access_expires", &self.access_expires)
            .field("refresh_expires", &self.refresh_expires)
            .finish_non_exhaustive()
    }
}

/// Issues a pair for `sub`, valid from `now`, whose refresh token lives as long as the account's
/// state has the hash `state_hash`.
///
/// ```
/// use barejwt::{Key, Lifetimes, StateHash, issue_pair};
///
/// let key = Key::new(&[7; 32])?;
/// let state = StateHash::new([1; 32]);
/// let (mut access, mut refresh) = ([0; 256], [0; 320]);
/// let pair = issue_pair(
///     "lUpa", &state, &Lifetimes::default(), 1745651978, &key, &mut access, &mut refresh,
/// )?;
/// assert_eq!(pair.access_expires, 1745651978 + 3600);
/// assert_eq!(pair.refresh_expires, 1745651978 + 15_552_000);
/// # Ok::<(), barejwt::Error>(())
/// ```
///
/// # Errors
/// As [`sign`](crate::sign()), and then neither token was written. [`Error::OutputTooSmall`] is for
/// the access token's buffer unless that has [`Claims::token_len`] bytes, else for the other.
pub fn issue_pair<'o, 'k>(
    sub: &str,
    state_hash: &StateHash,
    lifetimes: &Lifetimes,
    now: i64,
    keys: impl Into<SigningKey<'k>>,
    access_out: &'o mut [u8],
    refresh_out: &'o mut [u8],
) -> Result<Pair<'o>, Error> {
    let key = keys.into();
    let access = Claims::access(sub, now, lifetimes.access);
    let refresh = Claims::refresh(sub, now, lifetimes.refresh, state_hash);
    Error::or_left(|why| {
        access.check_times(why)?;
        refresh.check_times(why)?;
        room(&key, access.json_len(), access_out, why)?;
        room(&key, refresh.json_len(), refresh_out, why)
    })?;
    Ok(Pair {
        access_token: sign(&access, key, access_out)?,
        refresh_token: sign(&refresh, key, refresh_out)?,
        access_expires: access.exp(),
        refresh_expires: refresh.exp(),
    })
}

/// Verifies a refresh token, up to its state hash: whose is it? Look the account up by
/// [`RefreshToken::sub`], then go on with [`RefreshToken::renew`] or [`RefreshToken::confirm`],
/// which compare the hash with the account's. The type has no other way on.
///
/// Whatever `validation` allows, only a refresh token with a subject and a `state_hash` passes.
///
/// ```
/// use barejwt::{Error, Key, Lifetimes, StateHash, Validation, issue_pair, verify_refresh};
///
/// let key = Key::new(&[7; 32])?;
/// let (then, lifetimes) = (StateHash::new([1; 32]), Lifetimes::default());
/// let (mut access, mut refresh) = ([0; 256], [0; 320]);
/// let pair = issue_pair("lUpa", &then, &lifetimes, 1745651978, &key, &mut access, &mut refresh)?;
///
/// let (now, mut scratch) = (1745655578, [0; 256]);
/// let token = verify_refresh(pair.refresh_token, &key, &Validation::refresh(), now, &mut scratch)?;
/// assert_eq!(token.sub(), "lUpa");
/// let (mut access, mut refresh) = ([0; 256], [0; 320]);
/// let changed = StateHash::new([2; 32]);
/// let refused = token.renew(&changed, &lifetimes, &key, &mut access, &mut refresh);
/// assert_eq!(refused.unwrap_err(), Error::StateHashMismatch);
/// let pair = token.renew(&then, &lifetimes, &key, &mut access, &mut refresh)?;
/// assert_eq!(pair.access_expires, now + 3600);
/// # Ok::<(), Error>(())
/// ```
///
/// # Errors
/// As [`verify`](crate::verify()); an access token is [`Error::TokenTypeWrong`].
pub fn verify_refresh<'s, 'k>(
    token: impl AsRef<[u8]>,
    keys: impl Into<Keys<'k>>,
    validation: &Validation<'_>,
    now: i64,
    scratch: &'s mut [u8],
) -> Result<RefreshToken<'s>, Error> {
    let validation = validation.only(TokenType::Refresh);
    let claims = verify_bytes(token.as_ref(), keys.into(), &validation, now, scratch)?;
    Ok(RefreshToken { claims, now })
}

/// A refresh token whose signature, type and times were checked, and whose state hash was not yet.
/// It tells its subject, so that the account can be found, and nothing more until the hash is
/// confirmed.
///
/// ```compile_fail,E0308
/// # use barejwt::*;
/// # fn authorised(_: VerifiedClaims<'_>) {}
/// # fn f(token: RefreshToken<'_>) {
/// authorised(token);
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct RefreshToken<'s> {
    claims: VerifiedClaims<'s>,
    now: i64,
}

impl<'s> RefreshToken<'s> {
    /// As [`VerifiedClaims::TEXTS`].
    #[doc(hidden)]
    pub const TEXTS: [usize; 2] = [
        offset_of!(Self, claims.0.json),
        offset_of!(Self, claims.0.sub),
    ];

    /// Whose account to look up.
    #[must_use]
    pub fn sub(&self) -> &'s str {
        self.claims.sub()
    }

    /// Compares the token's state hash with the account's, in constant time, and gives the claims:
    /// for a caller that issues tokens of its own making. Else [`Self::renew`] is all it takes.
    ///
    /// # Errors
    /// [`Error::StateHashMismatch`]: the account has changed, the user must log in.
    pub fn confirm(&self, account: &StateHash) -> Result<VerifiedClaims<'s>, Error> {
        if self.is_of(account) {
            Ok(self.claims)
        } else {
            Err(Error::StateHashMismatch)
        }
    }

    /// Whether the token's state hash is the account's, in constant time.
    fn is_of(&self, account: &StateHash) -> bool {
        // It has one: `Validation::only` requires it.
        let hash = self.claims.0.state_hash();
        hash.is_some_and(|hash| hash.matches(account))
    }

    /// Compares the token's state hash with the account's, in constant time, and only then issues
    /// a new pair for the same subject, valid from the `now` that the token was verified at.
    ///
    /// # Errors
    /// [`Error::StateHashMismatch`], and then those of [`issue_pair`].
    pub fn renew<'o, 'k>(
        &self,
        account: &StateHash,
        lifetimes: &Lifetimes,
        keys: impl Into<SigningKey<'k>>,
        access_out: &'o mut [u8],
        refresh_out: &'o mut [u8],
    ) -> Result<Pair<'o>, Error> {
        if !self.is_of(account) {
            return Err(Error::StateHashMismatch);
        }
        issue_pair(
            self.sub(),
            account,
            lifetimes,
            self.now,
            keys,
            access_out,
            refresh_out,
        )
    }
}

/// Shows nothing of the token.
impl fmt::Debug for RefreshToken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshToken").finish_non_exhaustive()
    }
}
