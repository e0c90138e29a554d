//! A token, a key and the time become claims: bytes -> parts -> verified -> claims.

use core::fmt;

use crate::COMPACT;
use crate::base64url;
use crate::claims::{ReadClaims, UnverifiedClaims, VerifiedClaims};
use crate::error::{Error, Part};
use crate::header::{self, Header};
use crate::json;
use crate::key::Keys;
use crate::validation::Validation;

/// Verifies a token and returns its claims, which borrow `scratch`.
///
/// The order of work: length and dots, header, signature over the bytes as received, and only
/// then the payload and its claims (RFC 7519 7.2). Nothing of an unauthenticated payload is
/// decoded. `keys` is a `&Key` or a `&Keyring`; `now` is in seconds since 1970.
///
/// `scratch` holds the decoded header, if that is not the canonical one; later the decoded payload,
/// 3 bytes for 4 characters, and behind it a `sub` that had escapes. [`scratch_len`] is always
/// enough.
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
///   [`Error::AlgNotHs256`], [`Error::CritUnsupported`], [`Error::TypWrong`]: the header;
///   [`Error::KidMissing`], [`Error::KidNotString`], [`Error::KidUnknown`] with a keyring.
/// - [`Error::SignatureInvalid`].
/// - [`Error::Base64`], [`Error::Json`], [`Error::ClaimType`], [`Error::NumericDateRange`],
///   [`Error::TokenTypeUnknown`], [`Error::StateHashMalformed`], [`Error::SubjectEmpty`]: the
///   payload's form.
/// - [`Error::TokenTypeWrong`], [`Error::ClaimsMissing`], [`Error::SubjectWrong`],
///   [`Error::AudienceUnexpected`], [`Error::NotYetValid`], [`Error::Expired`]: the rules.
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
    let payload = match now {
        1.. => authentic_payload(token, keys, validation, scratch, &mut why),
        _ => None,
    };
    match payload {
        Some(payload) => read_claims(payload, validation, now, scratch),
        None => Err(why),
    }
}

/// The payload segment of a token whose signature is good.
// Never inlined, nor is the next: their frames must not add to each other.
#[inline(never)]
fn authentic_payload<'t>(
    token: &'t [u8],
    keys: Keys<'_>,
    validation: &Validation<'_>,
    scratch: &mut [u8],
    why: &mut Error,
) -> Option<&'t [u8]> {
    validation.check_len(token.len(), why)?;
    let parts = Parts::split(token, why)?;
    let header = Header::read(parts.header, scratch, why)?;
    validation.check_header(&header, why)?;
    let key = header.key(keys, why)?;
    if !key.accepts(parts.signing_input, parts.tag) {
        return why.leave(Error::SignatureInvalid);
    }
    Some(parts.payload)
}

/// The claims of an authentic payload.
#[inline(never)]
fn read_claims<'s>(
    payload: &[u8],
    validation: &Validation<'_>,
    now: i64,
    scratch: &'s mut [u8],
) -> Result<VerifiedClaims<'s>, Error> {
    Error::or_left(|why| {
        let (json, spare) = json::decode_segment(payload, scratch, Part::Payload, why)?;
        let mut claims = ReadClaims::unread(json);
        claims.read(spare, json.len(), why)?;
        validation.check_claims(&claims, now, why)?;
        Some(VerifiedClaims(claims))
    })
}

/// Verifies many tokens under the same keys and rules: `results[n]` is what [`verify`] says of
/// `tokens[n]`, for as many as there are results. Results beyond the tokens are refusals, as of
/// tokens without a byte.
///
/// The tokens share `scratch`: each takes [`scratch_len`] of it, whatever it is, so the sum of
/// those is always enough. Where it runs out, a token's result is
/// [`Error::ScratchTooSmall`] with the bytes that this token needs.
///
/// It costs what calling [`verify`] for each costs; docs/decisions.md says why.
///
/// ```
/// use barejwt::{Claims, Error, Key, Validation, sign, verify_batch};
///
/// let key = Key::new(&[7; 32])?;
/// let (mut buf, mut scratch) = ([0; 256], [0; 512]);
/// let now = 1745651978;
/// let token = sign(&Claims::access("lUpa", now, 3600), &key, &mut buf)?;
///
/// let mut results = [Err(Error::SignatureInvalid); 2];
/// verify_batch(&[token, "a.b.c"], &key, &Validation::access(), now, &mut scratch, &mut results);
/// assert_eq!(results[0]?.sub(), "lUpa");
/// assert!(results[1].is_err());
/// # Ok::<(), barejwt::Error>(())
/// ```
pub fn verify_batch<'s, 'k>(
    tokens: &[impl AsRef<[u8]>],
    keys: impl Into<Keys<'k>>,
    validation: &Validation<'_>,
    now: i64,
    mut scratch: &'s mut [u8],
    results: &mut [Result<VerifiedClaims<'s>, Error>],
) {
    let keys = keys.into();
    let mut tokens = tokens.iter().map(AsRef::as_ref);
    for result in results {
        let token = tokens.next().unwrap_or_default();
        let whole = core::mem::take(&mut scratch);
        let most = scratch_len(token.len()).min(whole.len());
        let (own, rest) = whole.split_at_mut_checked(most).unwrap_or_default();
        *result = verify_bytes(token, keys, validation, now, own);
        scratch = rest;
    }
}

/// Bytes of scratch that are enough for any token of `token_len` bytes, whatever it holds. A
/// payload without escapes in `sub` needs half of it.
#[must_use]
pub const fn scratch_len(token_len: usize) -> usize {
    base64url::decoded_len(token_len).saturating_mul(2)
}

/// What a token says, with nothing verified.
#[derive(Clone, Copy)]
pub struct UnverifiedToken<'s> {
    header_json: &'s str,
    payload_json: &'s str,
    claims: Result<UnverifiedClaims<'s>, Error>,
}

