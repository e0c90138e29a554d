//! The claims set (RFC 7519 4): what a token says, before and after it is verified.

use core::fmt;
use core::hint::black_box;

use crate::COMPACT;
use crate::base64url;
use crate::claim::{Claim, ClaimSet, TokenType};
use crate::error::{Error, JsonProblem, Part, Step};
use crate::header;
use crate::json::{self, JsonStr, JsonValue, MAX_MEMBERS, Members, Name, Writer};
use crate::key;
use crate::numeric_date::{self, Round};

/// Bytes of a state hash.
pub const STATE_HASH_BYTES: usize = 32;

/// Characters of a state hash in padded standard base64.
const STATE_HASH_CHARS: usize = 44;

/// The server's digest of an account's credential state, 32 bytes.
///
/// A refresh token carries the hash that the account had when the token was issued. Once the account's
/// hash has changed, the token is refused. There is no `PartialEq`: [`Self::matches`] compares in
/// constant time, and [`RefreshToken::confirm`](crate::RefreshToken::confirm) does so before it gives
/// the claims. `Debug` shows no bytes.
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
    /// [`Error::StateHashMalformed`] for any other text, non-canonical base64 included.
    pub fn from_base64(text: &str) -> Result<Self, Error> {
        // A text of this length that looked like an escape would have too few characters.
        if text.len() != STATE_HASH_CHARS {
            return Err(Error::StateHashMalformed);
        }
        let mut hash = Self([0; STATE_HASH_BYTES]);
        match hash.read(JsonStr::plain(text)) {
            Some(()) => Ok(hash),
            None => Err(Error::StateHashMalformed),
        }
    }

    /// Reads the hash from JSON. After `None` its bytes are unspecified.
    // Never inlined: its stack frame must not add to the frame of the JSON reader.
    #[inline(never)]
    fn read(&mut self, text: JsonStr<'_>) -> Option<()> {
        let mut text = text.bytes();
        let mut url = [0; STATE_HASH_CHARS - 1];
        for slot in &mut url {
            *slot = text.next()?;
        }
        change_alphabet(&mut url);
        base64url::decode(&url, &mut self.0)?;
        (text.next() == Some(b'=') && text.next().is_none()).then_some(())
    }

    /// The digest's bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; STATE_HASH_BYTES] {
        self.0
    }

    /// Whether both digests are equal, compared in constant time.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        key::equal(&self.0, &other.0)
    }
}

/// Turns characters of standard base64 into base64url, and the other way round (RFC 4648 5). It has no
/// branch, so that the path of execution does not depend on the hash.
fn change_alphabet(chars: &mut [u8]) {
    // Hidden from the compiler: a Cortex-M0 has no conditional instruction, and a comparison would become
    // a branch there.
    let one = black_box(1);
    for c in chars {
        let all_bits_if = |this: u8| u32::from(*c ^ this).wrapping_sub(one) >> 8;
        let swap = |this: u8, other: u8| {
            (all_bits_if(this) | all_bits_if(other)) & u32::from(this ^ other)
        };
        let [.., swap] = (swap(b'+', b'-') | swap(b'/', b'_')).to_be_bytes();
        *c ^= swap;
    }
}

impl fmt::Debug for StateHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StateHash(..)")
    }
}

const BEFORE_ACCESS_SUB: &str = r#"{"token_type":"access","sub":""#;
const BEFORE_REFRESH_SUB: &str = r#"{"token_type":"refresh","sub":""#;
const BEFORE_JWT_SUB: &str = r#"{"sub":""#;
const BEFORE_EXP: &str = r#"","exp":"#;
const BEFORE_NBF: &str = r#","nbf":"#;
const BEFORE_IAT: &str = r#"","iat":"#;
const BEFORE_EXP_OF_JWT: &str = r#","exp":"#;
const BEFORE_STATE_HASH: &str = r#","state_hash":""#;
const AFTER_STATE_HASH: &str = r#"""#;
const END: &str = "}";

