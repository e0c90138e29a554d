//! What a token says: verified claims, one claim by name, and the detail of a refusal.

use core::ffi::{c_char, c_void};

use core_jwt::{Claim, ClaimSet, Error, JsonProblem, JsonValue, Part, TokenType, VerifiedClaims};

use crate::pointers::{self, Memory, Opaque, barejwt_str};
use crate::status::{self, BAREJWT_E_CLAIM_ABSENT, BAREJWT_E_NOT_READY, BAREJWT_E_SCRATCH_CHANGED};
use crate::status::{Fault, barejwt_status};

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

/// The JOSE header of a token.
pub const BAREJWT_PART_HEADER: u32 = 1;
/// The claims set of a token, or the json to be signed.
pub const BAREJWT_PART_PAYLOAD: u32 = 2;
/// The server's answer to a login.
pub const BAREJWT_PART_ANSWER: u32 = 3;

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
    const NONE: Self = Self {
        exp: 0,
        nbf: 0,
        now: 0,
        needed: 0,
        at: 0,
        claims: 0,
        part: 0,
        problem: 0,
        token_type: 0,
    };

    pub(crate) fn of(error: &Error) -> Self {
        let mut detail = Self::NONE;
        match *error {
            Error::OutputTooSmall { needed } | Error::ScratchTooSmall { needed } => {
                detail.needed = needed;
            }
            Error::TokenTooLong { bytes, .. } => detail.needed = bytes,
            Error::Base64 { part } => detail.part = part_number(part),
            Error::Json { part, problem, at } => {
                detail.part = part_number(part);
                detail.problem = problem_number(problem);
                detail.at = at;
            }
            Error::ClaimsMissing { claims } => detail.claims = claim_bits(claims),
            Error::ClaimType { claim } | Error::NumericDateRange { claim } => {
                detail.claims = claim_bits(ClaimSet::of(&[claim]));
            }
            Error::TokenTypeWrong { found } => detail.token_type = type_number(Some(found)),
            Error::Expired { exp, now } => {
                detail.exp = exp;
                detail.now = now;
            }
            Error::NotYetValid { nbf, now } => {
                detail.nbf = nbf;
                detail.now = now;
            }
            _ => {}
        }
        detail
    }

    /// Ends a call: notes the detail of a refusal and gives the status.
    pub(crate) fn conclude(&mut self, result: Result<(), Fault>) -> barejwt_status {
        if let Err(Fault::Core(error)) = &result {
            *self = Self::of(error);
        }
        status::status(result)
    }
}

const CLAIMS: [(Claim, u32); 5] = [
    (Claim::TokenType, BAREJWT_CLAIM_TOKEN_TYPE),
    (Claim::Sub, BAREJWT_CLAIM_SUB),
    (Claim::Exp, BAREJWT_CLAIM_EXP),
    (Claim::Nbf, BAREJWT_CLAIM_NBF),
    (Claim::StateHash, BAREJWT_CLAIM_STATE_HASH),
];

fn claim_bits(set: ClaimSet) -> u32 {
    CLAIMS
        .iter()
        .filter(|(claim, _)| set.contains(*claim))
        .fold(0, |bits, (_, bit)| bits | bit)
}

/// The claims of a set of bits; `None` if a bit is no claim's.
pub(crate) fn claims_of(bits: u32) -> Option<impl Iterator<Item = Claim>> {
    let known = CLAIMS.iter().fold(0, |known, (_, bit)| known | bit);
    let claims = CLAIMS
        .iter()
        .filter(move |(_, bit)| bits & bit != 0)
        .map(|(claim, _)| *claim);
    (bits & !known == 0).then_some(claims)
}

pub(crate) fn type_number(token_type: Option<TokenType>) -> u32 {
    match token_type {
        None => BAREJWT_TYPE_ABSENT,
        Some(TokenType::Access) => BAREJWT_TYPE_ACCESS,
        Some(TokenType::Refresh) => BAREJWT_TYPE_REFRESH,
    }
}

fn part_number(part: Part) -> u32 {
    match part {
        Part::Header => BAREJWT_PART_HEADER,
        Part::Payload => BAREJWT_PART_PAYLOAD,
        Part::Answer => BAREJWT_PART_ANSWER,
        _ => 0,
    }
}

