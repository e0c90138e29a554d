//! `barejwt-server`: logs people in and out, on SQLite or PostgreSQL.
//!
//! Every decision about a token is the core's. This program brings what the core has not: a clock,
//! keys and accounts in a database, HTTP, arguments and exit statuses.

mod accounts;
mod attempts;
mod chains;
mod cli;
mod commands;
mod database;
mod exit;
mod password;
mod runtime;
mod serve;
mod settings;
mod store;
mod user;

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
