//! The C ABI of barejwt. `include/barejwt.h` is made from these files, one section from each, in
//! the order of `ffi/barejwt.h.in`; the doc comments are the header's.
//!
//! Raw pointers become references in [`pointers`] alone. A function takes C's promise about them,
//! which is its one unsafe line, and does the rest through the [`pointers::Call`] it gets for that.

// Where a panic unwinds (`cargo test`), std brings what that needs. With `panic = "abort"` the
// library has no std, so that two Rust libraries can meet in one link.
#![cfg_attr(panic = "abort", no_std)]
#![allow(non_camel_case_types, reason = "the names are C's")]
#![allow(
    clippy::missing_safety_doc,
    reason = "one contract for all, stated in the header under POINTERS"
)]

mod chosen;
mod layout;
mod opaque;
mod out;
#[cfg(panic = "abort")]
mod panic;
mod pointers;
mod regions;

pub mod auth;
pub mod claims;
pub mod detail;
pub mod keyring;
pub mod keys;
pub mod pair;
pub mod refused;
pub mod session;
pub mod sign;
pub mod status;
pub mod text;
pub mod unverified;
pub mod validation;
pub mod verify;
pub mod version;

#[cfg(test)]
mod tests;
