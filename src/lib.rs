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
//! This is a token of *the site*. These pages use that name for a system with the tokens of
//! Cloudreve v4: access and refresh tokens that have `token_type`, `sub`, `exp` and `nbf`. A token of
//! any other system has the claims that the system wants. `docs/systems.md` has recipes for fifteen
//! such systems:
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
//! | sign a token of the site, or of any other system | [`sign()`], [`Claims`] |
//! | sign a claims set that you write yourself | [`sign_json`] |
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
//! - Time is an argument: seconds since 1970, 64 bits. The crate reads no clock, no file and no random
//!   numbers. It allocates nothing and keeps no state.
//! - `verify` checks the signature before it decodes any part of the payload. Unverified claims have
//!   a type of their own.
//! - Rules begin strict. A method that relaxes a rule says so in its name.
//! - A renewed token keeps every member of the old token, unless you name the members yourself.
//! - No input makes the crate panic. A type of custom claims (feature `serde`) can make it panic only
//!   if the type's own code panics.
//! - Errors are [`Copy`], with one variant for each check. They carry no token text, key byte or
//!   expected value.
//!
//! # What it does not do
//!
//! It has no algorithm but HS256, no encryption, no nested tokens, no key storage, no key sets from
//! the network and no revocation lists.
//!
//! # Features
//!
//! | feature | default | effect |
//! |---|---|---|
//! | `compact` | no | leaves out the fast paths: less flash, slower |
//! | `heapless` | yes | adds owned results: `sign_to_string`, `OwnedClaims` |
//! | `serde` | no | adds custom claims: `VerifiedClaims::claims_as`, `sign_claims` |
//!
//! Two switches save flash, and a small image needs both. The feature `compact` leaves out this crate's
//! own fast paths. `RUSTFLAGS='--cfg sha2_backend_soft="compact"'` is a switch of `sha2`, not a
//! feature: it makes the hash a loop instead of 64 rounds written out. Neither switch changes what is
//! accepted or refused. If any crate of a program turns `compact` on, it is on for the whole program.
//! This costs time and nothing else.
//!
//! # Rust version
//!
//! It needs Rust 1.88 or later, with any features.

#![no_std]
#![forbid(unsafe_code)]

#[cfg(test)]
extern crate std;

/// Whether the fast paths are left out, to save flash. It must not change what is accepted or refused:
/// another crate of the program may have turned it on.
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
