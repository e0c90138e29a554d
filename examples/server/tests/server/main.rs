//! The real server over real HTTP, on SQLite; on PostgreSQL if `BAREJWT_TEST_POSTGRES` has the URL
//! of a database whose user may create others (`.ci/server` does that).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod auth_modes;
mod clock;
mod commands;
mod databases;
mod health;
mod hostile;
mod key_rotation;
mod life;
mod limits;
mod load;
mod password;
mod processes;
mod secrecy;
mod session;
mod site;
#[path = "../../../cli/tests/cli/tells_nothing.rs"]
mod tells_nothing;
