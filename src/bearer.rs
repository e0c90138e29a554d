//! The `Authorization` header's value becomes a token (RFC 6750 2.1, RFC 9110 11.6.2), and an
//! error becomes the `WWW-Authenticate` header's value (RFC 6750 3).

use crate::error::{Error, Part};
use crate::json::Writer;

/// The token in the value of an `Authorization` header; `None` stands for an absent header.
///
/// The scheme is matched without regard to case; one or more spaces follow it, then one token of
/// RFC 6750 b64token characters, and nothing else. White space around the value is not part of it
/// (RFC 9110 5.5): HTTP libraries have taken it away.
///
/// ```
/// use barejwt::{Error, bearer_token};
///
/// assert_eq!(bearer_token(Some(b"bearer abc.def.ghi")), Ok("abc.def.ghi"));
/// assert_eq!(bearer_token(Some(b"Basic bFVwYQ==")), Err(Error::AuthorizationScheme));
/// assert_eq!(bearer_token(None), Err(Error::AuthorizationMissing));
/// ```
///
/// # Errors
/// - [`Error::AuthorizationMissing`]: no header.
/// - [`Error::AuthorizationScheme`]: another scheme, such as `Basic`.
/// - [`Error::AuthorizationMalformed`]: no scheme, no token, more than one, or other characters.
pub fn bearer_token(authorization: Option<&[u8]>) -> Result<&str, Error> {
    let value = authorization.ok_or(Error::AuthorizationMissing)?;
    let malformed = Error::AuthorizationMalformed;
    let scheme_len = value.iter().position(|byte| *byte == b' ');
    let (scheme, rest) = value
        .split_at_checked(scheme_len.unwrap_or(value.len()))
        .ok_or(malformed)?;
    if scheme.is_empty() || !scheme.iter().all(is_token_char) {
        return Err(malformed);
    }
    if !scheme.eq_ignore_ascii_case(b"bearer") {
        return Err(Error::AuthorizationScheme);
    }
    let spaces = rest.iter().take_while(|byte| **byte == b' ').count();
    let token = rest.get(spaces..).unwrap_or(&[]);
    if !is_b64token(token) {
        return Err(malformed);
    }
    core::str::from_utf8(token).map_err(|_| malformed)
}

/// `tchar` of RFC 9110 5.6.2.
fn is_token_char(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+')
        || matches!(byte, b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~')
}

/// `b64token` of RFC 6750 2.1: one or more characters, then any number of `=`.
pub(crate) fn is_b64token(token: &[u8]) -> bool {
    let is_char = |byte: &&u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/')
    };
    let chars = token.iter().take_while(is_char).count();
    let padding = token.get(chars..).unwrap_or(&[]);
    chars > 0 && padding.iter().all(|byte| *byte == b'=')
}

/// The answer that RFC 6750 3 gives to a request that was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Challenge {
    code: Option<ChallengeCode>,
    description: &'static str,
}

/// The error codes of RFC 6750 3.1 that an authentication failure can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChallengeCode {
    /// The header is malformed: HTTP status 400.
    InvalidRequest,
    /// The token is expired, forged or otherwise invalid: HTTP status 401.
    InvalidToken,
}

impl ChallengeCode {
    /// The code as it stands in the header.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidToken => "invalid_token",
        }
    }
}

