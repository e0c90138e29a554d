//! The claims of a token: all verified claims, and one claim by name.

use core::ffi::{c_char, c_void};

use core_jwt::{Error, JsonValue, VerifiedClaims};

use crate::detail::{BAREJWT_TYPE_ABSENT, barejwt_detail};
use crate::pointers::{Promise, Reads, Step};
use crate::status::{
    BAREJWT_E_CLAIM_ABSENT, BAREJWT_E_NOT_READY, BAREJWT_E_SCRATCH_CHANGED, barejwt_status,
};
use crate::text::barejwt_str;

/// The claims of a token whose signature, type and times were checked. All strings point into the
/// scratch buffer of the call: do not change the buffer while you use them. After a refusal all is 0
/// except the detail.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct barejwt_claims {
    /// The subject, unescaped. NULL only if the rules allow a token without sub, or ignore sub. It may
    /// hold any character, such as a line break or a NUL: take care where you write it.
    pub sub: barejwt_str,
    /// The whole claims set as it was signed: one strict JSON object. No name is repeated at its top
    /// level.
    pub json: barejwt_str,
    /// Seconds since 1970, with a fraction rounded down. 0 if absent or ignored: see has.
    pub exp: i64,
    /// Seconds since 1970, with a fraction rounded up. 0 if absent or ignored: see has.
    pub nbf: i64,
    /// BAREJWT_TYPE_ACCESS, BAREJWT_TYPE_REFRESH or BAREJWT_TYPE_ABSENT.
    pub token_type: u32,
    /// Set of BAREJWT_CLAIM_ bits: the claims that the token has and the rules look at.
    pub has: u32,
    /// The reason why there are no claims.
    pub detail: barejwt_detail,
    /// Private: says whether there are claims.
    pub state: u32,
    /// Private: tells whether json is still there.
    pub checksum: usize,
}

/// `state` of claims that a call has verified.
const VERIFIED: u32 = 0x6f00_6f00;
/// `state` of claims in a barejwt_refresh whose hash was not compared yet.
const UNCONFIRMED: u32 = 0xa200_a200;

/// The texts of claims whose memory was checked.
pub(crate) struct Texts<'c> {
    pub(crate) sub: &'c str,
    pub(crate) json: &'c str,
}

impl barejwt_claims {
    /// Fills in verified `claims`, whose texts stand in `scratch`. All is 0 before.
    pub(crate) fn set(&mut self, claims: VerifiedClaims<'_>, scratch: *const c_void) {
        let (sub, json) = (claims.sub(), claims.json());
        if !sub.is_empty() {
            self.sub = barejwt_str::within(scratch, sub);
        }
        self.json = barejwt_str::within(scratch, json);
        [self.exp, self.nbf] = claims.times();
        self.token_type = claims
            .token_type()
            .map_or(BAREJWT_TYPE_ABSENT, |it| it as u32);
        self.has = claims.present().bits().into();
        self.state = VERIFIED;
        self.checksum = checksum(json.as_bytes());
    }

    /// The same for a refresh token whose state hash was not compared yet.
    pub(crate) fn set_unconfirmed(&mut self, claims: VerifiedClaims<'_>, scratch: *const c_void) {
        self.set(claims, scratch);
        self.state = UNCONFIRMED;
    }

    /// The claims of a refresh token whose state hash was compared.
    pub(crate) const fn confirmed(&self) -> Self {
        Self {
            state: VERIFIED,
            ..*self
        }
    }

