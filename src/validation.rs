//! The rules that a token must meet beside its signature. They begin strict, and methods relax them.

use core::fmt;

use crate::claim::{Claim, ClaimSet, TokenType};
use crate::claims::{ReadClaims, Values};
use crate::error::{Error, Step};
use crate::header::Header;
use crate::json::{JsonStr, array_has};

/// Most bytes of a token, unless [`Validation::max_token_len`] sets another limit.
pub const DEFAULT_MAX_TOKEN_LEN: usize = 8192;

/// The rules that [`verify`](crate::verify()) holds a token to.
///
/// [`access`](Self::access) and [`refresh`](Self::refresh) are for the site's own tokens. They require
/// `token_type`, `sub`, `exp` and `nbf`, and in a refresh token `state_hash`. [`jwt`](Self::jwt) is for
/// the tokens of any other system. It requires `exp` and nothing else. All start with no leeway. All
/// refuse a token that has an `aud`, unless [`audience`](Self::audience) names an audience or `aud` is
/// [ignored](Self::ignore). Each method that relaxes a rule says so in its name. If two methods name the
/// same claim, the last call counts.
///
/// The rules always look at `sub`, `exp`, `nbf` and `aud`. They look at `token_type` and `state_hash` in
/// the site's tokens, and at `iss`, `iat` and `jti` if a method names them. A claim that the rules look
/// at and that has the wrong type is [`Error::ClaimType`]; it never counts as absent. A claim that they
/// do not look at is a member like any other: read it with
/// [`VerifiedClaims::get`](crate::VerifiedClaims::get).
///
/// ```
/// use barejwt::{Claim, Validation};
///
/// let strict = Validation::access();
/// let relaxed = Validation::access().leeway(30).allow_missing(Claim::Nbf);
/// let other_system = Validation::jwt().issuer("https://auth.example.com").audience("api");
/// ```
#[derive(Clone, Copy)]
pub struct Validation<'v> {
    expected: Expected<'v>,
    profile: Profile,
    leeway: u32,
    max_age: Option<u32>,
    /// Bytes; 0 means `DEFAULT_MAX_TOKEN_LEN`.
    max_token_len: usize,
}

/// Shows no expected value.
impl fmt::Debug for Validation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [subject, issuer, audience, typ] = self.expected.map(|text| text.map(|_| Redacted));
        f.debug_struct("Validation")
            .field("profile", &self.profile)
            .field("subject", &subject)
            .field("issuer", &issuer)
            .field("audience", &audience)
            .field("typ", &typ)
            .field("leeway", &self.leeway)
            .field("max_age", &self.max_age)
            .field("max_token_len", &self.most_bytes())
            .finish()
    }
}

/// An expected value that `Debug` must not show.
struct Redacted;

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("..")
    }
}

/// The values that four texts of a token must have.
type Expected<'v> = [Option<&'v [u8]>; 4];
const SUBJECT: usize = 0;
const ISSUER: usize = 1;
const AUDIENCE: usize = 2;
/// Stands in the header.
const TYP: usize = 3;

/// The claims that a token must have, and the claims that are not looked at.
#[derive(Clone, Copy, Debug)]
struct Profile {
    token_type: Option<TokenType>,
    refuses_refresh: bool,
    required: ClaimSet,
    ignored: ClaimSet,
}

impl Profile {
    const ANY_TYPE: Self = Self {
        token_type: None,
        refuses_refresh: false,
        required: ClaimSet::of(&[Claim::TokenType, Claim::Sub, Claim::Exp, Claim::Nbf]),
        ignored: ClaimSet::of(&[Claim::Iss, Claim::Iat, Claim::Jti]),
    };
    const ACCESS: Self = Self::ANY_TYPE.only(TokenType::Access);
    const REFRESH: Self = Self::ANY_TYPE.only(TokenType::Refresh);
    const JWT: Self = Self {
        required: ClaimSet::of(&[Claim::Exp]),
        ignored: Self::ANY_TYPE
            .ignored
            .with(Claim::TokenType)
            .with(Claim::StateHash),
        ..Self::ANY_TYPE
    };

