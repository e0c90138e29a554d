//! The SQLite file: made complete and private on first use, or not at all.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sqlx::{ConnectOptions, Connection};
use tempfile::NamedTempFile;

use crate::database::{options, plain};
use crate::settings;

/// Makes a database with a random key. It is written under another name and then given this one,
/// so that nobody sees half of it; a file that has come to be meanwhile is kept.
pub(crate) async fn create(path: &Path) -> Result<()> {
    let directory = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let file = NamedTempFile::with_prefix_in(".barejwt-", directory)?;
    make_private(file.as_file())?;
    write_key(file.path()).await?;
    match file.persist_noclobber(path) {
        Err(failure) if failure.error.kind() != io::ErrorKind::AlreadyExists => {
            Err(failure.error.into())
        }
        _ => Ok(()),
    }
}

/// Mode 0600, whatever the umask; the file was created with no more than that.
#[cfg(unix)]
fn make_private(file: &fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn make_private(_: &fs::File) -> io::Result<()> {
    Ok(())
}

async fn write_key(path: &Path) -> Result<()> {
    let mut connection = options(&url(path)?)?.connect().await.map_err(plain)?;
    // Nobody else knows this file, so a journal on disk would only be one more copy of the key.
    sqlx::query("PRAGMA journal_mode = MEMORY")
        .execute(&mut connection)
        .await
        .map_err(plain)?;
    settings::create(&mut connection).await?;
    connection.close().await.map_err(plain)
}

/// To read and write.
pub(crate) fn url(path: &Path) -> Result<String> {
    // Absolute and without dots: in a URL they would be resolved by other rules.
    let path = fs::canonicalize(path)?;
    let path = path
        .to_str()
        .context("the path of a database must be UTF-8")?;
    let mut url = "sqlite:".to_owned();
    for byte in path.bytes() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'/' | b'.' | b'-' | b'_' => {
                url.push(char::from(byte));
            }
            _ => url.push_str(&format!("%{byte:02X}")),
        }
    }
    Ok(url)
}

/// To read without changing anything. SQLite makes files of its own beside a database in WAL mode
/// even to read it, unless told that the file is immutable; and where no such file is there,
/// nobody is in the middle of writing, so it may be told so.
pub(crate) fn read_only_url(path: &Path) -> Result<String> {
    let is_quiet = ["-wal", "-journal"]
        .iter()
        .all(|suffix| !beside(path, suffix).exists());
    let mode = if is_quiet {
        "?mode=ro&immutable=true"
    } else {
        "?mode=ro"
    };
    Ok(url(path)? + mode)
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
