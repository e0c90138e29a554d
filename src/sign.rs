//! Claims and a key become a token in JWS Compact Serialization (RFC 7515 7.1).

use crate::base64url;
use crate::claims::Claims;
use crate::error::{Error, Part};
use crate::header;
use crate::json::{self, Writer};
use crate::key::{SigningKey, TAG_LEN};

/// Signs `claims` into the front of `out` and returns the token, which borrows `out`.
///
/// `keys` is a `&Key`, a [`Key::with_kid`](crate::Key::with_kid) or a `&Keyring`, whose active key
/// signs. The header is `{"alg":"HS256","typ":"JWT"}`, or with a `kid`
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
    claims.check()?;
    let needed = token_len(key.kid(), claims.json_len());
    let out = out
        .get_mut(..needed)
        .ok_or(Error::OutputTooSmall { needed })?;
    seal(key, out, |payload| {
        let mut writer = Writer::new(payload);
        claims
            .write(&mut writer)
            .ok_or(Error::OutputTooSmall { needed })?;
        Ok(writer.len())
    })
}

/// Signs a claims set that the caller has written: `json` is one strict JSON object. What it says
/// is the caller's choice; [`verify`](crate::verify()) requires `token_type`, `sub`, `exp` and
/// `nbf` unless told otherwise.
///
/// ```
/// # use barejwt::{Key, sign_json};
/// # let (key, mut buf) = (Key::new(&[7; 32])?, [0; 256]);
/// let token = sign_json(r#"{"sub":"lUpa","exp":1745655578,"role":"admin"}"#, &key, &mut buf)?;
/// # Ok::<(), barejwt::Error>(())
/// ```
///
/// # Errors
/// - [`Error::Json`] unless `json` is one object within the bounds of this crate.
/// - [`Error::OutputTooSmall`] with the exact bytes needed.
/// - [`Error::KidInvalid`] for a `kid` that a header cannot carry.
pub fn sign_json<'o, 'k>(
    json: &str,
    keys: impl Into<SigningKey<'k>>,
    out: &'o mut [u8],
) -> Result<&'o str, Error> {
    let key = keys.into();
    let [] = json::object(json, Part::Payload, [])?;
    let needed = token_len(key.kid(), json.len());
    let out = out
        .get_mut(..needed)
        .ok_or(Error::OutputTooSmall { needed })?;
    seal(key, out, |payload| {
        payload
            .get_mut(..json.len())
            .ok_or(Error::OutputTooSmall { needed })?
            .copy_from_slice(json.as_bytes());
        Ok(json.len())
    })
}

/// Signs any serialisable value as the claims set, through `serde-json-core`, which **panics** on
/// types that it does not support: a `char`, and an enum's tuple variant.
///
/// ```
/// use barejwt::{Key, sign_claims};
///
/// #[derive(serde::Serialize)]
/// struct Invite<'a> {
///     sub: &'a str,
///     exp: i64,
///     seats: u8,
/// }
///
/// let key = Key::new(&[7; 32])?;
/// let invite = Invite { sub: "lUpa", exp: 1745655578, seats: 3 };
/// let mut buf = [0; 256];
/// let token = sign_claims(&invite, &key, &mut buf)?;
/// # Ok::<(), barejwt::Error>(())
/// ```
///
/// # Errors
/// - [`Error::OutputTooSmall`] with the exact bytes needed, if the JSON fits `out` and the token
///   does not; [`Error::CustomClaimsNotWritten`] if not even the JSON fits.
/// - [`Error::Json`] if the value is not an object, or repeats a name.
/// - [`Error::KidInvalid`] for a `kid` that a header cannot carry.
#[cfg(feature = "serde")]
pub fn sign_claims<'o, 'k, T: serde::Serialize + ?Sized>(
    claims: &T,
    keys: impl Into<SigningKey<'k>>,
    out: &'o mut [u8],
) -> Result<&'o str, Error> {
    seal(keys.into(), out, |payload| {
        let len = serde_json_core::to_slice(claims, payload)
            .map_err(|_| Error::CustomClaimsNotWritten)?;
        let written = payload.get(..len).unwrap_or(&[]);
        let [] = json::object(json::text(written, Part::Payload)?, Part::Payload, [])?;
        Ok(len)
    })
}

/// [`sign`] into an owned string of at most `N` bytes.
///
/// ```
/// # use barejwt::{Claims, Key, sign_to_string};
/// # let key = Key::new(&[7; 32])?;
/// let token = sign_to_string::<256>(&Claims::access("lUpa", 1745651978, 3600), &key)?;
/// # Ok::<(), barejwt::Error>(())
/// ```
///
/// # Errors
/// As [`sign`].
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

/// Exact bytes of a token with a claims set of `json_len` bytes: for [`sign_json`] and
/// `sign_claims`; saturates far beyond any buffer.
#[must_use]
pub const fn token_len(kid: Option<&str>, json_len: usize) -> usize {
    header::segment_len(kid)
        .saturating_add(1)
        .saturating_add(base64url::encoded_len(json_len))
        .saturating_add(1 + TAG_LEN)
}

/// Puts header, payload and tag into `out`. `write_json` gets the room after the header, writes
/// the claims set at its front and returns its length.
fn seal<'o>(
    key: SigningKey<'_>,
    out: &'o mut [u8],
    write_json: impl FnOnce(&mut [u8]) -> Result<usize, Error>,
) -> Result<&'o str, Error> {
    let header_len = header::segment_len(key.kid());
    let no_room = Error::CustomClaimsNotWritten;
    let (segment, rest) = out.split_at_mut_checked(header_len).ok_or(no_room)?;
    let (dot, payload) = rest.split_first_mut().ok_or(no_room)?;
    header::write(key.kid(), segment)?;
    *dot = b'.';
    let json_len = write_json(payload)?;
    finish(key, out, header_len.saturating_add(1), json_len)
}

/// Encodes the claims set, which stands at `start` in `out`, and appends the tag.
fn finish<'o>(
    key: SigningKey<'_>,
    out: &'o mut [u8],
    start: usize,
    json_len: usize,
) -> Result<&'o str, Error> {
    let needed = token_len(key.kid(), json_len);
    let no_room = Error::OutputTooSmall { needed };
    let out = out.get_mut(..needed).ok_or(no_room)?;
    let payload = out.get_mut(start..).ok_or(no_room)?;
    base64url::encode_in_place(payload, json_len).ok_or(no_room)?;

    let signing_len = needed.saturating_sub(1 + TAG_LEN);
    let (signing_input, rest) = out.split_at_mut_checked(signing_len).ok_or(no_room)?;
    let (dot, tag) = rest.split_first_mut().ok_or(no_room)?;
    *dot = b'.';
    Writer::new(tag)
        .push(&key.key().tag(signing_input))
        .ok_or(no_room)?;
    // Every byte of it is base64url or a dot.
    core::str::from_utf8(out).map_err(|_| no_room)
}