/// The claims of a token to be signed.
///
/// The members stand in this order. [`Self::access`] and [`Self::refresh`] write `token_type`, `sub`,
/// `exp`, `nbf`, and in a refresh token `state_hash`. [`Self::jwt`] writes `sub`, `iat`, `exp`. Your
/// [own members](Self::members) follow. `nbf` and `iat` are `now`, and `exp` is `now` plus the
/// lifetime, in whole seconds since 1970.
#[derive(Clone, Copy)]
pub struct Claims<'a> {
    sub: &'a str,
    now: i64,
    lifetime: u32,
    profile: Profile<'a>,
    members: OwnMembers<'a>,
}

/// Which standard members a token has.
#[derive(Clone, Copy)]
enum Profile<'a> {
    Access,
    Refresh(&'a StateHash),
    Jwt,
}

/// The caller's own members. The functions that read them are behind pointers: a program that never
/// has such members is not linked with the JSON reader.
#[derive(Clone, Copy)]
enum OwnMembers<'a> {
    None,
    /// All members of an object of the caller's, unchanged.
    Given(&'a str, Check),
    /// The members of a checked claims set whose names are not [reserved](Claims::reserved), with their
    /// number and the bytes that they take.
    Carried {
        json: &'a str,
        carry: Carry,
        count: usize,
        len: usize,
    },
}

/// Refuses members that are not one strict JSON object, a member with one of these reserved names, and
/// more members than this number.
type Check = fn(&str, &[Claim], usize, &mut Error) -> Step<()>;

