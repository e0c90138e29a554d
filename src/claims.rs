//! The claims set (RFC 7519 4): what a token says, before and after it is verified.

use core::fmt;

use base64ct::{Base64, Encoding};

use crate::base64url;
use crate::error::{Error, Part};
use crate::hmac_sha256::from_bytes;
use crate::json::{self, JsonStr, JsonValue, Writer};
use crate::key;
use crate::numeric_date::{self, Round};

/// Bytes of a state hash.
pub const STATE_HASH_BYTES: usize = 32;

/// Characters of a state hash in padded standard base64.
const STATE_HASH_CHARS: usize = 44;

/// The `token_type` claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenType {
    /// `access`: authorises API calls.
    Access,
    /// `refresh`: is traded for a new pair, and for nothing else.
    Refresh,
}

impl TokenType {
    /// The claim's value.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Refresh => "refresh",
        }
    }
}

/// The claims that this crate knows by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Claim {
    /// `token_type`, a string.
    TokenType,
    /// `sub`, a string (RFC 7519 4.1.2).
    Sub,
    /// `exp`, a NumericDate (RFC 7519 4.1.4).
    Exp,
    /// `nbf`, a NumericDate (RFC 7519 4.1.5).
    Nbf,
    /// `state_hash`, 32 bytes in padded standard base64.
    StateHash,
}

impl Claim {
    const ALL: [Self; 5] = [
        Self::TokenType,
        Self::Sub,
        Self::Exp,
        Self::Nbf,
        Self::StateHash,
    ];

    /// The member's name in the claims set.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TokenType => "token_type",
            Self::Sub => "sub",
            Self::Exp => "exp",
            Self::Nbf => "nbf",
            Self::StateHash => "state_hash",
        }
    }

    const fn bit(self) -> u8 {
        match self {
            Self::TokenType => 1,
            Self::Sub => 2,
            Self::Exp => 4,
            Self::Nbf => 8,
            Self::StateHash => 16,
        }
    }
}

/// A set of [`Claim`]s.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct ClaimSet {
    bits: u8,
}

impl ClaimSet {
    /// The set of `claims`.
    #[must_use]
    pub const fn of(claims: &[Claim]) -> Self {
        let mut bits = 0;
        let mut rest = claims;
        while let [claim, tail @ ..] = rest {
            bits |= claim.bit();
            rest = tail;
        }
        Self { bits }
    }

    /// Whether `claim` is in the set.
    #[must_use]
    pub const fn contains(self, claim: Claim) -> bool {
        self.bits & claim.bit() != 0
    }

    /// Whether the set has no claim.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.bits == 0
    }

    /// The claims in the set, in the order they are written in a token.
    pub fn iter(self) -> impl Iterator<Item = Claim> {
        Claim::ALL
            .into_iter()
            .filter(move |claim| self.contains(*claim))
    }

    pub(crate) const fn with(self, claim: Claim) -> Self {
        Self {
            bits: self.bits | claim.bit(),
        }
    }

    pub(crate) const fn without(self, claim: Claim) -> Self {
        self.minus(Self::of(&[claim]))
    }

    pub(crate) const fn minus(self, other: Self) -> Self {
        Self {
            bits: self.bits & !other.bits,
        }
    }
}

/// The names, separated by commas.
impl fmt::Display for ClaimSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, claim) in self.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { ", " })?;
            f.write_str(claim.name())?;
        }
        Ok(())
    }
}

impl fmt::Debug for ClaimSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// The server's digest of an account's credential state, 32 bytes.
///
/// A refresh token carries the one of its time; when the account's has changed, the token is dead.
/// There is no `PartialEq`: [`RefreshToken::confirm`](crate::RefreshToken::confirm) compares, in
/// constant time. `Debug` shows no bytes.
#[derive(Clone, Copy)]
pub struct StateHash([u8; STATE_HASH_BYTES]);

impl StateHash {
    /// Takes the digest's bytes.
    #[must_use]
    pub const fn new(bytes: [u8; STATE_HASH_BYTES]) -> Self {
        Self(bytes)
    }

