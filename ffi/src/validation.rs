//! What a token must satisfy beyond its signature.

use core_jwt::Validation;

use crate::claims::{BAREJWT_TYPE_ABSENT, BAREJWT_TYPE_ACCESS, BAREJWT_TYPE_ANY};
use crate::claims::{BAREJWT_TYPE_REFRESH, claims_of};
use crate::pointers::{self, Memory, barejwt_str};
use crate::status::{BAREJWT_E_OPTION, BAREJWT_E_STRUCT_SIZE, Fault};

/// Most bytes of a token, where max_token_len is 0.
pub const BAREJWT_TOKEN_LEN_DEFAULT: usize = 8192;
/// Most characters of a header segment.
pub const BAREJWT_HEADER_MAX: usize = 1024;

/// The rules that a token is held to. Begin with BAREJWT_VALIDATION_ACCESS or _REFRESH; in every
/// field after struct_size, 0 is the strictest rule.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct barejwt_validation {
    /// sizeof(barejwt_validation), so that later versions can add fields.
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

/// Reads a validation whose strings must not be written: `written` is what the call writes.
///
/// # Safety
/// As [`pointers::input`], for the struct and the strings in it.
pub(crate) unsafe fn read<'v>(
    want: *const barejwt_validation,
    written: &[Memory],
) -> Result<Validation<'v>, Fault> {
    let option = Fault::Edge(BAREJWT_E_OPTION);
    // SAFETY: the same promise.
    let want = unsafe { pointers::input(want)? };
    if usize::try_from(want.struct_size) != Ok(size_of::<barejwt_validation>()) {
        return Err(Fault::Edge(BAREJWT_E_STRUCT_SIZE));
    }
    let (sub, typ) = (want.sub.memory()?, want.typ.memory()?);
    pointers::disjoint(written, &[sub, typ])?;
    let mut rules = match want.token_type {
        BAREJWT_TYPE_ABSENT | BAREJWT_TYPE_ACCESS => Validation::access(),
        BAREJWT_TYPE_REFRESH => Validation::refresh(),
        BAREJWT_TYPE_ANY => Validation::any_type(),
        _ => return Err(option),
    };
    let (Some(missing), Some(required)) = (claims_of(want.allow_missing), claims_of(want.require))
    else {
        return Err(option);
    };
    rules = missing.fold(rules, Validation::allow_missing);
    rules = required.fold(rules, Validation::require);
    rules = rules.leeway(want.leeway);
    match want.ignore_audience {
        0 => {}
        1 => rules = rules.ignore_audience(),
        _ => return Err(option),
    }
    if want.max_token_len != 0 {
        rules = rules.max_token_len(want.max_token_len);
    }
    if !want.sub.ptr.is_null() {
        // SAFETY: the same promise.
        rules = rules.subject(unsafe { sub.text()? });
    }
    if !want.typ.ptr.is_null() {
        // SAFETY: the same promise.
        rules = rules.typ(unsafe { typ.text()? });
    }
    Ok(rules)
}

const _: () = {
    assert!(BAREJWT_TOKEN_LEN_DEFAULT == core_jwt::DEFAULT_MAX_TOKEN_LEN);
    assert!(BAREJWT_HEADER_MAX == core_jwt::MAX_HEADER_SEGMENT_LEN);
};
