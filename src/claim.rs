//! The claims that this crate knows by name: one table, and sets of them.

use core::fmt;

/// The `token_type` claim. Numbered as in C.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum TokenType {
    /// `access`: authorises API calls.
    Access = 1,
    /// `refresh`: can only be traded for a new pair.
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

/// The table of claims, in the order in which they are checked. A line has the variant, its bit in a
/// set and the member's name.
macro_rules! claims {
    ($($(#[$doc:meta])* $claim:ident = $bit:literal, $name:literal;)*) => {
        /// The claims that this crate knows by name. The number of each is its bit in a set, as in C.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u16)]
        #[non_exhaustive]
        pub enum Claim {
            $($(#[$doc])* $claim = $bit,)*
        }

        impl Claim {
            /// Every claim of the table.
            pub(crate) const ALL: [Self; [$(Self::$claim),*].len()] = [$(Self::$claim),*];

            /// Where the claim stands in the table. The bits are in the same order.
            pub(crate) const fn place(self) -> usize {
                (self as u16).trailing_zeros() as usize
            }

            /// The member's name in the claims set.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$claim => $name,)*
                }
            }
        }
    };
}

claims! {
    /// `token_type`, a string.
    TokenType = 1, "token_type";
    /// `sub`, a string (RFC 7519 4.1.2).
    Sub = 2, "sub";
    /// `exp`, a NumericDate (RFC 7519 4.1.4).
    Exp = 4, "exp";
    /// `nbf`, a NumericDate (RFC 7519 4.1.5).
    Nbf = 8, "nbf";
    /// `state_hash`, 32 bytes in padded standard base64.
    StateHash = 16, "state_hash";
    /// `iss`, a string (RFC 7519 4.1.1).
    Iss = 32, "iss";
    /// `aud`, a string or an array of strings (RFC 7519 4.1.3).
    Aud = 64, "aud";
    /// `iat`, a NumericDate (RFC 7519 4.1.6).
    Iat = 128, "iat";
    /// `jti`, a string (RFC 7519 4.1.7).
    Jti = 256, "jti";
}

const _: () = {
    let mut place = 0;
    let mut rest = Claim::ALL.as_slice();
    while let [claim, tail @ ..] = rest {
        assert!(claim.place() == place);
        place += 1;
        rest = tail;
    }
};

impl Claim {
    /// The set that has this claim alone.
    const fn bit(self) -> u16 {
        self as u16
    }
}

/// A set of [`Claim`]s.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct ClaimSet {
    bits: u16,
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

    /// The claims in the set, in the order in which they are checked.
    pub fn iter(self) -> impl Iterator<Item = Claim> {
        Claim::ALL
            .into_iter()
            .filter(move |claim| self.contains(*claim))
    }

    /// The set of these bits, for the C library; `None` if a bit belongs to no claim.
    #[doc(hidden)]
    #[must_use]
    pub const fn from_bits(bits: u32) -> Option<Self> {
        if bits & !(Self::of(&Claim::ALL).bits as u32) != 0 {
            return None;
        }
        Some(Self { bits: bits as u16 })
    }

    /// The same, for bits that are known to belong to claims.
    #[doc(hidden)]
    #[must_use]
    pub const fn from_known_bits(bits: u32) -> Self {
        Self { bits: bits as u16 }
    }

    /// The set as bits, for the C library: each bit is the number of its claim.
    #[doc(hidden)]
    #[must_use]
    pub const fn bits(self) -> u16 {
        self.bits
    }

    pub(crate) const fn with(self, claim: Claim) -> Self {
        self.union(Self::of(&[claim]))
    }

    pub(crate) const fn union(self, other: Self) -> Self {
        Self {
            bits: self.bits | other.bits,
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
