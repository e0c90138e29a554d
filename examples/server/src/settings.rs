//! The table `settings`: the key, under the names the reference system has, its `kid` once it was
//! rotated, the former keys, and how long tokens live.
//!
//! | name | value |
//! |---|---|
//! | `secret_key` | the key that signs |
//! | `secret_key_id` | its `kid`; absent until the first rotation |
//! | `former_key:KID` | a key that only verifies; of the first key the `kid` is empty |
//! | `access_token_ttl`, `refresh_token_ttl` | seconds |

use anyhow::{Context, Result, bail};
use barejwt::Lifetimes;
use sqlx::{AnyConnection, AnyPool};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::database::plain;
use crate::keys::{KeySet, StoredKey};
use crate::random_text::letters_and_digits;

const KEY_CHARS: usize = 256;

const FORMER_KEY: &str = "former_key:";

/// The rows that this program knows.
struct Rows(Vec<(String, Zeroizing<String>)>);

impl Rows {
    async fn read(connection: &mut AnyConnection) -> sqlx::Result<Self> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT CAST(name AS TEXT), CAST(value AS TEXT) FROM settings WHERE value IS NOT NULL AND (name IN \
             ('secret_key', 'secret_key_id', 'access_token_ttl', 'refresh_token_ttl') \
             OR substr(name, 1, 11) = 'former_key:')",
        )
        .fetch_all(connection)
        .await?;
        let wiped = rows.into_iter().map(|(name, value)| (name, value.into()));
        Ok(Self(wiped.collect()))
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

    fn keys(&self, shown: &str) -> Result<KeySet> {
        let mut secrets = self.values("secret_key");
        let secret = match (secrets.next(), secrets.next()) {
            (Some(secret), None) => secret,
            (None, _) => bail!(
                "table 'settings' in {shown} has no value named 'secret_key': start the server \
                 once so that it makes one, name the right database, or give a key with --key-file"
            ),
            (Some(_), Some(_)) => bail!(
                "table 'settings' in {shown} has more than one value named 'secret_key': \
                 give the right one with --key-file"
            ),
        };
        let kid = self.values("secret_key_id").next();
        KeySet::new(StoredKey { kid, secret }, self.former_keys())
            .with_context(|| format!("cannot use the key in {shown}"))
    }

    fn lifetimes(&self) -> Result<Lifetimes> {
        Ok(Lifetimes {
            access: self.seconds("access_token_ttl")?,
            refresh: self.seconds("refresh_token_ttl")?,
        })
    }

    /// The seconds of this setting.
    fn seconds(&self, name: &str) -> Result<u32> {
        let value = self.values(name).next().unwrap_or_default();
        match value.parse() {
            Ok(seconds) if seconds > 0 => Ok(seconds),
            _ => bail!(
                "the setting '{name}' must be a number of seconds, 1 to {}",
                u32::MAX
            ),
        }
    }
}

/// The keys in the database that messages call `shown`.
pub(crate) async fn keys(connection: &mut AnyConnection, shown: &str) -> Result<KeySet> {
    let rows = Rows::read(connection).await.map_err(plain);
    let rows = rows.with_context(|| {
        format!(
            "cannot read table 'settings' with columns 'name' and 'value' in {shown}: \
             name the right database with --database, or give a key with --key-file"
        )
    })?;
    rows.keys(shown)
}

/// What a server needs of the settings: the keys, whether or not the lifetimes are good.
pub(crate) async fn read(pool: &AnyPool) -> Result<(KeySet, Result<Lifetimes>)> {
    let mut connection = pool.acquire().await?;
    let rows = Rows::read(&mut connection).await?;
    Ok((rows.keys("the database")?, rows.lifetimes()))
}

/// Makes the table with a random key.
pub(crate) async fn create(connection: &mut AnyConnection) -> Result<()> {
    sqlx::query("CREATE TABLE settings (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)")
        .execute(&mut *connection)
        .await
        .map_err(plain)?;
    set_default(connection, "secret_key", &letters_and_digits(KEY_CHARS)?).await
}

/// Gives a value to each setting that a server needs and that has none.
pub(crate) async fn complete(connection: &mut AnyConnection) -> Result<()> {
    let lifetimes = Lifetimes::default();
    set_default(connection, "secret_key", &letters_and_digits(KEY_CHARS)?).await?;
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
    let (kid, secret) = (Uuid::new_v4().to_string(), letters_and_digits(KEY_CHARS)?);
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
