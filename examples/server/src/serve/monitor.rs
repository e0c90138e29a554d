//! The listener for those who run the server: is it well, and what does it count?

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use tokio::time::timeout;

use super::app::App;

pub(crate) fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/health", get(health))
        .route("/metrics", get(metrics))
        .with_state(app)
}

/// How long the database may take to answer, and to take a change.
const TIMEOUT: Duration = Duration::from_secs(3);

async fn health(State(app): State<Arc<App>>) -> impl IntoResponse {
    let ill = |why| (StatusCode::SERVICE_UNAVAILABLE, why);
    if app.store.check_file().is_err() {
        return ill("the database file was deleted or replaced\n");
    }
    if !matches!(timeout(TIMEOUT, app.store.has_accounts()).await, Ok(Ok(_))) {
        return ill("the database does not answer\n");
    }
    if !matches!(timeout(TIMEOUT, app.store.try_write()).await, Ok(Ok(()))) {
        return ill("the database takes no changes\n");
    }
    if !app.has_settings() {
        return ill("the settings cannot be used: the log says why\n");
    }
    (StatusCode::OK, "ok\n")
}

async fn metrics(State(app): State<Arc<App>>) -> impl IntoResponse {
    let format = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(CONTENT_TYPE, format)], app.metrics.text())
}
