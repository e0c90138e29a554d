//! What each command does, and what it prints.

use std::env;
use std::io::{self, Write};

use anyhow::{Context, Result};

use crate::cli::{Cli, Command, DatabaseArgs, KeyCommand, UserCommand};
use crate::database::Database;
use crate::store::Store;
use crate::{exit, runtime, serve, settings, user};

pub(crate) fn run(cli: &Cli) -> Result<()> {
    warn_of_variable();
    match &cli.command {
        Command::Serve(args) => serve::run(&cli.database, args),
        Command::User(UserCommand::Add(args)) => user::add(&cli.database, args),
        Command::Key(command) => key(&cli.database, command),
    }
}

/// The tool's variable may be there for the tool, so it is no reason to refuse; but nobody shall
/// think that it counts.
fn warn_of_variable() {
    if env::var_os("BAREJWT_KEY").is_some() {
        exit::warn(
            "barejwt-server: BAREJWT_KEY is set and does not count here: the server works with \
             the keys in the database",
        );
    }
}

fn key(args: &DatabaseArgs, command: &KeyCommand) -> Result<()> {
    let database = Database::named(&args.database);
    let done = runtime::block_on(async {
        let store = Store::open(&database).await?;
        Ok(match command {
            KeyCommand::Rotate => format!("{}\n", settings::rotate_key(&store.pool).await?),
            KeyCommand::Retire => format!("{}\n", settings::retire_keys(&store.pool).await?),
        })
    });
    print(&done?)
}

pub(crate) fn print(text: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
        .context("cannot write to standard output")
}
