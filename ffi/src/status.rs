//! One number for each thing that can go wrong.

use core::ffi::{CStr, c_char};
use core::num::NonZero;

use core_jwt::{Claim, ClaimSet, Error, JsonProblem, Part, TokenType};

/// What every fallible function returns: BAREJWT_OK, or the one check that failed. Numbers are
/// never reused, and 0 is the only success.
pub type barejwt_status = i32;

/// The call did what it says.
pub const BAREJWT_OK: barejwt_status = 0;

/// The secret is shorter than 32 bytes (RFC 7518 3.2), or empty with barejwt_key_init_weak.
pub const BAREJWT_E_KEY_TOO_SHORT: barejwt_status = 10;

/// A kid is empty, longer than BAREJWT_KID_MAX, or holds a quote, a backslash or a control
/// character.
pub const BAREJWT_E_KID_INVALID: barejwt_status = 11;

/// Two keys of a keyring have the same kid.
pub const BAREJWT_E_KID_DUPLICATE: barejwt_status = 12;

/// No key of the keyring has the token's kid.
pub const BAREJWT_E_KID_UNKNOWN: barejwt_status = 13;

/// The token has no kid, and no key of the keyring is for such tokens.
pub const BAREJWT_E_KID_MISSING: barejwt_status = 14;

/// The token's kid is not a string (RFC 7515 4.1.4).
pub const BAREJWT_E_KID_NOT_STRING: barejwt_status = 15;

/// No key of the keyring is there to sign.
pub const BAREJWT_E_KID_NOT_IN_KEYRING: barejwt_status = 16;

/// Every byte of the secret is 0x00, or every byte is 0xFF: memory that nobody has written.
pub const BAREJWT_E_KEY_BLANK: barejwt_status = 17;

/// The output buffer is too small. The bytes it needs are in *out_len, or in the detail.
pub const BAREJWT_E_OUTPUT_TOO_SMALL: barejwt_status = 20;

/// The scratch buffer is too small for this token. The bytes it needs to get past this point are
/// in the detail; BAREJWT_SCRATCH_MAX is always enough.
pub const BAREJWT_E_SCRATCH_TOO_SMALL: barejwt_status = 21;

/// The token is longer than max_token_len. Its length is in the detail, as needed.
pub const BAREJWT_E_TOKEN_TOO_LONG: barejwt_status = 30;

/// The token is not three segments with two dots between (RFC 7515 7.1).
pub const BAREJWT_E_SEGMENT_COUNT: barejwt_status = 31;

/// The header segment is longer than BAREJWT_HEADER_MAX.
pub const BAREJWT_E_HEADER_TOO_LONG: barejwt_status = 32;

/// A segment is not canonical, unpadded base64url (RFC 7515 2). Detail: part.
pub const BAREJWT_E_BASE64: barejwt_status = 33;

/// A part is not the strict JSON object it must be (RFC 8259). Detail, where the call has one:
/// part, problem, at.
pub const BAREJWT_E_JSON: barejwt_status = 34;

/// The header has no alg (RFC 7515 4.1.1).
pub const BAREJWT_E_ALG_MISSING: barejwt_status = 35;

/// The header's alg is anything but the string HS256.
pub const BAREJWT_E_ALG_NOT_HS256: barejwt_status = 36;

/// The header has crit; no extension is supported (RFC 7515 4.1.11).
pub const BAREJWT_E_CRIT_UNSUPPORTED: barejwt_status = 37;

/// The header's typ is absent or not the one asked for (RFC 8725 3.11).
pub const BAREJWT_E_TYP_WRONG: barejwt_status = 38;

/// The signature is not the HMAC of the token under the key.
pub const BAREJWT_E_SIGNATURE_INVALID: barejwt_status = 39;

/// The header's cty is JWT: another token is nested in this one (RFC 7519 7.2 step 8).
pub const BAREJWT_E_NESTED_TOKEN: barejwt_status = 40;

/// Required claims are absent. Detail: claims, all of them at once.
pub const BAREJWT_E_CLAIMS_MISSING: barejwt_status = 50;

/// A claim has the wrong JSON type. Detail: claims.
pub const BAREJWT_E_CLAIM_TYPE: barejwt_status = 51;

/// A NumericDate does not fit 64 bits of seconds (RFC 7519 2). Detail: claims.
pub const BAREJWT_E_NUMERIC_DATE_RANGE: barejwt_status = 52;

/// token_type is neither access nor refresh.
pub const BAREJWT_E_TOKEN_TYPE_UNKNOWN: barejwt_status = 53;

/// The token is of the other type: a refresh token is not an access token. Detail: token_type.
pub const BAREJWT_E_TOKEN_TYPE_WRONG: barejwt_status = 54;

