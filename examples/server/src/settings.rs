//! The table `settings` in the server's database. `barejwt_settings` describes its rows, except `pruning_time`,
//! which [`follow_clock`] describes.

use anyhow::Result;
use barejwt::{Key, Lifetimes};
use barejwt_settings::{KeySet, Problem, SELECT, Settings, new_secret};
use sqlx::AnyConnection;
use uuid::Uuid;

use crate::database::{plain, query, query_as, query_scalar};
use crate::store::Store;

/// The settings that a server needs: the keys, even if the lifetimes are bad.
pub(crate) async fn read(store: &Store) -> Result<(KeySet, Result<Lifetimes, Problem>)> {
    let settings = rows(store).await?;
    Ok((settings.keys(Key::new)?, settings.lifetimes()))
}

/// All settings that `barejwt_settings` knows.
pub(crate) async fn rows(store: &Store) -> Result<Settings> {
    let mut transaction = store.read().await.map_err(plain)?;
    let rows = query_as(SELECT).fetch_all(&mut *transaction).await;
    Ok(Settings::new(rows.map_err(plain)?))
}

/// Gives a value to each setting that a server needs and that has no value.
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
    query("INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(name)
        .bind(value)
        .execute(connection)
        .await
        .map_err(plain)?;
    Ok(())
}

/// Makes the key a former key, and lets a new random key sign. Returns the new `kid`.
pub(crate) async fn rotate_key(store: &Store) -> Result<String> {
    let (kid, secret) = (Uuid::new_v4().to_string(), new_secret()?);
    rotate_to(store, &kid, &secret).await.map_err(plain)?;
    Ok(kid)
}

async fn rotate_to(store: &Store, kid: &str, secret: &str) -> sqlx::Result<()> {
    let mut transaction = store.write().await?;
    // Several rotations at the same time wait here. Each goes on from the key of the one before.
    query("UPDATE settings SET value = value WHERE name = 'secret_key'")
        .execute(&mut *transaction)
        .await?;
    query(
        "INSERT INTO settings (name, value) SELECT 'former_key:' || \
         COALESCE((SELECT value FROM settings WHERE name = 'secret_key_id'), ''), value \
         FROM settings WHERE name = 'secret_key'",
    )
    .execute(&mut *transaction)
    .await?;
    query("UPDATE settings SET value = $1 WHERE name = 'secret_key'")
        .bind(secret)
        .execute(&mut *transaction)
        .await?;
    query(
        "INSERT INTO settings (name, value) VALUES ('secret_key_id', $1) \
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )
    .bind(kid)
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await
}

/// Forgets the former keys. The tokens that they signed end with them. Returns the number of these keys.
pub(crate) async fn retire_keys(store: &Store) -> Result<u64> {
    let mut transaction = store.write().await.map_err(plain)?;
    let retired = query("DELETE FROM settings WHERE substr(name, 1, 11) = 'former_key:'")
        .execute(&mut *transaction)
        .await
        .map_err(plain)?;
    transaction.commit().await.map_err(plain)?;
    Ok(retired.rows_affected())
}

/// Moves the time that pruning uses towards `now`, and returns it. The database keeps it.
///
/// `seen` is the time that this call gave the process last. `most` is the number of seconds by which the time
/// may have moved since then.
///
/// While there is no chain there is no time: the result is `None`, and the database forgets its time. A time
/// begins when the first chain ends, so that a clock that is ahead ends no chain at once.
pub(crate) async fn follow_clock(
    store: &Store,
    now: i64,
    seen: Option<i64>,
    most: i64,
) -> sqlx::Result<Option<i64>> {
    let mut transaction = store.write().await?;
    let former: Option<String> =
        query_scalar("SELECT CAST(value AS TEXT) FROM settings WHERE name = 'pruning_time'")
            .fetch_optional(&mut *transaction)
            .await?;
    let first_end: Option<i64> = query_scalar("SELECT MIN(expires_at) FROM chains")
        .fetch_one(&mut *transaction)
        .await?;
    let Some(first_end) = first_end else {
        query("DELETE FROM settings WHERE name = 'pruning_time'")
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        return Ok(None);
    };
    let former = former.and_then(|former| former.parse().ok());
    let former = former.unwrap_or_else(|| first_end.min(now));
    let time = followed(former, now, seen, most);
    query(
        "INSERT INTO settings (name, value) VALUES ('pruning_time', $1) \
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )
    .bind(time.to_string())
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(Some(time))
}

/// If the clock leaps ahead or back, the time moves only by `most`. If the time is not the one `seen`, another
/// process has moved it since, and this process does not. So several processes move it no further than one.
fn followed(former: i64, now: i64, seen: Option<i64>, most: i64) -> i64 {
    let most = if seen == Some(former) { most } else { 0 };
    now.clamp(former.saturating_sub(most), former.saturating_add(most))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: i64 = 1_800_000_000;

    #[test]
    fn a_clock_that_leaps_takes_the_pruning_time_along_by_a_little() {
        let pass = |former, now| followed(former, now, Some(former), 120);
        assert_eq!(pass(TODAY, TODAY + 60), TODAY + 60);
        assert_eq!(pass(TODAY, i64::MAX), TODAY + 120);
        assert_eq!(pass(TODAY, 0), TODAY - 120);
        // Two minutes later the leap has no effect any more.
        let after = pass(pass(TODAY, 0), TODAY + 120);
        assert_eq!(pass(after, TODAY + 180), TODAY + 120);
    }

    #[test]
    fn two_processes_move_the_pruning_time_no_further_than_one() {
        let (mut time, mut seen) = (TODAY, [None, None]);
        // The clock is far ahead. The two processes take turns, half a minute apart.
        for turn in 0..20 {
            let seen = &mut seen[turn % 2];
            let most = if seen.is_none() { 0 } else { 120 };
            time = followed(time, i64::MAX, *seen, most);
            *seen = Some(time);
        }
        // In ten minutes the time moves at most at double speed.
        assert!(
            (TODAY + 600..=TODAY + 1200).contains(&time),
            "{}",
            time - TODAY
        );
    }
}
