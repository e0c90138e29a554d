//! HS256 JSON Web Tokens for firmware and servers: `no_std`, no heap, no `unsafe`, no panics,
//! secrets compared in constant time.
//!
//! ```
//! use barejwt::{Claims, Error, Key, Validation, sign, verify};
//!
//! # fn main() -> Result<(), Error> {
//! # let (master_key, now) = ([7; 32], 1745651978);
//! let key = Key::new(&master_key)?; // prepared once, shared, wiped on drop
//!
//! let mut buf = [0; 256];
//! let token = sign(&Claims::access("lUpa", now, 3600), &key, &mut buf)?;
//!
//! let mut scratch = [0; 192];
//! let claims = verify(token, &key, &Validation::access().leeway(30), now, &mut scratch)?;
//! assert_eq!(claims.sub(), "lUpa");
//!
//! let forged = token.replace('a', "b");
//! let refused = verify(forged, &key, &Validation::access(), now, &mut scratch);
//! assert!(refused.is_err());
//! # Ok(())
//! # }
//! ```
//!
//! These are tokens of *the site*, as these pages call it: an access or a refresh token has
//! `token_type`, `sub`, `exp` and `nbf`, as Cloudreve v4 signs them. Any other system's token has what
//! that system wants; `docs/systems.md` has recipes for fifteen of them:
//!
//! ```
//! use barejwt::{Claims, Error, Key, Validation, sign, verify};
//!
//! # fn main() -> Result<(), Error> {
//! # let (key, now, mut buf, mut scratch) = (Key::new(&[7; 32])?, 1745651978, [0; 256], [0; 192]);
//! let login = Claims::jwt("device-42", now, 600)
//!     .members(r#"{"iss":"plant-7","acl":["telemetry/42"]}"#);
//! let token = sign(&login, &key, &mut buf)?;
//! let claims = verify(token, &key, &Validation::jwt().issuer("plant-7"), now, &mut scratch)?;
//! assert!(claims.get("acl").is_some());
//! # Ok(())
//! # }
//! ```
//!
//! | to | use |
//! |---|---|
//! | sign a token of the site's, or of any other system's | [`sign()`], [`Claims`] |
//! | sign a claims set that you have written | [`sign_json`] |
//! | verify a token | [`verify()`], [`Validation`] |
//! | read any of its members | [`VerifiedClaims::get`], [`VerifiedClaims::header`] |
//! | authorise a request by its `Authorization` header | [`authenticate`], [`Auth`], [`Identity`] |
//! | answer a refused request | [`Error::challenge`] |
//! | log a user in, and trade a refresh token | [`issue_pair`], [`verify_refresh`], [`RefreshToken`] |
//! | decide, as a client, what to do next | [`Pair::from_answer`], [`Session`] |
//! | rotate keys | [`Keyring`] |
//! | look into a token without a key | [`decode_unverified`] |
//!
//! # What it promises
//!
//! - Time is an argument: seconds since 1970, 64 bits. Nothing here reads a clock, a file or random
//!   numbers, allocates, or keeps state.
//! - Nothing of an unauthenticated payload is decoded; an unverified claim has another type than a
//!   verified one.
//! - Rules begin strict; a method that relaxes one says so in its name.
//! - A renewed token has every member that the old one had, unless you say what it gets.
//! - No input makes it panic, nor does any type of custom claims (`serde` feature) unless its own code
//!   does.
//! - Errors are [`Copy`], one variant for each check, and carry no token text, key byte or
//!   expected value.
//!
//! # What it does not do
//!
//! Other algorithms than HS256, encryption, nested tokens, key storage, key sets from the network,
//! revocation lists.
//!
//! # Features
//!
//! | feature | default | effect |
//! |---|---|---|
//! | `compact` | no | leaves out the fast paths: less flash, slower |
//! | `heapless` | yes | adds owned results: `sign_to_string`, `OwnedClaims` |
//! | `serde` | no | adds custom claims: `VerifiedClaims::claims_as`, `sign_claims` |
//!
//! Two switches build for flash, and a small image wants both: the feature `compact` leaves out this
//! crate's own fast paths, and `RUSTFLAGS='--cfg sha2_backend_soft="compact"'`, a switch of `sha2` that
//! is no feature, makes the hash a loop instead of its 64 rounds spelled out. Neither changes what is
//! accepted and refused. So it does no harm when another crate of the program turns `compact` on, which
//! turns it on for all: it only takes time.
//!
//! # Rust version
//!
//! It needs Rust 1.88 or later, with any features.

#![no_std]
#![forbid(unsafe_code)]

#[cfg(test)]
extern crate std;

/// Small rather than fast: the fast paths are left out, and nothing else. What is accepted and refused
/// must be the same, because another crate of a program may have asked for it.
const COMPACT: bool = cfg!(feature = "compact");

mod answer;
mod auth;
mod base64url;
mod bearer;
mod challenge;
mod claim;
mod claims;
#[cfg(feature = "serde")]
mod custom_claims;
mod error;
mod header;
mod hmac_sha256;
mod json;
mod key;
mod numeric_date;
mod pair;
mod rfc3339;
mod segment;
mod session;
mod sign;
mod unverified;
mod validation;
mod verify;

pub use auth::{Auth, Identity, authenticate};
pub use bearer::bearer_token;
pub use challenge::{Challenge, ChallengeCode};
pub use claim::{Claim, ClaimSet, TokenType};
#[cfg(feature = "heapless")]
pub use claims::OwnedClaims;
pub use claims::{Claims, STATE_HASH_BYTES, StateHash, UnverifiedClaims, VerifiedClaims};
#[cfg(feature = "serde")]
pub use custom_claims::sign_claims;
pub use error::{Error, JsonProblem, Part};
pub use header::MAX_HEADER_SEGMENT_LEN;
#[doc(hidden)]
pub use hmac_sha256::digest;
#[doc(hidden)]
pub use json::member;
pub use json::{JsonStr, JsonValue, MAX_JSON_DEPTH, MAX_MEMBERS};
#[doc(hidden)]
pub use key::wipe_stack;
pub use key::{Key, Keyring, Keys, MAX_KID_BYTES, MIN_KEY_BYTES, NamedKey, SigningKey, WithoutKid};
pub use pair::{
    Lifetimes, Pair, PairClaims, PairMembers, RefreshToken, issue_pair, verify_refresh,
};
pub use session::{Next, Session, SessionNumbers};
#[cfg(feature = "heapless")]
pub use sign::sign_to_string;
pub use sign::{sign, sign_json, token_len};
pub use unverified::{UnverifiedToken, decode_unverified};
pub use validation::{DEFAULT_MAX_TOKEN_LEN, Validation, Wanted};
pub use verify::{scratch_len, verify};

/// The programs on these pages, which `cargo test` runs.
#[cfg(doctest)]
#[doc = include_str!("../docs/systems.md")]
#[doc = include_str!("../docs/coming-from.md")]
mod pages {}
