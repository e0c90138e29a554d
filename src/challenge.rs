//! An error becomes the `WWW-Authenticate` header's value (RFC 6750 3).

use crate::error::{Error, Part};
use crate::json::Writer;

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
    /// The code as written in the header.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidToken => "invalid_token",
        }
    }
}

impl Error {
    /// The challenge that answers a refused request. `None` if the fault is the server's own: its clock
    /// is not set, a buffer is too small, a key is bad. Use it for errors of
    /// [`bearer_token`](crate::bearer_token), [`authenticate`](crate::authenticate),
    /// [`verify`](crate::verify()) and [`verify_refresh`](crate::verify_refresh()). An error of signing
    /// says nothing about a request.
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
            // RFC 6750 3.1 wants no code if the request has no authentication information or uses an
            // unsupported method.
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
                part: Part::Answer | Part::ToSign,
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
    /// The error code; `None` where RFC 6750 3.1 wants no code.
    #[must_use]
    pub const fn code(&self) -> Option<ChallengeCode> {
        self.code
    }

    /// The HTTP status of the answer (RFC 6750 3.1).
    #[must_use]
    pub const fn http_status(&self) -> u16 {
        match self.code {
            Some(ChallengeCode::InvalidRequest) => 400,
            Some(ChallengeCode::InvalidToken) | None => 401,
        }
    }

    /// Writes the value of the `WWW-Authenticate` header into `out`: the realm, then the code and its
    /// description if there is a code. The text shows nothing of the token and no expected value.
    ///
    /// # Errors
    /// - [`Error::RealmInvalid`] unless `realm` is printable ASCII without `"` and `\`.
    /// - [`Error::OutputTooSmall`] with the exact bytes needed.
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