    /// Reads padded standard base64 (RFC 4648 4), 44 characters.
    ///
    /// # Errors
    /// [`Error::StateHashMalformed`] for anything else, non-canonical forms included.
    pub fn from_base64(text: &str) -> Result<Self, Error> {
        // What looks like an escape is none here.
        if text.contains('\\') {
            return Err(Error::StateHashMalformed);
        }
        Self::read(JsonStr::plain(text).bytes())
    }

    // Never inlined: its frame must not add to that of the JSON reader.
    #[inline(never)]
    fn read(mut text: json::Bytes<'_>) -> Result<Self, Error> {
        let malformed = Error::StateHashMalformed;
        let mut url = [0; STATE_HASH_CHARS - 1];
        for slot in &mut url {
            *slot = to_url_alphabet(text.next().ok_or(malformed)?);
        }
        let mut bytes = [0; STATE_HASH_BYTES];
        let decoded = base64url::decode(&url, &mut bytes);
        match (decoded, text.next(), text.next()) {
            (Some(_), Some(b'='), None) => Ok(Self(bytes)),
            _ => Err(malformed),
        }
    }

    pub(crate) fn matches(&self, other: &Self) -> bool {
        key::equal(&from_bytes(&self.0), &other.0)
    }
}

/// A character of standard base64 as the one of base64url, which itself becomes none (RFC 4648 5).
/// Without a branch: which hash it is takes no part in what is executed.
fn to_url_alphabet(c: u8) -> u8 {
    let if_is = |other: u8, bits: u8| u8::from(c == other).wrapping_neg() & bits;
    c ^ if_is(b'+', b'+' ^ b'-') ^ if_is(b'/', b'/' ^ b'_') ^ if_is(b'-', 0x80) ^ if_is(b'_', 0x80)
}

impl fmt::Debug for StateHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StateHash(..)")
    }
}

const BEFORE_ACCESS_SUB: &str = r#"{"token_type":"access","sub":""#;
const BEFORE_REFRESH_SUB: &str = r#"{"token_type":"refresh","sub":""#;
const BEFORE_EXP: &str = r#"","exp":"#;
const BEFORE_NBF: &str = r#","nbf":"#;
const BEFORE_STATE_HASH: &str = r#","state_hash":""#;
const AFTER_STATE_HASH: &str = r#"""#;
const END: &str = "}";

/// The claims of a token to be signed.
///
/// Members are written in this order: `token_type`, `sub`, `exp`, `nbf`, and in a refresh token
/// `state_hash`. `nbf` is `now` and `exp` is `now` plus the lifetime, in whole seconds since 1970.
#[derive(Clone, Copy)]
pub struct Claims<'a> {
    sub: &'a str,
    now: i64,
    lifetime: u32,
    state_hash: Option<&'a StateHash>,
}

impl<'a> Claims<'a> {
    /// An access token for `sub`, valid from `now` for `lifetime` seconds.
    #[must_use]
    pub const fn access(sub: &'a str, now: i64, lifetime: u32) -> Self {
        Self {
            sub,
            now,
            lifetime,
            state_hash: None,
        }
    }

    /// A refresh token for `sub`, valid from `now` for `lifetime` seconds while the account's
    /// state has this hash.
    #[must_use]
    pub const fn refresh(sub: &'a str, now: i64, lifetime: u32, state_hash: &'a StateHash) -> Self {
        Self {
            sub,
            now,
            lifetime,
            state_hash: Some(state_hash),
        }
    }

    /// Exact bytes of the token that [`sign`](crate::sign()) makes of these claims with a key that
    /// has no `kid`; usable as the length of a static buffer.
    ///
    /// ```
    /// # use barejwt::Claims;
    /// const LEN: usize = Claims::access("lUpa", 1745651978, 3600).token_len();
    /// assert_eq!(LEN, 175);
    /// ```
    #[must_use]
    pub const fn token_len(&self) -> usize {
        crate::sign::token_len(None, self.json_len())
    }

    /// The same for a key whose name is `kid`.
    #[must_use]
    pub const fn token_len_with_kid(&self, kid: &str) -> usize {
        crate::sign::token_len(Some(kid), self.json_len())
    }

    /// The time the token expires.
    pub(crate) fn exp(&self) -> Result<i64, Error> {
        match (self.now, self.lifetime) {
            (..=0, _) => Err(Error::ClockNotSet),
            (_, 0) => Err(Error::LifetimeZero),
            (now, lifetime) => now
                .checked_add(i64::from(lifetime))
                .ok_or(Error::TimeOverflow),
        }
    }