    /// The profile of each BAREJWT_TYPE_ number of C.
    const BY_NUMBER: [Self; 5] = [
        Self::ACCESS,
        Self::ACCESS,
        Self::REFRESH,
        Self::ANY_TYPE,
        Self::JWT,
    ];

    /// Requires this type and a subject, even if they were ignored or allowed to be missing.
    const fn only(mut self, token_type: TokenType) -> Self {
        self.token_type = Some(token_type);
        let profile = self.require(Claim::TokenType).require(Claim::Sub);
        match token_type {
            TokenType::Access => profile,
            TokenType::Refresh => profile.require(Claim::StateHash),
        }
    }

    const fn require(mut self, claim: Claim) -> Self {
        self.required = self.required.with(claim);
        self.ignored = self.ignored.without(claim);
        self
    }
}

/// The rules that a C program asks for. They are applied in this order, and a later rule wins: `ignored`,
/// the claims that `expected` and `max_age` need, `missing`, `required`.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Wanted<'v> {
    /// The subject, the issuer, the audience and the `typ`.
    pub expected: [Option<&'v [u8]>; 4],
    /// A BAREJWT_TYPE_ number.
    pub profile: u32,
    /// The claims that are not looked at.
    pub ignored: ClaimSet,
    /// The claims that may be missing.
    pub missing: ClaimSet,
    /// The claims that are required.
    pub required: ClaimSet,
    /// Seconds.
    pub leeway: u32,
    /// Seconds; 0 allows any age.
    pub max_age: u32,
    /// Bytes; 0 means the default.
    pub max_token_len: usize,
}

/// Shows no expected value.
impl fmt::Debug for Wanted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wanted").finish_non_exhaustive()
    }
}

impl<'v> Validation<'v> {
    const fn of(profile: Profile) -> Self {
        Self {
            expected: [None; 4],
            profile,
            leeway: 0,
            max_age: None,
            max_token_len: 0,
        }
    }

    /// Rules for an access token of the site: `token_type` is `access`, and `sub`, `exp` and `nbf` are
    /// required.
    #[must_use]
    pub const fn access() -> Self {
        Self::of(Profile::ACCESS)
    }

    /// Rules for a refresh token of the site, which must have a `state_hash`. Use them with
    /// [`verify_refresh`](crate::verify_refresh()), whose result shows only `sub` until the hash was compared.
    /// [`verify`](crate::verify()) does not compare the hash, so that its claims authorise nothing.
    #[must_use]
    pub const fn refresh() -> Self {
        Self::of(Profile::REFRESH)
    }

    /// Rules for an access token or a refresh token of the site. Use them to look at tokens, not to
    /// authorise calls: they let refresh tokens pass. [`authenticate`](crate::authenticate) refuses refresh
    /// tokens, whatever the rules are.
    #[must_use]
    pub const fn any_type() -> Self {
        Self::of(Profile::ANY_TYPE)
    }

    /// Rules for a token of any other system: `exp` is required and nothing else. `token_type` and
    /// `state_hash` are members like any other. So [`verify`](crate::verify()) also accepts a refresh
    /// token of the site that has the same key. Give each system a key of its own, or require its
    /// [`issuer`](Self::issuer).
    ///
    /// ```
    /// use barejwt::{Claims, Key, Validation, sign, verify};
    ///
    /// let key = Key::new(&[7; 32])?;
    /// let (now, mut buf, mut scratch) = (1745651978, [0; 256], [0; 384]);
    /// let claims = Claims::jwt("jane", now, 600)
    ///     .members(r#"{"iss":"https://auth.example.com","aud":["api","web"],"role":"editor"}"#);
    /// let token = sign(&claims, &key, &mut buf)?;
    ///
    /// let rules = Validation::jwt().issuer("https://auth.example.com").audience("api").leeway(30);
    /// let claims = verify(token, &key, &rules, now, &mut scratch)?;
    /// assert_eq!(claims.sub(), "jane");
    /// assert!(claims.get("role").is_some());
    /// # Ok::<(), barejwt::Error>(())
    /// ```
    #[must_use]
    pub const fn jwt() -> Self {
        Self::of(Profile::JWT)
    }

