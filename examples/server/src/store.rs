//! The database of a server: opened, brought up to date, and what is asked of it as a whole.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{AnyPool, SqlSafeStr};

use crate::database::{Database, plain};
use crate::settings;

/// In their order; one that has been run somewhere is never changed.
const MIGRATIONS: [(i64, &str, &str); 2] = [
    (
        1,
        "accounts and chains",
        include_str!("../migrations/1_accounts_and_chains.sql"),
    ),
    (2, "attempts", include_str!("../migrations/2_attempts.sql")),
];

const MIGRATION_RETRIES: u32 = 10;
const RETRY_AFTER: Duration = Duration::from_millis(100);

/// Accounts, chains, attempts and settings: see the modules of these names.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    pub(crate) pool: AnyPool,
}

impl Store {
    /// Opens the database, creates what it lacks and runs the migrations it has not seen.
    pub(crate) async fn open(database: &Database) -> Result<Self> {
        let pool = database.connect().await?;
        refuse_foreign(&pool, database).await?;
        let migrations = MIGRATIONS.map(|(number, name, sql)| {
            let sql = sql.into_sql_str();
            Migration::new(number, name.into(), MigrationType::Simple, sql, false)
        });
        let migrator = Migrator::with_migrations(migrations.into());
        migrate(&pool, &migrator)
            .await
            .with_context(|| format!("cannot migrate the database {}", database.shown()))?;
        let mut connection = pool.acquire().await?;
        settings::complete(&mut connection).await?;
        drop(connection);
        Ok(Self { pool })
    }

    /// Whether the database answers what a request would ask.
    pub(crate) async fn is_healthy(&self) -> bool {
        self.has_accounts().await.is_ok()
    }
}

/// Processes that start at once on one SQLite file collide, where PostgreSQL has them wait: then the
/// slower ones find it done.
async fn migrate(pool: &AnyPool, migrator: &Migrator) -> Result<(), MigrateError> {
    for _ in 0..MIGRATION_RETRIES {
        if migrator.run(pool).await.is_ok() {
            return Ok(());
        }
        tokio::time::sleep(RETRY_AFTER).await;
    }
    migrator.run(pool).await
}

/// A database of another program, such as the reference system's, is left alone.
async fn refuse_foreign(pool: &AnyPool, database: &Database) -> Result<()> {
    let tables = match database {
        Database::File(_) => {
            "SELECT CAST(name AS TEXT) FROM sqlite_master WHERE type = 'table' \
             AND substr(name, 1, 7) <> 'sqlite_'"
        }
        Database::Postgres(_) => {
            "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = current_schema()"
        }
    };
    let tables: Vec<String> = sqlx::query_scalar(tables)
        .fetch_all(pool)
        .await
        .map_err(plain)
        .with_context(|| format!("cannot read the database {}", database.shown()))?;
    let is_ours = tables.iter().any(|table| table == "_sqlx_migrations");
    if is_ours || tables.iter().all(|table| table == "settings") {
        return Ok(());
    }
    bail!(
        "the database {} has tables of another program: give this server a database of its own",
        database.shown()
    )
}