    /// Refuses what must not be signed.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.sub.is_empty() {
            return Err(Error::SubjectEmpty);
        }
        self.exp().map(|_| ())
    }

    const fn before_sub(&self) -> &'static str {
        match self.state_hash {
            None => BEFORE_ACCESS_SUB,
            Some(_) => BEFORE_REFRESH_SUB,
        }
    }

    /// Bytes that [`Self::write`] writes.
    pub(crate) const fn json_len(&self) -> usize {
        const FIXED: usize = BEFORE_EXP.len() + BEFORE_NBF.len() + END.len();
        const STATE_HASH: usize =
            BEFORE_STATE_HASH.len() + STATE_HASH_CHARS + AFTER_STATE_HASH.len();

        let exp = self.now.saturating_add(self.lifetime as i64);
        let fixed = match self.state_hash {
            None => FIXED,
            Some(_) => FIXED + STATE_HASH,
        };
        fixed
            .saturating_add(self.before_sub().len())
            .saturating_add(json::string_len(self.sub))
            .saturating_add(json::integer_len(exp))
            .saturating_add(json::integer_len(self.now))
    }

    /// Writes the claims set; `None` if it does not fit.
    pub(crate) fn write(&self, writer: &mut Writer<'_>) -> Option<()> {
        writer.push(self.before_sub().as_bytes())?;
        writer.string(self.sub)?;
        writer.push(BEFORE_EXP.as_bytes())?;
        writer.integer(self.exp().ok()?)?;
        writer.push(BEFORE_NBF.as_bytes())?;
        writer.integer(self.now)?;
        if let Some(StateHash(bytes)) = self.state_hash {
            let mut chars = [0; STATE_HASH_CHARS];
            let chars = Base64::encode(bytes, &mut chars).ok()?;
            writer.push(BEFORE_STATE_HASH.as_bytes())?;
            writer.push(chars.as_bytes())?;
            writer.push(AFTER_STATE_HASH.as_bytes())?;
        }
        writer.push(END.as_bytes())
    }
}

/// Shows the times alone.
impl fmt::Debug for Claims<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claims")
            .field("now", &self.now)
            .field("lifetime", &self.lifetime)
            .finish_non_exhaustive()
    }
}

/// A claims set as read, every known claim of the right type, nothing else checked.
#[derive(Clone, Copy)]
pub(crate) struct ReadClaims<'s> {
    pub(crate) json: &'s str,
    pub(crate) token_type: Option<TokenType>,
    pub(crate) sub: Option<&'s str>,
    pub(crate) exp: Option<i64>,
    pub(crate) nbf: Option<i64>,
    pub(crate) state_hash: Option<StateHash>,
    pub(crate) has_audience: bool,
}

impl<'s> ReadClaims<'s> {
    /// Reads `json`. A `sub` with escapes is unescaped into `spare`; `before` is what stands in
    /// the scratch buffer before it, for the size in the error.
    pub(crate) fn read(json: &'s str, spare: &'s mut [u8], before: usize) -> Result<Self, Error> {
        match Self::read_as_written(json) {
            Some(claims) => Ok(claims),
            None => Self::read_members(json, spare, before),
        }
    }

    // Never inlined, nor is the next: their frames must not add to each other.
    #[inline(never)]
    fn read_members(json: &'s str, spare: &'s mut [u8], before: usize) -> Result<Self, Error> {
        let names = ["token_type", "sub", "exp", "nbf", "state_hash", "aud"];
        let [token_type, sub, exp, nbf, state_hash, aud] =
            json::object(json, Part::Payload, names)?;
        Ok(Self {
            json,
            token_type: token_type.map(read_token_type).transpose()?,
            exp: numeric_date(exp, Claim::Exp, Round::Down)?,
            nbf: numeric_date(nbf, Claim::Nbf, Round::Up)?,
            state_hash: state_hash.map(read_state_hash).transpose()?,
            has_audience: aud.is_some(),
            sub: sub.map(|sub| read_sub(sub, spare, before)).transpose()?,
        })
    }