/// Gives each member of a checked object, except those with a reserved name.
type Carry = fn(&str, &[Claim], Put<'_>) -> Option<()>;

/// Takes the JSON texts of a name and a value; `None` stops the caller.
type Put<'p> = &'p mut dyn FnMut(&[u8], &[u8]) -> Option<()>;

impl<'a> Claims<'a> {
    /// The claims that the core writes into the site's tokens. It never carries them from an old token
    /// into a new one.
    const SITE: [Claim; 5] = [
        Claim::TokenType,
        Claim::Sub,
        Claim::Exp,
        Claim::Nbf,
        Claim::StateHash,
    ];
    /// The claims that the core writes into the tokens of other systems.
    const JWT: [Claim; 3] = [Claim::Sub, Claim::Iat, Claim::Exp];

    /// An access token for `sub`, valid from `now` for `lifetime` seconds.
    #[must_use]
    pub const fn access(sub: &'a str, now: i64, lifetime: u32) -> Self {
        Self::new(sub, now, lifetime, Profile::Access)
    }

    /// A refresh token for `sub`, valid from `now` for `lifetime` seconds, as long as the account's
    /// state has this hash.
    #[must_use]
    pub const fn refresh(sub: &'a str, now: i64, lifetime: u32, state_hash: &'a StateHash) -> Self {
        Self::new(sub, now, lifetime, Profile::Refresh(state_hash))
    }

    /// A token for any other system, with `sub`, `iat` (which is `now`) and `exp`. Add whatever else
    /// the system wants as [members](Self::members).
    ///
    /// ```
    /// use barejwt::{Claims, Key, sign};
    ///
    /// let key = Key::new(&[7; 32])?;
    /// let claims = Claims::jwt("device-42", 1745651978, 600)
    ///     .members(r#"{"iss":"plant-7","acl":["telemetry/42"]}"#);
    /// let mut buf = [0; 256];
    /// let token = sign(&claims, &key, &mut buf)?;
    /// assert_eq!(token.len(), claims.token_len());
    /// # Ok::<(), barejwt::Error>(())
    /// ```
    #[must_use]
    pub const fn jwt(sub: &'a str, now: i64, lifetime: u32) -> Self {
        Self::new(sub, now, lifetime, Profile::Jwt)
    }

    const fn new(sub: &'a str, now: i64, lifetime: u32, profile: Profile<'a>) -> Self {
        Self {
            sub,
            now,
            lifetime,
            profile,
            members: OwnMembers::None,
        }
    }

    /// Adds your own members, which are the members of `json`, one strict JSON object. They follow the
    /// standard members, unchanged. `{}` adds none.
    ///
    /// Signing refuses any other text, and a name that is repeated, with [`Error::Json`]. It refuses a
    /// name that the core writes itself, also if the name is written with escapes, with
    /// [`Error::MemberReserved`]. In the site's tokens these names are `token_type`, `sub`, `exp`, `nbf`
    /// and `state_hash`; in the tokens of [`Self::jwt`] they are `sub`, `iat` and `exp`. A token has at
    /// most [`MAX_MEMBERS`] members, the standard members included.
    #[must_use]
    pub const fn members(mut self, json: &'a str) -> Self {
        self.members = OwnMembers::Given(json, check_members);
        self
    }

    /// Takes the members of a checked claims set, except those with a reserved name.
    pub(crate) fn carry(&mut self, json: &'a str) {
        let (mut count, mut len) = (0_usize, 0_usize);
        carry_members(json, self.reserved(), &mut |name, value| {
            count = count.saturating_add(1);
            // Two quotes, a colon and a comma.
            len = len.saturating_add(name.len()).saturating_add(value.len());
            len = len.saturating_add(4);
            Some(())
        });
        self.members = match count {
            0 => OwnMembers::None,
            _ => OwnMembers::Carried {
                json,
                carry: carry_members,
                count,
                len,
            },
        };
    }

    /// Takes the members of other claims.
    pub(crate) const fn carry_as(&mut self, other: &Self) {
        self.members = other.members;
    }

    /// The time at which the token expires. [`Self::check_times`] refuses a time that does not fit.
    pub(crate) const fn exp(&self) -> i64 {
        self.now.saturating_add(self.lifetime as i64)
    }

    /// Refuses a time or a lifetime that must not be signed.
    pub(crate) fn check_times(&self, why: &mut Error) -> Step<()> {
        if self.now <= 0 {
            return why.leave(Error::ClockNotSet);
        }
        if self.lifetime == 0 {
            return why.leave(Error::LifetimeZero);
        }
        if self.now > i64::MAX.wrapping_sub(self.lifetime.into()) {
            return why.leave(Error::TimeOverflow);
        }
        Ok(())
    }

    /// Refuses claims that must not be signed.
    pub(crate) fn check(&self, why: &mut Error) -> Step<()> {
        if self.sub.is_empty() {
            return why.leave(Error::SubjectEmpty);
        }
        self.check_times(why)?;
        // The standard members count too.
        let most = MAX_MEMBERS.saturating_sub(self.standard());
        match self.members {
            OwnMembers::Given(json, check) => check(json, self.reserved(), most, why),
            OwnMembers::Carried { json, count, .. } if count > most => {
                why.leave(too_many_members(json))
            }
            OwnMembers::None | OwnMembers::Carried { .. } => Ok(()),
        }
    }

    /// How many members the core writes itself.
    const fn standard(&self) -> usize {
        match self.profile {
            // All but the state hash.
            Profile::Access => Self::SITE.len().saturating_sub(1),
            Profile::Refresh(_) => Self::SITE.len(),
            Profile::Jwt => Self::JWT.len(),
        }
    }

    /// The names that the caller's own members cannot have.
    const fn reserved(&self) -> &'static [Claim] {
        match self.profile {
            Profile::Access | Profile::Refresh(_) => &Self::SITE,
            Profile::Jwt => &Self::JWT,
        }
    }

    /// The texts before `sub`, between `sub` and the first time, and before the second time.
    const fn layout(&self) -> [&'static str; 3] {
        match self.profile {
            Profile::Access => [BEFORE_ACCESS_SUB, BEFORE_EXP, BEFORE_NBF],
            Profile::Refresh(_) => [BEFORE_REFRESH_SUB, BEFORE_EXP, BEFORE_NBF],
            Profile::Jwt => [BEFORE_JWT_SUB, BEFORE_IAT, BEFORE_EXP_OF_JWT],
        }
    }

    const fn times(&self) -> [i64; 2] {
        match self.profile {
            Profile::Access | Profile::Refresh(_) => [self.exp(), self.now],
            Profile::Jwt => [self.now, self.exp()],
        }
    }

    /// Bytes that [`Self::write`] writes.
    pub(crate) const fn json_len(&self) -> usize {
        const STATE_HASH: usize =
            BEFORE_STATE_HASH.len() + STATE_HASH_CHARS + AFTER_STATE_HASH.len();

        let [before_sub, before_first, before_second] = self.layout();
        let [first, second] = self.times();
        let state_hash = match self.profile {
            Profile::Refresh(_) => STATE_HASH,
            Profile::Access | Profile::Jwt => 0,
        };
        let members = match self.members {
            OwnMembers::Given(json, ..) => match given(json).len() {
                0 => 0,
                len => len.saturating_add(1),
            },
            OwnMembers::None => 0,
            OwnMembers::Carried { len, .. } => len,
        };
        let fixed = before_sub.len().saturating_add(before_first.len());
        fixed
            .saturating_add(before_second.len())
            .saturating_add(END.len())
            .saturating_add(state_hash)
            .saturating_add(members)
            .saturating_add(json::string_len(self.sub))
            .saturating_add(json::integer_len(first))
            .saturating_add(json::integer_len(second))
    }

    /// Writes the claims set; `None` if it does not fit.
    pub(crate) fn write(&self, writer: &mut Writer<'_>) -> Option<()> {
        let [before_sub, before_first, before_second] = self.layout();
        let [first, second] = self.times();
        writer.push(before_sub.as_bytes())?;
        writer.string(self.sub)?;
        writer.push(before_first.as_bytes())?;
        writer.integer(first)?;
        writer.push(before_second.as_bytes())?;
        writer.integer(second)?;
        if let Profile::Refresh(StateHash(bytes)) = self.profile {
            let mut chars = [b'='; STATE_HASH_CHARS];
            base64url::encode_secret(bytes, chars.first_chunk_mut()?);
            change_alphabet(&mut chars);
            writer.push(BEFORE_STATE_HASH.as_bytes())?;
            writer.push(&chars)?;
            writer.push(AFTER_STATE_HASH.as_bytes())?;
        }
        self.write_members(writer)?;
        writer.push(END.as_bytes())
    }

    fn write_members(&self, writer: &mut Writer<'_>) -> Option<()> {
        match self.members {
            OwnMembers::None => Some(()),
            OwnMembers::Given(json, ..) => match given(json) {
                [] => Some(()),
                members => {
                    writer.push(b",")?;
                    writer.push(members)
                }
            },
            OwnMembers::Carried { json, carry, .. } => {
                carry(json, self.reserved(), &mut |name, value| {
                    for piece in [&b",\""[..], name, b"\":", value] {
                        writer.push(piece)?;
                    }
                    Some(())
                })
            }
        }
    }
}

