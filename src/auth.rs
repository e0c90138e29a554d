//! The three kinds of API method, and who is calling.

use crate::bearer::bearer_token;
use crate::claims::VerifiedClaims;
use crate::error::Error;
use crate::key::Keys;
use crate::validation::Validation;
use crate::verify::verify_bytes;

/// Whether an API method needs an `Authorization` header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auth {
    /// No: the header is not looked at and the call is anonymous.
    None,
    /// Yes: without a valid access token the call is refused.
    Required,
    /// With the header the call is that user's, without it anonymous. A header that is present but
    /// bad is an error, never a silent anonymous.
    Optional,
}

/// Who is calling.
#[derive(Clone, Copy, Debug)]
pub enum Identity<'s> {
    /// Nobody in particular.
    Anonymous,
    /// The user that the access token names.
    User(VerifiedClaims<'s>),
}

/// From an `Authorization` header's value (`None` if the header is absent) to the caller.
///
/// Only an access token with a subject identifies a caller: whatever `validation` allows, a refresh token,
/// and one without `token_type` or `sub`, is refused here. With [`Validation::jwt`](crate::Validation::jwt),
/// or where `token_type` is ignored by name, `sub` alone identifies, and a token whose `token_type` is the
/// string `refresh` is refused. If you ignore `sub` by name, take the caller from another member. `keys`,
/// `now` and `scratch` are those of [`verify`](crate::verify()).
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
/// [`Auth::None`] never fails. Otherwise the errors of [`bearer_token`] and of [`verify`](crate::verify()).
/// [`Auth::Optional`] accepts an absent header. [`Error::challenge`] makes the HTTP answer.
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
            let token = bearer_token(authorization)?;
            let validation = validation.identifying();
            verify_bytes(token.as_bytes(), keys.into(), &validation, now, scratch)
                .map(Identity::User)
        }
    }
}
