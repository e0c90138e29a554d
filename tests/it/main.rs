//! The tests of the crate's promises, through its public functions. Each RFC has a module. Each promise
//! that is in no RFC has a module too. A test that needs its own allocator, a stack that no other test
//! has used, or the machine for itself is a program of its own, beside this folder.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

mod token_maker;

#[cfg(feature = "serde")]
mod custom_claims;
mod debug;
mod error_texts;
#[cfg(feature = "heapless")]
mod owned;
mod real_tokens;
mod rfc6750_bearer;

// These modules try many inputs. Miri, an interpreter, takes over 200 s for each.
#[cfg(not(miri))]
mod buffers;
#[cfg(not(miri))]
mod every_length;
#[cfg(not(miri))]
mod own_members;
#[cfg(not(miri))]
mod pair_and_session;
#[cfg(not(miri))]
mod properties;
#[cfg(not(miri))]
mod rfc7515_jws;
#[cfg(not(miri))]
mod rfc7518_hs256;
#[cfg(not(miri))]
mod rfc7519_claims;
#[cfg(not(miri))]
mod rfc7519_rules;
#[cfg(not(miri))]
mod rfc8259_json;
#[cfg(not(miri))]
mod rfc8725_practices;
#[cfg(not(miri))]
mod session_clock;
#[cfg(not(miri))]
mod vectors;
