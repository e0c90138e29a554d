//! Warnings about a repeated failure, which are logged only once.

use std::sync::{Mutex, PoisonError};

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
