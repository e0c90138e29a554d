//! The SQLite database of a site, which is only read. The default database is made on first use, complete and
//! private, or not at all.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use barejwt::{Error, Key};
use barejwt_settings::{KeySet, Problem, SELECT, Settings, new_secret};
use rusqlite::{Connection, OpenFlags};
use tempfile::NamedTempFile;

use crate::exit;
use crate::key_source::{too_weak, warn_if_others_can_read};

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
    match path.to_str().and_then(scheme) {
        Some("postgres" | "postgresql") => bail!(
            "--database takes a SQLite file; with PostgreSQL let psql give the key: psql -At -c \
             \"SELECT value FROM settings WHERE name = 'secret_key'\" URL | barejwt ... --key-file -"
        ),
        Some(_) => bail!("--database takes the path of a SQLite file, not a URL"),
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
        Err(error) => Err(error)
            .with_context(|| format!("cannot read {}", exit::file("database", path, "--database"))),
    }
}

/// The text before the colon of a URL. One letter is a Windows drive.
fn scheme(text: &str) -> Option<&str> {
    let (scheme, _) = text.split_once(':')?;
    let is_scheme = scheme.len() > 1 && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_scheme.then_some(scheme)
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

/// Opens the database to read, without changing anything. In WAL mode SQLite makes files beside a database
/// even to read it, unless the file is opened as immutable. If there are no such files yet, nobody is writing,
/// so that immutable is true. In any other mode a lock tells who writes, and SQLite must look at the lock.
fn open_to_read(path: &Path) -> Result<Connection> {
    let is_quiet = is_in_wal_mode(path)? && !beside(path, "-wal").exists();
    let mode = if is_quiet { "ro&immutable=1" } else { "ro" };
    let uri = format!("{}?mode={mode}", uri(path)?);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    Connection::open_with_flags(uri, flags).map_err(plain)
}

/// Reads the byte of the file's header that tells which version may read the file.
fn is_in_wal_mode(path: &Path) -> io::Result<bool> {
    let mut header = [0; 20];
    let read = fs::File::open(path)?.read_exact(&mut header);
    Ok(read.is_ok() && header.ends_with(&[2]))
}

fn uri(path: &Path) -> Result<String> {
    // The path is absolute, so that no part of it is taken for a host.
    let path = fs::canonicalize(path)?;
    let path = path
        .to_str()
        .context("the path of a database must be UTF-8")?;
    let mut uri = "file:".to_owned();
    for byte in path.bytes() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'/' | b'.' | b'-' | b'_' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    Ok(uri)
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// SQLite's own message, without the text that the library puts around it.
fn plain(error: rusqlite::Error) -> anyhow::Error {
    match error {
        rusqlite::Error::SqliteFailure(_, Some(message)) => anyhow::anyhow!(message),
        other => other.into(),
    }
}
