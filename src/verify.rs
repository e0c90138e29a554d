//! A token, a key and the time become claims: bytes -> segments -> verified content -> claims.

use crate::base64url;
use crate::claims::{ReadClaims, Values, VerifiedClaims};
use crate::error::{Error, Part, Step};
use crate::header::Header;
use crate::key::{Key, Keys};
use crate::segment::{self, Segments};
use crate::validation::Validation;

/// Verifies a token and returns its claims, which borrow `scratch`.
///
/// `keys` is a `&Key` or a `&Keyring`; `now` is in seconds since 1970. The order of work is: length and
/// dots, header, signature over the bytes as received, and only then the payload and its claims
/// (RFC 7519 7.2). No part of an unauthenticated payload is decoded.
///
/// `scratch` holds, one behind the other: the decoded header, unless it is the canonical one; the decoded
/// payload, 3 bytes for 4 characters; a `sub` that had escapes. [`scratch_len`] bytes are always enough.
///
/// ```
/// use barejwt::{Claims, Error, Key, Validation, sign, verify};
///
/// let key = Key::new(&[7; 32])?;
/// let (mut buf, mut scratch) = ([0; 256], [0; 192]);
/// let now = 1745651978;
/// let token = sign(&Claims::access("lUpa", now, 3600), &key, &mut buf)?;
///
/// let claims = verify(token, &key, &Validation::access(), now, &mut scratch)?;
/// assert_eq!(claims.sub(), "lUpa");
///
/// let late = verify(token, &key, &Validation::access(), now + 3600, &mut scratch);
/// assert!(matches!(late, Err(Error::Expired { .. })));
/// # Ok::<(), barejwt::Error>(())
/// ```
///
/// # Errors
/// In the order of the checks:
/// - [`Error::ClockNotSet`]: `now` is zero or less.
/// - The token's shape is wrong: [`Error::TokenTooLong`], [`Error::SegmentCount`].
/// - The header is refused: [`Error::HeaderTooLong`], [`Error::Base64`], [`Error::Json`],
///   [`Error::AlgMissing`], [`Error::AlgNotHs256`], [`Error::CritUnsupported`], [`Error::NestedToken`],
///   [`Error::TypWrong`]; with a keyring also [`Error::KidMissing`], [`Error::KidNotString`],
///   [`Error::KidUnknown`].
/// - The signature is wrong: [`Error::SignatureInvalid`].
/// - The payload's form is wrong: [`Error::Base64`], [`Error::Json`], [`Error::ClaimType`],
///   [`Error::NumericDateRange`], [`Error::TokenTypeUnknown`], [`Error::StateHashMalformed`],
///   [`Error::SubjectEmpty`].
/// - The claims break a rule: [`Error::TokenTypeWrong`], [`Error::ClaimsMissing`],
///   [`Error::SubjectWrong`], [`Error::IssuerWrong`], [`Error::AudienceUnexpected`],
///   [`Error::AudienceWrong`], [`Error::NotYetValid`], [`Error::Expired`], [`Error::IssuedInFuture`],
///   [`Error::TooOld`].
/// - [`Error::ScratchTooSmall`] with the bytes needed, at the first step for which `scratch` is too small.
pub fn verify<'s, 'k>(
    token: impl AsRef<[u8]>,
    keys: impl Into<Keys<'k>>,
    validation: &Validation<'_>,
    now: i64,
    scratch: &'s mut [u8],
) -> Result<VerifiedClaims<'s>, Error> {
    verify_bytes(token.as_ref(), keys.into(), validation, now, scratch)
}

pub(crate) fn verify_bytes<'s>(
    token: &[u8],
    keys: Keys<'_>,
    validation: &Validation<'_>,
    now: i64,
    scratch: &'s mut [u8],
) -> Result<VerifiedClaims<'s>, Error> {
    let mut why = Error::ClockNotSet;
    let authentic = match now {
        1.. => Candidate::read(token, keys, validation, scratch, &mut why)
            .and_then(|candidate| candidate.authentic(&mut why)),
        _ => why.leave(Error::ClockNotSet),
    };
    match authentic {
        Ok(authentic) => read_claims(authentic, validation, now),
        Err(_) => Err(why),
    }
}

/// A token with a good header, and the key to check its signature with.
struct Candidate<'t, 's, 'k> {
    key: &'k Key,
    signing_input: &'t [u8],
    tag: &'t [u8],
    content: Content<'t, 's>,
}

/// The content that the signature covers: the decoded header and the payload segment.
struct Content<'t, 's> {
    header: &'s str,
    payload: &'t [u8],
    /// The rest of the scratch buffer, behind the header.
    scratch: &'s mut [u8],
}

/// The content of a token whose signature is good. [`read_claims`] takes nothing else, so that no payload is
/// read before its signature was checked.
struct Authentic<'t, 's>(Content<'t, 's>);

impl<'t, 's, 'k> Candidate<'t, 's, 'k> {
    // Never inlined, like `read_claims`: their stack frames must not add to each other or to the frames of
    // the MAC.
    #[inline(never)]
    fn read(
        token: &'t [u8],
        keys: Keys<'k>,
        validation: &Validation<'_>,
        scratch: &'s mut [u8],
        why: &mut Error,
    ) -> Step<Self> {
        validation.check_len(token.len(), why)?;
        let segments = Segments::split(token, why)?;
        let (header, scratch) = Header::read(segments.header, scratch, why)?;
        validation.check_header(&header, why)?;
        Ok(Self {
            key: header.key(keys, why)?,
            signing_input: segments.signing_input,
            tag: segments.tag,
            content: Content {
                header: header.json,
                payload: segments.payload,
                scratch,
            },
        })
    }

    fn authentic(self, why: &mut Error) -> Step<Authentic<'t, 's>> {
        if !self.key.accepts(self.signing_input, self.tag) {
            return why.leave(Error::SignatureInvalid);
        }
        Ok(Authentic(self.content))
    }
}

/// The claims of an authentic payload.
#[inline(never)]
fn read_claims<'s>(
    authentic: Authentic<'_, 's>,
    validation: &Validation<'_>,
    now: i64,
) -> Result<VerifiedClaims<'s>, Error> {
    let Authentic(Content {
        header,
        payload,
        scratch,
    }) = authentic;
    // Here the canonical header is empty, because it is not decoded.
    let before = header.len();
    let claims = VerifiedClaims(ReadClaims::unread(header));
    Error::or_left_of(claims, |VerifiedClaims(claims), why| {
        let (json, spare) = segment::decode(payload, scratch, before, Part::Payload, why)?;
        let mut values = Values::unread();
        let before = before.saturating_add(json.len());
        claims.read(json, &mut values, validation.ignored(), spare, before, why)?;
        validation.check_claims(claims, &values, now, why)
    })
}

/// Bytes of scratch that are enough for any token of `token_len` bytes. Half as many are enough if `sub`
/// has no escapes.
#[must_use]
pub const fn scratch_len(token_len: usize) -> usize {
    base64url::decoded_len(token_len).saturating_mul(2)
}
