//! Forgets rows that have ended. It keeps nobody from writing, and does not believe a clock that leaps: a right
//! clock cannot bring back rows that a wrong clock has deleted.

use std::time::{Duration, Instant};

use anyhow::Result;
use jiff::Timestamp;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::warnings::Warnings;
use crate::database::plain;
use crate::settings;
use crate::store::Store;

const EVERY: Duration = Duration::from_secs(60);

/// Rows in one transaction, and the pause after it, in which others can write.
const BATCH: i64 = 500;
const PAUSE: Duration = Duration::from_millis(10);

/// The time that an expired chain is kept, in seconds: a week.
const KEEP: i64 = 7 * 24 * 60 * 60;

/// The time of pruning follows the clock, ahead or back, at most this many times as fast as real time. So a
/// clock that is months ahead must be wrong for days before a good chain is forgotten.
const CATCH_UP: u64 = 2;

/// Never ends.
pub(crate) async fn recur(store: &Store) {
    let (mut last, mut seen, warnings) = (Instant::now(), None, Warnings::default());
    let mut interval = interval(EVERY);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        let passed = last.elapsed().as_secs().saturating_mul(CATCH_UP);
        last = Instant::now();
        let most = i64::try_from(passed).unwrap_or(i64::MAX);
        let pruned = prune(store, &mut seen, most).await;
        warnings.say_once("cannot forget what is over", pruned);
    }
}

async fn prune(store: &Store, seen: &mut Option<i64>, most: i64) -> Result<()> {
    let clock = Timestamp::now().as_second();
    let time = settings::follow_clock(store, clock, *seen, most)
        .await
        .map_err(plain)?;
    *seen = time;
    if let Some(time) = time {
        let horizon = time.min(clock).saturating_sub(KEEP);
        in_batches(async || store.prune_chains(horizon, BATCH).await).await?;
    }
    let time = Timestamp::from_second(time.map_or(clock, |time| time.min(clock)))?;
    in_batches(async || store.prune_attempts(time, BATCH).await).await
}

async fn in_batches(prune: impl AsyncFn() -> sqlx::Result<u64>) -> Result<()> {
    while prune().await.map_err(plain)? > 0 {
        sleep(PAUSE).await;
    }
    Ok(())
}
