//! The claims set (RFC 7519 4): what a token says, before and after it is verified.

use core::fmt;
use core::mem::offset_of;

use crate::COMPACT;
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

/// The `token_type` claim. Numbered as in C.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum TokenType {
    /// `access`: authorises API calls.
    Access = 1,
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

/// The claims that this crate knows by name. The number of each is its bit in a set, as in C.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[non_exhaustive]
pub enum Claim {
    /// `token_type`, a string.
    TokenType = 1,
    /// `sub`, a string (RFC 7519 4.1.2).
    Sub = 2,
    /// `exp`, a NumericDate (RFC 7519 4.1.4).
    Exp = 4,
    /// `nbf`, a NumericDate (RFC 7519 4.1.5).
    Nbf = 8,
    /// `state_hash`, 32 bytes in padded standard base64.
    StateHash = 16,
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

    /// Alone in a set.
    const fn bit(self) -> u8 {
        self as u8
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
        // With this length, what looks like an escape would leave too few characters.
        if text.len() != STATE_HASH_CHARS {
            return Err(Error::StateHashMalformed);
        }
        let mut hash = Self([0; STATE_HASH_BYTES]);
        match hash.read(JsonStr::plain(text)) {
            Some(()) => Ok(hash),
            None => Err(Error::StateHashMalformed),
        }
    }

    /// Reads it from JSON. After `None` it is any hash.
    // Never inlined: its frame must not add to that of the JSON reader.
    #[inline(never)]
    fn read(&mut self, text: JsonStr<'_>) -> Option<()> {
        let mut text = text.bytes();
        let mut url = [0; STATE_HASH_CHARS - 1];
        for slot in &mut url {
            *slot = other_alphabet(text.next()?);
        }
        base64url::decode(&url, &mut self.0)?;
        (text.next() == Some(b'=') && text.next().is_none()).then_some(())
    }

    pub(crate) fn matches(&self, other: &Self) -> bool {
        key::equal(&from_bytes(&self.0), &other.0)
    }
}

