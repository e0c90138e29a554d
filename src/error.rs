//! One error for the whole crate: a variant for each check, with the data to act on and no secret.

use core::ffi::CStr;
use core::fmt;

use crate::claim::{Claim, ClaimSet, TokenType};

/// Why a call was refused.
///
/// Every check has its own variant. The data tells what to do about it: the bytes that a buffer
/// needs, the two times of an expired token, every claim that is missing. No variant carries token
/// text, key bytes or an expected value, so that you may log and show every error.
///
/// [`Display`](fmt::Display) is one line for people. [`Error::description`] is the same line
/// without the data, for places that have no formatter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[non_exhaustive]
pub enum Error {
    /// The secret is shorter than allowed: RFC 7518 3.2 requires at least 32 bytes for HS256.
    KeyTooShort {
        /// Bytes given.
        bytes: usize,
        /// Fewest bytes allowed: 32 for `Key::new`, 1 for `Key::new_weak`.
        minimum: usize,
    } = 10,
    /// Every byte of the secret is 0x00, or every byte is 0xFF: nobody has written to that memory.
    KeyBlank = 17,
    /// A key's `kid` is empty or longer than [`MAX_KID_BYTES`](crate::MAX_KID_BYTES), or has a quote, a
    /// backslash or a control character.
    KidInvalid = 11,
    /// Two keys of a keyring have the same `kid`.
    KidDuplicate = 12,
    /// A keyring does not have the key that is to sign, or the key named for tokens without `kid`.
    KidNotInKeyring = 16,
    /// No key of the keyring has the token's `kid`.
    KidUnknown = 13,
    /// The token has no `kid` and the keyring's rule is to refuse such tokens.
    KidMissing = 14,
    /// The token's `kid` is not a string (RFC 7515 4.1.4).
    KidNotString = 15,

    /// An output buffer is too small; nothing usable was written.
    OutputTooSmall {
        /// Bytes that the same call needs.
        needed: usize,
    } = 20,
    /// The scratch buffer is too small for this token.
    ScratchTooSmall {
        /// Bytes that the same call needs to get past this point.
        needed: usize,
    } = 21,

    /// The token is longer than the validation allows.
    TokenTooLong {
        /// Bytes of the token.
        bytes: usize,
        /// Most bytes allowed.
        maximum: usize,
    } = 30,
    /// The token is not three segments with two dots between them (RFC 7515 7.1).
    SegmentCount = 31,
    /// The header segment is longer than
    /// [`MAX_HEADER_SEGMENT_LEN`](crate::MAX_HEADER_SEGMENT_LEN).
    HeaderTooLong = 32,
    /// A segment is not canonical, unpadded base64url (RFC 7515 2).
    Base64 {
        /// Where.
        part: Part,
    } = 33,
    /// A part is not a strict JSON object (RFC 8259, RFC 7515 4, RFC 7519 4).
    Json {
        /// Where.
        part: Part,
        /// What is wrong.
        problem: JsonProblem,
        /// Byte offset in the part's JSON text. In an answer it is the offset in the text of the object
        /// that has the fault.
        at: usize,
    } = 34,

    /// The header has no `alg` (RFC 7515 4.1.1).
    AlgMissing = 35,
    /// The header's `alg` is anything but the string `HS256`.
    AlgNotHs256 = 36,
    /// The header has `crit`; this crate understands no extension (RFC 7515 4.1.11).
    CritUnsupported = 37,
    /// The header's `cty` is `JWT` or `application/jwt`, in any case: another token is nested in this
    /// token (RFC 7519 7.2 step 8).
    NestedToken = 40,
    /// The header's `typ` is absent or not the `typ` that the caller requires (RFC 8725 3.11).
    TypWrong = 38,
    /// The signature is not the HMAC of the token under the key.
    SignatureInvalid = 39,

