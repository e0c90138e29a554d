//! `barejwt-server key`: the keys with which a site signs and verifies.

use std::fs;
use std::io::{self, IsTerminal};
use std::os::unix::fs::PermissionsExt;

use anyhow::{Result, bail};
use barejwt::Key;
use barejwt_settings::StoredKey;
use base64ct::{Base64UrlUnpadded, Encoding};
use zeroize::Zeroizing;

use crate::cli::KeyCommand;
use crate::database::Database;
use crate::store::{Deletes, Store, with_store};
use crate::{commands, exit, settings};

pub(crate) fn run(database: &Database, command: &KeyCommand) -> Result<()> {
    if matches!(command, KeyCommand::Export) {
        check_destination()?;
    }
    let deletes = match command {
        KeyCommand::Retire => Deletes::Secrets,
        KeyCommand::Rotate | KeyCommand::List | KeyCommand::Export => Deletes::Nothing,
    };
    let text = with_store(database, deletes, async |store| match command {
        KeyCommand::Rotate => Ok(Zeroizing::new(settings::rotate_key(store).await? + "\n")),
        KeyCommand::Retire => {
            let retired = settings::retire_keys(store).await?;
            Ok(Zeroizing::new(format!("{retired}\n")))
        }
        KeyCommand::List => {
            lines(store, |usage, key| match key.kid {
                Some(kid) => format!("{usage} {kid}\n"),
                None => format!("{usage}\n"),
            })
            .await
        }
        KeyCommand::Export => lines(store, exported).await,
    });
    commands::print(&text?)
}

/// One line for each key. The key that signs is first.
async fn lines(
    store: &Store,
    line: impl Fn(&str, &StoredKey<'_>) -> String,
) -> Result<Zeroizing<String>> {
    let settings = settings::rows(store).await?;
    // No key is printed that a program could not use.
    settings.keys(Key::new)?;
    let mut text = Zeroizing::new(String::new());
    for (number, key) in settings.stored_keys().enumerate() {
        let usage = if number == 0 { "sign" } else { "verify" };
        text.push_str(&Zeroizing::new(line(usage, &key)));
    }
    Ok(text)
}

/// The form of the key file in `examples/nginx/README.md`.
fn exported(usage: &str, key: &StoredKey<'_>) -> String {
    let secret = Zeroizing::new(Base64UrlUnpadded::encode_string(key.secret.as_bytes()));
    match key.kid {
        Some(kid) => format!("{usage} {} {kid}\n", *secret),
        None => format!("{usage} {}\n", *secret),
    }
}

/// Refuses a terminal, because secrets stay in its scrollback.
fn check_destination() -> Result<()> {
    if io::stdout().is_terminal() {
        bail!(
            "the keys are not for a terminal: write them to a file, as `key export --help` shows"
        );
    }
    if let Ok(found) = fs::metadata("/dev/stdout")
        && found.is_file()
        && found.permissions().mode() & 0o077 != 0
    {
        exit::warn(
            "barejwt-server: others can read the file that the keys are written to: `chmod 600` it",
        );
    }
    Ok(())
}
