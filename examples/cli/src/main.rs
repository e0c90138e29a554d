//! `barejwt`: signs, checks and shows HS256 tokens, for people who debug and for scripts.
//!
//! The core makes every decision about a token. This program adds a clock, a source for the key, arguments and
//! exit statuses.

mod claims_json;
mod cli;
mod commands;
mod database;
mod display;
mod exit;
mod inspect;
mod key_source;
mod mint;
mod shown;
mod time;
mod token_input;
mod verify;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return exit::usage(error),
    };
    match commands::run(&cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => match error.downcast::<clap::Error>() {
            Ok(error) => exit::usage(error),
            Err(error) => exit::failure(&error),
        },
    }
}