/// sub is the empty string, which identifies nobody.
pub const BAREJWT_E_SUBJECT_EMPTY: barejwt_status = 55;

/// sub is not the subject asked for.
pub const BAREJWT_E_SUBJECT_WRONG: barejwt_status = 56;

/// The token names an audience, and ignore_audience is not set (RFC 7519 4.1.3).
pub const BAREJWT_E_AUDIENCE_UNEXPECTED: barejwt_status = 57;

/// exp has passed (RFC 7519 4.1.4), leeway counted in. Detail: exp, now.
pub const BAREJWT_E_EXPIRED: barejwt_status = 58;

/// nbf has not come yet (RFC 7519 4.1.5), leeway counted in. Detail: nbf, now.
pub const BAREJWT_E_NOT_YET_VALID: barejwt_status = 59;

/// now is zero or less: the clock is not set.
pub const BAREJWT_E_CLOCK_NOT_SET: barejwt_status = 60;

/// A lifetime of zero seconds was asked for.
pub const BAREJWT_E_LIFETIME_ZERO: barejwt_status = 61;

/// now plus the lifetime does not fit 64 bits.
pub const BAREJWT_E_TIME_OVERFLOW: barejwt_status = 62;

/// state_hash is not 32 bytes in padded standard base64 (RFC 4648 4).
pub const BAREJWT_E_STATE_HASH_MALFORMED: barejwt_status = 63;

/// The account has changed since the refresh token was issued: the user must log in.
pub const BAREJWT_E_STATE_HASH_MISMATCH: barejwt_status = 64;

/// iss is not the issuer asked for (RFC 7519 4.1.1).
pub const BAREJWT_E_ISSUER_WRONG: barejwt_status = 65;

/// The audience asked for is not in aud (RFC 7519 4.1.3).
pub const BAREJWT_E_AUDIENCE_WRONG: barejwt_status = 66;

/// iat is in the future (RFC 7519 4.1.6), leeway counted in.
pub const BAREJWT_E_ISSUED_IN_FUTURE: barejwt_status = 67;

/// iat is longer ago than max_age, leeway counted in.
pub const BAREJWT_E_TOO_OLD: barejwt_status = 68;

/// The members to sign have one whose name the library writes itself. Detail: claims.
pub const BAREJWT_E_MEMBER_RESERVED: barejwt_status = 69;

/// The claims set has no member of this name.
pub const BAREJWT_E_CLAIM_ABSENT: barejwt_status = 70;

/// There is no Authorization header, and one is required.
pub const BAREJWT_E_AUTHORIZATION_MISSING: barejwt_status = 80;

/// The Authorization header has another scheme than Bearer.
pub const BAREJWT_E_AUTHORIZATION_SCHEME: barejwt_status = 81;

/// The Authorization header is not Bearer and one token (RFC 6750 2.1).
pub const BAREJWT_E_AUTHORIZATION_MALFORMED: barejwt_status = 82;

/// The realm for WWW-Authenticate is not printable ASCII without quotes and backslashes.
pub const BAREJWT_E_REALM_INVALID: barejwt_status = 83;

/// The status is no refusal of a token but success or a fault of the server's own: there is no
/// WWW-Authenticate to send.
pub const BAREJWT_E_NO_CHALLENGE: barejwt_status = 85;

/// The answer to a login is not of the expected form.
pub const BAREJWT_E_LOGIN_ANSWER_INVALID: barejwt_status = 90;

/// The server refused the login or the refresh; its code is in *code.
pub const BAREJWT_E_LOGIN_REFUSED: barejwt_status = 91;

/// A pointer is NULL that must not be; a string or buffer may be NULL with length 0 alone.
pub const BAREJWT_E_NULL: barejwt_status = 100;

/// A length is longer than any object can be, such as a negative number cast to size_t.
pub const BAREJWT_E_LENGTH: barejwt_status = 101;

/// A pointer to a struct is not aligned for it.
pub const BAREJWT_E_MISALIGNED: barejwt_status = 102;

/// A buffer or result overlaps another buffer, result or input of the call, or what an input points
/// to.
pub const BAREJWT_E_OVERLAP: barejwt_status = 103;

/// A sub, kid, claim name, realm, typ, json or token to keep is not UTF-8.
pub const BAREJWT_E_NOT_UTF8: barejwt_status = 104;

/// A key, keyring, claims, refresh or session struct was never initialised, or was wiped, or the
/// call that should have filled it failed.
pub const BAREJWT_E_NOT_READY: barejwt_status = 105;

