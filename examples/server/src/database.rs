//! The database and how it is opened: a SQLite file, which is the default, or PostgreSQL.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Once;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use barejwt_settings::with_scheme;
use sqlx::any::{AnyArguments, AnyConnectOptions, AnyPoolOptions, AnyRow};
use sqlx::query::{Query, QueryAs, QueryScalar};
use sqlx::{Any, AnyConnection, AnyPool, ConnectOptions, FromRow};
use tokio::time::timeout;

use crate::database_file::{self, Opened};

/// Most connections of one server process, to read and to write. SQLite has one writer at a time, and a single
/// queue for it is fair.
const READERS: u32 = 5;
const WRITERS_OF_FILE: u32 = 1;
const WRITERS_OF_POSTGRES: u32 = 5;

/// The time that a request may wait for a connection. It is the time limit of the whole request. A request that
/// waits longer is answered that it took too long.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

/// The time that a single connection may take to be made. It is longer than SQLite waits for a lock.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(8);

/// SQLite's message if another program holds the lock.
pub(crate) const LOCKED: &str = "database is locked";

/// The time limit for finding out why there is no connection.
const REASON_TIMEOUT: Duration = Duration::from_secs(2);

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
    /// The same URL without its password, and whether it had one.
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

    /// The URL in the form that the driver needs. The driver would look up an IPv6 address in brackets by name.
    fn of_driver(&self) -> Result<String> {
        let mut url = url::Url::parse(&self.0).map_err(|_| not_a_url())?;
        check_sslmode(&url)?;
        let address = match url.host() {
            Some(url::Host::Ipv6(address)) => Some(address),
            _ => None,
        };
        if let Some(address) = address {
            url.query_pairs_mut()
                .append_pair("hostaddr", &address.to_string());
        }
        Ok(url.into())
    }
}

fn not_a_url() -> anyhow::Error {
    anyhow!("the value of --database is not a URL of a database")
}

/// The modes that libpq knows. The driver does not list them.
const SSLMODES: [&str; 6] = [
    "disable",
    "allow",
    "prefer",
    "require",
    "verify-ca",
    "verify-full",
];

fn check_sslmode(url: &url::Url) -> Result<()> {
    let is_known = |(name, value): (Cow<'_, str>, Cow<'_, str>)| {
        !["sslmode", "ssl-mode"].contains(&&*name) || SSLMODES.contains(&&*value)
    };
    if !url.query_pairs().all(is_known) {
        bail!("sslmode must be disable, allow, prefer, require, verify-ca or verify-full");
    }
    Ok(())
}

impl Database {
    /// A URL of scheme `postgres` or `postgresql`, or the path of a file.
    ///
    /// # Errors
    /// It is another URL: a file with such a name would be a mistake.
    pub(crate) fn named(argument: &Path) -> Result<Self> {
        let Some((scheme, rest)) = with_scheme(argument) else {
            return Ok(Self::File(argument.to_owned()));
        };
        let is_postgres = ["postgres", "postgresql"].contains(&&*scheme.to_ascii_lowercase());
        if !is_postgres || !rest.starts_with("//") {
            bail!(
                "--database takes the path of a SQLite file or a postgres:// URL, and no other URL; \
                 before a file name with a colon put ./"
            );
        }
        Ok(Self::Postgres(Url(format!("{scheme}:{rest}"))))
    }

    /// Its name in messages, never with a password.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Postgres(url) => match url.without_password() {
                Ok((url, _)) => url,
                Err(_) => "on PostgreSQL".to_owned(),
            },
        }
    }

    /// Makes an empty file, if there is no file.
    pub(crate) fn make_if_missing(&self) -> Result<()> {
        match self {
            Self::File(path) if !exists(path)? => database_file::create(path)
                // Without the path: if there is no file, somebody may have typed a password instead.
                .context("cannot create the database that --database names"),
            _ => Ok(()),
        }
    }

    /// For commands that change an existing database.
    pub(crate) fn must_exist(&self) -> Result<()> {
        match self {
            Self::File(path) if !exists(path)? => bail!(
                "the database that --database names is not there: name the right one, or start \
                 the server once so that it makes one"
            ),
            _ => Ok(()),
        }
    }

    /// One connection that only reads, and does not change a SQLite file.
    pub(crate) async fn connect_read_only(&self) -> Result<AnyConnection> {
        let options = match self {
            Self::File(path) => options(&database_file::read_only_url(path)?)?,
            Self::Postgres(url) => options(&url.of_driver()?)?,
        };
        self.connected(&options).await
    }

    /// One connection that reads and writes.
    pub(crate) async fn connect(&self) -> Result<AnyConnection> {
        self.connected(&self.options()?).await
    }

    async fn connected(&self, options: &AnyConnectOptions) -> Result<AnyConnection> {
        let connected = match timeout(CONNECT_TIMEOUT, options.connect()).await {
            Ok(connected) => connected.map_err(plain),
            Err(_) => Err(silent_for(CONNECT_TIMEOUT).into()),
        };
        connected.with_context(|| format!("cannot open the database {}", self.shown()))
    }

    fn options(&self) -> Result<AnyConnectOptions> {
        match self {
            Self::File(path) => options(&database_file::url(path)?),
            Self::Postgres(url) => options(&url.of_driver()?),
        }
    }

    /// Connections to read, and connections to write. A request that waits for a lock takes no connection from
    /// readers. Connections are opened when they are needed.
    pub(crate) fn pools(&self, file: Option<&Opened>) -> Result<(AnyPool, AnyPool)> {
        let writers = match self {
            Self::File(_) => WRITERS_OF_FILE,
            Self::Postgres(_) => WRITERS_OF_POSTGRES,
        };
        let options = self.options()?;
        Ok((
            pool(READERS, file).connect_lazy_with(options.clone()),
            pool(writers, file).connect_lazy_with(options),
        ))
    }

    /// The statement for `begin_with` to change something. A second writer then waits at its begin, not in the
    /// middle of its work.
    pub(crate) const fn begin_writing(&self) -> &'static str {
        match self {
            Self::File(_) => "BEGIN IMMEDIATE",
            Self::Postgres(_) => "BEGIN",
        }
    }

    /// Why a pool has given no connection, if that can be found out.
    pub(crate) async fn why_unreachable(&self) -> Option<sqlx::Error> {
        let options = self.options().ok()?;
        let reason = match timeout(REASON_TIMEOUT, options.connect()).await {
            Ok(tried) => tried.err()?,
            Err(_) => silent_for(REASON_TIMEOUT).into(),
        };
        Some(self.with_host(reason))
    }

    /// The same error with the host of PostgreSQL. A SQLite file has no host.
    pub(crate) fn with_host(&self, error: sqlx::Error) -> sqlx::Error {
        match self {
            Self::File(_) => error,
            Self::Postgres(_) => {
                let (shown, reason) = (self.shown(), plain(error));
                io::Error::other(format!("the database {shown}: {reason}")).into()
            }
        }
    }
}

