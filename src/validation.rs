//! What a token must satisfy beyond its signature: the strictest rules, and names to relax them.

use crate::claims::{Claim, ClaimSet, ReadClaims, TokenType};
use crate::error::Error;
use crate::header::Header;

/// Most bytes of a token, unless [`Validation::max_token_len`] says otherwise.
pub const DEFAULT_MAX_TOKEN_LEN: usize = 8192;

/// The rules that [`verify`](crate::verify()) holds a token to.
///
/// It starts at the strictest: no leeway, one token type, `token_type`, `sub`, `exp` and `nbf`
/// required (and `state_hash` in a refresh token), no audience. Each method that relaxes a rule
/// says so in its name.
///
/// ```
/// use barejwt::{Claim, Validation};
///
/// let strict = Validation::access();
/// let relaxed = Validation::access().leeway(30).allow_missing(Claim::Nbf);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Validation<'v> {
    token_type: Option<TokenType>,
    subject: Option<Redacted<'v>>,
    typ: Option<&'v str>,
    required: ClaimSet,
    leeway: u32,
    max_token_len: usize,
    ignore_audience: bool,
}

/// An expected value that `Debug` must not show.
#[derive(Clone, Copy)]
struct Redacted<'v>(&'v str);

impl core::fmt::Debug for Redacted<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("..")
    }
}

impl<'v> Validation<'v> {
    const STRICT: Self = Self {
        token_type: None,
        subject: None,
        typ: None,
        required: ClaimSet::of(&[Claim::TokenType, Claim::Sub, Claim::Exp, Claim::Nbf]),
        leeway: 0,
        max_token_len: DEFAULT_MAX_TOKEN_LEN,
        ignore_audience: false,
    };

    /// An access token.
    #[must_use]
    pub const fn access() -> Self {
        Self::STRICT.only(TokenType::Access)
    }

    /// A refresh token, which must have a `state_hash`. For [`verify_refresh`](crate::verify_refresh()),
    /// which sees to it that the hash is compared; [`verify`](crate::verify()) compares none, and
    /// its claims authorise nothing.
    #[must_use]
    pub const fn refresh() -> Self {
        Self::STRICT.only(TokenType::Refresh)
    }

    /// A token of either type, for looking at tokens. Authorising a call by such a token would let
    /// refresh tokens in; [`authenticate`](crate::authenticate) does not.
    #[must_use]
    pub const fn any_type() -> Self {
        Self::STRICT
    }

    /// Requires this type and a subject, whatever was allowed before.
    pub(crate) const fn only(mut self, token_type: TokenType) -> Self {
        self.token_type = Some(token_type);
        self.required = self.required.with(Claim::TokenType).with(Claim::Sub);
        if matches!(token_type, TokenType::Refresh) {
            self.required = self.required.with(Claim::StateHash);
        }
        self
    }

    /// Accepts a token this many seconds after `exp` and before `nbf`, for clocks that differ.
    #[must_use]
    pub const fn leeway(mut self, seconds: u32) -> Self {
        self.leeway = seconds;
        self
    }

    /// Requires this subject; implies that `sub` is required.
    #[must_use]
    pub const fn subject(mut self, sub: &'v str) -> Self {
        self.subject = Some(Redacted(sub));
        self.required = self.required.with(Claim::Sub);
        self
    }

    /// Requires this media type in the header's `typ`, without regard to case and to a leading
    /// `application/` (RFC 7515 4.1.9, RFC 8725 3.11). Without this, `typ` is not looked at.
    #[must_use]
    pub const fn typ(mut self, media_type: &'v str) -> Self {
        self.typ = Some(media_type);
        self
    }

    /// Also requires this claim.
    #[must_use]
    pub const fn require(mut self, claim: Claim) -> Self {
        self.required = self.required.with(claim);
        self
    }

    /// Accepts a token without this claim; one that has it is checked all the same. A token
    /// without `exp` never expires.
    #[must_use]
    pub const fn allow_missing(mut self, claim: Claim) -> Self {
        self.required = self.required.without(claim);
        self
    }

    /// Accepts a token that has an `aud` claim, without looking at it. RFC 7519 4.1.3 has a token
    /// refused by whoever is not its audience, and this crate knows of no audience.
    #[must_use]
    pub const fn ignore_audience(mut self) -> Self {
        self.ignore_audience = true;
        self
    }

    /// Allows tokens of up to this many bytes, in place of [`DEFAULT_MAX_TOKEN_LEN`].
    #[must_use]
    pub const fn max_token_len(mut self, bytes: usize) -> Self {
        self.max_token_len = bytes;
        self
    }

    pub(crate) fn check_len(&self, bytes: usize, why: &mut Error) -> Option<()> {
        let maximum = self.max_token_len;
        if bytes > maximum {
            return why.leave(Error::TokenTooLong { bytes, maximum });
        }
        Some(())
    }

    pub(crate) fn check_header(&self, header: &Header<'_>, why: &mut Error) -> Option<()> {
        match self.typ {
            Some(typ) if !header.has_typ(typ) => why.leave(Error::TypWrong),
            _ => Some(()),
        }
    }

    pub(crate) fn check_claims(
        &self,
        claims: &ReadClaims<'_>,
        now: i64,
        why: &mut Error,
    ) -> Option<()> {
        // Before anything else, so that a token of the other type is told so.
        match (self.token_type, claims.token_type()) {
            (Some(expected), Some(found)) if found != expected => {
                return why.leave(Error::TokenTypeWrong { found });
            }
            _ => {}
        }
        let missing = self.required.minus(claims.present);
        if !missing.is_empty() {
            return why.leave(Error::ClaimsMissing { claims: missing });
        }
        match self.subject {
            // One that is absent is empty, and so is none that is present.
            Some(Redacted(expected)) if claims.sub.is_empty() || claims.sub != expected => {
                return why.leave(Error::SubjectWrong);
            }
            _ => {}
        }
        if claims.has_audience && !self.ignore_audience {
            return why.leave(Error::AudienceUnexpected);
        }
        self.check_times(claims, now, why)
    }

    /// The leeway rule: `nbf - leeway <= now < exp + leeway` (RFC 7519 4.1.4 and 4.1.5).
    fn check_times(&self, claims: &ReadClaims<'_>, now: i64, why: &mut Error) -> Option<()> {
        let leeway = i64::from(self.leeway);
        match (claims.nbf(), claims.exp()) {
            (Some(nbf), _) if now.saturating_add(leeway) < nbf => {
                why.leave(Error::NotYetValid { nbf, now })
            }
            (_, Some(exp)) if now.saturating_sub(leeway) >= exp => {
                why.leave(Error::Expired { exp, now })
            }
            _ => Some(()),
        }
    }
}
