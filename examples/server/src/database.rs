//! Which database: a SQLite file, the default, or PostgreSQL. How each is opened.

use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Once;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyConnection, AnyPool, ConnectOptions};

/// Most connections that one server process holds.
const MAX_CONNECTIONS: u32 = 10;

/// How long a request may wait for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// What `--database` names.
#[derive(Clone, Debug)]
pub(crate) enum Database {
    File(PathBuf),
    Postgres(Url),
}

/// The URL of a PostgreSQL database. `Debug` does not show it: it may hold a password.
#[derive(Clone)]
pub(crate) struct Url(String);

impl std::fmt::Debug for Url {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Url(..)")
    }
}

impl Url {
    /// The same URL as anybody may see it, and whether a password was in it.
    pub(crate) fn without_password(&self) -> Result<(String, bool)> {
        let mut url = url::Url::parse(&self.0)?;
        let (password, rest): (Vec<_>, Vec<_>) = url
            .query_pairs()
            .into_owned()
            .partition(|(name, _)| name == "password");
        let had_one = url.password().is_some() || !password.is_empty();
        let _ = url.set_password(None);
        url.set_query(None);
        if !rest.is_empty() {
            url.query_pairs_mut().extend_pairs(rest);
        }
        Ok((url.into(), had_one))
    }
}

impl Database {
    /// A URL of scheme `postgres` or `postgresql` is one, anything else is a path.
    pub(crate) fn named(argument: &Path) -> Self {
        match argument.to_str() {
            Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                Self::Postgres(Url(url.to_owned()))
            }
            _ => Self::File(argument.to_owned()),
        }
    }

    /// How messages call it.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Postgres(_) => "on PostgreSQL".to_owned(),
        }
    }

    /// A pool that reads and writes. A file that does not exist is made first, empty.
    pub(crate) async fn connect(&self) -> Result<AnyPool> {
        let is_file = matches!(self, Self::File(_));
        let options = match self {
            Self::File(path) => {
                make_file(path)?;
                options(&file_url(path)?)?
            }
            Self::Postgres(Url(url)) => options(url)?,
        };
        let pool = AnyPoolOptions::new()
            .max_connections(MAX_CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    if is_file {
                        set_up_file(connection).await?;
                    }
                    Ok(())
                })
            });
        let connected = pool.connect_with(options).await.map_err(plain);
        connected.with_context(|| format!("cannot open the database {}", self.shown()))
    }
}

/// Readers beside a writer, and what is committed survives a power cut: a token that was revoked
/// must not come back.
async fn set_up_file(connection: &mut AnyConnection) -> sqlx::Result<()> {
    for pragma in ["PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"] {
        sqlx::query(pragma).execute(&mut *connection).await?;
    }
    Ok(())
}

/// An empty file is an empty database. It is for its owner alone from the start: SQLite gives its
/// journals the same mode.
fn make_file(path: &Path) -> Result<()> {
    match fs::metadata(path) {
        Ok(found) if !found.is_file() => bail!("{} is not a file, so no database", path.display()),
        Ok(_) => Ok(()),
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).context("cannot look at the file that --database names")
        }
        Err(_) => {
            // Without `create_new`: another server may have made it meanwhile.
            let made = OpenOptions::new()
                .append(true)
                .create(true)
                .mode(0o600)
                .open(path);
            // Without the path: where no file is, somebody may have typed a password.
            made.context("cannot create the database that --database names")?;
            Ok(())
        }
    }
}

fn file_url(path: &Path) -> Result<String> {
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

/// Options without a log of statements.
fn options(url: &str) -> Result<AnyConnectOptions> {
    static DRIVERS: Once = Once::new();
    DRIVERS.call_once(sqlx::any::install_default_drivers);

    let options = AnyConnectOptions::from_str(url)
        .map_err(|_| anyhow!("the value of --database is not a URL of a database"))?;
    Ok(options.disable_statement_logging())
}

/// The database's own message, without what the driver wraps around it.
pub(crate) fn plain(error: sqlx::Error) -> anyhow::Error {
    match error {
        sqlx::Error::Database(error) => anyhow!("{}", error.message()),
        other => other.into(),
    }
}
