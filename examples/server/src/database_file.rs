//! The SQLite file. It is private from the start, and stays the same file all the time.

use std::fs::{self, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Makes an empty file, which is an empty database. Only its owner can read it from the start. SQLite gives its
/// journals the same mode.
pub(crate) fn create(path: &Path) -> io::Result<()> {
    // Without `create_new`, because another server may have made the file meanwhile.
    let made = OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path);
    made.map(drop)
}

/// Options to read and write.
pub(crate) fn url(path: &Path) -> Result<String> {
    // The path is absolute and has no dots, because a URL has other rules for them.
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

/// Options to read without changing anything. In WAL mode SQLite makes files beside a database even to read it,
/// unless the file is opened as immutable. If there are no such files yet, nobody is writing, so that immutable
/// is true.
pub(crate) fn read_only_url(path: &Path) -> Result<String> {
    let mode = if is_in_wal_mode(path)? && !beside(path, "-wal").exists() {
        "?mode=ro&immutable=true"
    } else {
        "?mode=ro"
    };
    Ok(url(path)? + mode)
}

/// Reads the byte of the file's header that tells which version may read the file.
pub(crate) fn is_in_wal_mode(path: &Path) -> io::Result<bool> {
    let mut header = [0; 20];
    let read = fs::File::open(path)?.read_exact(&mut header);
    Ok(read.is_ok() && header.ends_with(&[2]))
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The file that was opened, even if its name later names another file.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    path: PathBuf,
    device_and_inode: (u64, u64),
}

impl Opened {
    pub(crate) fn named(path: &Path) -> io::Result<Self> {
        Ok(Self {
            path: path.to_owned(),
            device_and_inode: device_and_inode(path)?,
        })
    }

    /// Checks that the file still has its name. SQLite would go on with a file that nobody can find any more.
    ///
    /// # Errors
    /// The file no longer has its name.
    pub(crate) fn check(&self) -> io::Result<()> {
        let shown = self.path.display();
        match device_and_inode(&self.path) {
            Ok(found) if found == self.device_and_inode => Ok(()),
            Ok(_) => Err(io::Error::other(format!(
                "the database {shown} was replaced: start the server again"
            ))),
            Err(_) => Err(io::Error::other(format!(
                "the database {shown} was deleted: put it back, or start the server again"
            ))),
        }
    }
}

fn device_and_inode(path: &Path) -> io::Result<(u64, u64)> {
    let found = fs::metadata(path)?;
    Ok((found.dev(), found.ino()))
}

/// Whether anybody but its owner can read the file.
pub(crate) fn is_open_to_others(path: &Path) -> io::Result<bool> {
    Ok(fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}
