//! What a token says: verified claims, one claim by name, and the detail of a refusal.

use core::ffi::{c_char, c_void};

use core_jwt::{Claim, ClaimSet, Error, JsonProblem, JsonValue, Part, TokenType, VerifiedClaims};

use crate::pointers::{self, Call, Promise, barejwt_str};
use crate::status::{
    BAREJWT_E_CLAIM_ABSENT, BAREJWT_E_NOT_READY, BAREJWT_E_SCRATCH_CHANGED, Refused, barejwt_status,
};

/// token_type: the token has none, or there is no token.
pub const BAREJWT_TYPE_ABSENT: u32 = 0;
/// token_type: an access token.
pub const BAREJWT_TYPE_ACCESS: u32 = 1;
/// token_type: a refresh token.
pub const BAREJWT_TYPE_REFRESH: u32 = 2;
/// In a barejwt_validation: a token of either type. Authorising a call by such a token would let
/// refresh tokens in.
pub const BAREJWT_TYPE_ANY: u32 = 3;

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
/// The claims set of a token, or the json to be signed.
pub const BAREJWT_PART_PAYLOAD: u32 = 2;
/// The server's answer to a login.
pub const BAREJWT_PART_ANSWER: u32 = 3;
/// The members of one's own that are to be signed.
pub const BAREJWT_PART_MEMBERS: u32 = 4;

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
/// So many names have one hash that their maker must have meant it; none need be a duplicate.
pub const BAREJWT_JSON_NAMES_ALIKE: u32 = 10;

/// The data of a refusal, to act on. What a status does not mention is 0. It holds no token text,
/// key byte or expected value, so it may be logged.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct barejwt_detail {
    /// BAREJWT_E_EXPIRED: the token's exp, in seconds.
    pub exp: i64,
    /// BAREJWT_E_NOT_YET_VALID: the token's nbf, in seconds.
    pub nbf: i64,
    /// The now that exp or nbf was compared with.
    pub now: i64,
    /// Bytes that the buffer, or max_token_len, must have.
    pub needed: usize,
    /// BAREJWT_E_JSON: byte offset of the fault in the decoded part.
    pub at: usize,
    /// Set of BAREJWT_CLAIM_ bits: the missing claims, or the faulty one.
    pub claims: u32,
    /// BAREJWT_PART_ number: where the fault is.
    pub part: u32,
    /// BAREJWT_JSON_ number: what is wrong with the JSON.
    pub problem: u32,
    /// BAREJWT_E_TOKEN_TYPE_WRONG: the type that the token has.
    pub token_type: u32,
}

impl barejwt_detail {
    /// Notes why the core refuses. All is 0 before.
    pub(crate) fn refuse(&mut self, error: Error) -> Refused {
        let mut claims = ClaimSet::default();
        match error {
            Error::OutputTooSmall { needed } | Error::ScratchTooSmall { needed } => {
                self.needed = needed;
            }
            Error::TokenTooLong { bytes, .. } => self.needed = bytes,
            Error::Base64 { part } => self.part = part as u32,
            Error::Json { part, problem, at } => {
                self.part = part as u32;
                self.problem = problem as u32;
                self.at = at;
            }
            Error::ClaimsMissing { claims: missing } => claims = missing,
            Error::ClaimType { claim }
            | Error::NumericDateRange { claim }
            | Error::MemberReserved { claim } => claims = ClaimSet::of(&[claim]),
            Error::TokenTypeWrong { found } => self.token_type = found as u32,
            Error::Expired { exp, now } => {
                self.exp = exp;
                self.now = now;
            }
            Error::NotYetValid { nbf, now } => {
                self.nbf = nbf;
                self.now = now;
            }
            _ => {}
        }
        self.claims = claims.bits().into();
        error.into()
    }
}

// The core's numbers are those of the header.
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
    assert!(Part::Header as u32 == BAREJWT_PART_HEADER);
    assert!(Part::Payload as u32 == BAREJWT_PART_PAYLOAD);
    assert!(Part::Answer as u32 == BAREJWT_PART_ANSWER);
    assert!(Part::Members as u32 == BAREJWT_PART_MEMBERS);
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

/// The claims of a token whose signature, type and times were checked. All strings point into the
/// scratch buffer of the call: leave it alone while you use them. After a refusal everything is 0
/// but the detail.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct barejwt_claims {
    /// The subject, unescaped. NULL only if the token has none, and that was allowed. It may hold
    /// any character, line breaks and NUL among them: mind where you write it.
    pub sub: barejwt_str,
    /// The whole claims set as it was signed: one strict JSON object, no name
    /// repeated at its top level.
    pub json: barejwt_str,
    /// Seconds since 1970, a fraction rounded down; 0 if absent, see has.
    pub exp: i64,
    /// Seconds since 1970, a fraction rounded up; 0 if absent, see has.
    pub nbf: i64,
    /// BAREJWT_TYPE_ACCESS, BAREJWT_TYPE_REFRESH or BAREJWT_TYPE_ABSENT.
    pub token_type: u32,
    /// Set of BAREJWT_CLAIM_ bits: which of token_type, sub, exp and nbf the token has.
    pub has: u32,
    /// Why there are no claims.
    pub detail: barejwt_detail,
    /// Private: that there are claims, and what json was, to tell whether it is still there.
    pub verified: u32,
    /// Private.
    pub checksum: u32,
}

/// `verified` of claims that a call has filled in.
const VERIFIED: u32 = 0x6f1d_9c35;