/// struct_size is too small, over 256, or counts in a rule that this library does not know: begin
/// with the initialiser macro.
pub const BAREJWT_E_STRUCT_SIZE: barejwt_status = 106;

/// A field or argument has a number without a meaning.
pub const BAREJWT_E_OPTION: barejwt_status = 107;

/// The keyring has no slot left.
pub const BAREJWT_E_KEYRING_FULL: barejwt_status = 108;

/// The scratch buffer that these claims or this refresh token point into was used for something
/// else.
pub const BAREJWT_E_SCRATCH_CHANGED: barejwt_status = 109;

/// A refusal that this ABI has no number for yet.
pub const BAREJWT_E_OTHER: barejwt_status = 199;

/// Why a call is refused: a status that is not [`BAREJWT_OK`].
#[derive(Clone, Copy)]
pub(crate) struct Refused(NonZero<barejwt_status>);

impl Refused {
    pub(crate) const fn with(status: barejwt_status) -> Self {
        match NonZero::new(status) {
            Some(status) => Self(status),
            None => Self::with(BAREJWT_E_OTHER),
        }
    }

    pub(crate) const fn status(self) -> barejwt_status {
        self.0.get()
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::with(number(&error).into())
    }
}

pub(crate) fn of(result: Result<(), Refused>) -> barejwt_status {
    result.map_or_else(Refused::status, |()| BAREJWT_OK)
}

/// The table of the core's errors: number, variant, and a sample of it with any data.
macro_rules! core_errors {
    ($($status:ident $variant:ident $({ $($field:ident: $value:expr),* })?,)*) => {
        // A byte, for the table of them is in every program; inlined it would be one of words.
        #[inline(never)]
        fn number(error: &Error) -> u8 {
            match error {
                $(Error::$variant { .. } => $status as u8,)*
                _ => BAREJWT_E_OTHER as u8,
            }
        }

        /// The core's error with this number, its data apart.
        pub(crate) fn sample_of(status: barejwt_status) -> Option<Error> {
            Some(match status {
                $($status => Error::$variant $({ $($field: $value),* })?,)*
                _ => return None,
            })
        }

        #[cfg(test)]
        const CORE: &[(barejwt_status, &str)] = &[$(($status, stringify!($variant)),)*];
    };
}

core_errors! {
    BAREJWT_E_KEY_TOO_SHORT KeyTooShort { bytes: 0, minimum: 0 },
    BAREJWT_E_KEY_BLANK KeyBlank,
    BAREJWT_E_KID_INVALID KidInvalid,
    BAREJWT_E_KID_DUPLICATE KidDuplicate,
    BAREJWT_E_KID_UNKNOWN KidUnknown,
    BAREJWT_E_KID_MISSING KidMissing,
    BAREJWT_E_KID_NOT_STRING KidNotString,
    BAREJWT_E_KID_NOT_IN_KEYRING KidNotInKeyring,
    BAREJWT_E_OUTPUT_TOO_SMALL OutputTooSmall { needed: 0 },
    BAREJWT_E_SCRATCH_TOO_SMALL ScratchTooSmall { needed: 0 },
    BAREJWT_E_TOKEN_TOO_LONG TokenTooLong { bytes: 0, maximum: 0 },
    BAREJWT_E_SEGMENT_COUNT SegmentCount,
    BAREJWT_E_HEADER_TOO_LONG HeaderTooLong,
    BAREJWT_E_BASE64 Base64 { part: Part::Header },
    BAREJWT_E_JSON Json { part: Part::Header, problem: JsonProblem::Syntax, at: 0 },
    BAREJWT_E_ALG_MISSING AlgMissing,
    BAREJWT_E_ALG_NOT_HS256 AlgNotHs256,
    BAREJWT_E_CRIT_UNSUPPORTED CritUnsupported,
    BAREJWT_E_NESTED_TOKEN NestedToken,
    BAREJWT_E_TYP_WRONG TypWrong,
    BAREJWT_E_SIGNATURE_INVALID SignatureInvalid,
    BAREJWT_E_CLAIMS_MISSING ClaimsMissing { claims: ClaimSet::of(&[]) },
    BAREJWT_E_CLAIM_TYPE ClaimType { claim: Claim::Sub },
    BAREJWT_E_NUMERIC_DATE_RANGE NumericDateRange { claim: Claim::Exp },
    BAREJWT_E_TOKEN_TYPE_UNKNOWN TokenTypeUnknown,
    BAREJWT_E_TOKEN_TYPE_WRONG TokenTypeWrong { found: TokenType::Access },
    BAREJWT_E_SUBJECT_EMPTY SubjectEmpty,
    BAREJWT_E_SUBJECT_WRONG SubjectWrong,
    BAREJWT_E_ISSUER_WRONG IssuerWrong,
    BAREJWT_E_AUDIENCE_UNEXPECTED AudienceUnexpected,
    BAREJWT_E_AUDIENCE_WRONG AudienceWrong,
    BAREJWT_E_EXPIRED Expired { exp: 0, now: 0 },
    BAREJWT_E_NOT_YET_VALID NotYetValid { nbf: 0, now: 0 },
    BAREJWT_E_ISSUED_IN_FUTURE IssuedInFuture { iat: 0, now: 0 },
    BAREJWT_E_TOO_OLD TooOld { iat: 0, now: 0 },
    BAREJWT_E_MEMBER_RESERVED MemberReserved { claim: Claim::Sub },
    BAREJWT_E_CLOCK_NOT_SET ClockNotSet,
    BAREJWT_E_LIFETIME_ZERO LifetimeZero,
    BAREJWT_E_TIME_OVERFLOW TimeOverflow,
    BAREJWT_E_STATE_HASH_MALFORMED StateHashMalformed,
    BAREJWT_E_STATE_HASH_MISMATCH StateHashMismatch,
    BAREJWT_E_AUTHORIZATION_MISSING AuthorizationMissing,
    BAREJWT_E_AUTHORIZATION_SCHEME AuthorizationScheme,
    BAREJWT_E_AUTHORIZATION_MALFORMED AuthorizationMalformed,
    BAREJWT_E_REALM_INVALID RealmInvalid,
    BAREJWT_E_LOGIN_ANSWER_INVALID LoginAnswerInvalid,
    BAREJWT_E_LOGIN_REFUSED LoginRefused { code: 0 },
}

