//! `barejwt-server`: logs people in and out, on SQLite or PostgreSQL.
//!
//! The core makes every decision about a token. This program adds a clock, keys and accounts in a database,
//! HTTP, arguments and exit statuses.

mod accounts;
mod attempts;
mod chains;
mod cli;
mod commands;
mod database;
mod database_file;
mod exit;
mod foreign;
mod key;
mod new_password;
mod password;
mod runtime;
mod serve;
mod settings;
mod store;
mod user;

use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = match cli::Cli::read() {
        Ok(cli) => cli,
        Err(error) => return exit::usage(error),
    };
    match commands::run(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => exit::failure(&error),
    }
}
