//! The server also serves a page on which to try the API, and the API's description.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;

use super::app::App;
use super::envelope::Refusal;
use super::tokens;

/// The page may use its own scripts and styles and its own API, and nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
                      connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

pub(crate) fn router() -> Router<Arc<App>> {
    let html = include_str!("../../page/index.html");
    let css = include_str!("../../page/style.css");
    let js = include_str!("../../page/app.js");
    let openapi = include_str!("../../openapi.json");
    Router::new()
        .route("/", get(async || file("text/html; charset=utf-8", html)))
        .route(
            "/style.css",
            get(async || file("text/css; charset=utf-8", css)),
        )
        .route(
            "/app.js",
            get(async || file("text/javascript; charset=utf-8", js)),
        )
        .route("/expired-token", get(expired_token))
        .route(
            "/openapi.json",
            get(async || file("application/json", openapi)),
        )
}

/// An expired token, so that the page can show one at once. A new token would take its whole life to expire.
async fn expired_token(State(app): State<Arc<App>>) -> Result<String, Refusal> {
    let token = tokens::expired_sample(&app.settings()?.keys);
    token.map_err(|error| Refusal::Internal(error.into()))
}

fn file(content_type: &'static str, content: &'static str) -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, content_type),
        (CONTENT_SECURITY_POLICY, POLICY),
        (CACHE_CONTROL, "no-cache"),
    ];
    (headers, content)
}