fn check_members(json: &str, reserved: &[Claim], most: usize, why: &mut Error) -> Step<()> {
    json::check(json, Part::ToSign, why)?;
    let mut count = 0_usize;
    for (name, _) in Members::of(json.as_bytes()) {
        count = count.saturating_add(1);
        if let Some(claim) = reserved.iter().find(|claim| name.is(claim.name())) {
            return why.leave(Error::MemberReserved { claim: *claim });
        }
    }
    if count > most {
        return why.leave(too_many_members(json));
    }
    Ok(())
}

const fn too_many_members(json: &str) -> Error {
    Error::Json {
        part: Part::ToSign,
        problem: JsonProblem::TooManyMembers,
        at: json.len(),
    }
}

fn carry_members(json: &str, reserved: &[Claim], put: Put<'_>) -> Option<()> {
    for (name, value) in Members::of(json.as_bytes()) {
        if !reserved.iter().any(|claim| name.is(claim.name())) {
            put(name.raw(), value)?;
        }
    }
    Some(())
}

/// The text of an object's members, without the braces and the white space around the members.
const fn given(json: &str) -> &[u8] {
    match json.as_bytes().trim_ascii() {
        [b'{', members @ .., b'}'] => members.trim_ascii(),
        _ => &[],
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

/// A claims set that was read. The claims that are looked at have the right type; nothing else is checked.
#[derive(Clone, Copy)]
pub(crate) struct ReadClaims<'s> {
    /// The header; the empty text stands for the canonical header.
    pub(crate) header: &'s str,
    pub(crate) json: &'s str,
    /// The claims that the token has and the rules look at.
    pub(crate) present: ClaimSet,
    token_type: TokenType,
    /// Empty only if absent.
    pub(crate) sub: &'s str,
    exp: i64,
    nbf: i64,
    iat: i64,
    /// The text between its quotes; its form is checked.
    pub(crate) state_hash: &'s [u8],
}

/// The JSON texts of the table's claims, of any type, whether the rules look at them or not. The text of an
/// absent claim is empty. All texts are empty if the claims set is written exactly as the core writes the
/// site's.
#[derive(Clone, Copy)]
pub(crate) struct Values<'s>([&'s [u8]; Claim::ALL.len()]);

