//! Claims and a key become a token in JWS Compact Serialization (RFC 7515 7.1).

use crate::base64url;
use crate::claims::Claims;
use crate::error::{Error, Part, Step};
use crate::header;
use crate::json::{self, Writer};
use crate::key::{SigningKey, TAG_LEN, is_kid};

/// Signs `claims` into the front of `out` and returns the token, which borrows `out`.
///
/// `keys` is a `&Key`, a [`Key::with_kid`](crate::Key::with_kid) or a `&Keyring`. The active key of a
/// keyring signs. The header is `{"alg":"HS256","typ":"JWT"}`. With a `kid` it is
/// `{"alg":"HS256","kid":"…","typ":"JWT"}`.
///
/// ```
/// use barejwt::{Claims, Key, sign};
///
/// let key = Key::new(&[7; 32])?;
/// let mut buf = [0; 256];
/// let token = sign(&Claims::access("lUpa", 1745651978, 3600), &key, &mut buf)?;
/// assert!(token.starts_with("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."));
/// # Ok::<(), barejwt::Error>(())
/// ```
///
/// # Errors
/// - [`Error::OutputTooSmall`] with the exact bytes needed: [`Claims::token_len`].
/// - [`Error::ClockNotSet`] if `now` is zero or less, [`Error::LifetimeZero`],
///   [`Error::TimeOverflow`], [`Error::SubjectEmpty`].
/// - [`Error::Json`] unless the [members](Claims::members) are one strict JSON object, or if the claims set
///   would have too many members. [`Error::MemberReserved`] if a member has a name that the core writes.
/// - [`Error::KidInvalid`] for a `kid` that a header cannot carry.
pub fn sign<'o, 'k>(
    claims: &Claims<'_>,
    keys: impl Into<SigningKey<'k>>,
    out: &'o mut [u8],
) -> Result<&'o str, Error> {
    sign_bytes(claims, keys.into(), out)
}

fn sign_bytes<'o>(
    claims: &Claims<'_>,
    key: SigningKey<'_>,
    out: &'o mut [u8],
) -> Result<&'o str, Error> {
    Error::or_left(|why| {
        claims.check(why)?;
        sign_checked(claims, &key, out, why)
    })
}

/// Signs claims that have passed [`Claims::check`].
pub(crate) fn sign_checked<'o>(
    claims: &Claims<'_>,
    key: &SigningKey<'_>,
    out: &'o mut [u8],
    why: &mut Error,
) -> Step<&'o str> {
    let json_len = claims.json_len();
    let out = room(key, json_len, out, why)?;
    let needed = out.len();
    let token = write(claims, key, json_len, out);
    why.unless(token, Error::OutputTooSmall { needed })
}

/// Writes a token over all of `out`, which has the token's length.
fn write<'o>(
    claims: &Claims<'_>,
    key: &SigningKey<'_>,
    json_len: usize,
    out: &'o mut [u8],
) -> Option<&'o str> {
    claims.write(&mut Writer::new(write_header(key, out)?))?;
    finish(key, json_len, out)
}

impl Claims<'_> {
    /// Exact bytes of the token that [`sign()`] makes of these claims, with a key that has no `kid`. It
    /// can be the length of a static buffer.
    ///
    /// ```
    /// # use barejwt::Claims;
    /// const LEN: usize = Claims::access("lUpa", 1745651978, 3600).token_len();
    /// assert_eq!(LEN, 175);
    /// ```
    #[must_use]
    pub const fn token_len(&self) -> usize {
        token_len(None, self.json_len())
    }

    /// The same, for a key with the name `kid`.
    #[must_use]
    pub const fn token_len_with_kid(&self, kid: &str) -> usize {
        token_len(Some(kid), self.json_len())
    }
}

/// Signs a claims set that you have written: `json` is one strict JSON object with any members. To pass
/// [`verify`](crate::verify()) it needs the claims that the rules require: `exp` for
/// [`Validation::jwt`](crate::Validation::jwt); `token_type`, `sub`, `exp` and `nbf` for
/// [`Validation::access`](crate::Validation::access).
///
/// ```
/// # use barejwt::{Key, sign_json};
/// # let (key, mut buf) = (Key::new(&[7; 32])?, [0; 256]);
/// let token = sign_json(r#"{"sub":"lUpa","exp":1745655578,"role":"admin"}"#, &key, &mut buf)?;
/// # Ok::<(), barejwt::Error>(())
/// ```
///
/// # Errors
/// - [`Error::Json`] unless `json` is one strict object within the bounds of this crate.
/// - [`Error::OutputTooSmall`] with the exact bytes needed.
/// - [`Error::KidInvalid`] for a `kid` that a header cannot carry.
pub fn sign_json<'o, 'k>(
    json: &str,
    keys: impl Into<SigningKey<'k>>,
    out: &'o mut [u8],
) -> Result<&'o str, Error> {
    sign_text(json, keys.into(), out)
}