    /// Reads a claims set that stands byte for byte as [`Claims::write`] writes it, which is nearly
    /// every one; `None` for any other.
    #[inline(never)]
    fn read_as_written(json: &'s str) -> Option<Self> {
        let (token_type, rest) = match json.strip_prefix(BEFORE_ACCESS_SUB) {
            Some(rest) => (TokenType::Access, rest),
            None => (TokenType::Refresh, json.strip_prefix(BEFORE_REFRESH_SUB)?),
        };
        let (sub, rest) = json::plain_string(rest)?;
        let (exp, rest) = numeric_date::leading_seconds(rest.strip_prefix(BEFORE_EXP)?)?;
        let (nbf, rest) = numeric_date::leading_seconds(rest.strip_prefix(BEFORE_NBF)?)?;
        let (state_hash, rest) = match token_type {
            TokenType::Access => (None, rest),
            TokenType::Refresh => {
                let rest = rest.strip_prefix(BEFORE_STATE_HASH)?;
                let (hash, rest) = rest.split_at_checked(STATE_HASH_CHARS)?;
                let hash = StateHash::from_base64(hash).ok()?;
                (Some(hash), rest.strip_prefix(AFTER_STATE_HASH)?)
            }
        };
        (!sub.is_empty() && rest == END).then_some(Self {
            json,
            token_type: Some(token_type),
            sub: Some(sub),
            exp: Some(exp),
            nbf: Some(nbf),
            state_hash,
            has_audience: false,
        })
    }

    pub(crate) fn present(&self) -> ClaimSet {
        let mut present = ClaimSet::default();
        for (claim, is_present) in [
            (Claim::TokenType, self.token_type.is_some()),
            (Claim::Sub, self.sub.is_some()),
            (Claim::Exp, self.exp.is_some()),
            (Claim::Nbf, self.nbf.is_some()),
            (Claim::StateHash, self.state_hash.is_some()),
        ] {
            if is_present {
                present = present.with(claim);
            }
        }
        present
    }
}

/// A claim of the wrong type is an error, never an absent claim (CVE-2026-25537).
fn string(value: JsonValue<'_>, claim: Claim) -> Result<JsonStr<'_>, Error> {
    match value {
        JsonValue::String(text) => Ok(text),
        _ => Err(Error::ClaimType { claim }),
    }
}

fn read_token_type(value: JsonValue<'_>) -> Result<TokenType, Error> {
    let text = string(value, Claim::TokenType)?;
    [TokenType::Access, TokenType::Refresh]
        .into_iter()
        .find(|token_type| text.is(token_type.name()))
        .ok_or(Error::TokenTypeUnknown)
}

fn read_sub<'s>(
    value: JsonValue<'s>,
    spare: &'s mut [u8],
    before: usize,
) -> Result<&'s str, Error> {
    let sub = string(value, Claim::Sub)?;
    let sub = sub.unescape(spare).map_err(|_| Error::ScratchTooSmall {
        needed: before.saturating_add(sub.unescaped_len()),
    })?;
    if sub.is_empty() {
        return Err(Error::SubjectEmpty);
    }
    Ok(sub)
}

fn read_state_hash(value: JsonValue<'_>) -> Result<StateHash, Error> {
    StateHash::read(string(value, Claim::StateHash)?.bytes())
}

// Never inlined: it has two callers, who would each have a copy.
#[inline(never)]
fn numeric_date(
    value: Option<JsonValue<'_>>,
    claim: Claim,
    round: Round,
) -> Result<Option<i64>, Error> {
    match value {
        None => Ok(None),
        Some(JsonValue::Number(number)) => match numeric_date::seconds(number, round) {
            None => Err(Error::NumericDateRange { claim }),
            seconds => Ok(seconds),
        },
        Some(_) => Err(Error::ClaimType { claim }),
    }
}