fn problem_number(problem: JsonProblem) -> u32 {
    match problem {
        JsonProblem::NotUtf8 => BAREJWT_JSON_NOT_UTF8,
        JsonProblem::NotObject => BAREJWT_JSON_NOT_OBJECT,
        JsonProblem::Syntax => BAREJWT_JSON_SYNTAX,
        JsonProblem::ControlCharacter => BAREJWT_JSON_CONTROL_CHARACTER,
        JsonProblem::BadEscape => BAREJWT_JSON_BAD_ESCAPE,
        JsonProblem::DuplicateName => BAREJWT_JSON_DUPLICATE_NAME,
        JsonProblem::TooManyMembers => BAREJWT_JSON_TOO_MANY_MEMBERS,
        JsonProblem::TooDeep => BAREJWT_JSON_TOO_DEEP,
        JsonProblem::TrailingBytes => BAREJWT_JSON_TRAILING_BYTES,
        _ => 0,
    }
}

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
    /// Private.
    pub opaque: [u64; 15],
}

impl Opaque for HeldClaims {
    const TAG: u64 = 0x6f1d_9c35_b8e2_47a1;
}

impl barejwt_claims {
    pub(crate) fn set(&mut self, claims: VerifiedClaims<'static>) {
        self.json = barejwt_str::new(claims.json());
        self.token_type = type_number(claims.token_type());
        self.exp = claims.exp().unwrap_or(0);
        self.nbf = claims.nbf().unwrap_or(0);
        if !claims.sub().is_empty() {
            self.sub = barejwt_str::new(claims.sub());
        }
        for (has, bit) in [
            (claims.token_type().is_some(), BAREJWT_CLAIM_TOKEN_TYPE),
            (!claims.sub().is_empty(), BAREJWT_CLAIM_SUB),
            (claims.exp().is_some(), BAREJWT_CLAIM_EXP),
            (claims.nbf().is_some(), BAREJWT_CLAIM_NBF),
        ] {
            if has {
                self.has |= bit;
            }
        }
        let json_hash = pointers::fnv1a(claims.json().as_bytes());
        pointers::store(&mut self.opaque, HeldClaims { claims, json_hash });
    }
}

/// What a `barejwt_claims` holds. The hash tells when its scratch buffer was used for another token.
#[derive(Clone, Copy)]
struct HeldClaims {
    claims: VerifiedClaims<'static>,
    json_hash: u64,
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
    fn set(&mut self, value: JsonValue<'static>, buffer: &'static mut [u8]) -> Result<(), Fault> {
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

/// One claim by its exact name, from verified claims whose scratch buffer is untouched.
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
    // SAFETY: the caller's pointers are as the header asks.
    let value = match unsafe { pointers::output(value) } {
        Ok(value) => value,
        Err(fault) => return fault.status(),
    };
    // SAFETY: the same, and disjoint by the first line.
    let result = (|| unsafe {
        let name = Memory::new(name, name_len)?;
        let buffer = Memory::new(buffer, buffer_size)?;
        let written = [Memory::object(value)?, buffer];
        pointers::disjoint(&written, &[Memory::object(claims)?, name])?;
        let claims = pointers::input(claims)?;
        let held: &HeldClaims =
            pointers::load(&claims.opaque).ok_or(Fault::Edge(BAREJWT_E_NOT_READY))?;
        let verified = held.claims;
        let texts = [verified.json(), verified.sub()].map(|text| barejwt_str::new(text).memory());
        let [json, sub] = texts;
        pointers::disjoint(&written, &[json?, sub?])?;
        if held.json_hash != pointers::fnv1a(verified.json().as_bytes()) {
            return Err(Fault::Edge(BAREJWT_E_SCRATCH_CHANGED));
        }
        let found = verified
            .get(name.text()?)
            .ok_or(Fault::Edge(BAREJWT_E_CLAIM_ABSENT))?;
        value.set(found, buffer.buffer())
    })();
    if let Err(Fault::Core(error)) = &result {
        value.needed = barejwt_detail::of(error).needed;
    }
    status::status(result)
}
