//! `barejwt`: mints, checks and shows HS256 tokens, for people who debug and for scripts.
//!
//! Every decision about a token is the core's. This program brings what the core has not: a clock, a
//! key from somewhere, arguments and exit statuses.

mod cli;
mod commands;
mod database;
mod display;
mod exit;
mod key_source;
mod token_input;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return exit::usage(error),
    };
    match commands::run(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => exit::failure(&error),
    }
}