impl<'s> Values<'s> {
    /// The table's names, for the reader.
    const NAMES: [Name<'static>; Claim::ALL.len()] = {
        let mut names = [Name::new(""); Claim::ALL.len()];
        let (mut slots, mut claims): (&mut [_], &[_]) = (&mut names, &Claim::ALL);
        while let ([slot, others @ ..], [claim, rest @ ..]) = (slots, claims) {
            *slot = Name::new(claim.name());
            (slots, claims) = (others, rest);
        }
        names
    };

    pub(crate) const fn unread() -> Self {
        Self([&[]; Claim::ALL.len()])
    }

    pub(crate) fn of(&self, claim: Claim) -> &'s [u8] {
        self.0.get(claim.place()).copied().unwrap_or_default()
    }
}

impl<'s> ReadClaims<'s> {
    /// Empty claims, to be [read](Self::read) from a payload.
    pub(crate) const fn unread(header: &'s str) -> Self {
        Self {
            header,
            json: "",
            present: ClaimSet::of(&[]),
            token_type: TokenType::Access,
            sub: "",
            exp: 0,
            nbf: 0,
            iat: 0,
            state_hash: &[],
        }
    }

    /// Reads the claims that are not ignored, and the values of all claims. A `sub` with escapes is
    /// unescaped into `spare`. `before` is the number of bytes in front of `spare` in the scratch buffer,
    /// for the size in the error.
    pub(crate) fn read(
        &mut self,
        json: &'s str,
        values: &mut Values<'s>,
        ignored: ClaimSet,
        spare: &'s mut [u8],
        before: usize,
        why: &mut Error,
    ) -> Step<()> {
        self.json = json;
        let site = ClaimSet::of(&Claims::SITE);
        if !COMPACT && ignored.minus(site) == ignored && self.read_as_written().is_some() {
            return Ok(());
        }
        self.read_members(values, ignored, spare, before, why)
    }

    // Never inlined, like `read_as_written`: their stack frames must not add to each other.
    #[inline(never)]
    fn read_members(
        &mut self,
        values: &mut Values<'s>,
        ignored: ClaimSet,
        spare: &'s mut [u8],
        before: usize,
        why: &mut Error,
    ) -> Step<()> {
        let (json, names) = (self.json, &Values::NAMES);
        json::read_object(json, Part::Payload, names, &mut values.0, why)?;
        let mut spare = Some(spare);
        for (claim, value) in Claim::ALL.iter().zip(&values.0) {
            if !value.is_empty() && !ignored.contains(*claim) {
                self.present = self.present.with(*claim);
                self.read_claim(*claim, value, &mut spare, before, why)?;
            }
        }
        Ok(())
    }

    /// A claim of the wrong type is an error, never an absent claim (CVE-2026-25537).
    fn read_claim(
        &mut self,
        claim: Claim,
        value: &'s [u8],
        spare: &mut Option<&'s mut [u8]>,
        before: usize,
        why: &mut Error,
    ) -> Step<()> {
        let wrong_type = Error::ClaimType { claim };
        let (time, round) = match claim {
            Claim::Exp => (&mut self.exp, Round::Down),
            Claim::Nbf => (&mut self.nbf, Round::Up),
            Claim::Iat => (&mut self.iat, Round::Up),
            // It may have any type: only the check of an audience looks at it.
            Claim::Aud => return Ok(()),
            _ => {
                let text = why.unless(JsonStr::of(value), wrong_type)?;
                return self.read_text(claim, text, spare, before, why);
            }
        };
        if !json::is_number(value) {
            return why.leave(wrong_type);
        }
        let seconds = numeric_date::seconds(value, round);
        *time = why.unless(seconds, Error::NumericDateRange { claim })?;
        Ok(())
    }