fn silent_for(limit: Duration) -> io::Error {
    let seconds = limit.as_secs();
    io::Error::other(format!("the host has not answered in {seconds} s"))
}

/// A statement that is prepared again each time, in its transaction. Between two transactions PgBouncer may
/// give the connection another session, which does not have the statements of the first session.
pub(crate) fn query(sql: &'static str) -> Query<'static, Any, AnyArguments> {
    sqlx::query(sql).persistent(false)
}

/// The same as [`query()`], for rows.
pub(crate) fn query_as<T>(sql: &'static str) -> QueryAs<'static, Any, T, AnyArguments>
where
    T: for<'r> FromRow<'r, AnyRow>,
{
    sqlx::query_as(sql).persistent(false)
}

/// The same as [`query()`], for a column.
pub(crate) fn query_scalar<T>(sql: &'static str) -> QueryScalar<'static, Any, T, AnyArguments>
where
    (T,): for<'r> FromRow<'r, AnyRow>,
{
    sqlx::query_scalar(sql).persistent(false)
}

/// Connections to a file are made when they are needed, perhaps long after the file was opened. A connection to
/// another file of the same name is not kept.
fn pool(connections: u32, file: Option<&Opened>) -> AnyPoolOptions {
    let file = file.cloned();
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .after_connect(move |connection, _| {
            let file = file.clone();
            Box::pin(async move {
                if let Some(file) = file {
                    file.check()?;
                    survive_power_cuts(connection).await?;
                    overwrite_what_is_deleted(connection).await?;
                }
                Ok(())
            })
        })
}

/// A commit survives a power cut, because a revoked token must not come back.
async fn survive_power_cuts(connection: &mut AnyConnection) -> sqlx::Result<()> {
    let full = query("PRAGMA synchronous = FULL");
    full.execute(connection).await.map(drop)
}

/// A retired key leaves no bytes in free pages.
async fn overwrite_what_is_deleted(connection: &mut AnyConnection) -> sqlx::Result<()> {
    let secure = query("PRAGMA secure_delete = ON");
    secure.execute(connection).await.map(drop)
}

/// Whether there is a file; an error if there is something else.
fn exists(path: &Path) -> Result<bool> {
    match fs::metadata(path) {
        Ok(found) if !found.is_file() => bail!("{} is not a file, so no database", path.display()),
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).context("cannot look at the file that --database names"),
    }
}

/// Options without a log of statements.
fn options(url: &str) -> Result<AnyConnectOptions> {
    static DRIVERS: Once = Once::new();
    DRIVERS.call_once(sqlx::any::install_default_drivers);

    let options = AnyConnectOptions::from_str(url).map_err(|_| not_a_url())?;
    Ok(options.disable_statement_logging())
}

/// The reason alone. The driver wraps the reason and repeats it as the cause.
pub(crate) fn plain(error: sqlx::Error) -> anyhow::Error {
    match error {
        sqlx::Error::Database(error) if error.message() == LOCKED => {
            anyhow!("the {LOCKED}: another program is writing to it; try again, or end that one")
        }
        sqlx::Error::Database(error) => anyhow!("{}", error.message()),
        sqlx::Error::Io(error) => error.into(),
        sqlx::Error::Tls(error) => anyhow!("TLS: {error}"),
        sqlx::Error::Configuration(error) => anyhow!("{error}"),
        sqlx::Error::PoolTimedOut => anyhow!("all connections to the database are in use"),
        other => other.into(),
    }
}
