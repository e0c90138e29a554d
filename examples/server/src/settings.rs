//! The table `settings` in the server's database: `barejwt_settings` says what is in it.

use anyhow::Result;
use barejwt::{Key, Lifetimes};
use barejwt_settings::{KeySet, Problem, SELECT, Settings, new_secret};
use sqlx::{AnyConnection, AnyPool};
use uuid::Uuid;

use crate::database::plain;

/// What a server needs of the settings: the keys, whether or not the lifetimes are good.
pub(crate) async fn read(pool: &AnyPool) -> Result<(KeySet, Result<Lifetimes, Problem>)> {
    let settings = Settings::new(sqlx::query_as(SELECT).fetch_all(pool).await?);
    Ok((settings.keys(Key::new)?, settings.lifetimes()))
}

/// Gives a value to each setting that a server needs and that has none.
pub(crate) async fn complete(connection: &mut AnyConnection) -> Result<()> {
    let lifetimes = Lifetimes::default();
    set_default(connection, "secret_key", &new_secret()?).await?;
    set_default(
        connection,
        "access_token_ttl",
        &lifetimes.access.to_string(),
    )
    .await?;
    set_default(
        connection,
        "refresh_token_ttl",
        &lifetimes.refresh.to_string(),
    )
    .await
}

async fn set_default(connection: &mut AnyConnection, name: &str, value: &str) -> Result<()> {
    sqlx::query("INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(name)
        .bind(value)
        .execute(connection)
        .await
        .map_err(plain)?;
    Ok(())
}

/// Makes the key a former one and a new random key the one that signs; gives the new `kid`.
///
/// Of two at the same time one fails: a key can become a former one only once.
pub(crate) async fn rotate_key(pool: &AnyPool) -> Result<String> {
    let (kid, secret) = (Uuid::new_v4().to_string(), new_secret()?);
    let mut transaction = pool.begin().await?;
    sqlx::query(
        "INSERT INTO settings (name, value) SELECT 'former_key:' || \
         COALESCE((SELECT value FROM settings WHERE name = 'secret_key_id'), ''), value \
         FROM settings WHERE name = 'secret_key'",
    )
    .execute(&mut *transaction)
    .await?;
    sqlx::query("UPDATE settings SET value = $1 WHERE name = 'secret_key'")
        .bind(secret.as_str())
        .execute(&mut *transaction)
        .await?;
    sqlx::query(
        "INSERT INTO settings (name, value) VALUES ('secret_key_id', $1) \
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )
    .bind(kid.as_str())
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(kid)
}

/// Forgets the former keys, with which the tokens that they signed end; gives how many there were.
pub(crate) async fn retire_keys(pool: &AnyPool) -> Result<u64> {
    let retired = sqlx::query("DELETE FROM settings WHERE substr(name, 1, 11) = 'former_key:'")
        .execute(pool)
        .await?;
    Ok(retired.rows_affected())
}