    /// Required claims are absent. The error names all of them at once.
    ClaimsMissing {
        /// Every required claim that the token lacks.
        claims: ClaimSet,
    } = 50,
    /// A claim that the rules look at has the wrong JSON type. The type of `aud` is looked at if the
    /// caller names an audience: it must be a string or an array of strings (RFC 7519 4.1.3).
    ClaimType {
        /// Which claim.
        claim: Claim,
    } = 51,
    /// A NumericDate does not fit 64 bits of seconds (RFC 7519 2).
    NumericDateRange {
        /// Which claim.
        claim: Claim,
    } = 52,
    /// The rules look at `token_type`, and it is neither `access` nor `refresh`.
    TokenTypeUnknown = 53,
    /// The token is of the other type: a refresh token is not an access token.
    TokenTypeWrong {
        /// What the token says it is.
        found: TokenType,
    } = 54,
    /// `sub` is the empty string, which names nobody.
    SubjectEmpty = 55,
    /// `sub` is not the subject the caller expects.
    SubjectWrong = 56,
    /// `iss` is not the issuer the caller expects (RFC 7519 4.1.1).
    IssuerWrong = 65,
    /// The token has an `aud`, but the caller neither named an audience nor ignored `aud`
    /// (RFC 7519 4.1.3).
    AudienceUnexpected = 57,
    /// The audience that the caller named is not in `aud` (RFC 7519 4.1.3).
    AudienceWrong = 66,
    /// `exp` has passed (RFC 7519 4.1.4), leeway counted in.
    Expired {
        /// The token's `exp`, in seconds.
        exp: i64,
        /// The caller's `now`, in seconds.
        now: i64,
    } = 58,
    /// `nbf` has not come yet (RFC 7519 4.1.5), leeway counted in.
    NotYetValid {
        /// The token's `nbf`, in seconds.
        nbf: i64,
        /// The caller's `now`, in seconds.
        now: i64,
    } = 59,
    /// `iat` is in the future (RFC 7519 4.1.6), leeway counted in.
    IssuedInFuture {
        /// The token's `iat`, in seconds.
        iat: i64,
        /// The caller's `now`, in seconds.
        now: i64,
    } = 67,
    /// The token is older by its `iat` than the caller's maximum age, leeway counted in.
    TooOld {
        /// The token's `iat`, in seconds.
        iat: i64,
        /// The caller's `now`, in seconds.
        now: i64,
    } = 68,
    /// `now` is zero or less: the caller's clock is not set.
    ClockNotSet = 60,
    /// The lifetime is zero seconds.
    LifetimeZero = 61,
    /// `now` plus the lifetime does not fit 64 bits.
    TimeOverflow = 62,

    /// `state_hash` is not 32 bytes in padded standard base64 (RFC 4648 4).
    StateHashMalformed = 63,
    /// The account's state has changed since the refresh token was issued.
    StateHashMismatch = 64,

    /// A member to sign has a name that the core writes itself.
    /// [`Claims::members`](crate::Claims::members) lists these names.
    MemberReserved {
        /// The claim that has this name.
        claim: Claim,
    } = 69,
    /// The verified payload does not have the shape of the caller's type. Or its JSON escapes need a
    /// larger buffer or an owned field.
    CustomClaimsShape = 72,
    /// The caller's value could not be serialised: the output buffer is too small for the JSON alone,
    /// or the value's type has no JSON form.
    CustomClaimsNotWritten = 73,

    /// The required `Authorization` header is absent.
    AuthorizationMissing = 80,
    /// The scheme of the `Authorization` header is not `Bearer`.
    AuthorizationScheme = 81,
    /// The `Authorization` header is not `Bearer` followed by one token (RFC 6750 2.1).
    AuthorizationMalformed = 82,
    /// The realm for `WWW-Authenticate` is not printable ASCII.
    RealmInvalid = 83,

    /// The login answer does not have the expected JSON form.
    LoginAnswerInvalid = 90,
    /// The server refused the login or the refresh.
    LoginRefused {
        /// The envelope's `code`.
        code: i64,
    } = 91,
}

