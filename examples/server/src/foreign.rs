//! Tells a database of this server from a database of another program, by reading alone.

use std::fs;

use anyhow::{Error, Result, anyhow, bail};
use barejwt::{Key, Lifetimes};
use barejwt_settings::{Problem, SELECT, Settings};
use sqlx::{AnyConnection, Connection};

use crate::database::{Database, plain, query_as, query_scalar};

/// All tables that the migrations make, and the table that tells which migrations have run.
const TABLES: [&str; 5] = [
    "settings",
    "accounts",
    "chains",
    "attempts",
    "_sqlx_migrations",
];

/// The columns of `settings`, each with its type, whether it is the primary key and whether it is NOT NULL.
const COLUMNS: [&str; 2] = ["name text 1 1", "value text 0 1"];

/// The row of `settings` that `barejwt token` makes.
const KEY: &str = "SELECT CAST(name AS TEXT) FROM settings WHERE name = 'secret_key'";

/// SQLite's message to a reader if a change must be undone first. It has the same message for other faults.
const HALF_CHANGED: &str = "attempt to write a readonly database";

/// What is asked of a database. Each statement gives one column of texts.
struct Questions {
    /// The names of tables and views.
    tables: &'static str,
    /// Like [`COLUMNS`].
    columns: &'static str,
    /// One row for each number in the file's header that a program has set to mark the file as its own
    /// (<https://www.sqlite.org/pragma.html#pragma_application_id>). This server sets none.
    marks: Option<&'static str>,
}

const OF_FILE: Questions = Questions {
    tables: "SELECT CAST(name AS TEXT) FROM sqlite_master WHERE type IN ('table', 'view') \
             AND substr(name, 1, 7) <> 'sqlite_'",
    columns: "SELECT CAST(lower(name || ' ' || type || ' ' || pk || ' ' || \"notnull\") AS TEXT) \
              FROM pragma_table_info('settings') ORDER BY cid",
    marks: Some(
        "SELECT 'application_id' FROM pragma_application_id WHERE application_id <> 0 \
         UNION ALL SELECT 'user_version' FROM pragma_user_version WHERE user_version <> 0",
    ),
};

const OF_POSTGRES: Questions = Questions {
    tables: "SELECT CAST(relname AS TEXT) FROM pg_class \
             WHERE relnamespace = CAST(current_schema() AS regnamespace) \
             AND relkind IN ('r', 'p', 'v', 'm', 'f')",
    columns: "SELECT attname || ' ' || format_type(atttypid, atttypmod) || ' ' || \
              CASE WHEN attnum = ANY (conkey) THEN '1' ELSE '0' END || ' ' || \
              CASE WHEN attnotnull THEN '1' ELSE '0' END \
              FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid \
              LEFT JOIN pg_constraint ON conrelid = attrelid AND contype = 'p' \
              WHERE relnamespace = CAST(current_schema() AS regnamespace) AND relname = 'settings' \
              AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
    marks: None,
};

/// Refuses a database of another program, such as the reference system's, and a table `settings` that this server
/// could not use.
///
/// # Errors
/// What in the database is another program's, which setting cannot be used, or why the database cannot be read.
pub(crate) async fn refuse(database: &Database) -> Result<()> {
    let mut connection = database.connect_read_only().await?;
    let found = find(&mut connection, database).await;
    let _ = connection.close().await;
    let found = found.map_err(|error| unreadable(database, error))?;
    let (shown, own) = (database.shown(), "give this server a database of its own");
    match found {
        Found::Good => Ok(()),
        Found::Foreign(what) => bail!("the database {shown} has {what} of another program: {own}"),
        Found::Unusable(problem) => bail!(
            "the database {shown} has a table 'settings' in which {problem}: correct that, or {own}"
        ),
    }
}

fn unreadable(database: &Database, error: Error) -> Error {
    let shown = database.shown();
    if error.to_string() == HALF_CHANGED && has_journal(database) {
        return anyhow!(
            "the database {shown} was left in the middle of a change, and {shown}-journal undoes it: open \
             it once with the program that it belongs to"
        );
    }
    error.context(format!("cannot read the database {shown}"))
}

