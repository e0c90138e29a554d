//! The session file: the server's address, its last answer and the time of that answer. Only this user can read
//! it. It is replaced whole or not at all, by one run at a time.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use barejwt::{Pair, Session};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tempfile::NamedTempFile;

use crate::api::Server;
use crate::failure::Failure;

/// Longest wait for the lock. A run that has the lock makes at most two requests, each with a time limit.
const LOCK_WAIT: Duration = Duration::from_secs(45);

/// The pause of a run that waits for the lock, before it looks again.
const LOCK_POLL: Duration = Duration::from_millis(20);

const NO_SESSION: Failure = Failure::LogIn("there is no session");
const DAMAGED: Failure = Failure::LogIn("the session file is damaged");

/// The content of the file.
#[derive(Deserialize, Serialize)]
pub(crate) struct Stored {
    server: String,
    /// The time of the answer by this machine's clock, in seconds since 1970.
    received: i64,
    /// The answer to a login or a refresh, unchanged.
    answer: Box<RawValue>,
}

impl Stored {
    /// [`Pair::from_answer`] has read `answer`. `received` is the time of the answer.
    pub(crate) fn new(server: &Server, answer: Vec<u8>, received: i64) -> Result<Self, Failure> {
        let text = String::from_utf8(answer).map_err(|_| DAMAGED)?;
        Ok(Self {
            server: server.to_string(),
            received,
            answer: RawValue::from_string(text).map_err(|_| DAMAGED)?,
        })
    }

    pub(crate) fn server(&self) -> Result<Server, Failure> {
        self.server.parse().map_err(|_| DAMAGED)
    }

    /// A pair is sent only to the server that it came from.
    pub(crate) fn with(self, server: &Server) -> Result<Self, Failure> {
        let of_session = self.server()?;
        if of_session == *server {
            Ok(self)
        } else {
            Err(Failure::OtherServer {
                of_session,
                named: server.clone(),
            })
        }
    }

    pub(crate) fn pair(&self) -> Result<Pair<'_>, Failure> {
        Pair::from_answer(self.answer.get().as_bytes()).map_err(|_| DAMAGED)
    }

    /// The session with the age of its pair: if the clock said that the new pair had expired, it is not
    /// believed now. `margin` is in seconds.
    pub(crate) fn session(&self, margin: u32) -> Result<Session<'_>, Failure> {
        let mut session = Session::new(self.pair()?, margin);
        // If the clock was not set, the pair counts as new.
        let _ = session.next(self.received);
        Ok(session)
    }

    pub(crate) fn is_same_as(&self, other: &Self) -> bool {
        self.answer.get() == other.answer.get()
    }
}

pub(crate) struct SessionFile {
    path: PathBuf,
    server: Option<Server>,
}

/// The lock: only this run may change the file. The lock is another file, because the session file is
/// replaced; that file stays. The lock ends with the process, however the process ends.
pub(crate) struct Locked<'f> {
    file: &'f SessionFile,
    _lock: File,
}

/// A new file that will replace the session file.
pub(crate) struct Replacement<'f> {
    path: &'f Path,
    new: NamedTempFile,
}

impl SessionFile {
    /// `server` is the server that the session must be with, if the user has named one.
    pub(crate) const fn at(path: PathBuf, server: Option<Server>) -> Self {
        Self { path, server }
    }