    /// Requires this type and a subject, even if they were ignored or allowed to be missing.
    pub(crate) const fn only(mut self, token_type: TokenType) -> Self {
        self.profile = self.profile.only(token_type);
        self
    }

    /// The rules for renewing a token: it is a refresh token with a subject and a state hash.
    #[doc(hidden)]
    #[must_use]
    pub const fn only_refresh(self) -> Self {
        self.only(TokenType::Refresh)
    }

    /// The rules for a token that identifies a caller. If `token_type` is looked at, the token must be an
    /// access token with a subject. If it is not, the token must not be a refresh token, and must have a
    /// subject unless `sub` is ignored.
    pub(crate) const fn identifying(mut self) -> Self {
        let profile = &mut self.profile;
        if matches!(profile.token_type, Some(TokenType::Refresh)) {
            profile.required = profile.required.without(Claim::StateHash);
        }
        if !profile.ignored.contains(Claim::TokenType) {
            return self.only(TokenType::Access);
        }
        profile.token_type = None;
        profile.refuses_refresh = true;
        if profile.ignored.contains(Claim::Sub) {
            return self;
        }
        self.require(Claim::Sub)
    }

    /// Allows this many seconds after `exp`, before `nbf`, and on each side of
    /// [`max_age`](Self::max_age), because clocks differ.
    #[must_use]
    pub const fn leeway(mut self, seconds: u32) -> Self {
        self.leeway = seconds;
        self
    }

    /// Requires this subject (RFC 7519 4.1.2), compared unescaped and exactly. Another subject is
    /// [`Error::SubjectWrong`]. A token without `sub` is refused, even after
    /// [`allow_missing`](Self::allow_missing).
    #[must_use]
    pub const fn subject(mut self, sub: &'v str) -> Self {
        self.expected[SUBJECT] = Some(sub.as_bytes());
        self.require(Claim::Sub)
    }

    /// Requires this issuer (RFC 7519 4.1.1), compared unescaped and exactly. Another issuer is
    /// [`Error::IssuerWrong`]. If [`allow_missing`](Self::allow_missing) is called afterwards, a token
    /// without `iss` passes this check.
    #[must_use]
    pub const fn issuer(mut self, iss: &'v str) -> Self {
        self.expected[ISSUER] = Some(iss.as_bytes());
        self.require(Claim::Iss)
    }

    /// Requires that `aud` names this audience (RFC 7519 4.1.3). `aud` must be this string, or an array of
    /// strings that contains it, compared unescaped and exactly. Other strings are
    /// [`Error::AudienceWrong`]; any other type is [`Error::ClaimType`]. If
    /// [`allow_missing`](Self::allow_missing) is called afterwards, a token without `aud` passes this check.
    #[must_use]
    pub const fn audience(mut self, aud: &'v str) -> Self {
        self.expected[AUDIENCE] = Some(aud.as_bytes());
        self.require(Claim::Aud)
    }

    /// Limits the age of a token, and requires its `iat` (RFC 7519 4.1.6). `now - iat` must be from 0 to
    /// `seconds`; the leeway widens each side. Otherwise the error is [`Error::IssuedInFuture`] or
    /// [`Error::TooOld`]. A fraction in `iat` is rounded up. If [`allow_missing`](Self::allow_missing) is
    /// called afterwards, a token without `iat` passes this check.
    #[must_use]
    pub const fn max_age(mut self, seconds: u32) -> Self {
        self.max_age = Some(seconds);
        self.require(Claim::Iat)
    }

    /// Requires this media type in the header's `typ`. Case and a leading `application/` do not matter
    /// (RFC 7515 4.1.9, RFC 8725 3.11). Another `typ`, or an absent `typ`, is [`Error::TypWrong`]. Without
    /// this call `typ` is not looked at.
    #[must_use]
    pub const fn typ(mut self, media_type: &'v str) -> Self {
        self.expected[TYP] = Some(media_type.as_bytes());
        self
    }

    /// Also requires this claim, and looks at it. If it is absent, the error is [`Error::ClaimsMissing`]. To
    /// require `aud`, use [`audience`](Self::audience): without it a token that has an `aud` is refused, so
    /// that no token could pass.
    #[must_use]
    pub const fn require(mut self, claim: Claim) -> Self {
        self.profile = self.profile.require(claim);
        self
    }

