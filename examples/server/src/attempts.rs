//! How often somebody has tried something lately, counted in the database: for all processes on it
//! together.
//!
//! Each attempt takes its share of a minute from what is allowed, and time gives it back (the
//! generic cell rate algorithm). That is one number a name, changed by one SQL statement.

use std::num::NonZeroU32;
use std::time::Duration;

use base64ct::{Base64, Encoding};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use sqlx::Result;

use crate::store::Store;

/// In microseconds.
const MINUTE: i64 = 60_000_000;

impl Store {
    /// Counts an attempt, of which so many are allowed in a minute, and as many at once. Gives how
    /// long to wait if it is one too many; that one does not count.
    pub(crate) async fn count_attempt(
        &self,
        who_and_what: &str,
        per_minute: NonZeroU32,
    ) -> Result<Option<Duration>> {
        // Somebody may have typed a password in place of an address.
        let name = Base64::encode_string(&Sha256::digest(who_and_what));
        let now = Timestamp::now().as_microsecond();
        let share = MINUTE
            .checked_div(per_minute.get().into())
            .unwrap_or(MINUTE);
        let latest = now.saturating_add(MINUTE).saturating_sub(share);
        // Whoever is refused is only read of: a flood of attempts is no flood of changes.
        let free_at: Option<i64> =
            sqlx::query_scalar("SELECT free_at FROM attempts WHERE name = $1")
                .bind(&name)
                .fetch_optional(&self.pool)
                .await?;
        let wait = free_at.unwrap_or(now).saturating_sub(latest);
        if wait > 0 {
            return Ok(Some(microseconds(wait)));
        }
        let counted = sqlx::query(
            "INSERT INTO attempts (name, free_at) VALUES ($1, $2 + $3) \
             ON CONFLICT (name) DO UPDATE SET free_at = $3 + \
             CASE WHEN attempts.free_at > $2 THEN attempts.free_at ELSE $2 END \
             WHERE attempts.free_at <= $4",
        )
        .bind(&name)
        .bind(now)
        .bind(share)
        .bind(latest)
        .execute(&self.pool)
        .await?;
        // Else others were faster.
        let is_counted = counted.rows_affected() == 1;
        Ok((!is_counted).then(|| microseconds(share)))
    }

    /// Forgets the attempts that count no more, and those of a clock that was wrong: what was
    /// counted is over within a minute, and clocks of servers differ by less than another.
    pub(crate) async fn prune_attempts(&self, now: Timestamp) -> Result<()> {
        let now = now.as_microsecond();
        sqlx::query("DELETE FROM attempts WHERE free_at < $1 OR free_at > $2")
            .bind(now)
            .bind(now.saturating_add(2 * MINUTE))
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

fn microseconds(count: i64) -> Duration {
    Duration::from_micros(count.unsigned_abs())
}
