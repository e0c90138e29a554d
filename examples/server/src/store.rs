//! The database of a server: it is opened and brought up to date here.

use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use barejwt_settings::is_in_wal_mode;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{Any, AnyConnection, AnyPool, Connection, SqlSafeStr, Transaction};
use tokio::time::sleep;

use crate::database::{Database, LOCKED, plain, query, query_scalar};
use crate::database_file::{self, Opened};
use crate::{exit, foreign, runtime, settings};

/// The migrations in their order. A migration that has run somewhere is never changed.
const MIGRATIONS: [(i64, &str, &str); 2] = [
    (
        1,
        "accounts and chains",
        include_str!("../migrations/1_accounts_and_chains.sql"),
    ),
    (2, "attempts", include_str!("../migrations/2_attempts.sql")),
];

/// PgBouncer may hand on a session in which other processes have prepared statements. These have the same
/// names as the migrator's statements, so that they are removed.
const FORGET_PREPARED: &str = "DEALLOCATE ALL";

/// The time to wait for a lock for which SQLite itself does not wait. Elsewhere SQLite waits as long.
const LOCK_WAIT: Duration = Duration::from_secs(5);
const LOCK_POLL: Duration = Duration::from_millis(20);

/// A try to empty the write-ahead log waits for a second, and the last try begins before four seconds have passed.
/// So a command waits for about five seconds.
const SHORT_TRY: &str = "PRAGMA busy_timeout = 1000";
const LAST_TRY: Duration = Duration::from_secs(4);

/// The process that has this lock of PostgreSQL migrates. The number is arbitrary, but the same in every
/// process.
const MIGRATION_LOCK: &str = "SELECT CAST(count(*) AS BIGINT) FROM pg_advisory_xact_lock(5212)";

/// Accounts, chains, attempts and settings: see the modules of these names.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    pub(crate) database: Database,
    readers: AnyPool,
    writers: AnyPool,
    file: Option<Opened>,
}

/// What a command deletes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deletes {
    Nothing,
    /// Keys, or the hash of a password.
    Secrets,
}

/// Does `work` with a database that must exist, and leaves nothing beside its file if no other program prevents
/// that. Warns if secrets stay there that the work has deleted.
pub(crate) fn with_store<T>(
    database: &Database,
    deletes: Deletes,
    work: impl AsyncFnOnce(&Store) -> Result<T>,
) -> Result<T> {
    database.must_exist()?;
    warn_if_open_to_others(database)?;
    runtime::block_on(async {
        let store = Store::open(database).await?;
        let done = work(&store).await;
        let shown = database.shown();
        match store.close().await {
            Err(error) => exit::warn(&format!(
                "barejwt-server: cannot empty {shown}-wal: {error:#}"
            )),
            Ok(false) if deletes == Deletes::Secrets && done.is_ok() => exit::warn(&format!(
                "barejwt-server: another program is using {shown}, so that what was deleted stays in it and in \
                 {shown}-wal: run `barejwt-server key list` on it when that program has ended"
            )),
            Ok(_) => {}
        }
        done
    })
}

/// Warns if others can read the file: with the keys they can log in as anybody.
pub(crate) fn warn_if_open_to_others(database: &Database) -> Result<()> {
    if let Database::File(path) = database
        && database_file::is_open_to_others(path)?
    {
        let path = path.display();
        exit::warn(&format!(
            "barejwt-server: others can read the keys in {path}: `chmod 600 {path}`"
        ));
    }
    Ok(())
}

impl Store {
    /// Opens the database, creates what is missing and runs the migrations that have not run. A database of
    /// another program is refused before anything in it changes.
    pub(crate) async fn open(database: &Database) -> Result<Self> {
        foreign::refuse(database).await?;
        let mut connection = database.connect().await?;
        let updated = bring_up_to_date(&mut connection, database).await;
        updated.with_context(|| format!("cannot migrate the database {}", database.shown()))?;
        connection.close().await.map_err(plain)?;
        let file = match database {
            Database::File(path) => Some(Opened::named(path)?),
            Database::Postgres(_) => None,
        };
        let (readers, writers) = database.pools(file.as_ref())?;
        Ok(Self {
            database: database.clone(),
            readers,
            writers,
            file,
        })
    }