fn sign_text<'o>(json: &str, key: SigningKey<'_>, out: &'o mut [u8]) -> Result<&'o str, Error> {
    Error::or_left(|why| {
        json::check(json, Part::ToSign, why)?;
        let out = room(&key, json.len(), out, why)?;
        let needed = out.len();
        why.unless(
            write_text(json, &key, out),
            Error::OutputTooSmall { needed },
        )
    })
}

fn write_text<'o>(json: &str, key: &SigningKey<'_>, out: &'o mut [u8]) -> Option<&'o str> {
    Writer::new(write_header(key, out)?).push(json.as_bytes())?;
    finish(key, json.len(), out)
}

/// The same as [`sign`], into an owned string of at most `N` bytes.
///
/// ```
/// # use barejwt::{Claims, Key, sign_to_string};
/// # let key = Key::new(&[7; 32])?;
/// let token = sign_to_string::<256>(&Claims::access("lUpa", 1745651978, 3600), &key)?;
/// # Ok::<(), barejwt::Error>(())
/// ```
///
/// # Errors
/// The errors of [`sign`].
#[cfg(feature = "heapless")]
pub fn sign_to_string<'k, const N: usize>(
    claims: &Claims<'_>,
    keys: impl Into<SigningKey<'k>>,
) -> Result<heapless::String<N>, Error> {
    let mut out = [0; N];
    let token = sign(claims, keys, &mut out)?;
    let needed = token.len();
    heapless::String::try_from(token).map_err(|_| Error::OutputTooSmall { needed })
}

/// Exact bytes of a token with a claims set of `json_len` bytes, for [`sign_json`] and `sign_claims`. The
/// result saturates, far beyond any buffer.
#[must_use]
pub const fn token_len(kid: Option<&str>, json_len: usize) -> usize {
    header::segment_len(kid)
        .saturating_add(1)
        .saturating_add(base64url::encoded_len(json_len))
        .saturating_add(1 + TAG_LEN)
}

/// Refuses a `kid` that a header cannot carry.
pub(crate) fn check_kid(key: &SigningKey<'_>, why: &mut Error) -> Step<()> {
    match key.kid() {
        Some(kid) if !is_kid(kid) => why.leave(Error::KidInvalid),
        _ => Ok(()),
    }
}

/// The front of `out`, as long as a token with a claims set of `json_len` bytes.
pub(crate) fn room<'o>(
    key: &SigningKey<'_>,
    json_len: usize,
    out: &'o mut [u8],
    why: &mut Error,
) -> Step<&'o mut [u8]> {
    check_kid(key, why)?;
    let needed = token_len(key.kid(), json_len);
    why.unless(out.get_mut(..needed), Error::OutputTooSmall { needed })
}

/// Writes the header segment and its dot, and returns the room behind them. `None` if they do not fit.
pub(crate) fn write_header<'o>(key: &SigningKey<'_>, out: &'o mut [u8]) -> Option<&'o mut [u8]> {
    let header_len = header::segment_len(key.kid());
    let (segment, rest) = out.split_at_mut_checked(header_len)?;
    let (dot, payload) = rest.split_first_mut()?;
    header::write(key.kid(), segment)?;
    *dot = b'.';
    Some(payload)
}

/// Encodes the claims set that stands behind the header in `out`, and appends the tag.
pub(crate) fn finish<'o>(
    key: &SigningKey<'_>,
    json_len: usize,
    out: &'o mut [u8],
) -> Option<&'o str> {
    let payload_at = header::segment_len(key.kid()).saturating_add(1);
    base64url::encode_in_place(out.get_mut(payload_at..)?, json_len)?;

    let (front, tag) = out.split_last_chunk_mut()?;
    let (dot, signing_input) = front.split_last_mut()?;
    *dot = b'.';
    key.key().tag(signing_input, tag);
    // This cannot fail: every byte is base64url or a dot.
    core::str::from_utf8(out).ok()
}
