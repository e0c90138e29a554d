//! The three kinds of API method, and who is calling.

use crate::bearer::{after_scheme, is_b64token};
use crate::claims::VerifiedClaims;
use crate::error::Error;
use crate::key::Keys;
use crate::validation::Validation;
use crate::verify::verify_bytes;

/// Whether an API method needs an `Authorization` header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auth {
    /// No: the header is not looked at, and the call is anonymous.
    None,
    /// Yes: a call without a valid access token is refused.
    Required,
    /// The header may be absent: then the call is anonymous. A header that is present but bad is an
    /// error, never a silent anonymous call.
    Optional,
}

/// Who is calling.
#[derive(Clone, Copy, Debug)]
pub enum Identity<'s> {
    /// No user is named.
    Anonymous,
    /// The user that the access token names.
    User(VerifiedClaims<'s>),
}

/// Tells who is calling, from the value of the `Authorization` header. `None` stands for an absent header.
/// `keys`, `now` and `scratch` are as in [`verify`](crate::verify()).
///
/// Only an access token with a subject identifies a caller. A refresh token, and a token without
/// `token_type` or `sub`, is refused here even if `validation` allows it.
///
/// Rules that ignore `token_type` are the exception, such as [`Validation::jwt`](crate::Validation::jwt).
/// Here `sub` alone identifies the caller, and a token is refused if its `token_type` is the string
/// `refresh`. If these rules also ignore `sub`, take the caller from another member.
///
/// ```
/// use barejwt::{Auth, Error, Identity, Key, Validation, authenticate};
///
/// let key = Key::new(&[7; 32])?;
/// let (rules, now, mut scratch) = (Validation::access(), 1745651978, [0; 192]);
/// let nobody = authenticate(Auth::Optional, None, &key, &rules, now, &mut scratch)?;
/// assert!(matches!(nobody, Identity::Anonymous));
///
/// let bad = authenticate(Auth::Optional, Some(b"Bearer x"), &key, &rules, now, &mut scratch);
/// assert_eq!(bad.unwrap_err(), Error::SegmentCount);
/// # Ok::<(), Error>(())
/// ```
///
/// # Errors
/// [`Auth::None`] never fails. [`Auth::Required`] and [`Auth::Optional`] fail as
/// [`bearer_token`](crate::bearer_token) and [`verify`](crate::verify()) do, but [`Auth::Optional`] accepts
/// an absent header. [`Error::challenge`] makes the HTTP answer.
pub fn authenticate<'s, 'k>(
    auth: Auth,
    authorization: Option<&[u8]>,
    keys: impl Into<Keys<'k>>,
    validation: &Validation<'_>,
    now: i64,
    scratch: &'s mut [u8],
) -> Result<Identity<'s>, Error> {
    match (auth, authorization) {
        (Auth::None, _) | (Auth::Optional, None) => Ok(Identity::Anonymous),
        (Auth::Required | Auth::Optional, _) => {
            let token = after_scheme(authorization)?;
            let validation = validation.identifying();
            // The characters of a token that verifies are in `b64token`: only a refused value is looked at.
            match verify_bytes(token, keys.into(), &validation, now, scratch) {
                Ok(claims) => Ok(Identity::User(claims)),
                Err(why) if is_b64token(token) => Err(why),
                Err(_) => Err(Error::AuthorizationMalformed),
            }
        }
    }
}