/// The part of a token or of an exchange that an [`Error`] is about. Numbered as in C.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[non_exhaustive]
pub enum Part {
    /// The JOSE header.
    Header = 1,
    /// The claims set.
    Payload,
    /// The server's answer to a login or a refresh.
    Answer,
    /// The JSON to sign: the caller's own members, or a whole claims set.
    ToSign,
}

/// What is wrong with a JSON text. Numbered as in C.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[non_exhaustive]
pub enum JsonProblem {
    /// The bytes are not UTF-8.
    NotUtf8 = 1,
    /// The text is not a JSON object.
    NotObject,
    /// A character stands where the grammar of RFC 8259 does not allow it, or the text ends early.
    Syntax,
    /// A string holds an unescaped control character.
    ControlCharacter,
    /// A string holds an unknown escape or a lone surrogate.
    BadEscape,
    /// Two members have the same name.
    DuplicateName,
    /// There are more than [`MAX_MEMBERS`](crate::MAX_MEMBERS) members. In a token to be signed, the
    /// members that the core writes count too.
    TooManyMembers,
    /// Values nest deeper than [`MAX_JSON_DEPTH`](crate::MAX_JSON_DEPTH).
    TooDeep,
    /// Bytes follow the object.
    TrailingBytes,
    /// More than four names have the same hash as an earlier name. This does not happen by chance. The
    /// names may all differ.
    NamesAlike,
}

/// The proof that a step which refuses has left its reason. Only [`Error::leave`] makes it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Left(());

/// The result of one step. A step that refuses writes its reason to the caller's place, because a
/// `Result` with an [`Error`] would be copied from step to step.
pub(crate) type Step<T> = Result<T, Left>;

impl Error {
    /// The result of `steps`, or the reason that they have left.
    pub(crate) fn or_left<T>(steps: impl FnOnce(&mut Self) -> Step<T>) -> Result<T, Self> {
        // Nobody sees this error: a step that refuses replaces it.
        let mut why = Self::SignatureInvalid;
        match steps(&mut why) {
            Ok(value) => Ok(value),
            Err(Left(())) => Err(why),
        }
    }

    /// `value` as `steps` have changed it, or the reason that they have left.
    pub(crate) fn or_left_of<T>(
        mut value: T,
        steps: impl FnOnce(&mut T, &mut Self) -> Step<()>,
    ) -> Result<T, Self> {
        let mut why = Self::SignatureInvalid;
        match steps(&mut value, &mut why) {
            Ok(()) => Ok(value),
            Err(Left(())) => Err(why),
        }
    }

    /// Leaves the reason of a step that refuses.
    pub(crate) fn leave<T>(&mut self, reason: Self) -> Step<T> {
        *self = reason;
        Err(Left(()))
    }

    /// The value, or a refusal for this reason.
    pub(crate) fn unless<T>(&mut self, value: Option<T>, reason: Self) -> Step<T> {
        match value {
            Some(value) => Ok(value),
            None => self.leave(reason),
        }
    }

