//! Counts recent attempts in the database, for all processes together.
//!
//! Each attempt takes its share of a minute, and time gives the share back (the generic cell rate algorithm).
//! There is one number for each name, changed by one SQL statement.

use std::num::NonZeroU32;
use std::time::Duration;

use base64ct::{Base64, Encoding};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use sqlx::Result;

use crate::database::{query, query_scalar};
use crate::store::Store;

/// In microseconds.
const MINUTE: i64 = 60_000_000;

/// No attempt counts for longer than a minute, and clocks of servers differ by less than another minute. A row
/// that counts for longer was written by a clock that was ahead then and is right now.
const LONGEST: i64 = 2 * MINUTE;

impl Store {
    /// Counts an attempt. `per_minute` attempts are allowed in a minute, also all at once. If this attempt is
    /// one too many, it does not count, and the time to wait is returned.
    pub(crate) async fn count_attempt(
        &self,
        who_and_what: &str,
        per_minute: NonZeroU32,
    ) -> Result<Option<Duration>> {
        // Hashed, because somebody may have typed a password instead of an address.
        let name = Base64::encode_string(&Sha256::digest(who_and_what));
        let now = Timestamp::now().as_microsecond();
        let share = MINUTE
            .checked_div(per_minute.get().into())
            .unwrap_or(MINUTE);
        let latest = now.saturating_add(MINUTE).saturating_sub(share);
        let longest = now.saturating_add(LONGEST);
        // A refused attempt only reads, so that a flood of attempts makes no flood of changes.
        let free_at: Option<i64> = query_scalar("SELECT free_at FROM attempts WHERE name = $1")
            .bind(&name)
            .fetch_optional(&mut *self.read().await?)
            .await?;
        let free_at = free_at.filter(|free_at| *free_at <= longest).unwrap_or(now);
        let wait = free_at.saturating_sub(latest);
        if wait > 0 {
            return Ok(Some(microseconds(wait)));
        }
        let mut transaction = self.write().await?;
        let counted = query(
            "INSERT INTO attempts (name, free_at) VALUES ($1, $2 + $3) \
             ON CONFLICT (name) DO UPDATE SET free_at = $3 + \
             CASE WHEN attempts.free_at BETWEEN $2 AND $5 THEN attempts.free_at ELSE $2 END \
             WHERE attempts.free_at NOT BETWEEN $4 + 1 AND $5",
        )
        .bind(&name)
        .bind(now)
        .bind(share)
        .bind(latest)
        .bind(longest)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        // Otherwise others were faster.
        let is_counted = counted.rows_affected() == 1;
        Ok((!is_counted).then(|| microseconds(share)))
    }

    /// Forgets attempts that no longer count, at most `at_most`. Returns their number.
    pub(crate) async fn prune_attempts(&self, now: Timestamp, at_most: i64) -> Result<u64> {
        let mut transaction = self.write().await?;
        let pruned = query(
            "DELETE FROM attempts WHERE name IN \
             (SELECT name FROM attempts WHERE free_at < $1 LIMIT $2)",
        )
        .bind(now.as_microsecond())
        .bind(at_most)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(pruned.rows_affected())
    }

    /// Writes a row as a login does. The row ends at once.
    pub(crate) async fn try_write(&self) -> Result<()> {
        let mut transaction = self.write().await?;
        query(
            "INSERT INTO attempts (name, free_at) VALUES ('health', $1) \
             ON CONFLICT (name) DO UPDATE SET free_at = excluded.free_at",
        )
        .bind(Timestamp::now().as_microsecond())
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await
    }
}

fn microseconds(count: i64) -> Duration {
    Duration::from_micros(count.unsigned_abs())
}
