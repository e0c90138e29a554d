//! The table `settings` of a site. It has the key, under the names of the reference system, the key's `kid`
//! after a rotation, the former keys, and the lifetimes of tokens.
//!
//! | name | value |
//! |---|---|
//! | `secret_key` | the key that signs |
//! | `secret_key_id` | the `kid` of that key; absent until the first rotation |
//! | `former_key:KID` | a key that only verifies; the first key has an empty `kid` |
//! | `access_token_ttl`, `refresh_token_ttl` | seconds |
//!
//! The server and the tool read the table, each with its own database library. So the rows come in as text,
//! and nothing here opens a database. Two more rules stand here once for both programs: how a SQLite file is
//! opened, and what an error of the command line names and hides.

#![forbid(unsafe_code)]

mod keys;
mod masked;
mod not_utf8;
mod random_text;
mod sqlite_file;

use std::fmt;

use barejwt::{Error, Key, Lifetimes};
use zeroize::Zeroizing;

pub use keys::{KeySet, StoredKey};
pub use masked::mask;
pub use not_utf8::name_not_utf8;
pub use random_text::letters_and_digits;
pub use sqlite_file::{is_in_wal_mode, read_only_query, uri_path, with_scheme};

/// Reads the rows that [`Settings::new`] takes, in SQLite and PostgreSQL alike.
pub const SELECT: &str = "SELECT CAST(name AS TEXT), CAST(value AS TEXT) FROM settings \
     WHERE value IS NOT NULL AND (name IN \
     ('secret_key', 'secret_key_id', 'access_token_ttl', 'refresh_token_ttl') \
     OR substr(name, 1, 11) = 'former_key:')";

const KEY_CHARS: usize = 256;

const FORMER_KEY: &str = "former_key:";

/// A new value for `secret_key`.
///
/// # Errors
/// The operating system gives no random numbers.
pub fn new_secret() -> Result<Zeroizing<String>, getrandom::Error> {
    letters_and_digits(KEY_CHARS)
}

/// What is wrong with the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// There is no `secret_key`.
    NoKey,
    /// There is more than one `secret_key`.
    SeveralKeys,
    /// A key cannot be used.
    Key(Error),
    /// This setting is not a number of seconds.
    NoSeconds(&'static str),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoKey => f.write_str("there is no value named 'secret_key'"),
            Self::SeveralKeys => f.write_str("there is more than one value named 'secret_key'"),
            Self::Key(error) => write!(f, "a key cannot be used: {error}"),
            Self::NoSeconds(name) => write!(
                f,
                "the setting '{name}' must be a number of seconds, 1 to {}",
                u32::MAX
            ),
        }
    }
}

impl std::error::Error for Problem {}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::Key(error)
    }
}

/// Prepares a secret.
pub type MakeKey = fn(&[u8]) -> Result<Key, Error>;

/// The rows; wiped on drop.
pub struct Settings(Vec<(String, Zeroizing<String>)>);

/// Shows no value.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.0.iter().map(|(name, _)| name);
        f.debug_list().entries(names).finish()
    }
}

impl Settings {
    /// The settings from the rows of [`SELECT`]: names and values.
    #[must_use]
    pub fn new(rows: Vec<(String, String)>) -> Self {
        let wiped = rows.into_iter().map(|(name, value)| (name, value.into()));
        Self(wiped.collect())
    }

    /// The keys: one key that signs, and former keys. `make` is [`Key::new`], or [`Key::new_weak`] if you
    /// accept its risk.
    ///
    /// # Errors
    /// [`Problem::NoKey`], [`Problem::SeveralKeys`], [`Problem::Key`].
    pub fn keys(&self, make: MakeKey) -> Result<KeySet, Problem> {
        let mut secrets = self.values("secret_key");
        let secret = match (secrets.next(), secrets.next()) {
            (Some(secret), None) => secret,
            (None, _) => return Err(Problem::NoKey),
            (Some(_), Some(_)) => return Err(Problem::SeveralKeys),
        };
        let kid = self.values("secret_key_id").next();
        Ok(KeySet::new(
            StoredKey { kid, secret },
            self.former_keys(),
            make,
        )?)
    }

    /// The lifetimes of tokens.
    ///
    /// # Errors
    /// [`Problem::NoSeconds`].
    pub fn lifetimes(&self) -> Result<Lifetimes, Problem> {
        Ok(Lifetimes {
            access: self.seconds("access_token_ttl")?,
            refresh: self.seconds("refresh_token_ttl")?,
        })
    }

    /// The keys as stored. The key that signs is first.
    pub fn stored_keys(&self) -> impl Iterator<Item = StoredKey<'_>> {
        let kid = self.values("secret_key_id").next();
        let active = self.values("secret_key").take(1);
        active
            .map(move |secret| StoredKey { kid, secret })
            .chain(self.former_keys())
    }

    fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.0.iter().filter(move |(found, _)| found == name);
        named.map(|(_, value)| value.as_str())
    }

    fn former_keys(&self) -> impl Iterator<Item = StoredKey<'_>> {
        self.0.iter().filter_map(|(name, secret)| {
            let kid = name.strip_prefix(FORMER_KEY)?;
            let kid = Some(kid).filter(|kid| !kid.is_empty());
            Some(StoredKey { kid, secret })
        })
    }

    fn seconds(&self, name: &'static str) -> Result<u32, Problem> {
        let value = self.values(name).next().unwrap_or_default();
        match value.parse() {
            Ok(seconds) if seconds > 0 => Ok(seconds),
            _ => Err(Problem::NoSeconds(name)),
        }
    }
}
