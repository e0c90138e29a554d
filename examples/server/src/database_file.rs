//! The SQLite file: private from the start, and the same one all the time.

use std::fs::{self, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// An empty file is an empty database. It is for its owner alone from the start: SQLite gives its
/// journals the same mode.
pub(crate) fn create(path: &Path) -> io::Result<()> {
    // Without `create_new`: another server may have made it meanwhile.
    let made = OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path);
    made.map(drop)
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
    let mode = if is_in_wal_mode(path)? && !beside(path, "-wal").exists() {
        "?mode=ro&immutable=true"
    } else {
        "?mode=ro"
    };
    Ok(url(path)? + mode)
}

/// By the byte of its header that tells which version may read it.
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

/// Which file was opened, whatever its name names later.
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

    /// Whether it still has its name: SQLite would go on with a file that nobody can find any more.
    ///
    /// # Errors
    /// If it has not.
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

/// Whether others than its owner can read it.
pub(crate) fn is_open_to_others(path: &Path) -> io::Result<bool> {
    Ok(fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}