/// Whether there is a journal beside a file, and something in it. SQLite leaves an empty one where it keeps them.
fn has_journal(database: &Database) -> bool {
    let Database::File(path) = database else {
        return false;
    };
    let mut journal = path.clone().into_os_string();
    journal.push("-journal");
    fs::metadata(journal).is_ok_and(|found| found.len() > 0)
}

/// What the database is to this server.
enum Found {
    Good,
    /// This is another program's.
    Foreign(&'static str),
    /// This is wrong with the settings.
    Unusable(Problem),
}

async fn find(connection: &mut AnyConnection, database: &Database) -> Result<Found> {
    let questions = match database {
        Database::File(_) => OF_FILE,
        Database::Postgres(_) => OF_POSTGRES,
    };
    let tables = texts(connection, questions.tables).await?;
    // A database with all our tables may also have a table that somebody has added. Some of them alone are never
    // ours: the migrations make all or none.
    let has_all = TABLES
        .iter()
        .all(|name| tables.iter().any(|other| other == name));
    if has_all {
        return Ok(Found::Good);
    }
    // A database with only the table of settings may be ours, made by `barejwt token`.
    let has_settings = tables == ["settings"];
    if !tables.is_empty() && !has_settings {
        return Ok(Found::Foreign("tables"));
    }
    if has_settings && !are_ours(connection, questions.columns).await? {
        return Ok(Found::Foreign("a table 'settings'"));
    }
    if let Some(marks) = questions.marks
        && !texts(connection, marks).await?.is_empty()
    {
        return Ok(Found::Foreign("the application_id or user_version"));
    }
    if has_settings && let Err(problem) = check_settings(connection).await? {
        return Ok(Found::Unusable(problem));
    }
    Ok(Found::Good)
}

/// Whether a server can use the settings, once the default lifetimes are added to them.
async fn check_settings(connection: &mut AnyConnection) -> Result<Result<(), Problem>> {
    let mut transaction = connection.begin().await.map_err(plain)?;
    let found = query_as(SELECT).fetch_all(&mut *transaction).await;
    let mut rows: Vec<(String, String)> = found.map_err(plain)?;
    let defaults = Lifetimes::default();
    // Of two rows with one name the first counts.
    rows.extend([
        ("access_token_ttl".to_owned(), defaults.access.to_string()),
        ("refresh_token_ttl".to_owned(), defaults.refresh.to_string()),
    ]);
    let settings = Settings::new(rows);
    Ok(settings
        .keys(Key::new)
        .and_then(|_| settings.lifetimes())
        .map(drop))
}

/// Whether the settings are ours. Another program may have a table with the same columns, but not with the key.
async fn are_ours(connection: &mut AnyConnection, columns: &'static str) -> Result<bool> {
    Ok(texts(connection, columns).await? == COLUMNS && !texts(connection, KEY).await?.is_empty())
}

/// Even a single statement has a transaction: see [`query_scalar`].
async fn texts(connection: &mut AnyConnection, question: &'static str) -> Result<Vec<String>> {
    let mut transaction = connection.begin().await.map_err(plain)?;
    let found = query_scalar(question).fetch_all(&mut *transaction).await;
    found.map_err(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_was_left_half_changed_only_if_its_journal_says_so() {
        let dir = tempfile::tempdir().unwrap();
        let database = Database::named(&dir.path().join("site.db")).unwrap();
        let journal = dir.path().join("site.db-journal");
        let said = || format!("{:#}", unreadable(&database, anyhow!(HALF_CHANGED)));
        let plain = format!(
            "cannot read the database {}: {HALF_CHANGED}",
            database.shown()
        );
        assert_eq!(said(), plain);
        fs::write(&journal, "").unwrap();
        assert_eq!(said(), plain);
        fs::write(&journal, "x").unwrap();
        assert!(said().contains("was left in the middle of a change"));
    }
}
