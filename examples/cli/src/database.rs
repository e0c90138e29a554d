//! The SQLite database of a site, which is only read. The default database is made on first use, complete and
//! private, or not at all.

use std::fs;
use std::io;
use std::path::Path;

use anyhow::{Context, Result, bail};
use barejwt::{Error, Key};
use barejwt_settings::{
    KeySet, Problem, SELECT, Settings, new_secret, read_only_query, uri_path, with_scheme,
};
use rusqlite::{Connection, OpenFlags};
use tempfile::NamedTempFile;

use crate::key_source::{too_weak, warn_if_others_can_read};
use crate::shown;

/// The keys in the database, each made by `make`.
pub(crate) fn keys(path: &Path, make: fn(&[u8]) -> Result<Key, Error>) -> Result<KeySet> {
    check_path(path)?;
    let shown = path.display();
    let connection = open_to_read(path).with_context(|| format!("cannot open {shown}"))?;
    let rows = read_rows(&connection).with_context(|| {
        format!(
            "cannot read table 'settings' with columns 'name' and 'value' in {shown}: \
             name the right database with --database, or give a key with --key-file"
        )
    })?;
    let keys = Settings::new(rows)
        .keys(make)
        .map_err(|problem| match problem {
            Problem::Key(error) => too_weak(error),
            other => other.into(),
        });
    keys.with_context(|| format!("cannot take the key from table 'settings' in {shown}"))
}

/// Refuses a path that cannot be a SQLite file. A URL does not become a file name.
fn check_path(path: &Path) -> Result<()> {
    let scheme = with_scheme(path).map(|(scheme, _)| scheme.to_ascii_lowercase());
    match scheme.as_deref() {
        Some("postgres" | "postgresql") => bail!(
            "--database takes a SQLite file; with PostgreSQL let psql give the key: psql -At -c \
             \"SELECT value FROM settings WHERE name = 'secret_key'\" URL | barejwt ... --key-file -"
        ),
        Some(_) => bail!(
            "--database takes the path of a SQLite file, not a URL; before a file name with a colon put ./"
        ),
        None => {}
    }
    match fs::metadata(path) {
        Ok(found) if !found.is_file() => bail!("{} is not a file, so no database", path.display()),
        Ok(found) => {
            warn_if_others_can_read(&found, "database", path);
            Ok(())
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound && path.is_symlink() => bail!(
            "the database {} is a link to a file that is not there",
            path.display()
        ),
        Err(error) => Err(error).with_context(|| {
            format!(
                "cannot read {}",
                shown::file("database", path, "--database")
            )
        }),
    }
}

fn read_rows(connection: &Connection) -> Result<Vec<(String, String)>> {
    let mut select = connection.prepare(SELECT).map_err(plain)?;
    let rows = select.query_map((), |row| Ok((row.get(0)?, row.get(1)?)));
    rows.and_then(Iterator::collect).map_err(plain)
}

/// Makes a database with a random key. It is written under another name and then renamed, so that nobody
/// sees half of it. A file that somebody else made meanwhile is kept.
pub(crate) fn create(path: &Path) -> Result<()> {
    let directory = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let file = NamedTempFile::with_prefix_in(".barejwt-", directory)?;
    make_private(file.as_file())?;
    write_key(file.path())?;
    match file.persist_noclobber(path) {
        Err(failure) if failure.error.kind() != io::ErrorKind::AlreadyExists => {
            Err(failure.error.into())
        }
        _ => Ok(()),
    }
}

/// Sets mode 0600, whatever the umask. The file was created with no more rights.
#[cfg(unix)]
fn make_private(file: &fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn make_private(_: &fs::File) -> io::Result<()> {
    Ok(())
}

fn write_key(path: &Path) -> Result<()> {
    let connection = Connection::open(path).map_err(plain)?;
    // Nobody else uses this file, so that a journal on disk would only be another copy of the key.
    connection
        .execute_batch(
            "PRAGMA journal_mode = MEMORY;
             CREATE TABLE settings (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)",
        )
        .map_err(plain)?;
    let insert = "INSERT INTO settings (name, value) VALUES ('secret_key', ?1)";
    connection
        .execute(insert, [new_secret()?.as_str()])
        .map_err(plain)?;
    connection.close().map_err(|(_, error)| plain(error))
}

/// Opens the database to read, without changing anything.
fn open_to_read(path: &Path) -> Result<Connection> {
    let uri = format!("file:{}{}", uri_path(path)?, read_only_query(path)?);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    Connection::open_with_flags(uri, flags).map_err(plain)
}

/// SQLite's own message, without the text that the library puts around it.
fn plain(error: rusqlite::Error) -> anyhow::Error {
    match error {
        rusqlite::Error::SqliteFailure(_, Some(message)) => anyhow::anyhow!(message),
        other => other.into(),
    }
}