    /// The default path of the file.
    pub(crate) fn default_path() -> Result<PathBuf, Failure> {
        let state = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from);
        let state = state.filter(|path| path.is_absolute());
        let home = || std::env::home_dir().map(|home| home.join(".local/state"));
        let state = state.or_else(home).ok_or(Failure::NoHome)?;
        Ok(state.join("barejwt/session.json"))
    }

    pub(crate) fn read(&self) -> Result<Stored, Failure> {
        let file = match open_regular(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(NO_SESSION),
            opened => opened.map_err(|error| self.failure(error))?,
        };
        let metadata = file.metadata().map_err(|error| self.failure(error))?;
        if metadata.permissions().mode() & 0o077 != 0 {
            return Err(Failure::FileOpen(self.path.clone()));
        }
        let text = io::read_to_string(file).map_err(|error| self.failure(error))?;
        let stored: Stored = serde_json::from_str(&text).map_err(|_| DAMAGED)?;
        match &self.server {
            Some(server) => stored.with(server),
            None => Ok(stored),
        }
    }

    /// Takes the lock. Waits for other runs that have it, up to [`LOCK_WAIT`].
    pub(crate) fn lock(&self) -> Result<Locked<'_>, Failure> {
        let lock = self.open_lock().map_err(|error| self.failure(error))?;
        Ok(Locked {
            file: self,
            _lock: lock,
        })
    }

    fn open_lock(&self) -> io::Result<File> {
        let mut dir = fs::DirBuilder::new();
        dir.recursive(true)
            .mode(0o700)
            .create(directory(&self.path))?;
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false).mode(0o600);
        // No link is followed, because it would make or lock another file. A pipe is not waited for.
        options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
        let lock = match options.open(self.path.with_added_extension("lock")) {
            Err(error) if error.raw_os_error() == Some(libc::ENXIO) => return Err(not_a_lock()),
            opened => opened?,
        };
        // A pipe that somebody reads.
        if !lock.metadata()?.is_file() {
            return Err(not_a_lock());
        }
        wait_for(&lock, LOCK_WAIT)?;
        Ok(lock)
    }

    fn failure(&self, error: io::Error) -> Failure {
        Failure::File {
            path: self.path.clone(),
            error,
        }
    }
}

impl Locked<'_> {
    pub(crate) fn read(&self) -> Result<Stored, Failure> {
        self.file.read()
    }

    /// Makes the file that [`Replacement::commit`] puts in place. This can fail, so that it comes before the
    /// request whose answer the file will keep.
    pub(crate) fn prepare(&self) -> Result<Replacement<'_>, Failure> {
        let path = &self.file.path;
        let new = new_beside(path).map_err(|error| self.file.failure(error))?;
        Ok(Replacement { path, new })
    }

    pub(crate) fn remove(&self) -> Result<(), Failure> {
        fs::remove_file(&self.file.path).map_err(|error| self.file.failure(error))
    }
}

impl Replacement<'_> {
    /// Replaces the session file. After a crash at any moment there is the old file or the new file.
    pub(crate) fn commit(self, stored: &Stored) -> Result<(), Failure> {
        let path = self.path;
        self.write(stored).map_err(|error| Failure::PairLost {
            path: path.to_owned(),
            error,
        })
    }

    fn write(mut self, stored: &Stored) -> io::Result<()> {
        let text = serde_json::to_vec(stored)?;
        self.new.as_file_mut().write_all(&text)?;
        self.new.as_file().sync_all()?;
        self.new.persist(self.path)?;
        File::open(directory(self.path))?.sync_all()
    }
}

/// Opens only a regular file, because opening a pipe would wait for a writer.
fn open_regular(path: &Path) -> io::Result<File> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    File::open(path)
}

fn not_a_lock() -> io::Error {
    io::Error::other("the lock beside it is not a regular file")
}

fn wait_for(lock: &File, at_most: Duration) -> io::Result<()> {
    let start = Instant::now();
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if start.elapsed() < at_most => thread::sleep(LOCK_POLL),
            Err(TryLockError::WouldBlock) => {
                return Err(io::Error::other(
                    "another run of barejwt-client has kept its lock for too long: end that one \
                     or try again",
                ));
            }
        }
    }
}

/// Makes `NAME.new` with mode 0600. A file that a crash has left there is removed first.
fn new_beside(path: &Path) -> io::Result<NamedTempFile> {
    let name = path.with_added_extension("new");
    match fs::remove_file(&name) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let name = name.file_name().unwrap_or_default();
    let mut builder = tempfile::Builder::new();
    builder.prefix(name).rand_bytes(0);
    builder.tempfile_in(directory(path))
}

fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_that_stays_is_not_waited_for_without_end() {
        let name = NamedTempFile::new().unwrap();
        let open = || File::open(name.path()).unwrap();
        let (first, second) = (open(), open());
        let wait = Duration::from_millis(100);
        wait_for(&first, wait).unwrap();
        let start = Instant::now();
        let refused = wait_for(&second, wait).unwrap_err().to_string();
        assert!(refused.contains("has kept its lock"), "{refused}");
        assert!((wait..10 * wait).contains(&start.elapsed()));

        // The run waits for a lock that ends in time.
        thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(wait);
                first.unlock().unwrap();
            });
            wait_for(&second, 10 * wait).unwrap();
        });
    }
}