    /// The rules that a C program asks for; `None` if there is no such profile.
    // Inlined into its one caller, which otherwise would copy both structs.
    #[doc(hidden)]
    #[must_use]
    #[inline(always)]
    pub fn wanted(wanted: &Wanted<'v>) -> Option<Self> {
        let number = usize::try_from(wanted.profile).ok()?;
        let profile = Profile::BY_NUMBER.get(number)?;
        let [subject, issuer, audience, _] = wanted.expected;
        let mut named = ClaimSet::default();
        if subject.is_some() {
            named = named.with(Claim::Sub);
        }
        if issuer.is_some() {
            named = named.with(Claim::Iss);
        }
        if audience.is_some() {
            named = named.with(Claim::Aud);
        }
        if wanted.max_age != 0 {
            named = named.with(Claim::Iat);
        }
        let required = profile.required.minus(wanted.ignored).union(named);
        let ignored = profile.ignored.union(wanted.ignored).minus(named);
        Some(Self {
            expected: wanted.expected,
            profile: Profile {
                required: required.minus(wanted.missing).union(wanted.required),
                ignored: ignored.minus(wanted.required),
                ..*profile
            },
            leeway: wanted.leeway,
            max_age: (wanted.max_age != 0).then_some(wanted.max_age),
            max_token_len: wanted.max_token_len,
        })
    }

    /// Accepts a token without this claim. A token that has the claim is still checked. A token without
    /// `exp` never expires. A claim that is [ignored](Self::ignore) stays ignored.
    #[must_use]
    pub const fn allow_missing(mut self, claim: Claim) -> Self {
        self.profile.required = self.profile.required.without(claim);
        self
    }

    /// Does not look at this claim, whatever type it has. The claim is not required and not checked, and its
    /// own method reads as absent. A token whose `exp` is ignored never expires. Use it for systems that
    /// write a number as `sub` or another value as `token_type`, or if `aud` is not yours to check.
    ///
    /// ```
    /// # use barejwt::{Claim, JsonValue, Key, Validation, sign_json, verify};
    /// # let (key, mut buf, mut scratch) = (Key::new(&[7; 32])?, [0; 256], [0; 192]);
    /// let token = sign_json(r#"{"sub":42,"exp":1745655578}"#, &key, &mut buf)?;
    /// let rules = Validation::jwt().ignore(Claim::Sub);
    /// let claims = verify(token, &key, &rules, 1745651978, &mut scratch)?;
    /// assert_eq!(claims.get("sub").and_then(|sub| sub.as_i64()), Some(42));
    /// # Ok::<(), barejwt::Error>(())
    /// ```
    #[must_use]
    pub const fn ignore(mut self, claim: Claim) -> Self {
        self.profile.ignored = self.profile.ignored.with(claim);
        self.profile.required = self.profile.required.without(claim);
        self
    }

    /// Allows tokens of up to this many bytes. The default is [`DEFAULT_MAX_TOKEN_LEN`], and 0 restores it. A
    /// longer token is [`Error::TokenTooLong`].
    #[must_use]
    pub const fn max_token_len(mut self, bytes: usize) -> Self {
        self.max_token_len = bytes;
        self
    }

    pub(crate) const fn ignored(&self) -> ClaimSet {
        self.profile.ignored
    }

    const fn most_bytes(&self) -> usize {
        match self.max_token_len {
            0 => DEFAULT_MAX_TOKEN_LEN,
            bytes => bytes,
        }
    }

    pub(crate) fn check_len(&self, bytes: usize, why: &mut Error) -> Step<()> {
        let maximum = self.most_bytes();
        if bytes > maximum {
            return why.leave(Error::TokenTooLong { bytes, maximum });
        }
        Ok(())
    }

    pub(crate) fn check_header(&self, header: &Header<'_>, why: &mut Error) -> Step<()> {
        match self.expected[TYP] {
            Some(typ) if !header.has_typ(typ) => why.leave(Error::TypWrong),
            _ => Ok(()),
        }
    }

