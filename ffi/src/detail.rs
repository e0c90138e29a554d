//! The data of a refusal, and the numbers in it.

use core_jwt::{Claim, ClaimSet, Error, JsonProblem, Part, TokenType};

use crate::pointers::{Reads, Step};
use crate::refused;

/// token_type: the token has no token_type, the rules do not look at it, or there is no token.
pub const BAREJWT_TYPE_ABSENT: u32 = 0;
/// token_type: an access token.
pub const BAREJWT_TYPE_ACCESS: u32 = 1;
/// token_type: a refresh token.
pub const BAREJWT_TYPE_REFRESH: u32 = 2;
/// In a barejwt_validation: an access token or a refresh token. Do not authorise calls with this rule,
/// because it lets refresh tokens pass.
pub const BAREJWT_TYPE_ANY: u32 = 3;
/// In barejwt_validation and barejwt_to_sign: a token of any other system. Here token_type and state_hash
/// are members like any other.
pub const BAREJWT_TYPE_JWT: u32 = 4;

/// The claim token_type, as a bit of a set.
pub const BAREJWT_CLAIM_TOKEN_TYPE: u32 = 1;
/// The claim sub.
pub const BAREJWT_CLAIM_SUB: u32 = 2;
/// The claim exp.
pub const BAREJWT_CLAIM_EXP: u32 = 4;
/// The claim nbf.
pub const BAREJWT_CLAIM_NBF: u32 = 8;
/// The claim state_hash.
pub const BAREJWT_CLAIM_STATE_HASH: u32 = 16;
/// The claim iss.
pub const BAREJWT_CLAIM_ISS: u32 = 32;
/// The claim aud.
pub const BAREJWT_CLAIM_AUD: u32 = 64;
/// The claim iat.
pub const BAREJWT_CLAIM_IAT: u32 = 128;
/// The claim jti.
pub const BAREJWT_CLAIM_JTI: u32 = 256;

/// The JOSE header of a token.
pub const BAREJWT_PART_HEADER: u32 = 1;
/// The claims set of a token.
pub const BAREJWT_PART_PAYLOAD: u32 = 2;

/// The bytes are not UTF-8.
pub const BAREJWT_JSON_NOT_UTF8: u32 = 1;
/// The text is not an object.
pub const BAREJWT_JSON_NOT_OBJECT: u32 = 2;
/// A character stands where the grammar does not allow it, or the text ends early.
pub const BAREJWT_JSON_SYNTAX: u32 = 3;
/// A string holds an unescaped control character.
pub const BAREJWT_JSON_CONTROL_CHARACTER: u32 = 4;
/// A string holds an unknown escape or a lone surrogate.
pub const BAREJWT_JSON_BAD_ESCAPE: u32 = 5;
/// Two members have the same name.
pub const BAREJWT_JSON_DUPLICATE_NAME: u32 = 6;
/// There are more than 64 members.
pub const BAREJWT_JSON_TOO_MANY_MEMBERS: u32 = 7;
/// Values nest deeper than 32 levels.
pub const BAREJWT_JSON_TOO_DEEP: u32 = 8;
/// Bytes follow the object.
pub const BAREJWT_JSON_TRAILING_BYTES: u32 = 9;
/// More than four names have the same hash as an earlier name. This does not happen by chance. The names
/// may all differ.
pub const BAREJWT_JSON_NAMES_ALIKE: u32 = 10;

/// The data of a refusal, to act on. A field that the status does not mention is 0. The detail holds no
/// token text, key byte or expected value, so that you may log it.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct barejwt_detail {
    /// Seconds since 1970: the token's exp for BAREJWT_E_EXPIRED, its nbf for BAREJWT_E_NOT_YET_VALID, its
    /// iat for BAREJWT_E_ISSUED_IN_FUTURE and BAREJWT_E_TOO_OLD.
    pub time: i64,
    /// The now of the call. It was compared with time.
    pub now: i64,
    /// Bytes that the buffer, or max_token_len, must have.
    pub needed: usize,
    /// BAREJWT_E_JSON: byte offset of the fault in the decoded part.
    pub at: usize,
    /// Set of BAREJWT_CLAIM_ bits: the missing claims, or the faulty claim.
    pub claims: u32,
    /// A BAREJWT_PART_ number: the part that has the fault.
    pub part: u32,
    /// A BAREJWT_JSON_ number: what is wrong with the JSON.
    pub problem: u32,
    /// BAREJWT_E_TOKEN_TYPE_WRONG: the type that the token has.
    pub token_type: u32,
}

