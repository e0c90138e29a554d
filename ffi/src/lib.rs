//! The C ABI of barejwt. `include/barejwt.h` is made from these files: each file gives one section, in the
//! order of `ffi/barejwt.h.in`. The doc comments become the header's comments.
//!
//! Raw pointers become references only in [`pointers`]. A function takes C's promise about its pointers,
//! in its one unsafe line. It does the rest through the [`pointers::Call`] that it gets for the promise.

// In `cargo test` a panic unwinds, and std has the code for that. With `panic = "abort"` the library has
// no std, so that two Rust libraries can be linked into one program.
#![cfg_attr(panic = "abort", no_std)]
#![allow(non_camel_case_types, reason = "the names are C's")]
#![allow(
    clippy::missing_safety_doc,
    reason = "the header states one contract for all functions, under POINTERS"
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
