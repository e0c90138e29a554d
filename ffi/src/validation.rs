//! The rules that a token must meet beside its signature.

use core::mem::MaybeUninit;

use core_jwt::{ClaimSet, Validation, Wanted};

use crate::pointers::{Reads, Step};
use crate::status::BAREJWT_E_OPTION;
use crate::text::barejwt_str;

/// Most bytes of a token, if max_token_len is 0.
pub const BAREJWT_TOKEN_LEN_DEFAULT: usize = 8192;
/// Most characters of a header segment.
pub const BAREJWT_HEADER_MAX: usize = 1024;

/// The rules that a token must meet. Begin with BAREJWT_VALIDATION_ACCESS, BAREJWT_VALIDATION_REFRESH or
/// BAREJWT_VALIDATION_JWT. A field that is 0 or NULL adds no rule and relaxes no rule.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct barejwt_validation {
    /// sizeof(barejwt_validation) in your header. Later versions may add fields at the end. They accept the
    /// smaller struct of an older header, and read the missing fields as 0. A library that is older than your
    /// header refuses the call, so that no rule is skipped.
    pub struct_size: u32,
    /// BAREJWT_TYPE_ACCESS, BAREJWT_TYPE_REFRESH, BAREJWT_TYPE_ANY or BAREJWT_TYPE_JWT. 0 means
    /// BAREJWT_TYPE_ACCESS. The first three require token_type, sub, exp and nbf, and in a refresh token
    /// state_hash. BAREJWT_TYPE_JWT requires only exp.
    pub token_type: u32,
    /// Set of BAREJWT_CLAIM_ bits: claims that are also required. This set overrides allow_missing and
    /// ignore. If you require aud, set audience too: without an audience a token that has an aud is refused.
    pub require: u32,
    /// Set of BAREJWT_CLAIM_ bits: claims that may be missing, even if issuer, audience or max_age would
    /// require them. A claim that is present is still checked. A token without exp never expires.
    pub allow_missing: u32,
    /// Set of BAREJWT_CLAIM_ bits: claims that are not looked at, whatever type they have. Use it for systems
    /// that write a number as sub, or if aud is not yours to check. A claim is still checked if sub, issuer,
    /// audience, max_age or require needs it. A token whose exp is ignored never expires. If token_type is
    /// ignored, a refresh token passes too.
    pub ignore: u32,
    /// Seconds that are allowed after exp, before nbf and on each side of max_age, because clocks differ.
    pub leeway: u32,
    /// Most seconds since iat (RFC 7519 4.1.6). If it is not 0, iat is required and must not be in the
    /// future.
    pub max_age: u32,
    /// Most bytes of a token; 0 means BAREJWT_TOKEN_LEN_DEFAULT.
    pub max_token_len: usize,
    /// The subject that the token must have (RFC 7519 4.1.2), compared unescaped and exactly. ptr NULL
    /// accepts any subject.
    pub sub: barejwt_str,
    /// The issuer that the token must have (RFC 7519 4.1.1), compared unescaped and exactly. With ptr NULL
    /// iss is not looked at.
    pub issuer: barejwt_str,
    /// The audience that aud must name (RFC 7519 4.1.3), as a string or in an array of strings. With ptr NULL
    /// a token that has an aud is refused, unless aud is ignored.
    pub audience: barejwt_str,
    /// The media type that the header's typ must be. Case and a leading application/ do not matter.
    /// With ptr NULL typ is not looked at.
    pub typ: barejwt_str,
}

/// Reads the rules into the caller's `room`, so that they are not copied.
pub(crate) fn take<'r, 'c>(
    call: Reads<'c>,
    want: *const barejwt_validation,
    room: &'r mut MaybeUninit<Validation<'c>>,
) -> Step<&'r mut Validation<'c>> {
    let want = call.sized_input(want)?;
    let known = ClaimSet::from_bits(want.ignore | want.allow_missing | want.require);
    call.unless(known, BAREJWT_E_OPTION)?;
    let wanted = Wanted {
        expected: [
            call.optional(want.sub)?,
            call.optional(want.issuer)?,
            call.optional(want.audience)?,
            call.optional(want.typ)?,
        ],
        profile: want.token_type,
        ignored: ClaimSet::from_known_bits(want.ignore),
        missing: ClaimSet::from_known_bits(want.allow_missing),
        required: ClaimSet::from_known_bits(want.require),
        leeway: want.leeway,
        max_age: want.max_age,
        max_token_len: want.max_token_len,
    };
    let rules = Validation::wanted(&wanted);
    Ok(room.write(call.unless(rules, BAREJWT_E_OPTION)?))
}

const _: () = {
    assert!(BAREJWT_TOKEN_LEN_DEFAULT == core_jwt::DEFAULT_MAX_TOKEN_LEN);
    assert!(BAREJWT_HEADER_MAX == core_jwt::MAX_HEADER_SEGMENT_LEN);
};
