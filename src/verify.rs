//! A token, a key and the time become claims: bytes -> segments -> verified -> claims.

use crate::base64url;
use crate::claims::{ReadClaims, Values, VerifiedClaims};
use crate::error::{Error, Part, Step};
use crate::header::Header;
use crate::key::{Key, Keys};
use crate::segment::{self, Segments};
use crate::validation::Validation;

/// Verifies a token and returns its claims, which borrow `scratch`.
///
/// The order of work: length and dots, header, signature over the bytes as received, and only
/// then the payload and its claims (RFC 7519 7.2). Nothing of an unauthenticated payload is
/// decoded. `keys` is a `&Key` or a `&Keyring`; `now` is in seconds since 1970.
///
/// `scratch` holds the decoded header, if that is not the canonical one; behind it the decoded
/// payload, 3 bytes for 4 characters; behind that a `sub` that had escapes. [`scratch_len`] is
/// always enough.
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
/// - [`Error::TokenTooLong`], [`Error::SegmentCount`]: the token's shape.
/// - [`Error::HeaderTooLong`], [`Error::Base64`], [`Error::Json`], [`Error::AlgMissing`],
///   [`Error::AlgNotHs256`], [`Error::CritUnsupported`], [`Error::NestedToken`], [`Error::TypWrong`]: the header;
///   [`Error::KidMissing`], [`Error::KidNotString`], [`Error::KidUnknown`] with a keyring.
/// - [`Error::SignatureInvalid`].
/// - [`Error::Base64`], [`Error::Json`], [`Error::ClaimType`], [`Error::NumericDateRange`],
///   [`Error::TokenTypeUnknown`], [`Error::StateHashMalformed`], [`Error::SubjectEmpty`]: the
///   payload's form.
/// - [`Error::TokenTypeWrong`], [`Error::ClaimsMissing`], [`Error::SubjectWrong`],
///   [`Error::IssuerWrong`], [`Error::AudienceUnexpected`], [`Error::AudienceWrong`],
///   [`Error::NotYetValid`], [`Error::Expired`], [`Error::IssuedInFuture`], [`Error::TooOld`]: the
///   rules.
/// - [`Error::ScratchTooSmall`], with the bytes needed, where the scratch is first too small.
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

/// What the signature covers: the header, decoded, and the payload's segment.
struct Content<'t, 's> {
    header: &'s str,
    payload: &'t [u8],
    /// What the header has left of the scratch buffer.
    scratch: &'s mut [u8],
}

/// The content of a token whose signature is good. Nothing else reads a payload.
struct Authentic<'t, 's>(Content<'t, 's>);

impl<'t, 's, 'k> Candidate<'t, 's, 'k> {
    // Never inlined, nor is `read_claims`: their frames must not lie under the MAC, nor add to each
    // other.
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
    // The canonical header is not decoded: it is empty here.
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

/// Bytes of scratch that are enough for any token of `token_len` bytes, whatever it holds. A
/// payload without escapes in `sub` needs half of it.
#[must_use]
pub const fn scratch_len(token_len: usize) -> usize {
    base64url::decoded_len(token_len).saturating_mul(2)
}
