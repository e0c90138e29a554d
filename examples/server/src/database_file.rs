//! The SQLite file. It is private from the start, and stays the same file all the time.

use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use barejwt_settings::{read_only_query, uri_path};

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
pub(crate) fn url(path: &Path) -> io::Result<String> {
    Ok(format!("sqlite:{}", uri_path(path)?))
}

/// Options to read without changing anything.
pub(crate) fn read_only_url(path: &Path) -> io::Result<String> {
    Ok(url(path)? + read_only_query(path)?)
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
    /// This does not notice a file that was overwritten in place, as `cp` does: it is the same file, and its
    /// size and its times change with each commit too. So a backup is put back while no server runs.
    ///
    /// # Errors
    /// The file no longer has its name, or the name cannot be looked at.
    pub(crate) fn check(&self) -> io::Result<()> {
        let shown = self.path.display();
        match device_and_inode(&self.path) {
            Ok(found) if found == self.device_and_inode => Ok(()),
            Ok(_) => Err(io::Error::other(format!(
                "the database {shown} was replaced: start the server again"
            ))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(io::Error::other(
                format!("the database {shown} was deleted: put it back, or start the server again"),
            )),
            Err(error) => Err(io::Error::other(format!(
                "cannot look at the database {shown}: {error}"
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