    // Never inlined: its stack frame must not add to the frames of the JSON reader.
    #[inline(never)]
    pub(crate) fn check_claims(
        &self,
        claims: &ReadClaims<'_>,
        values: &Values<'_>,
        now: i64,
        why: &mut Error,
    ) -> Step<()> {
        self.check_type(claims, values, why)?;
        let missing = self.profile.required.minus(claims.present);
        if !missing.is_empty() {
            return why.leave(Error::ClaimsMissing { claims: missing });
        }
        self.check_parties(claims, values, why)?;
        self.check_times(claims, now, why)
    }

    /// This check comes first, so that a token of the other type gets this error.
    fn check_type(
        &self,
        claims: &ReadClaims<'_>,
        values: &Values<'_>,
        why: &mut Error,
    ) -> Step<()> {
        let other = match (self.profile.token_type, claims.token_type()) {
            (Some(expected), Some(found)) if found != expected => found,
            _ if self.profile.refuses_refresh && is(values.of(Claim::TokenType), b"refresh") => {
                TokenType::Refresh
            }
            _ => return Ok(()),
        };
        why.leave(Error::TokenTypeWrong { found: other })
    }

    /// Checks the subject, the issuer and the audience.
    fn check_parties(
        &self,
        claims: &ReadClaims<'_>,
        values: &Values<'_>,
        why: &mut Error,
    ) -> Step<()> {
        let present = claims.present;
        if let Some(expected) = self.expected[SUBJECT]
            && !self.profile.ignored.contains(Claim::Sub)
            && (claims.sub.is_empty() || claims.sub.as_bytes() != expected)
        {
            return why.leave(Error::SubjectWrong);
        }
        if let Some(expected) = self.expected[ISSUER]
            && present.contains(Claim::Iss)
            && !is(values.of(Claim::Iss), expected)
        {
            return why.leave(Error::IssuerWrong);
        }
        if !present.contains(Claim::Aud) {
            return Ok(());
        }
        let Some(expected) = self.expected[AUDIENCE] else {
            return why.leave(Error::AudienceUnexpected);
        };
        match is_in(values.of(Claim::Aud), expected) {
            Some(true) => Ok(()),
            Some(false) => why.leave(Error::AudienceWrong),
            None => why.leave(Error::ClaimType { claim: Claim::Aud }),
        }
    }

    /// The leeway rule: `nbf - leeway <= now < exp + leeway` (RFC 7519 4.1.4 and 4.1.5). The age rule:
    /// `iat - leeway <= now <= iat + max_age + leeway`.
    fn check_times(&self, claims: &ReadClaims<'_>, now: i64, why: &mut Error) -> Step<()> {
        let leeway = i64::from(self.leeway);
        // `now` is greater than zero, so that 2^32 can be subtracted twice without overflow.
        let (earliest, latest) = (now.wrapping_sub(leeway), now.saturating_add(leeway));
        match claims.nbf() {
            Some(nbf) if latest < nbf => return why.leave(Error::NotYetValid { nbf, now }),
            _ => {}
        }
        match claims.exp() {
            Some(exp) if earliest >= exp => return why.leave(Error::Expired { exp, now }),
            _ => {}
        }
        let Some(max_age) = self.max_age else {
            return Ok(());
        };
        match claims.iat() {
            Some(iat) if latest < iat => why.leave(Error::IssuedInFuture { iat, now }),
            Some(iat) if earliest.wrapping_sub(max_age.into()) > iat => {
                why.leave(Error::TooOld { iat, now })
            }
            _ => Ok(()),
        }
    }
}

/// Whether the JSON text of a value is this string.
fn is(value: &[u8], expected: &[u8]) -> bool {
    JsonStr::of(value).is_some_and(|found| found.is_bytes(expected))
}

/// Whether an `aud` names this audience; `None` if it is neither a string nor an array of strings.
fn is_in(aud: &[u8], audience: &[u8]) -> Option<bool> {
    if let Some(aud) = JsonStr::of(aud) {
        return Some(aud.is_bytes(audience));
    }
    if !aud.starts_with(b"[") {
        return None;
    }
    array_has(aud, audience)
}
