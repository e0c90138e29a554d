//! The listener for operators of the server: its health and its counters.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::app::App;

pub(crate) fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/health", get(health))
        .route("/metrics", get(metrics))
        .with_state(app)
}

/// The time limit for the database to answer, and to accept a change.
const TIMEOUT: Duration = Duration::from_secs(3);

/// The last result is used again for this time, because a check costs the database a change.
const KEPT: Duration = Duration::from_secs(1);

/// The time of the last check, and its result.
pub(crate) type Health = Mutex<Option<(Instant, Result<(), &'static str>)>>;

/// Requests that come during a check wait, and get the same answer.
async fn health(State(app): State<Arc<App>>) -> impl IntoResponse {
    let mut last = app.health.lock().await;
    let found = match *last {
        Some((at, found)) if at.elapsed() < KEPT => found,
        _ => {
            let found = find_out(&app).await;
            *last = Some((Instant::now(), found));
            found
        }
    };
    match found {
        Ok(()) => (StatusCode::OK, "ok\n"),
        Err(why) => (StatusCode::SERVICE_UNAVAILABLE, why),
    }
}

async fn find_out(app: &App) -> Result<(), &'static str> {
    if app.store.check_file().is_err() {
        return Err(
            "the database file was deleted or replaced, or cannot be looked at: the log says why\n",
        );
    }
    if !matches!(timeout(TIMEOUT, app.store.has_accounts()).await, Ok(Ok(_))) {
        return Err("the database does not answer\n");
    }
    if !matches!(timeout(TIMEOUT, app.store.try_write()).await, Ok(Ok(()))) {
        return Err("the database takes no changes\n");
    }
    if !app.has_settings() {
        return Err("the settings cannot be used: the log says why\n");
    }
    Ok(())
}

async fn metrics(State(app): State<Arc<App>>) -> impl IntoResponse {
    let format = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(CONTENT_TYPE, format)], app.metrics.text())
}
