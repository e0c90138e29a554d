//! What a token must satisfy beyond its signature.

use core::mem::MaybeUninit;

use core_jwt::{ClaimSet, Validation, Wanted};

use crate::pointers::{Reads, Step};
use crate::status::BAREJWT_E_OPTION;
use crate::text::barejwt_str;

/// Most bytes of a token, where max_token_len is 0.
pub const BAREJWT_TOKEN_LEN_DEFAULT: usize = 8192;
/// Most characters of a header segment.
pub const BAREJWT_HEADER_MAX: usize = 1024;

/// The rules that a token is held to. Begin with BAREJWT_VALIDATION_ACCESS, BAREJWT_VALIDATION_REFRESH or
/// BAREJWT_VALIDATION_JWT. 0 and NULL ask for nothing and relax nothing.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct barejwt_validation {
    /// sizeof(barejwt_validation), as your header has it. Later versions may add fields at the end. They
    /// accept the smaller struct of an older header, and read the missing fields as 0. A library that is
    /// older than your header refuses the call, so that no rule is skipped.
    pub struct_size: u32,
    /// BAREJWT_TYPE_ACCESS, which 0 also means, BAREJWT_TYPE_REFRESH, BAREJWT_TYPE_ANY or
    /// BAREJWT_TYPE_JWT. The first three require token_type, sub, exp and nbf (and state_hash in a
    /// refresh token), the last exp alone.
    pub token_type: u32,
    /// Set of BAREJWT_CLAIM_ bits that are required too. This set overrides the two below. If you require
    /// aud, set audience too: without it a token that has an aud is refused.
    pub require: u32,
    /// Set of BAREJWT_CLAIM_ bits that may be missing, also where issuer, audience or max_age would
    /// require them; a claim that is there is checked all the same. A token without exp never expires.
    pub allow_missing: u32,
    /// Set of BAREJWT_CLAIM_ bits of claims that are not looked at, whatever type they have: for systems that
    /// write a number as sub, or an aud that is not yours to check. A claim is still checked if sub, issuer,
    /// audience, max_age or require names it. A token whose exp is ignored never expires; with token_type
    /// ignored, a refresh token passes too.
    pub ignore: u32,
    /// Seconds that a token is accepted after exp, before nbf and on either side of max_age, for
    /// clocks that differ.
    pub leeway: u32,
    /// If it is not 0, iat is required (RFC 7519 4.1.6), must not be in the future, and at most so many
    /// seconds ago.
    pub max_age: u32,
    /// Most bytes of a token; 0 is BAREJWT_TOKEN_LEN_DEFAULT.
    pub max_token_len: usize,
    /// The subject that the token must have (RFC 7519 4.1.2), compared unescaped and exactly; ptr NULL
    /// accepts any.
    pub sub: barejwt_str,
    /// The issuer that the token must have (RFC 7519 4.1.1), likewise; with ptr NULL iss is not looked
    /// at.
    pub issuer: barejwt_str,
    /// The audience that aud must be or, as an array of strings, have (RFC 7519 4.1.3); with ptr
    /// NULL a token that has an aud is refused, unless aud is ignored.
    pub audience: barejwt_str,
    /// The media type that the header's typ must be, without regard to case and to a leading
    /// application/; with ptr NULL typ is not looked at.
    pub typ: barejwt_str,
}

/// Reads the rules, and puts them where the caller has room: they are not copied.
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