impl Error {
    /// The challenge to answer a refused request with, or `None` if the fault is the server's own:
    /// a clock that is not set, a buffer that is too small, a bad key. For errors of
    /// [`bearer_token`], [`authenticate`](crate::authenticate), [`verify`](crate::verify()) and
    /// [`verify_refresh`](crate::verify_refresh()); one from signing says nothing of a request.
    ///
    /// ```
    /// use barejwt::{Error, bearer_token};
    ///
    /// let error = bearer_token(Some(b"Bearer two tokens")).unwrap_err();
    /// let challenge = error.challenge().unwrap();
    /// assert_eq!(challenge.http_status(), 400);
    /// let mut buf = [0; 160];
    /// assert_eq!(
    ///     challenge.write("api", &mut buf)?,
    ///     "Bearer realm=\"api\", error=\"invalid_request\", \
    ///      error_description=\"the Authorization header is not one bearer token\"",
    /// );
    /// # Ok::<(), Error>(())
    /// ```
    #[must_use]
    pub const fn challenge(&self) -> Option<Challenge> {
        let code = match self {
            // RFC 6750 3.1: no code where the request lacks authentication information, or uses
            // an unsupported method.
            Self::AuthorizationMissing | Self::AuthorizationScheme => None,
            Self::AuthorizationMalformed => Some(ChallengeCode::InvalidRequest),
            Self::KeyTooShort { .. }
            | Self::KeyBlank
            | Self::KidInvalid
            | Self::KidDuplicate
            | Self::KidNotInKeyring
            | Self::OutputTooSmall { .. }
            | Self::ScratchTooSmall { .. }
            | Self::ClockNotSet
            | Self::LifetimeZero
            | Self::TimeOverflow
            | Self::MemberReserved { .. }
            | Self::CustomClaimsNotWritten
            | Self::RealmInvalid
            | Self::LoginAnswerInvalid
            | Self::LoginRefused { .. }
            | Self::Json {
                part: Part::Answer | Part::Members,
                ..
            } => return None,
            Self::KidUnknown
            | Self::KidMissing
            | Self::KidNotString
            | Self::TokenTooLong { .. }
            | Self::SegmentCount
            | Self::HeaderTooLong
            | Self::Base64 { .. }
            | Self::Json { .. }
            | Self::AlgMissing
            | Self::AlgNotHs256
            | Self::CritUnsupported
            | Self::NestedToken
            | Self::TypWrong
            | Self::SignatureInvalid
            | Self::ClaimsMissing { .. }
            | Self::ClaimType { .. }
            | Self::NumericDateRange { .. }
            | Self::TokenTypeUnknown
            | Self::TokenTypeWrong { .. }
            | Self::SubjectEmpty
            | Self::SubjectWrong
            | Self::IssuerWrong
            | Self::AudienceUnexpected
            | Self::AudienceWrong
            | Self::Expired { .. }
            | Self::NotYetValid { .. }
            | Self::IssuedInFuture { .. }
            | Self::TooOld { .. }
            | Self::StateHashMalformed
            | Self::StateHashMismatch
            | Self::CustomClaimsShape => Some(ChallengeCode::InvalidToken),
        };
        Some(Challenge {
            code,
            description: self.description(),
        })
    }
}

impl Challenge {
    /// The error code, absent where RFC 6750 3.1 wants none.
    #[must_use]
    pub const fn code(&self) -> Option<ChallengeCode> {
        self.code
    }

    /// The HTTP status that goes with it (RFC 6750 3.1).
    #[must_use]
    pub const fn http_status(&self) -> u16 {
        match self.code {
            Some(ChallengeCode::InvalidRequest) => 400,
            Some(ChallengeCode::InvalidToken) | None => 401,
        }
    }

    /// Writes the value of the `WWW-Authenticate` header into `out`: the realm, and where there is
    /// one the code and its description. It says nothing of the token or of expected values.
    ///
    /// # Errors
    /// [`Error::RealmInvalid`] unless `realm` is printable ASCII without `"` and `\`;
    /// [`Error::OutputTooSmall`] with the exact bytes needed.
    pub fn write<'o>(&self, realm: &str, out: &'o mut [u8]) -> Result<&'o str, Error> {
        let printable = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\';
        if !realm.bytes().all(printable) {
            return Err(Error::RealmInvalid);
        }
        let pieces = self.pieces(realm);
        let needed = pieces.iter().map(|piece| piece.len()).sum();
        let no_room = Error::OutputTooSmall { needed };
        let out = out.get_mut(..needed).ok_or(no_room)?;
        let mut writer = Writer::new(out);
        for piece in pieces {
            writer.push(piece.as_bytes()).ok_or(no_room)?;
        }
        core::str::from_utf8(out).map_err(|_| no_room)
    }

    const fn pieces<'r>(&self, realm: &'r str) -> [&'r str; 7] {
        let start = "Bearer realm=\"";
        match self.code {
            None => [start, realm, "\"", "", "", "", ""],
            Some(code) => [
                start,
                realm,
                "\", error=\"",
                code.name(),
                "\", error_description=\"",
                self.description,
                "\"",
            ],
        }
    }
}