macro_rules! claim_accessors {
    ($claims:ident) => {
        impl<'s> $claims<'s> {
            /// The subject, unescaped; the empty string only if the token has no `sub`, which
            /// must have been allowed by name.
            #[must_use]
            pub fn sub(&self) -> &'s str {
                self.0.sub.unwrap_or("")
            }

            /// The `token_type`, if the token has one.
            #[must_use]
            pub fn token_type(&self) -> Option<TokenType> {
                self.0.token_type
            }

            /// The `exp` in seconds since 1970, a fraction rounded down, if the token has one.
            #[must_use]
            pub fn exp(&self) -> Option<i64> {
                self.0.exp
            }

            /// The `nbf` in seconds since 1970, a fraction rounded up, if the token has one.
            #[must_use]
            pub fn nbf(&self) -> Option<i64> {
                self.0.nbf
            }

            /// The whole claims set as it was signed: strict JSON, one object, no name repeated at
            /// its top level.
            #[must_use]
            pub fn json(&self) -> &'s str {
                self.0.json
            }

            /// The value of any member by its exact name, if the token has it.
            #[must_use]
            pub fn get(&self, name: &str) -> Option<JsonValue<'s>> {
                let [value] = json::object(self.0.json, Part::Payload, [name]).ok()?;
                value
            }
        }

        /// Shows the type and the times alone.
        impl fmt::Debug for $claims<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($claims))
                    .field("token_type", &self.token_type())
                    .field("exp", &self.exp())
                    .field("nbf", &self.nbf())
                    .finish_non_exhaustive()
            }
        }
    };
}

/// The claims of a token whose signature was checked, and the rest as the
/// [`Validation`](crate::Validation) asked. Only [`verify`](crate::verify()) and what builds on it
/// make one. Borrows the caller's scratch.
#[derive(Clone, Copy)]
pub struct VerifiedClaims<'s>(pub(crate) ReadClaims<'s>);

claim_accessors!(VerifiedClaims);

/// The claims of a token that nobody has checked: what it says, not what is true. For showing
/// people, and for a client that wants to know when its own token expires.
#[derive(Clone, Copy)]
pub struct UnverifiedClaims<'s>(pub(crate) ReadClaims<'s>);

claim_accessors!(UnverifiedClaims);

/// Verified claims that borrow nothing: `N` bytes hold the subject. Only
/// [`VerifiedClaims::owned`] makes one.
#[cfg(feature = "heapless")]
#[derive(Clone)]
pub struct OwnedClaims<const N: usize> {
    sub: heapless::String<N>,
    token_type: Option<TokenType>,
    exp: Option<i64>,
    nbf: Option<i64>,
}

#[cfg(feature = "heapless")]
impl<const N: usize> OwnedClaims<N> {
    /// As [`VerifiedClaims::sub`].
    #[must_use]
    pub fn sub(&self) -> &str {
        &self.sub
    }

    /// As [`VerifiedClaims::token_type`].
    #[must_use]
    pub const fn token_type(&self) -> Option<TokenType> {
        self.token_type
    }

    /// As [`VerifiedClaims::exp`].
    #[must_use]
    pub const fn exp(&self) -> Option<i64> {
        self.exp
    }

    /// As [`VerifiedClaims::nbf`].
    #[must_use]
    pub const fn nbf(&self) -> Option<i64> {
        self.nbf
    }
}

/// Shows the type and the times alone.
#[cfg(feature = "heapless")]
impl<const N: usize> fmt::Debug for OwnedClaims<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnedClaims")
            .field("token_type", &self.token_type)
            .field("exp", &self.exp)
            .field("nbf", &self.nbf)
            .finish_non_exhaustive()
    }
}

#[cfg(feature = "heapless")]
impl VerifiedClaims<'_> {
    /// Copies the claims out of the scratch buffer.
    ///
    /// # Errors
    /// [`Error::OutputTooSmall`] if the subject is longer than `N` bytes.
    pub fn owned<const N: usize>(&self) -> Result<OwnedClaims<N>, Error> {
        let sub = self.sub();
        let needed = sub.len();
        Ok(OwnedClaims {
            sub: heapless::String::try_from(sub).map_err(|_| Error::OutputTooSmall { needed })?,
            token_type: self.token_type(),
            exp: self.exp(),
            nbf: self.nbf(),
        })
    }
}