impl<'s> UnverifiedToken<'s> {
    /// The JOSE header: strict JSON, one object. Its `alg` may be anything.
    #[must_use]
    pub const fn header_json(&self) -> &'s str {
        self.header_json
    }

    /// The claims set: strict JSON, one object.
    #[must_use]
    pub const fn payload_json(&self) -> &'s str {
        self.payload_json
    }

    /// The claims that this crate knows.
    ///
    /// # Errors
    /// Why the payload cannot be read as claims: a known claim of the wrong type, for example.
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

/// Decodes a token **without verifying anything**: no key, no algorithm, no times, no types. The
/// result cannot be used where verified claims are asked for. [`scratch_len`] is always enough.
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
/// What is unverified is no verified claim:
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
pub fn decode_unverified(
    token: impl AsRef<[u8]>,
    scratch: &mut [u8],
) -> Result<UnverifiedToken<'_>, Error> {
    Error::or_left(|why| decode(token.as_ref(), scratch, why))
}

fn decode<'s>(token: &[u8], scratch: &'s mut [u8], why: &mut Error) -> Option<UnverifiedToken<'s>> {
    Validation::any_type().check_len(token.len(), why)?;
    let parts = Parts::split(token, why)?;
    let header_len = base64url::decoded_len(parts.header.len());
    let needed = header_len.saturating_add(base64url::decoded_len(parts.payload.len()));
    *why = Error::ScratchTooSmall { needed };
    scratch.get(..needed)?;
    let (header_scratch, rest) = scratch.split_at_mut_checked(header_len)?;
    let header_json = header::decode(parts.header, header_scratch, why)?;
    let [] = json::object(header_json, Part::Header, [], why)?;
    let (payload_json, spare) = json::decode_segment(parts.payload, rest, Part::Payload, why)?;
    let mut claims = ReadClaims::unread(payload_json);
    let claims = Error::or_left(|why| claims.read(spare, needed, why)).map(|()| claims);
    if claims.is_err() {
        let [] = json::object(payload_json, Part::Payload, [], why)?;
    }
    Some(UnverifiedToken {
        header_json,
        payload_json,
        claims: claims.map(UnverifiedClaims),
    })
}

/// The three segments of a token, and the bytes that its tag signs.
struct Parts<'t> {
    signing_input: &'t [u8],
    header: &'t [u8],
    payload: &'t [u8],
    tag: &'t [u8],
}

impl<'t> Parts<'t> {
    fn split(token: &'t [u8], why: &mut Error) -> Option<Self> {
        *why = Error::SegmentCount;
        let (header, rest) = at_dot(token)?;
        let (payload, tag) = at_dot(rest)?;
        if at_dot(tag).is_some() {
            return None;
        }
        let signing_len = token.len().wrapping_sub(tag.len()).wrapping_sub(1);
        Some(Self {
            signing_input: token.get(..signing_len).unwrap_or(&[]),
            header,
            payload,
            tag,
        })
    }
}

/// What stands before the first dot, and what after it.
fn at_dot(text: &[u8]) -> Option<(&[u8], &[u8])> {
    // 16 bytes at a time, in a form that compilers make vector instructions of.
    let has_dot = |block: &&[u8; 16]| block.iter().fold(false, |has, byte| has | (*byte == b'.'));
    let (blocks, _) = if COMPACT {
        Default::default()
    } else {
        text.as_chunks()
    };
    let without = blocks
        .iter()
        .take_while(|block| !has_dot(block))
        .count()
        .saturating_mul(16);
    let within = text.get(without..)?.iter().position(|byte| *byte == b'.')?;
    let (before, after) = text.split_at_checked(without.saturating_add(within))?;
    Some((before, after.get(1..)?))
}
