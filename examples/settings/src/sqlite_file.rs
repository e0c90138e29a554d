//! SQLite files: how to tell a path from a URL, and how to open a file only to read.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Splits the scheme of a URL from the rest (RFC 3986 3.1). A path has no scheme. One letter before a colon is
/// a Windows drive.
#[must_use]
pub fn with_scheme(argument: &Path) -> Option<(&str, &str)> {
    let (scheme, rest) = argument.to_str()?.split_once(':')?;
    let is_of_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    let is_scheme = scheme.len() > 1 && scheme.starts_with(|c: char| c.is_ascii_alphabetic());
    (is_scheme && scheme.chars().all(is_of_scheme)).then_some((scheme, rest))
}

/// The path, percent-encoded (RFC 3986 2.1), as it follows `file:` or `sqlite:` in a URI. It is absolute, so
/// that no part of it is taken for a host. It has no dots, because a URL has other rules for them.
///
/// # Errors
/// The file does not exist, or its path is not UTF-8 ([`io::ErrorKind::InvalidData`]).
pub fn uri_path(path: &Path) -> io::Result<String> {
    let path = fs::canonicalize(path)?;
    let path = path.to_str().ok_or_else(|| {
        let why = "the path of a database must be UTF-8";
        io::Error::new(io::ErrorKind::InvalidData, why)
    })?;
    let mut uri = String::with_capacity(path.len());
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

/// The query of a URI that opens the file to read, without changing anything. In WAL mode SQLite makes files
/// beside a database even to read it, unless the file is opened as immutable. If there are no such files yet,
/// nobody is writing, so that immutable is true. In any other mode a lock tells who writes, and SQLite must look
/// at the lock.
///
/// # Errors
/// The file cannot be opened.
pub fn read_only_query(path: &Path) -> io::Result<&'static str> {
    let is_quiet = is_in_wal_mode(path)? && !write_ahead_log(path).exists();
    Ok(if is_quiet {
        "?mode=ro&immutable=true"
    } else {
        "?mode=ro"
    })
}

/// Whether the database is in WAL mode. A byte of the file's header tells which version may read the file
/// (<https://www.sqlite.org/fileformat2.html>, 1.3.3).
///
/// # Errors
/// The file cannot be opened.
pub fn is_in_wal_mode(path: &Path) -> io::Result<bool> {
    let mut header = [0; 20];
    let read = fs::File::open(path)?.read_exact(&mut header);
    Ok(read.is_ok() && header.ends_with(&[2]))
}

fn write_ahead_log(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}