    /// A transaction to read in. Even a single statement has a transaction: see [`query`].
    pub(crate) async fn read(&self) -> sqlx::Result<Transaction<'static, Any>> {
        self.check_file()?;
        let begun = self.readers.begin().await;
        self.with_reason(begun).await
    }

    /// A transaction to change something in. Without a commit nothing has changed.
    pub(crate) async fn write(&self) -> sqlx::Result<Transaction<'static, Any>> {
        self.check_file()?;
        let begun = self.writers.begin_with(self.database.begin_writing()).await;
        self.with_reason(begun).await
    }

    async fn with_reason<T>(&self, begun: sqlx::Result<T>) -> sqlx::Result<T> {
        match begun {
            Err(sqlx::Error::PoolTimedOut) => {
                let reason = self.database.why_unreachable().await;
                Err(reason.unwrap_or(sqlx::Error::PoolTimedOut))
            }
            begun => begun.map_err(|error| self.database.with_host(error)),
        }
    }

    /// Checks that a database file is still the file that was opened.
    ///
    /// # Errors
    /// It is not the same file.
    pub(crate) fn check_file(&self) -> io::Result<()> {
        self.file.as_ref().map_or(Ok(()), Opened::check)
    }

    /// Ends all connections, and empties the write-ahead log of a file, because a key might stay there. `false`
    /// if the log is not empty, because another process has used the file for about 5 s. The next `close` of any
    /// process empties it, if nobody uses the file then.
    ///
    /// # Errors
    /// Why SQLite could not empty the log.
    pub(crate) async fn close(&self) -> Result<bool> {
        self.readers.close().await;
        let is_empty = match self.database {
            Database::File(_) => self.empty_log().await,
            Database::Postgres(_) => Ok(true),
        };
        self.writers.close().await;
        is_empty.map_err(plain)
    }

    async fn empty_log(&self) -> sqlx::Result<bool> {
        let start = Instant::now();
        let mut connection = self.writers.acquire().await?;
        query(SHORT_TRY).execute(&mut *connection).await?;
        // SQLite waits for readers here, but not for another process that empties the log too.
        while start.elapsed() < LAST_TRY {
            if is_emptied(&mut connection).await? {
                return Ok(true);
            }
            sleep(LOCK_POLL).await;
        }
        Ok(false)
    }
}

/// `false` if another process prevented it (<https://www.sqlite.org/pragma.html#pragma_wal_checkpoint>).
async fn is_emptied(connection: &mut AnyConnection) -> sqlx::Result<bool> {
    let busy: i64 = query_scalar("PRAGMA wal_checkpoint(TRUNCATE)")
        .fetch_one(connection)
        .await?;
    Ok(busy == 0)
}

/// All or nothing, and one process at a time.
async fn bring_up_to_date(connection: &mut AnyConnection, database: &Database) -> Result<()> {
    let begun = connection.begin_with(database.begin_writing()).await;
    let mut transaction = begun.map_err(plain)?;
    if matches!(database, Database::Postgres(_)) {
        for statement in [FORGET_PREPARED, MIGRATION_LOCK] {
            let run = query(statement).execute(&mut *transaction).await;
            run.map_err(plain)?;
        }
    }
    let migrations = MIGRATIONS.map(|(number, name, sql)| {
        let sql = sql.into_sql_str();
        Migration::new(number, name.into(), MigrationType::Simple, sql, false)
    });
    let mut migrator = Migrator::with_migrations(migrations.into());
    // The migrator's lock belongs to a session, and behind PgBouncer another session might have to release it.
    migrator.set_locking(false);
    let run = migrator.run(&mut *transaction).await;
    run.map_err(|error| match error {
        MigrateError::ExecuteMigration(error, _) => plain(error),
        other => other.into(),
    })?;
    settings::complete(&mut transaction).await?;
    transaction.commit().await.map_err(plain)?;
    if let Database::File(path) = database {
        read_beside_a_writer(connection, path).await?;
    }
    Ok(())
}

/// Turns on the mode in which SQLite lets others read while one connection writes. The file keeps the mode.
async fn read_beside_a_writer(connection: &mut AnyConnection, path: &Path) -> Result<()> {
    // SQLite waits for no lock here, and several processes may do the same at once.
    let start = Instant::now();
    while !is_in_wal_mode(path)? {
        let turned_on = query("PRAGMA journal_mode = WAL")
            .execute(&mut *connection)
            .await;
        match turned_on {
            Err(sqlx::Error::Database(error))
                if error.message() == LOCKED && start.elapsed() < LOCK_WAIT =>
            {
                sleep(LOCK_POLL).await;
            }
            Ok(_) => {}
            Err(error) => return Err(plain(error)),
        }
    }
    Ok(())
}
