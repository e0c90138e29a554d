//! Rules in two forms: as a `Validation`, and for the judge in `claims`.

use barejwt::{Claim, TokenType, Validation};

use crate::NOW;
use crate::claims::CLAIMS;

/// Expected values. Seeds and dictionary have some of them.
const TEXTS: [&str; 6] = [
    "lUpa",
    "https://auth.example.com",
    "api",
    "us\u{e9}r",
    "a\"b",
    "",
];
/// Times at the ends of clocks and calculations.
const EDGES: [i64; 4] = [1, 1 << 31, i64::MAX - 60, i64::MAX];
const SECONDS: [u32; 8] = [0, 1, 30, 59, 60, 61, 3600, u32::MAX];

/// The same rules in both forms.
#[derive(Clone, Debug)]
pub struct Rules {
    pub ours: Validation<'static>,
    pub token_type: Option<TokenType>,
    pub subject: Option<&'static str>,
    pub issuer: Option<&'static str>,
    pub audience: Option<&'static str>,
    pub required: Vec<Claim>,
    ignored: Vec<Claim>,
    pub leeway: u32,
    pub max_age: Option<u32>,
}

impl Rules {
    fn new(ours: Validation<'static>, required: &[Claim], ignored: &[Claim]) -> Self {
        Self {
            ours,
            token_type: None,
            subject: None,
            issuer: None,
            audience: None,
            required: required.to_vec(),
            ignored: ignored.to_vec(),
            leeway: 0,
            max_age: None,
        }
    }

    fn of_the_site(ours: Validation<'static>) -> Self {
        use Claim::{Exp, Iat, Iss, Jti, Nbf, Sub, TokenType};
        Self::new(ours, &[TokenType, Sub, Exp, Nbf], &[Iss, Iat, Jti])
    }

    pub fn any_type() -> Self {
        Self::of_the_site(Validation::any_type())
    }

    pub fn access() -> Self {
        let mut rules = Self::of_the_site(Validation::access());
        rules.token_type = Some(TokenType::Access);
        rules
    }

    pub fn refresh() -> Self {
        let mut rules = Self::of_the_site(Validation::refresh());
        rules.token_type = Some(TokenType::Refresh);
        rules.required.push(Claim::StateHash);
        rules
    }

    pub fn jwt() -> Self {
        use Claim::{Exp, Iat, Iss, Jti, StateHash, TokenType};
        let ignored = [TokenType, StateHash, Iss, Iat, Jti];
        Self::new(Validation::jwt(), &[Exp], &ignored)
    }

    /// Whether the rules look at a claim. Any other claim may have any value.
    pub fn looks_at(&self, claim: Claim) -> bool {
        !self.ignored.contains(&claim)
    }

    /// Accepts tokens of any length.
    pub fn any_length(mut self) -> Self {
        self.ours = self.ours.max_token_len(usize::MAX);
        self
    }

    fn require(&mut self, claim: Claim) {
        self.ignored.retain(|ignored| *ignored != claim);
        if !self.required.contains(&claim) {
            self.required.push(claim);
        }
    }

    pub fn allow_missing(mut self, claim: Claim) -> Self {
        self.ours = self.ours.allow_missing(claim);
        self.required.retain(|required| *required != claim);
        self
    }

    pub fn ignore(mut self, claim: Claim) -> Self {
        self = self.allow_missing(claim);
        self.ours = self.ours.ignore(claim);
        self.ignored.push(claim);
        self
    }

    /// Reads rules and the time from bytes. First comes a profile. Then come, in any order, the options
    /// that an operator would write: a byte and a value for each.
    pub fn from_bytes(bytes: &[u8]) -> (Self, i64) {
        let (profile, calls) = bytes.split_first().unwrap_or((&b'a', &[]));
        let mut rules = match profile {
            b'a' => Self::access(),
            b'r' => Self::refresh(),
            b'y' => Self::any_type(),
            _ => Self::jwt(),
        };
        let mut now = NOW;
        for call in calls.chunks_exact(2) {
            let pick = usize::from(call[1]);
            match call[0] {
                b't' => now = NOW + i64::from(call[1].cast_signed()),
                b'T' => now = NOW + i64::from(call[1].cast_signed()) * 60,
                b'e' => now = EDGES[pick % EDGES.len()],
                other => rules = rules.call(other, pick),
            }
        }
        (rules, now)
    }

    fn call(mut self, call: u8, pick: usize) -> Self {
        let text = TEXTS[pick % TEXTS.len()];
        let seconds = SECONDS[pick % SECONDS.len()];
        let claim = CLAIMS[pick % CLAIMS.len()];
        match call {
            b's' => {
                self.ours = self.ours.subject(text);
                self.subject = Some(text);
                self.require(Claim::Sub);
            }
            b'i' => {
                self.ours = self.ours.issuer(text);
                self.issuer = Some(text);
                self.require(Claim::Iss);
            }
            b'u' => {
                self.ours = self.ours.audience(text);
                self.audience = Some(text);
                self.require(Claim::Aud);
            }
            b'x' => {
                self.ours = self.ours.max_age(seconds);
                self.max_age = Some(seconds);
                self.require(Claim::Iat);
            }
            b'l' => {
                self.ours = self.ours.leeway(seconds);
                self.leeway = seconds;
            }
            b'q' => {
                self.ours = self.ours.require(claim);
                self.require(claim);
            }
            b'm' => self = self.allow_missing(claim),
            b'g' => self = self.ignore(claim),
            _ => {}
        }
        self
    }
}
