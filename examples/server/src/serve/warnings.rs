//! Failures that repeat, which are not logged each time.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Result;

/// The last warning; empty if all is well.
#[derive(Debug, Default)]
pub(crate) struct Warnings(Mutex<String>);

impl Warnings {
    /// Logs a failure if it differs from the last one. Logs the end of a failure too.
    pub(crate) fn say_once(&self, what: &str, done: Result<()>) {
        let now = done.map_or_else(|error| format!("{what}: {error:#}"), |()| String::new());
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if *last == now {
            return;
        }
        if now.is_empty() {
            tracing::info!("no longer: {last}");
        } else {
            tracing::warn!("{now}");
        }
        *last = now;
    }
}

/// The pause after a line, and the pause before the same line is logged again.
const PAUSE: Duration = Duration::from_secs(1);
const REPEAT: Duration = Duration::from_secs(60);

/// Lines about what many clients may meet at the same time. A flood of requests makes no flood of lines.
#[derive(Debug, Default)]
pub(crate) struct Seldom(Mutex<Option<(Instant, String)>>);

impl Seldom {
    /// Whether to log this line now.
    pub(crate) fn is_due(&self, line: &str) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = last.as_ref().is_none_or(|(at, said)| {
            let pause = if said == line { REPEAT } else { PAUSE };
            at.elapsed() >= pause
        });
        if is_due {
            *last = Some((Instant::now(), line.to_owned()));
        }
        is_due
    }
}