    /// The texts of verified claims, if their memory still holds them.
    fn texts<'c>(&self, call: Reads<'c>) -> Step<Texts<'c>> {
        self.texts_in(VERIFIED, call)
    }

    pub(crate) fn unconfirmed_texts<'c>(&self, call: Reads<'c>) -> Step<Texts<'c>> {
        self.texts_in(UNCONFIRMED, call)
    }

    fn texts_in<'c>(&self, state: u32, call: Reads<'c>) -> Step<Texts<'c>> {
        if self.state != state {
            return call.refuse(BAREJWT_E_NOT_READY);
        }
        let sub = call.bytes(self.sub.ptr, self.sub.len)?;
        let json = call.bytes(self.json.ptr, self.json.len)?;
        if checksum(json) != self.checksum {
            return call.refuse(BAREJWT_E_SCRATCH_CHANGED);
        }
        let text = |bytes| call.unless(core::str::from_utf8(bytes).ok(), BAREJWT_E_SCRATCH_CHANGED);
        Ok(Texts {
            sub: text(sub)?,
            json: text(json)?,
        })
    }
}

/// Tells whether memory was used for something else by accident. It does not protect against an attacker.
/// Two different texts have the same checksum by chance once in about 2^30, or on 64 bits in 2^60. With a
/// small factor instead of the second `ODD`, changes of neighbouring words would cancel.
fn checksum(bytes: &[u8]) -> usize {
    const ODD: usize = 0x9e37_79b9_7f4a_7c15_u64 as usize;
    let (words, rest) = bytes.as_chunks();
    let sum = rest
        .iter()
        .fold(bytes.len(), |sum, byte| (sum << 8) ^ usize::from(*byte));
    words.iter().fold(sum, |sum, word| {
        // Rotated, so that two changes of high bits do not cancel.
        let word = usize::from_ne_bytes(*word).wrapping_mul(ODD);
        let word = word.rotate_left(usize::BITS / 2);
        sum.wrapping_mul(ODD).wrapping_add(word)
    })
}

/// kind: there is no value.
pub const BAREJWT_VALUE_ABSENT: u32 = 0;
/// kind: a string. text is the unescaped string, which may hold any character, NUL too.
pub const BAREJWT_VALUE_STRING: u32 = 1;
/// kind: a number; text is the number as written.
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
    /// The text of the value. It points into the scratch buffer of the claims, into the buffer of the call,
    /// or to a static string.
    pub text: barejwt_str,
    /// The number, if is_integer is 1; 1 for true.
    pub integer: i64,
    /// After BAREJWT_E_OUTPUT_TOO_SMALL: bytes that the buffer needs.
    pub needed: usize,
    /// A BAREJWT_VALUE_ number.
    pub kind: u32,
    /// 1 if the number is written without fraction and exponent and fits int64_t.
    pub is_integer: u32,
}

impl barejwt_value {
    /// Fills in `value`, whose text stands in `json`. A string with escapes is unescaped into `buffer`,
    /// which C has passed as `out`.
    fn set<'v>(
        &mut self,
        value: JsonValue<'v>,
        json: barejwt_str,
        buffer: &'v mut [u8],
        out: *const c_void,
    ) -> Result<(), Error> {
        let unescaped = buffer.as_ptr_range();
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
        self.text = match value {
            JsonValue::Bool(true) => barejwt_str::of_static("true"),
            JsonValue::Bool(false) => barejwt_str::of_static("false"),
            JsonValue::Null => barejwt_str::of_static("null"),
            _ if unescaped.contains(&text.as_ptr()) => barejwt_str::within(out, text),
            _ => barejwt_str::within(json.ptr, text),
        };
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

/// Finds the claim with exactly this name in verified claims. Their scratch buffer must be unchanged.
///
/// A string with JSON escapes is unescaped into buffer. If you expect no escapes, buffer may be NULL with
/// size 0.
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
        let (call, value) = call.output(value);
        let (call, room) = call.scratch(buffer, buffer_size);
        let call = call.reads()?;
        let (value, room) = (value.open(call), room.open(call));
        let claims = call.input(claims)?;
        let json = claims.texts(call)?.json;
        let name = call.text(name, name_len)?;
        let found = call.core(core_jwt::member(json, name))?;
        let found = call.unless(found, BAREJWT_E_CLAIM_ABSENT)?;
        let told = value.set(found, claims.json, room, buffer);
        if let Err(Error::OutputTooSmall { needed }) = told {
            value.needed = needed;
        }
        call.core(told)
    })
}
