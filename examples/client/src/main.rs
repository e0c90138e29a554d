//! `barejwt-client`: logs in to the login server and calls it, for people and for scripts.
//!
//! The core makes every decision about a token: [`barejwt::Session`] says whether to use the access token, to
//! refresh or to log in. This program adds a clock, a file, a lock and HTTP.

mod api;
mod cli;
mod clock;
mod commands;
mod failure;
mod password;
mod renewal;
mod session_file;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match commands::run(&cli::Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // A closed standard error is no failure.
            let _ = writeln!(io::stderr(), "barejwt-client: {failure}");
            ExitCode::from(failure.exit_status())
        }
    }
}
