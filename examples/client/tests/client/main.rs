//! The client against the real server, the binary `barejwt-server` that cargo has built beside it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod client;
mod concurrency;
mod crash;
mod impostor;
mod login;
mod refresh;
mod server;
mod session_file;
mod tap;
#[path = "../../../cli/tests/cli/tells_nothing.rs"]
mod tells_nothing;
