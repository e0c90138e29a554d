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

/// How long the database may take to answer.
const TIMEOUT: Duration = Duration::from_secs(5);

async fn health(State(app): State<Arc<App>>) -> impl IntoResponse {
    let ill = |why| (StatusCode::SERVICE_UNAVAILABLE, why);
    if !matches!(timeout(TIMEOUT, app.store.is_healthy()).await, Ok(true)) {
        return ill("the database does not answer\n");
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