    /// Reads a claim that is a string.
    fn read_text(
        &mut self,
        claim: Claim,
        text: JsonStr<'s>,
        spare: &mut Option<&'s mut [u8]>,
        before: usize,
        why: &mut Error,
    ) -> Step<()> {
        match claim {
            Claim::TokenType => {
                if text.is(TokenType::Refresh.name()) {
                    self.token_type = TokenType::Refresh;
                } else if !text.is(TokenType::Access.name()) {
                    return why.leave(Error::TokenTypeUnknown);
                }
            }
            Claim::StateHash => {
                let mut hash = StateHash([0; STATE_HASH_BYTES]);
                why.unless(hash.read(text), Error::StateHashMalformed)?;
                self.state_hash = text.raw();
            }
            Claim::Sub => match text.unescape_into(spare.take().unwrap_or_default()) {
                Ok("") => return why.leave(Error::SubjectEmpty),
                Ok(sub) => self.sub = sub,
                Err(len) => {
                    let needed = before.saturating_add(len);
                    return why.leave(Error::ScratchTooSmall { needed });
                }
            },
            _ => {}
        }
        Ok(())
    }

    /// Reads a claims set that is byte for byte what [`Claims::write`] writes for the site without
    /// members of the caller's own. Nearly every claims set of the site is so. Any other claims set
    /// gives `None`.
    #[inline(never)]
    fn read_as_written(&mut self) -> Option<()> {
        let mut present = ClaimSet::of(&[Claim::TokenType, Claim::Sub, Claim::Exp, Claim::Nbf]);
        let mut token_type = TokenType::Access;
        let mut state_hash: &[u8] = &[];
        let mut rest = self.json;
        if json::skip(&mut rest, BEFORE_ACCESS_SUB).is_none() {
            json::skip(&mut rest, BEFORE_REFRESH_SUB)?;
            token_type = TokenType::Refresh;
            present = present.with(Claim::StateHash);
        }
        let sub = json::skip_plain_string(&mut rest)?;
        json::skip(&mut rest, BEFORE_EXP)?;
        let exp = skip_seconds(&mut rest)?;
        json::skip(&mut rest, BEFORE_NBF)?;
        let nbf = skip_seconds(&mut rest)?;
        if token_type == TokenType::Refresh {
            json::skip(&mut rest, BEFORE_STATE_HASH)?;
            let (hash, after) = rest.split_at_checked(STATE_HASH_CHARS)?;
            StateHash([0; STATE_HASH_BYTES]).read(JsonStr::plain(hash))?;
            (state_hash, rest) = (hash.as_bytes(), after);
            json::skip(&mut rest, AFTER_STATE_HASH)?;
        }
        if sub.is_empty() || rest != END {
            return None;
        }
        (self.sub, self.exp, self.nbf) = (sub, exp, nbf);
        (self.token_type, self.state_hash, self.present) = (token_type, state_hash, present);
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

    pub(crate) fn iat(&self) -> Option<i64> {
        self.if_present(Claim::Iat, self.iat)
    }

    fn state_hash(&self) -> Option<StateHash> {
        let mut hash = StateHash([0; STATE_HASH_BYTES]);
        hash.read(JsonStr::standing(self.state_hash))?;
        Some(hash)
    }

    fn if_present<T>(&self, claim: Claim, value: T) -> Option<T> {
        self.present.contains(claim).then_some(value)
    }

    fn header(&self) -> &'s str {
        match self.header {
            "" => header::CANONICAL_JSON,
            header => header,
        }
    }
}

/// Skips the seconds at the front of `text` and returns them.
fn skip_seconds(text: &mut &str) -> Option<i64> {
    let (seconds, len) = numeric_date::whole_seconds(text.as_bytes())?;
    *text = text.get(len..)?;
    Some(seconds)
}