impl barejwt_detail {
    /// Notes why the core refuses a token, and refuses the call. All is 0 before. The decoded parts of the
    /// token are zeroed: they are not verified, and older claims may still point to them.
    pub(crate) fn refuse<T>(
        &mut self,
        call: Reads<'_>,
        error: Error,
        scratch: &mut [u8],
    ) -> Step<T> {
        self.note(error);
        scratch.fill(0);
        call.refuse(refused::status_of(&error))
    }

    pub(crate) fn note(&mut self, error: Error) {
        let mut claims = ClaimSet::default();
        match error {
            Error::ScratchTooSmall { needed } => self.needed = needed,
            Error::TokenTooLong { bytes, .. } => self.needed = bytes,
            Error::Base64 { part } => self.part = part as u32,
            Error::Json { part, problem, at } => {
                self.part = part as u32;
                self.problem = problem as u32;
                self.at = at;
            }
            Error::ClaimsMissing { claims: missing } => claims = missing,
            Error::ClaimType { claim } | Error::NumericDateRange { claim } => {
                claims = ClaimSet::of(&[claim]);
            }
            Error::TokenTypeWrong { found } => self.token_type = found as u32,
            Error::Expired { exp: time, now }
            | Error::NotYetValid { nbf: time, now }
            | Error::IssuedInFuture { iat: time, now }
            | Error::TooOld { iat: time, now } => {
                self.time = time;
                self.now = now;
            }
            _ => {}
        }
        self.claims = claims.bits().into();
    }
}

// The numbers of the core and of the header are the same.
const _: () = {
    assert!(TokenType::Access as u32 == BAREJWT_TYPE_ACCESS);
    assert!(TokenType::Refresh as u32 == BAREJWT_TYPE_REFRESH);
    assert!(Claim::TokenType as u32 == BAREJWT_CLAIM_TOKEN_TYPE);
    assert!(Claim::Sub as u32 == BAREJWT_CLAIM_SUB);
    assert!(Claim::Exp as u32 == BAREJWT_CLAIM_EXP);
    assert!(Claim::Nbf as u32 == BAREJWT_CLAIM_NBF);
    assert!(Claim::StateHash as u32 == BAREJWT_CLAIM_STATE_HASH);
    assert!(Claim::Iss as u32 == BAREJWT_CLAIM_ISS);
    assert!(Claim::Aud as u32 == BAREJWT_CLAIM_AUD);
    assert!(Claim::Iat as u32 == BAREJWT_CLAIM_IAT);
    assert!(Claim::Jti as u32 == BAREJWT_CLAIM_JTI);
    // The core has no claim after the last one here. Its bits have no gaps.
    assert!(ClaimSet::from_bits(BAREJWT_CLAIM_JTI << 1).is_none());
    assert!(Part::Header as u32 == BAREJWT_PART_HEADER);
    assert!(Part::Payload as u32 == BAREJWT_PART_PAYLOAD);
    assert!(JsonProblem::NotUtf8 as u32 == BAREJWT_JSON_NOT_UTF8);
    assert!(JsonProblem::NotObject as u32 == BAREJWT_JSON_NOT_OBJECT);
    assert!(JsonProblem::Syntax as u32 == BAREJWT_JSON_SYNTAX);
    assert!(JsonProblem::ControlCharacter as u32 == BAREJWT_JSON_CONTROL_CHARACTER);
    assert!(JsonProblem::BadEscape as u32 == BAREJWT_JSON_BAD_ESCAPE);
    assert!(JsonProblem::DuplicateName as u32 == BAREJWT_JSON_DUPLICATE_NAME);
    assert!(JsonProblem::TooManyMembers as u32 == BAREJWT_JSON_TOO_MANY_MEMBERS);
    assert!(JsonProblem::TooDeep as u32 == BAREJWT_JSON_TOO_DEEP);
    assert!(JsonProblem::TrailingBytes as u32 == BAREJWT_JSON_TRAILING_BYTES);
    assert!(JsonProblem::NamesAlike as u32 == BAREJWT_JSON_NAMES_ALIKE);
};
