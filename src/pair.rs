//! An access token and a refresh token together: issued at login, later traded for a new pair.

use core::fmt;

use crate::claim::TokenType;
use crate::claims::{Claims, StateHash, VerifiedClaims};
use crate::error::Error;
use crate::json;
use crate::key::{Keys, SigningKey};
use crate::sign::{room, sign_checked};
use crate::validation::Validation;
use crate::verify::verify_bytes;

/// How long the tokens of a pair live, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// Lifetime of the access token. The default is 3600, one hour.
    pub access: u32,
    /// Lifetime of the refresh token. The default is 15 552 000, 180 days.
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

/// An access token and a refresh token for one subject. They borrow from the caller's buffers.
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

/// Your own members for the two tokens of a pair. Each text is a JSON object, as in
/// [`Claims::members`](crate::Claims::members); `{}` adds no members. Set both, so that no token gains or
/// loses members silently.
#[derive(Clone, Copy)]
pub struct PairMembers<'a> {
    /// Members of the access token.
    pub access: &'a str,
    /// Members of the refresh token.
    pub refresh: &'a str,
}

/// Shows nothing of the members.
impl fmt::Debug for PairMembers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PairMembers").finish_non_exhaustive()
    }
}

/// The claims of the two tokens of a pair, for [`issue_pair`].
#[derive(Clone, Copy)]
pub struct PairClaims<'a> {
    access: Claims<'a>,
    refresh: Claims<'a>,
}

impl<'a> PairClaims<'a> {
    /// A pair for `sub`, valid from `now`, in seconds since 1970. The refresh token is valid until its
    /// lifetime ends or the account's state has another hash than `state_hash`.
    #[must_use]
    pub const fn new(
        sub: &'a str,
        state_hash: &'a StateHash,
        lifetimes: &Lifetimes,
        now: i64,
    ) -> Self {
        Self {
            access: Claims::access(sub, now, lifetimes.access),
            refresh: Claims::refresh(sub, now, lifetimes.refresh, state_hash),
        }
    }

    /// Adds your own members to each token, behind the standard members. [`Claims::members`] says which
    /// members are refused when the pair is issued.
    #[must_use]
    pub const fn members(self, members: &PairMembers<'a>) -> Self {
        Self {
            access: self.access.members(members.access),
            refresh: self.refresh.members(members.refresh),
        }
    }

    /// Gives both tokens the members of an older claims set, instead of the members that
    /// [`Self::members`] gave. All members are copied unchanged, except `token_type`, `sub`, `exp`,
    /// `nbf` and `state_hash`.
    ///
    /// [`RefreshToken::renew`] does this itself. Call `carry` if you have kept the claims set but not the
    /// token. You must then know that the claims set was verified.
    ///
    /// # Errors
    /// [`Error::Json`] unless `json` is one strict JSON object. After an error nothing has changed.
    pub fn carry(&mut self, json: &'a str) -> Result<(), Error> {
        json::check_to_sign(json)?;
        self.carry_checked(json);
        Ok(())
    }

    fn carry_checked(&mut self, json: &'a str) {
        self.access.carry(json);
        self.refresh.carry_as(&self.access);
    }
}

/// Shows the times alone.
impl fmt::Debug for PairClaims<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PairClaims")
            .field("access", &self.access)
            .field("refresh", &self.refresh)
            .finish()
    }
}

/// Issues an access token and a refresh token.
///
/// ```
/// use barejwt::{Key, Lifetimes, PairClaims, StateHash, issue_pair};
///
/// let key = Key::new(&[7; 32])?;
/// let state = StateHash::new([1; 32]);
/// let claims = PairClaims::new("lUpa", &state, &Lifetimes::default(), 1745651978);
/// let (mut access, mut refresh) = ([0; 256], [0; 320]);
/// let pair = issue_pair(&claims, &key, &mut access, &mut refresh)?;
/// assert_eq!(pair.access_expires, 1745651978 + 3600);
/// assert_eq!(pair.refresh_expires, 1745651978 + 15_552_000);
/// # Ok::<(), barejwt::Error>(())
/// ```
///
/// # Errors
/// The errors of [`sign`](crate::sign()). After an error neither token was written. If both buffers are too
/// small, [`Error::OutputTooSmall`] is about the access token's buffer. [`Claims::token_len`] tells the
/// bytes that each token needs.
pub fn issue_pair<'o, 'k>(
    claims: &PairClaims<'_>,
    keys: impl Into<SigningKey<'k>>,
    access_out: &'o mut [u8],
    refresh_out: &'o mut [u8],
) -> Result<Pair<'o>, Error> {
    issue(claims, keys.into(), access_out, refresh_out)
}

fn issue<'o>(
    PairClaims { access, refresh }: &PairClaims<'_>,
    key: SigningKey<'_>,
    access_out: &'o mut [u8],
    refresh_out: &'o mut [u8],
) -> Result<Pair<'o>, Error> {
    Error::or_left(|why| {
        access.check(why)?;
        refresh.check(why)?;
        room(&key, access.json_len(), access_out, why)?;
        room(&key, refresh.json_len(), refresh_out, why)?;
        Ok(Pair {
            access_token: sign_checked(access, &key, access_out, why)?,
            refresh_token: sign_checked(refresh, &key, refresh_out, why)?,
            access_expires: access.exp(),
            refresh_expires: refresh.exp(),
        })
    })
}