/// A character of standard base64 as the one of base64url, and the other way round (RFC 4648 5).
/// Without a branch: which hash it is takes no part in what is executed.
fn other_alphabet(c: u8) -> u8 {
    let if_either = |one: u8, other: u8| {
        let is_either = u8::from(c == one) | u8::from(c == other);
        is_either.wrapping_neg() & (one ^ other)
    };
    c ^ if_either(b'+', b'-') ^ if_either(b'/', b'_')
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

    /// The time the token expires; what does not fit was refused.
    pub(crate) const fn exp(&self) -> i64 {
        self.now.saturating_add(self.lifetime as i64)
    }

    /// Refuses times that must not be signed.
    pub(crate) fn check_times(&self, why: &mut Error) -> Option<()> {
        if self.now <= 0 {
            return why.leave(Error::ClockNotSet);
        }
        if self.lifetime == 0 {
            return why.leave(Error::LifetimeZero);
        }
        if self.now > i64::MAX.wrapping_sub(self.lifetime.into()) {
            return why.leave(Error::TimeOverflow);
        }
        Some(())
    }

    /// Refuses what must not be signed.
    pub(crate) fn check(&self, why: &mut Error) -> Option<()> {
        if self.sub.is_empty() {
            return why.leave(Error::SubjectEmpty);
        }
        self.check_times(why)
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

        let fixed = match self.state_hash {
            None => FIXED,
            Some(_) => FIXED + STATE_HASH,
        };
        fixed
            .saturating_add(self.before_sub().len())
            .saturating_add(json::string_len(self.sub))
            .saturating_add(json::integer_len(self.exp()))
            .saturating_add(json::integer_len(self.now))
    }

    /// Writes the claims set; `None` if it does not fit.
    pub(crate) fn write(&self, writer: &mut Writer<'_>) -> Option<()> {
        writer.push(self.before_sub().as_bytes())?;
        writer.string(self.sub)?;
        writer.push(BEFORE_EXP.as_bytes())?;
        writer.integer(self.exp())?;
        writer.push(BEFORE_NBF.as_bytes())?;
        writer.integer(self.now)?;
        if let Some(StateHash(bytes)) = self.state_hash {
            let mut chars = [b'='; STATE_HASH_CHARS];
            base64url::encode_secret(bytes, chars.first_chunk_mut()?);
            for c in &mut chars {
                *c = other_alphabet(*c);
            }
            writer.push(BEFORE_STATE_HASH.as_bytes())?;
            writer.push(&chars)?;
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
    /// Which of the next five the token has. `sub` is empty if absent, and only then.
    pub(crate) present: ClaimSet,
    token_type: TokenType,
    pub(crate) sub: &'s str,
    exp: i64,
    nbf: i64,
    state_hash: StateHash,
    pub(crate) has_audience: bool,
}

impl<'s> ReadClaims<'s> {
    /// The claims in the order in which they are checked, and their names behind that of `aud`.
    const KNOWN: [Claim; 5] = [
        Claim::TokenType,
        Claim::Exp,
        Claim::Nbf,
        Claim::StateHash,
        Claim::Sub,
    ];
    const MEMBERS: [&'static str; 6] = ["aud", "token_type", "exp", "nbf", "state_hash", "sub"];

    /// To be [read](Self::read) from `json`.
    pub(crate) const fn unread(json: &'s str) -> Self {
        Self {
            json,
            present: ClaimSet { bits: 0 },
            token_type: TokenType::Access,
            sub: "",
            exp: 0,
            nbf: 0,
            state_hash: StateHash([0; STATE_HASH_BYTES]),
            has_audience: false,
        }
    }

    /// Reads the claims. A `sub` with escapes is unescaped into `spare`; `before` is what stands in
    /// the scratch buffer before it, for the size in the error.
    pub(crate) fn read(
        &mut self,
        spare: &'s mut [u8],
        before: usize,
        why: &mut Error,
    ) -> Option<()> {
        if !COMPACT && self.read_as_written().is_some() {
            return Some(());
        }
        self.read_members(spare, before, why)
    }

    // Never inlined, nor is the next: their frames must not add to each other.
    #[inline(never)]
    fn read_members(&mut self, spare: &'s mut [u8], before: usize, why: &mut Error) -> Option<()> {
        let mut values = [None; Self::MEMBERS.len()];
        json::read_object(self.json, Part::Payload, &Self::MEMBERS, &mut values, why)?;
        let [aud, known @ ..] = &values;
        self.has_audience = aud.is_some();
        let mut spare = Some(spare);
        for (claim, value) in Self::KNOWN.iter().zip(known) {
            let (claim, Some(value)) = (*claim, value) else {
                continue;
            };
            self.present = self.present.with(claim);
            // A claim of the wrong type is an error, never an absent claim (CVE-2026-25537).
            match (claim, value) {
                (Claim::Exp | Claim::Nbf, JsonValue::Number(number)) => {
                    let (time, round) = match claim {
                        Claim::Exp => (&mut self.exp, Round::Down),
                        _ => (&mut self.nbf, Round::Up),
                    };
                    let Some(seconds) = numeric_date::seconds(number, round) else {
                        return why.leave(Error::NumericDateRange { claim });
                    };
                    *time = seconds;
                }
                (Claim::TokenType, JsonValue::String(text)) => {
                    self.token_type = if text.is(TokenType::Access.name()) {
                        TokenType::Access
                    } else if text.is(TokenType::Refresh.name()) {
                        TokenType::Refresh
                    } else {
                        return why.leave(Error::TokenTypeUnknown);
                    };
                }
                (Claim::StateHash, JsonValue::String(text)) => {
                    if self.state_hash.read(*text).is_none() {
                        return why.leave(Error::StateHashMalformed);
                    }
                }
                (Claim::Sub, JsonValue::String(text)) => {
                    match text.unescape_into(spare.take().unwrap_or_default()) {
                        Ok("") => return why.leave(Error::SubjectEmpty),
                        Ok(sub) => self.sub = sub,
                        Err(len) => {
                            let needed = before.saturating_add(len);
                            return why.leave(Error::ScratchTooSmall { needed });
                        }
                    }
                }
                _ => return why.leave(Error::ClaimType { claim }),
            }
        }
        Some(())
    }

    /// Reads a claims set that stands byte for byte as [`Claims::write`] writes it, which is nearly
    /// every one; `None` for any other.
    #[inline(never)]
    fn read_as_written(&mut self) -> Option<()> {
        let mut present = ClaimSet::of(&[Claim::TokenType, Claim::Sub, Claim::Exp, Claim::Nbf]);
        let mut rest = self.json;
        if json::skip(&mut rest, BEFORE_ACCESS_SUB).is_none() {
            json::skip(&mut rest, BEFORE_REFRESH_SUB)?;
            self.token_type = TokenType::Refresh;
            present = present.with(Claim::StateHash);
        }
        let sub = json::skip_plain_string(&mut rest)?;
        json::skip(&mut rest, BEFORE_EXP)?;
        let exp = numeric_date::skip_seconds(&mut rest)?;
        json::skip(&mut rest, BEFORE_NBF)?;
        let nbf = numeric_date::skip_seconds(&mut rest)?;
        if self.token_type == TokenType::Refresh {
            json::skip(&mut rest, BEFORE_STATE_HASH)?;
            let (hash, after) = rest.split_at_checked(STATE_HASH_CHARS)?;
            self.state_hash.read(JsonStr::plain(hash))?;
            rest = after;
            json::skip(&mut rest, AFTER_STATE_HASH)?;
        }
        if sub.is_empty() || rest != END {
            return None;
        }
        (self.sub, self.exp, self.nbf, self.present) = (sub, exp, nbf, present);
        Some(())
    }

    pub(crate) fn token_type(&self) -> Option<TokenType> {
        self.if_present(Claim::TokenType, self.token_type)
    }

    pub(crate) fn exp(&self) -> Option<i64> {
        self.if_present(Claim::Exp, self.exp)
    }

    pub(crate) fn nbf(&self) -> Option<i64> {
        self.if_present(Claim::Nbf, self.nbf)
    }

    pub(crate) fn state_hash(&self) -> Option<&StateHash> {
        self.if_present(Claim::StateHash, &self.state_hash)
    }

    fn if_present<T>(&self, claim: Claim, value: T) -> Option<T> {
        self.present.contains(claim).then_some(value)
    }
}

macro_rules! claim_accessors {
    ($claims:ident) => {
        impl<'s> $claims<'s> {
            /// The subject, unescaped; the empty string only if the token has no `sub`, which
            /// must have been allowed by name.
            #[must_use]
            pub fn sub(&self) -> &'s str {
                self.0.sub
            }

            /// The `token_type`, if the token has one.
            #[must_use]
            pub fn token_type(&self) -> Option<TokenType> {
                self.0.token_type()
            }

            /// The `exp` in seconds since 1970, a fraction rounded down, if the token has one.
            #[must_use]
            pub fn exp(&self) -> Option<i64> {
                self.0.exp()
            }

            /// The `nbf` in seconds since 1970, a fraction rounded up, if the token has one.
            #[must_use]
            pub fn nbf(&self) -> Option<i64> {
                self.0.nbf()
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
                // The text is checked: no reason will be left.
                let mut why = Error::SignatureInvalid;
                let [value] = json::object(self.0.json, Part::Payload, [name], &mut why)?;
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

impl VerifiedClaims<'_> {
    /// Where a value has its texts, each a `&str`. For the C library, which keeps values between calls.
    #[doc(hidden)]
    pub const TEXTS: [usize; 2] = [offset_of!(Self, 0.json), offset_of!(Self, 0.sub)];
}

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
                        match Error::or_left(|why| claims.check(why)) {
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