macro_rules! claim_accessors {
    ($claims:ident) => {
        impl<'s> $claims<'s> {
            /// The subject, unescaped. It is empty only if the token has no `sub` or the rules ignore
            /// `sub`.
            #[must_use]
            pub fn sub(&self) -> &'s str {
                self.0.sub
            }

            /// The `token_type`, if the token has one and the rules look at it. The rules of
            /// [`Validation::jwt`](crate::Validation::jwt) do not look at it.
            #[must_use]
            pub fn token_type(&self) -> Option<TokenType> {
                self.0.token_type()
            }

            /// The `exp` in seconds since 1970, if the token has one. A fraction is rounded down.
            #[must_use]
            pub fn exp(&self) -> Option<i64> {
                self.0.exp()
            }

            /// The `nbf` in seconds since 1970, if the token has one. A fraction is rounded up.
            #[must_use]
            pub fn nbf(&self) -> Option<i64> {
                self.0.nbf()
            }

            /// The whole claims set as it was signed: one strict JSON object. No name is repeated at its
            /// top level.
            #[must_use]
            pub fn json(&self) -> &'s str {
                self.0.json
            }

            /// The value of the member with exactly this name, if the token has it.
            #[must_use]
            pub fn get(&self, name: &str) -> Option<JsonValue<'s>> {
                json::get(self.0.json, name)
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

/// The claims of a token whose signature was checked, and that passed the rules of a
/// [`Validation`](crate::Validation). Only [`verify`](crate::verify()) and the functions built on it
/// make this value. It borrows the caller's scratch buffer.
#[derive(Clone, Copy)]
pub struct VerifiedClaims<'s>(pub(crate) ReadClaims<'s>);

claim_accessors!(VerifiedClaims);

impl<'s> VerifiedClaims<'s> {
    /// `exp` and `nbf` for the C library; an absent time is 0.
    #[doc(hidden)]
    #[must_use]
    pub const fn times(&self) -> [i64; 2] {
        [self.0.exp, self.0.nbf]
    }

    /// The claims that the token has and the rules look at.
    #[must_use]
    pub const fn present(&self) -> ClaimSet {
        self.0.present
    }

    /// The `state_hash`, if the token has one and the rules look at it. Its form was checked, but it was
    /// compared with nothing. To compare it, use [`verify_refresh`](crate::verify_refresh()).
    #[must_use]
    pub fn state_hash(&self) -> Option<StateHash> {
        self.0.state_hash()
    }

    /// The `iat` in seconds since 1970, if the token has one and a rule looks at it, such as
    /// [`Validation::max_age`](crate::Validation::max_age). A fraction is rounded up.
    #[must_use]
    pub fn iat(&self) -> Option<i64> {
        self.0.iat()
    }

    /// The whole JOSE header, which the signature covers too: one strict JSON object. No name is repeated
    /// at its top level.
    #[must_use]
    pub fn header_json(&self) -> &'s str {
        self.0.header()
    }

    /// The value of the header parameter with exactly this name, if the token has it. Some systems check
    /// a header parameter: an `iss`, for example.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<JsonValue<'s>> {
        json::get(self.0.header(), name)
    }
}

/// The claims of a token that nobody has checked. They may be false. Show them to people, or read from
/// them when a client's own token expires.
#[derive(Clone, Copy)]
pub struct UnverifiedClaims<'s>(pub(crate) ReadClaims<'s>);

claim_accessors!(UnverifiedClaims);

/// Verified claims that borrow nothing. `N` bytes hold the subject. Only [`VerifiedClaims::owned`]
/// makes this value.
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
    /// The same as [`VerifiedClaims::sub`].
    #[must_use]
    pub fn sub(&self) -> &str {
        &self.sub
    }

    /// The same as [`VerifiedClaims::token_type`].
    #[must_use]
    pub const fn token_type(&self) -> Option<TokenType> {
        self.token_type
    }

    /// The same as [`VerifiedClaims::exp`].
    #[must_use]
    pub const fn exp(&self) -> Option<i64> {
        self.exp
    }

    /// The same as [`VerifiedClaims::nbf`].
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
