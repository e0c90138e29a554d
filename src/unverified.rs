//! Reading a token without a key.

use core::fmt;

use crate::base64url;
use crate::claims::{ReadClaims, UnverifiedClaims, Values};
use crate::error::{Error, Part, Step};
use crate::header;
use crate::json::{self, JsonValue};
use crate::segment::{self, Segments};
use crate::validation::Validation;

/// What a token says, with nothing verified.
#[derive(Clone, Copy)]
pub struct UnverifiedToken<'s> {
    header_json: &'s str,
    payload_json: &'s str,
    claims: Result<UnverifiedClaims<'s>, Error>,
}

impl<'s> UnverifiedToken<'s> {
    /// The JOSE header: one strict JSON object. Its `alg` may have any value.
    #[must_use]
    pub const fn header_json(&self) -> &'s str {
        self.header_json
    }

    /// The claims set: one strict JSON object.
    #[must_use]
    pub const fn payload_json(&self) -> &'s str {
        self.payload_json
    }

    /// The value of the member of the claims set with exactly this name, even if [`Self::claims`] fails. For
    /// example, an `iss` may tell which key to verify with.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<JsonValue<'s>> {
        json::get(self.payload_json, name)
    }

    /// The claims that this crate knows, by the rules of the site's tokens. A token of another system may
    /// have a number as `sub`, for example. [`Self::get`] reads a member of any type.
    ///
    /// # Errors
    /// The reason why the payload cannot be read as claims of the site: [`Error::ClaimType`],
    /// [`Error::NumericDateRange`], [`Error::TokenTypeUnknown`], [`Error::SubjectEmpty`],
    /// [`Error::StateHashMalformed`], or [`Error::ScratchTooSmall`] for a `sub` with escapes.
    pub const fn claims(&self) -> Result<UnverifiedClaims<'s>, Error> {
        self.claims
    }
}

/// Shows nothing of the token.
impl fmt::Debug for UnverifiedToken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnverifiedToken").finish_non_exhaustive()
    }
}

/// Decodes a token **without verifying anything**: it checks no signature, no algorithm, no times and no
/// token type. The result cannot be used where verified claims are needed. [`scratch_len`] bytes of
/// `scratch` are always enough.
///
/// ```
/// # use barejwt::{Claims, Key, decode_unverified, sign};
/// # let (mut buf, mut scratch) = ([0; 256], [0; 384]);
/// # let token = sign(&Claims::access("lUpa", 1745651978, 3600), &Key::new(&[7; 32])?, &mut buf)?;
/// let said = decode_unverified(token, &mut scratch)?;
/// assert_eq!(said.claims()?.exp(), Some(1745655578));
/// # Ok::<(), barejwt::Error>(())
/// ```
///
/// Unverified claims have another type than verified claims:
///
/// ```compile_fail,E0308
/// # use barejwt::*;
/// # fn authorised(_: VerifiedClaims<'_>) {}
/// # let mut scratch = [0; 384];
/// authorised(decode_unverified("a.b.c", &mut scratch).unwrap().claims().unwrap());
/// ```
///
/// # Errors
/// [`Error::TokenTooLong`] over [`DEFAULT_MAX_TOKEN_LEN`](crate::DEFAULT_MAX_TOKEN_LEN),
/// [`Error::SegmentCount`], [`Error::HeaderTooLong`], [`Error::Base64`], [`Error::Json`],
/// [`Error::ScratchTooSmall`].
///
/// [`scratch_len`]: crate::scratch_len
pub fn decode_unverified(
    token: impl AsRef<[u8]>,
    scratch: &mut [u8],
) -> Result<UnverifiedToken<'_>, Error> {
    Error::or_left(|why| decode(token.as_ref(), scratch, why))
}

fn decode<'s>(token: &[u8], scratch: &'s mut [u8], why: &mut Error) -> Step<UnverifiedToken<'s>> {
    let rules = Validation::any_type();
    rules.check_len(token.len(), why)?;
    let segments = Segments::split(token, why)?;
    // Both segments at once, so that the error tells all the bytes that are needed.
    let header_len = base64url::decoded_len(segments.header.len());
    let needed = header_len.saturating_add(base64url::decoded_len(segments.payload.len()));
    why.unless(scratch.get(..needed), Error::ScratchTooSmall { needed })?;
    let (header_json, rest) = header::decode(segments.header, scratch, why)?;
    json::check(header_json, Part::Header, why)?;
    let (payload_json, spare) =
        segment::decode(segments.payload, rest, header_len, Part::Payload, why)?;
    let mut read = ReadClaims::unread(header_json);
    let ignored = rules.ignored();
    let mut values = Values::unread();
    let claims =
        Error::or_left(|why| read.read(payload_json, &mut values, ignored, spare, needed, why));
    if claims.is_err() {
        json::check(payload_json, Part::Payload, why)?;
    }
    Ok(UnverifiedToken {
        header_json,
        payload_json,
        claims: claims.map(|()| UnverifiedClaims(read)),
    })
}
