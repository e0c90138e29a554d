//! The SQLite file whose `settings` table holds the key, as the reference system keeps it: of that
//! table the columns `name` and `value` are relied on, and the row named `secret_key`.
//!
//! A file that exists is opened for reading. A file of our own appears complete or not at all.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use rusqlite::{Connection, OpenFlags};
use tempfile::NamedTempFile;
use zeroize::Zeroizing;

const KEY_CHARS: usize = 256;

const ALPHANUMERIC: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The secret in the database at `path`, which is made first if there is none.
pub(crate) fn secret_key(path: &Path) -> Result<Zeroizing<Vec<u8>>> {
    let shown = path.display();
    match fs::metadata(path) {
        Ok(found) if !found.is_file() => bail!("{shown} is not a file, so no database"),
        Ok(_) => {}
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(error).context("cannot look at the file that --database names");
        }
        // Without the path: where no file is, somebody may have typed a token.
        Err(_) => create(path).context("cannot create the database that --database names")?,
    }
    read(path)
}

/// Makes a database with a random key. It is written under another name and then given this one,
/// so that nobody sees half of it; a file that has come to be meanwhile is kept.
fn create(path: &Path) -> Result<()> {
    let directory = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let file = NamedTempFile::with_prefix_in(".barejwt-", directory)?;
    make_private(file.as_file())?;
    write_key(file.path(), &random_key()?)?;
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

fn write_key(path: &Path, key: &str) -> Result<()> {
    let mut connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // Nobody else knows this file, so a journal on disk would only be one more copy of the key.
    connection.pragma_update(None, "journal_mode", "MEMORY")?;
    let transaction = connection.transaction()?;
    transaction.execute(
        "CREATE TABLE settings (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)",
        (),
    )?;
    transaction.execute(
        "INSERT INTO settings (name, value) VALUES ('secret_key', ?1)",
        [key],
    )?;
    transaction.commit()?;
    Ok(())
}

/// 256 letters and digits from the operating system's random numbers.
fn random_key() -> Result<Zeroizing<String>> {
    // The largest multiple of 62: from there up a byte would favour the first characters.
    const FAIR: u8 = 248;

    let mut key = Zeroizing::new(String::with_capacity(KEY_CHARS));
    let mut random = Zeroizing::new([0; KEY_CHARS]);
    while key.len() < KEY_CHARS {
        getrandom::fill(&mut *random)?;
        let missing = KEY_CHARS.saturating_sub(key.len());
        let fair = random.iter().filter(|byte| **byte < FAIR);
        key.extend(
            fair.filter_map(|byte| ALPHANUMERIC.get(usize::from(byte % 62)))
                .map(|character| char::from(*character))
                .take(missing),
        );
    }
    Ok(key)
}

fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>> {
    let shown = path.display();
    let connection =
        open_read_only(path).with_context(|| format!("cannot open the database {shown}"))?;
    let mut found = select_secret_keys(&connection).with_context(|| {
        format!(
            "cannot read table 'settings' with columns 'name' and 'value' in {shown}: \
             name the right database with --database, or give a key with --key-file"
        )
    })?;
    match (found.pop(), found.is_empty()) {
        (Some(secret), true) => Ok(secret),
        (None, _) => bail!(
            "table 'settings' in {shown} has no value named 'secret_key': start the server once \
             so that it makes one, name the right database, or give a key with --key-file"
        ),
        (Some(_), false) => bail!(
            "table 'settings' in {shown} has more than one value named 'secret_key': \
             give the right one with --key-file"
        ),
    }
}

fn select_secret_keys(connection: &Connection) -> rusqlite::Result<Vec<Zeroizing<Vec<u8>>>> {
    let mut query = connection.prepare(
        "SELECT CAST(value AS BLOB) FROM settings \
         WHERE name = 'secret_key' AND value IS NOT NULL LIMIT 2",
    )?;
    query
        .query_map((), |row| row.get(0).map(Zeroizing::new))?
        .collect()
}

/// Opens without changing anything. SQLite makes files of its own beside a database in WAL mode
/// even to read it, unless told that the file is immutable; and where no such file is there,
/// nobody is in the middle of writing, so it may be told so.
fn open_read_only(path: &Path) -> rusqlite::Result<Connection> {
    let is_quiet = ["-wal", "-journal"]
        .iter()
        .all(|suffix| !beside(path, suffix).exists());
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if is_quiet {
        let uri = format!("{}?immutable=1", file_uri(path));
        Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI)
    } else {
        Connection::open_with_flags(path, flags)
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The path as a `file:` URI of SQLite's, every byte escaped that might mean something.
fn file_uri(path: &Path) -> String {
    let mut uri = "file:".to_owned();
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'/' | b'.' | b'-' | b'_' => {
                uri.push(char::from(*byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}
