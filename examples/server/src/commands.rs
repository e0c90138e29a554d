//! Runs each command, and prints its result.

use std::env;
use std::io::{self, Write};

use anyhow::{Context, Result};

use crate::cli::{Cli, Command};
use crate::database::Database;
use crate::{exit, key, serve, user};

pub(crate) fn run(cli: &Cli) -> Result<()> {
    warn_of_variable();
    match &cli.command {
        Command::Serve(args) => serve::run(&cli.database, args),
        Command::User(command) => user::run(&Database::named(&cli.database.database)?, command),
        Command::Key(command) => key::run(&Database::named(&cli.database.database)?, command),
    }
}

/// Warns about the tool's variable. It may be set for the tool, so that it is no reason to refuse, but this
/// program does not use it.
fn warn_of_variable() {
    if env::var_os("BAREJWT_KEY").is_some() {
        exit::warn(
            "barejwt-server: BAREJWT_KEY is set and does not count here: the server works with \
             the keys in the database",
        );
    }
}

pub(crate) fn print(text: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
        .context("cannot write to standard output")
}