fn edge_text(status: barejwt_status) -> &'static CStr {
    match status {
        BAREJWT_OK => c"success",
        BAREJWT_E_CLAIM_ABSENT => c"the token has no claim of this name",
        BAREJWT_E_NO_CHALLENGE => c"this status has no WWW-Authenticate value",
        BAREJWT_E_NULL => c"a pointer is NULL that must not be",
        BAREJWT_E_LENGTH => c"a length is longer than any object can be",
        BAREJWT_E_MISALIGNED => c"a pointer to a struct is not aligned",
        BAREJWT_E_OVERLAP => c"a buffer to be written overlaps another argument",
        BAREJWT_E_NOT_UTF8 => c"a string argument is not UTF-8",
        BAREJWT_E_NOT_READY => c"a struct was never initialised, was wiped, or its call failed",
        BAREJWT_E_STRUCT_SIZE => c"struct_size is not a size that this library knows",
        BAREJWT_E_OPTION => c"an option has a value without a meaning",
        BAREJWT_E_KEYRING_FULL => c"the keyring has no slot left",
        BAREJWT_E_SCRATCH_CHANGED => c"the scratch buffer behind these claims was overwritten",
        BAREJWT_E_OTHER => c"refused for a reason that this ABI has no number for",
        _ => c"unknown status",
    }
}

/// One line of English for a status: a static string, never NULL, also for numbers that are none.
#[unsafe(no_mangle)]
pub extern "C" fn barejwt_strerror(status: barejwt_status) -> *const c_char {
    sample_of(status)
        .map_or_else(|| edge_text(status), |error| error.text())
        .as_ptr()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The variants of the core's `Error`, read from its source: the compiler cannot list them
    /// here, the enum being non-exhaustive.
    fn variants_of_the_core() -> BTreeSet<&'static str> {
        let source = include_str!("../../src/error.rs");
        let body = source.split("pub enum Error {").nth(1).unwrap();
        let body = body.split("\n}").next().unwrap();
        body.lines()
            .filter_map(|line| line.strip_prefix("    "))
            .filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()))
            .map(|line| line.trim_end_matches([' ', '{', ',']))
            .collect()
    }

    #[test]
    fn every_error_of_the_core_has_a_number() {
        let mut numbered: BTreeSet<_> = CORE.iter().map(|(_, variant)| *variant).collect();
        // Of Rust's custom claims, which C has not.
        numbered.extend(["CustomClaimsShape", "CustomClaimsNotWritten"]);
        assert_eq!(numbered, variants_of_the_core());
        assert_eq!(numbered.len(), 49);
    }

    #[test]
    fn numbers_are_one_to_one() {
        let numbers: BTreeSet<_> = CORE.iter().map(|(status, _)| *status).collect();
        assert_eq!(numbers.len(), CORE.len());
        for (status, _) in CORE {
            let sample = sample_of(*status).unwrap();
            assert_eq!(barejwt_status::from(number(&sample)), *status);
            assert_eq!(sample.text().to_str(), Ok(sample.description()));
        }
    }
}