impl barejwt_claims {
    /// Fills in what `claims` say. All is 0 before.
    pub(crate) fn set(&mut self, claims: VerifiedClaims<'_>) {
        let mut has = 0;
        self.verified = VERIFIED;
        self.checksum = pointers::checksum(claims.json().as_bytes());
        self.json = barejwt_str::new(claims.json());
        if let Some(token_type) = claims.token_type() {
            self.token_type = token_type as u32;
            has |= BAREJWT_CLAIM_TOKEN_TYPE;
        }
        if !claims.sub().is_empty() {
            self.sub = barejwt_str::new(claims.sub());
            has |= BAREJWT_CLAIM_SUB;
        }
        if let Some(exp) = claims.exp() {
            self.exp = exp;
            has |= BAREJWT_CLAIM_EXP;
        }
        if let Some(nbf) = claims.nbf() {
            self.nbf = nbf;
            has |= BAREJWT_CLAIM_NBF;
        }
        self.has = has;
    }

    /// The claims set, if its memory still holds it.
    fn json<'c>(&self, call: &mut Call<'c>) -> Result<&'c str, Refused> {
        if self.verified != VERIFIED {
            return Err(Refused::with(BAREJWT_E_NOT_READY));
        }
        let changed = Refused::with(BAREJWT_E_SCRATCH_CHANGED);
        let bytes = call.bytes(self.json.ptr, self.json.len)?;
        // Nothing may be written over the subject either.
        call.bytes(self.sub.ptr, self.sub.len)?;
        if pointers::checksum(bytes) != self.checksum {
            return Err(changed);
        }
        core::str::from_utf8(bytes).map_err(|_| changed)
    }
}

/// kind: there is no value.
pub const BAREJWT_VALUE_ABSENT: u32 = 0;
/// kind: a string; text is it, unescaped, and may hold any character, NUL too.
pub const BAREJWT_VALUE_STRING: u32 = 1;
/// kind: a number; text is it as written.
pub const BAREJWT_VALUE_NUMBER: u32 = 2;
/// kind: an object; text is its JSON.
pub const BAREJWT_VALUE_OBJECT: u32 = 3;
/// kind: an array; text is its JSON.
pub const BAREJWT_VALUE_ARRAY: u32 = 4;
/// kind: true or false; integer is 1 or 0.
pub const BAREJWT_VALUE_BOOL: u32 = 5;
/// kind: null.
pub const BAREJWT_VALUE_NULL: u32 = 6;

/// The value of one claim.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct barejwt_value {
    /// Points into the scratch buffer behind the claims, or into the buffer of the call.
    pub text: barejwt_str,
    /// A number written as an integer that fits 64 bits, if is_integer; 1 for true.
    pub integer: i64,
    /// After BAREJWT_E_OUTPUT_TOO_SMALL: bytes that the buffer needs.
    pub needed: usize,
    /// BAREJWT_VALUE_ number.
    pub kind: u32,
    /// 1 if integer is the whole value of a number.
    pub is_integer: u32,
}

impl barejwt_value {
    fn set<'v>(&mut self, value: JsonValue<'v>, buffer: &'v mut [u8]) -> Result<(), Error> {
        let (kind, text) = match value {
            JsonValue::String(text) => (BAREJWT_VALUE_STRING, text.unescape(buffer)?),
            JsonValue::Number(text) => (BAREJWT_VALUE_NUMBER, text),
            JsonValue::Object(text) => (BAREJWT_VALUE_OBJECT, text),
            JsonValue::Array(text) => (BAREJWT_VALUE_ARRAY, text),
            JsonValue::Bool(true) => (BAREJWT_VALUE_BOOL, "true"),
            JsonValue::Bool(false) => (BAREJWT_VALUE_BOOL, "false"),
            JsonValue::Null => (BAREJWT_VALUE_NULL, "null"),
        };
        self.kind = kind;
        self.text = barejwt_str::new(text);
        if let Some(integer) = value.as_i64() {
            self.integer = integer;
            self.is_integer = 1;
        }
        if matches!(value, JsonValue::Bool(true)) {
            self.integer = 1;
        }
        Ok(())
    }
}

/// One claim by its exact name, from verified claims whose scratch buffer is as it was.
///
/// buffer is for a string with JSON escapes, which is unescaped into it; it may be NULL with size
/// 0 if you expect none.
///
/// BAREJWT_E_CLAIM_ABSENT, BAREJWT_E_OUTPUT_TOO_SMALL (see value->needed), BAREJWT_E_NOT_READY,
/// BAREJWT_E_SCRATCH_CHANGED.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_claims_get(
    claims: *const barejwt_claims,
    name: *const c_char,
    name_len: usize,
    buffer: *mut c_void,
    buffer_size: usize,
    value: *mut barejwt_value,
) -> barejwt_status {
    // SAFETY: the pointers are C's, under the header's rules.
    unsafe { Promise::of_the_header() }.call(|call| {
        let value = call.output(value)?;
        let json = call.input(claims)?.json(call)?;
        let name = call.text(name, name_len)?;
        let buffer = call.work(buffer, buffer_size)?;
        let found = core_jwt::member(json, name)?;
        let found = found.ok_or(Refused::with(BAREJWT_E_CLAIM_ABSENT))?;
        value.set(found, buffer).map_err(|error| {
            if let Error::OutputTooSmall { needed } = error {
                value.needed = needed;
            }
            error.into()
        })
    })
}