    /// The number of this error, for logs. It is also the status of the C library.
    #[must_use]
    pub const fn number(&self) -> u8 {
        // The compiler makes this one load.
        match self {
            Self::KeyTooShort { .. } => 10,
            Self::KidInvalid { .. } => 11,
            Self::KidDuplicate { .. } => 12,
            Self::KidUnknown { .. } => 13,
            Self::KidMissing { .. } => 14,
            Self::KidNotString { .. } => 15,
            Self::KidNotInKeyring { .. } => 16,
            Self::KeyBlank { .. } => 17,
            Self::OutputTooSmall { .. } => 20,
            Self::ScratchTooSmall { .. } => 21,
            Self::TokenTooLong { .. } => 30,
            Self::SegmentCount { .. } => 31,
            Self::HeaderTooLong { .. } => 32,
            Self::Base64 { .. } => 33,
            Self::Json { .. } => 34,
            Self::AlgMissing { .. } => 35,
            Self::AlgNotHs256 { .. } => 36,
            Self::CritUnsupported { .. } => 37,
            Self::TypWrong { .. } => 38,
            Self::SignatureInvalid { .. } => 39,
            Self::NestedToken { .. } => 40,
            Self::ClaimsMissing { .. } => 50,
            Self::ClaimType { .. } => 51,
            Self::NumericDateRange { .. } => 52,
            Self::TokenTypeUnknown { .. } => 53,
            Self::TokenTypeWrong { .. } => 54,
            Self::SubjectEmpty { .. } => 55,
            Self::SubjectWrong { .. } => 56,
            Self::AudienceUnexpected { .. } => 57,
            Self::Expired { .. } => 58,
            Self::NotYetValid { .. } => 59,
            Self::ClockNotSet { .. } => 60,
            Self::LifetimeZero { .. } => 61,
            Self::TimeOverflow { .. } => 62,
            Self::StateHashMalformed { .. } => 63,
            Self::StateHashMismatch { .. } => 64,
            Self::IssuerWrong { .. } => 65,
            Self::AudienceWrong { .. } => 66,
            Self::IssuedInFuture { .. } => 67,
            Self::TooOld { .. } => 68,
            Self::MemberReserved { .. } => 69,
            Self::CustomClaimsShape { .. } => 72,
            Self::CustomClaimsNotWritten { .. } => 73,
            Self::AuthorizationMissing { .. } => 80,
            Self::AuthorizationScheme { .. } => 81,
            Self::AuthorizationMalformed { .. } => 82,
            Self::RealmInvalid { .. } => 83,
            Self::LoginAnswerInvalid { .. } => 90,
            Self::LoginRefused { .. } => 91,
        }
    }