#[cfg(feature = "serde")]
impl<'s> VerifiedClaims<'s> {
    /// The whole claims set as a type of the caller's, through `serde-json-core`. Its `&str` fields
    /// borrow from the scratch buffer or from `buffer`; `heapless` fields own. Members that the
    /// type does not have are ignored.
    ///
    /// `buffer` is used only if the claims set has JSON escapes: all but quotes, backslashes and
    /// control characters are then resolved in a copy there, and a string that has one of those
    /// still is unescaped behind it, for an owned field; a `&str` field cannot have it. Twice the
    /// bytes of [`Self::json`] are always enough, `&mut []` is without escapes.
    ///
    /// `serde-json-core` **panics** on types that it does not support: maps whose keys are not
    /// `&str` or `heapless::String`. It takes `null` for a floating-point NaN and a large number
    /// for infinity; use integers where a limit depends on it.
    ///
    /// ```
    /// use barejwt::{Key, Validation, sign_json, verify};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Custom<'a> {
    ///     role: &'a str,
    ///     seats: u8,
    /// }
    ///
    /// let key = Key::new(&[7; 32])?;
    /// let json = r#"{"token_type":"access","sub":"lUpa","exp":1745655578,"nbf":1745651978,
    ///     "role":"admin","seats":3}"#;
    /// let (mut buf, mut scratch) = ([0; 256], [0; 192]);
    /// let token = sign_json(json, &key, &mut buf)?;
    /// let claims = verify(token, &key, &Validation::access(), 1745651978, &mut scratch)?;
    /// let custom: Custom = claims.claims_as(&mut [])?;
    /// assert_eq!((custom.role, custom.seats), ("admin", 3));
    /// # Ok::<(), barejwt::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::CustomClaimsShape`] if the claims set does not fit `T`, or `buffer` is too small.
    pub fn claims_as<'b, T: serde::Deserialize<'b>>(&self, buffer: &'b mut [u8]) -> Result<T, Error>
    where
        's: 'b,
    {
        let wrong = Error::CustomClaimsShape;
        let mut json = self.json().as_bytes();
        let mut unescape = buffer;
        if json.contains(&b'\\') {
            let len = json::normalise(self.json(), unescape).ok_or(wrong)?;
            let (copy, rest) = unescape.split_at_mut_checked(len).ok_or(wrong)?;
            (json, unescape) = (copy, rest);
        }
        let (value, _) = serde_json_core::from_slice_escaped(json, unescape).map_err(|_| wrong)?;
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_len_is_what_write_writes() {
        let hash = StateHash::new([0xa5; 32]);
        for sub in ["a", "lUpa", "q\"\\\u{1}\n\u{e9}\u{1f600}"] {
            for now in [1, 9, 1_745_651_978, i64::MAX - 5] {
                for lifetime in [1, 5, 3600, u32::MAX] {
                    for claims in [
                        Claims::access(sub, now, lifetime),
                        Claims::refresh(sub, now, lifetime, &hash),
                    ] {
                        let mut buf = [0; 256];
                        let mut writer = Writer::new(&mut buf);
                        match claims.check() {
                            Ok(()) => {
                                claims.write(&mut writer).unwrap();
                                assert_eq!(writer.len(), claims.json_len());
                            }
                            Err(error) => assert_eq!(error, Error::TimeOverflow),
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn state_hash_base64_is_strict() {
        let good = "I58+Rnk+LuiNLAn0jzOJ4n99J+Wxj/Jsn2hEV+QpazQ=";
        assert!(StateHash::from_base64(good).is_ok());
        for bad in [
            "",
            "I58+Rnk+LuiNLAn0jzOJ4n99J+Wxj/Jsn2hEV+QpazQ",
            "I58-Rnk-LuiNLAn0jzOJ4n99J-Wxj_Jsn2hEV-QpazQ=",
            "I58+Rnk+LuiNLAn0jzOJ4n99J+Wxj/Jsn2hEV+QpazR=",
            "I58+Rnk+LuiNLAn0jzOJ4n99J+Wxj/Jsn2hEV+Qpaz==",
            "I58+Rnk+LuiNLAn0jzOJ4n99J+Wxj/Jsn2hEV+QpazQ=AAAA",
            "\\u004958+Rnk+LuiNLAn0jzOJ4n99J+Wxj/Jsn2hEV+QpazQ=",
        ] {
            assert_eq!(
                StateHash::from_base64(bad).unwrap_err(),
                Error::StateHashMalformed,
                "{bad}"
            );
        }
    }
}
