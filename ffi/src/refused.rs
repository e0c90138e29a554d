//! The status of each error of the core, and the text of each status.

use core::ffi::{CStr, c_char};

use core_jwt::{Claim, ClaimSet, Error, JsonProblem, Part, TokenType};

use crate::status::*;

/// The status of an error of the core.
pub(crate) fn status_of(error: &Error) -> barejwt_status {
    error.number().into()
}

/// The table of the core's errors: the number, the variant, and any data for a sample.
macro_rules! core_errors {
    ($($status:ident $variant:ident $({ $($field:ident: $value:expr),* })?,)*) => {
        /// The core's error with this number. Its data is only a sample.
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
        BAREJWT_E_JSON_TO_SIGN => c"what is to be signed is not a strict JSON object",
        BAREJWT_E_LOGIN_ANSWER_JSON => c"the login answer is not strict JSON",
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
        BAREJWT_E_KEYRING_EMPTY => c"the keyring has no key",
        _ => c"unknown status",
    }
}

/// One line of English for a status. It is a static string, never NULL, even if status is no number of
/// this header.
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

    /// The variants of the core's `Error`, read from its source. The compiler cannot list them here, because
    /// the enum is non-exhaustive.
    fn variants_of_the_core() -> BTreeSet<&'static str> {
        let source = include_str!("../../src/error.rs");
        let body = source.split("pub enum Error {").nth(1).unwrap();
        let body = body.split("\n}").next().unwrap();
        body.lines()
            .filter_map(|line| line.strip_prefix("    "))
            .filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()))
            .map(|line| line.split([' ', ',']).next().unwrap())
            .collect()
    }

    #[test]
    fn every_error_of_the_core_has_a_number() {
        let mut numbered: BTreeSet<_> = CORE.iter().map(|(_, variant)| *variant).collect();
        // Errors of custom claims, which only Rust has.
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
            assert_eq!(status_of(&sample), *status);
            // SAFETY: a `repr(u8)` enum begins with its discriminant.
            let discriminant = unsafe { (&raw const sample).cast::<u8>().read() };
            assert_eq!(barejwt_status::from(discriminant), *status);
            assert_eq!(sample.text().to_str(), Ok(sample.description()));
        }
    }
}
