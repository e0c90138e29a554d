//! The asynchronous runtime, for commands that need a database and nothing else at the same time.

use anyhow::Result;

/// Runs `work` on this thread.
pub(crate) fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(work)
}
