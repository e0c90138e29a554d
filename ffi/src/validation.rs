//! What a token must satisfy beyond its signature.

use core_jwt::{Claim, ClaimSet, Validation};

use crate::claims::{
    BAREJWT_TYPE_ABSENT, BAREJWT_TYPE_ACCESS, BAREJWT_TYPE_ANY, BAREJWT_TYPE_REFRESH,
};
use crate::pointers::{Call, barejwt_str};
use crate::status::{BAREJWT_E_OPTION, Refused};

/// Most bytes of a token, where max_token_len is 0.
pub const BAREJWT_TOKEN_LEN_DEFAULT: usize = 8192;
/// Most characters of a header segment.
pub const BAREJWT_HEADER_MAX: usize = 1024;

/// The rules that a token is held to. Begin with BAREJWT_VALIDATION_ACCESS or _REFRESH; in every
/// field after struct_size, 0 is the strictest rule.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct barejwt_validation {
    /// sizeof(barejwt_validation), as your header has it: later versions add fields at the end. A
    /// library of a later version than your header takes the fields you lack as 0. An older one
    /// takes up to 256 bytes if all that it does not know is 0, and else refuses the call: no rule
    /// is passed over. Bytes beyond struct_size are not read.
    pub struct_size: u32,
    /// BAREJWT_TYPE_ACCESS, which 0 also means, BAREJWT_TYPE_REFRESH or BAREJWT_TYPE_ANY.
    pub token_type: u32,
    /// Set of BAREJWT_CLAIM_ bits required besides token_type, sub, exp and nbf (and state_hash in
    /// a refresh token).
    pub require: u32,
    /// Set of BAREJWT_CLAIM_ bits that may be missing; a claim that is there is checked all the
    /// same. A token without exp never expires. require has the last word.
    pub allow_missing: u32,
    /// Seconds that a token is accepted after exp and before nbf, for clocks that differ.
    pub leeway: u32,
    /// 1 accepts a token that has an aud claim, without looking at it (RFC 7519 4.1.3).
    pub ignore_audience: u32,
    /// Most bytes of a token; 0 is BAREJWT_TOKEN_LEN_DEFAULT.
    pub max_token_len: usize,
    /// The subject that the token must have; ptr NULL accepts any.
    pub sub: barejwt_str,
    /// The media type that the header's typ must be, without regard to case and to a leading
    /// application/; ptr NULL does not look at typ.
    pub typ: barejwt_str,
}

/// Reads the rules.
pub(crate) fn take<'c>(
    call: &mut Call<'c>,
    want: *const barejwt_validation,
) -> Result<Validation<'c>, Refused> {
    let want = call.sized_input(want)?;
    let option = Refused::with(BAREJWT_E_OPTION);
    let allow_missing = ClaimSet::from_bits(want.allow_missing).ok_or(option)?;
    let require = ClaimSet::from_bits(want.require).ok_or(option)?;
    if want.ignore_audience > 1 {
        return Err(option);
    }
    let mut rules = match want.token_type {
        BAREJWT_TYPE_ABSENT | BAREJWT_TYPE_ACCESS => Validation::access(),
        BAREJWT_TYPE_REFRESH => Validation::refresh(),
        BAREJWT_TYPE_ANY => Validation::any_type(),
        _ => return Err(option),
    };
    rules = rules
        .with_claims(allow_missing, require)
        .leeway(want.leeway);
    if want.ignore_audience == 1 {
        rules = rules.ignore(Claim::Aud);
    }
    if want.max_token_len != 0 {
        rules = rules.max_token_len(want.max_token_len);
    }
    if let Some(sub) = call.optional_text(want.sub)? {
        rules = rules.subject(sub);
    }
    if let Some(typ) = call.optional_text(want.typ)? {
        rules = rules.typ(typ);
    }
    Ok(rules)
}

const _: () = {
    assert!(BAREJWT_TOKEN_LEN_DEFAULT == core_jwt::DEFAULT_MAX_TOKEN_LEN);
    assert!(BAREJWT_HEADER_MAX == core_jwt::MAX_HEADER_SEGMENT_LEN);
};