    /// One line of ASCII for people that says what was wrong, without the data of this error.
    #[must_use]
    pub const fn description(&self) -> &'static str {
        match self.text().to_str() {
            Ok(text) => text,
            Err(_) => "",
        }
    }

    /// The same with a NUL behind it, for the C library: both use one table of texts.
    // Never inlined: each of its callers would get a copy of the table.
    #[doc(hidden)]
    #[must_use]
    #[inline(never)]
    pub const fn text(&self) -> &'static CStr {
        match self {
            Self::KeyTooShort { .. } => c"the key is too short",
            Self::KeyBlank => c"every byte of the key is 0x00 or every byte is 0xFF",
            Self::KidInvalid => {
                c"a kid must be 1 to 63 bytes without quotes, backslashes or control characters"
            }
            Self::KidDuplicate => c"two keys of the keyring have the same kid",
            Self::KidNotInKeyring => {
                c"the keyring has no key to sign with, or none of the name given"
            }
            Self::KidUnknown => c"no key of the keyring has this kid",
            Self::KidMissing => c"the token has no kid and the keyring requires one",
            Self::KidNotString => c"the token's kid is not a string",
            Self::OutputTooSmall { .. } => c"the output buffer is too small",
            Self::ScratchTooSmall { .. } => c"the scratch buffer is too small for this token",
            Self::TokenTooLong { .. } => c"the token is longer than allowed",
            Self::SegmentCount => c"the token is not three segments separated by dots",
            Self::HeaderTooLong => c"the token's header is longer than allowed",
            Self::Base64 { .. } => c"a segment of the token is not canonical base64url",
            Self::Json { .. } => c"a part is not a strict JSON object",
            Self::AlgMissing => c"the token's header has no alg",
            Self::AlgNotHs256 => c"the token's alg is not HS256",
            Self::CritUnsupported => c"the token's header has crit, and no extension is supported",
            Self::NestedToken => c"the token's cty says that another token is nested in it",
            Self::TypWrong => c"the token's typ is not the expected one",
            Self::SignatureInvalid => c"the token's signature is not valid",
            Self::ClaimsMissing { .. } => c"required claims are missing",
            Self::ClaimType { .. } => c"a claim has the wrong type",
            Self::NumericDateRange { .. } => c"a time claim does not fit 64 bits",
            Self::TokenTypeUnknown => c"the token_type is neither access nor refresh",
            Self::TokenTypeWrong { .. } => c"the token is of the wrong type",
            Self::SubjectEmpty => c"the subject is empty",
            Self::SubjectWrong => c"the subject is not the expected one",
            Self::IssuerWrong => c"the issuer is not the expected one",
            Self::AudienceUnexpected => c"the token is meant for a named audience",
            Self::AudienceWrong => c"the token is meant for another audience",
            Self::Expired { .. } => c"the token has expired",
            Self::NotYetValid { .. } => c"the token is not valid yet",
            Self::IssuedInFuture { .. } => c"the token was issued in the future",
            Self::TooOld { .. } => c"the token was issued too long ago",
            Self::ClockNotSet => c"the clock is not set: now must be greater than zero",
            Self::LifetimeZero => c"a lifetime must be at least one second",
            Self::TimeOverflow => c"now plus the lifetime does not fit 64 bits",
            Self::StateHashMalformed => c"the state_hash is not 32 bytes in padded base64",
            Self::StateHashMismatch => c"the account has changed since the token was issued",
            Self::MemberReserved { .. } => c"a member to sign has a name that the library writes",
            Self::CustomClaimsShape => c"the payload does not fit the expected custom claims",
            Self::CustomClaimsNotWritten => {
                c"the custom claims do not fit the output buffer, or have no JSON form"
            }
            Self::AuthorizationMissing => c"the Authorization header is missing",
            Self::AuthorizationScheme => c"the Authorization scheme is not Bearer",
            Self::AuthorizationMalformed => c"the Authorization header is not one bearer token",
            Self::RealmInvalid => c"a realm must be printable ASCII",
            Self::LoginAnswerInvalid => c"the login answer is not of the expected form",
            Self::LoginRefused { .. } => c"the server refused the login",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.description())?;
        match *self {
            Self::KeyTooShort { bytes, minimum } => {
                write!(f, " ({bytes} given, {minimum} needed)")
            }
            Self::OutputTooSmall { needed } | Self::ScratchTooSmall { needed } => {
                write!(f, " ({needed} bytes needed)")
            }
            Self::TokenTooLong { bytes, maximum } => {
                write!(f, " ({bytes} bytes, at most {maximum})")
            }
            Self::Base64 { part } => write!(f, " ({})", part.name()),
            Self::Json { part, problem, at } => {
                write!(f, " ({}, byte {at}: {})", part.name(), problem.name())
            }
            Self::ClaimsMissing { claims } => write!(f, " ({claims})"),
            Self::ClaimType { claim }
            | Self::NumericDateRange { claim }
            | Self::MemberReserved { claim } => write!(f, " ({})", claim.name()),
            Self::TokenTypeWrong { found } => write!(f, " (it is of type {})", found.name()),
            Self::Expired { exp, now } => write!(f, " (exp {exp}, now {now})"),
            Self::NotYetValid { nbf, now } => write!(f, " (nbf {nbf}, now {now})"),
            Self::IssuedInFuture { iat, now } | Self::TooOld { iat, now } => {
                write!(f, " (iat {iat}, now {now})")
            }
            Self::LoginRefused { code } => write!(f, " (code {code})"),
            _ => Ok(()),
        }
    }
}

impl core::error::Error for Error {}

impl Part {
    const fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Payload => "payload",
            Self::Answer => "answer",
            Self::ToSign => "JSON to sign",
        }
    }
}

impl JsonProblem {
    const fn name(self) -> &'static str {
        match self {
            Self::NotUtf8 => "not UTF-8",
            Self::NotObject => "not an object",
            Self::Syntax => "syntax",
            Self::ControlCharacter => "unescaped control character",
            Self::BadEscape => "bad escape",
            Self::DuplicateName => "duplicate name",
            Self::TooManyMembers => "too many members",
            Self::TooDeep => "nested too deep",
            Self::TrailingBytes => "bytes after the object",
            Self::NamesAlike => "too many names of one hash",
        }
    }
}