/// Verifies a refresh token, all but its state hash. Then look up the account of [`RefreshToken::sub`], and
/// call [`RefreshToken::renew`] or [`RefreshToken::confirm`]: both compare the hash with the account's.
/// [`RefreshToken`] shows nothing but `sub` until the hash matches.
///
/// Only a refresh token with a subject and a `state_hash` passes, whatever `validation` allows.
///
/// ```
/// use barejwt::{Error, Key, Lifetimes, PairClaims, StateHash, Validation};
/// use barejwt::{issue_pair, verify_refresh};
///
/// let key = Key::new(&[7; 32])?;
/// let (then, lifetimes) = (StateHash::new([1; 32]), Lifetimes::default());
/// let (mut access, mut refresh) = ([0; 256], [0; 320]);
/// let claims = PairClaims::new("lUpa", &then, &lifetimes, 1745651978);
/// let pair = issue_pair(&claims, &key, &mut access, &mut refresh)?;
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
/// The errors of [`verify`](crate::verify()). An access token is [`Error::TokenTypeWrong`].
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

/// A refresh token whose signature, type and times were checked, but whose state hash was not compared
/// yet. It shows its subject, so that you can find the account. It shows nothing more until the hash is
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
    /// The subject, whose account you look up.
    #[must_use]
    pub fn sub(&self) -> &'s str {
        self.claims.sub()
    }

    /// Compares the token's state hash with the account's, in constant time, and gives the claims. Use it
    /// to issue tokens in your own way; otherwise [`Self::renew`] is enough.
    ///
    /// # Errors
    /// [`Error::StateHashMismatch`]: the account has changed, so that the user must log in.
    pub fn confirm(&self, account: &StateHash) -> Result<VerifiedClaims<'s>, Error> {
        if self.is_of(account) {
            Ok(self.claims)
        } else {
            Err(Error::StateHashMismatch)
        }
    }

    /// Whether the token's state hash equals the account's, compared in constant time.
    fn is_of(&self, account: &StateHash) -> bool {
        self.claims
            .state_hash()
            .is_some_and(|hash| hash.matches(account))
    }

    /// Compares the token's state hash with the account's, in constant time. If they match, issues a new
    /// pair for the same subject. The pair is valid from the `now` at which the token was verified.
    ///
    /// Both new tokens get every member of the old token unchanged, except `token_type`, `sub`, `exp`,
    /// `nbf` and `state_hash`. Otherwise a new token without the old `scopes`, for example, could allow
    /// more than the old token. `iat` and `jti` are carried too. So [`max_age`](Validation::max_age) counts
    /// from the first issue, and all tokens that come from one refresh token have the same `jti`.
    ///
    /// A buffer is always large enough if it has room for a token without these members
    /// ([`Claims::token_len`]) and for the old token.
    ///
    /// # Errors
    /// - [`Error::StateHashMismatch`]: the account has changed, so that the user must log in.
    /// - Then the errors of [`issue_pair`]. [`Error::Json`] in [`Part::ToSign`](crate::Part::ToSign) means
    ///   that a new token would have more than [`MAX_MEMBERS`](crate::MAX_MEMBERS) members.
    pub fn renew<'o, 'k>(
        &self,
        account: &StateHash,
        lifetimes: &Lifetimes,
        keys: impl Into<SigningKey<'k>>,
        access_out: &'o mut [u8],
        refresh_out: &'o mut [u8],
    ) -> Result<Pair<'o>, Error> {
        let mut claims = self.renewal(account, lifetimes)?;
        claims.carry_checked(self.claims.json());
        issue(&claims, keys.into(), access_out, refresh_out)
    }

    /// Does the same as [`Self::renew`], with these members instead of the members of the old token. You
    /// choose what each new token allows; nothing is carried over. [`Self::confirm`] gives you the old
    /// members.
    ///
    /// # Errors
    /// The errors of [`Self::renew`]. [`Claims::members`] says which members are refused with
    /// [`Error::Json`] and [`Error::MemberReserved`].
    pub fn renew_with<'o, 'k>(
        &self,
        account: &StateHash,
        lifetimes: &Lifetimes,
        members: &PairMembers<'_>,
        keys: impl Into<SigningKey<'k>>,
        access_out: &'o mut [u8],
        refresh_out: &'o mut [u8],
    ) -> Result<Pair<'o>, Error> {
        let claims = self.renewal(account, lifetimes)?.members(members);
        issue(&claims, keys.into(), access_out, refresh_out)
    }

    /// The claims of a new pair, without the caller's own members.
    fn renewal<'a>(
        &'a self,
        account: &'a StateHash,
        lifetimes: &Lifetimes,
    ) -> Result<PairClaims<'a>, Error> {
        if !self.is_of(account) {
            return Err(Error::StateHashMismatch);
        }
        Ok(PairClaims::new(self.sub(), account, lifetimes, self.now))
    }
}

/// Shows nothing of the token.
impl fmt::Debug for RefreshToken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshToken").finish_non_exhaustive()
    }
}
