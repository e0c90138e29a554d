//! What holds for every request: a time limit, security headers, a line in the log, a count.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::app::App;
use super::envelope::{Code, Refusal};

/// From the headers of a request to those of its answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// For all answers. A page may relax the policy: see `page.rs`.
const HEADERS: [(HeaderName, &str); 7] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    // Tokens and accounts are in no cache (RFC 6749 5.1).
    (header::CACHE_CONTROL, "no-store"),
];

pub(crate) async fn guard(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let start = Instant::now();
    let method = request.method().clone();
    // The pattern, not the path: that is anybody's text.
    let path = request.extensions().get::<MatchedPath>().cloned();
    let path = path.as_ref().map_or("other", MatchedPath::as_str);

    let answered = tokio::time::timeout(TIMEOUT, next.run(request)).await;
    let mut response = answered.unwrap_or_else(|_| Refusal::TimedOut.into_response());
    add_missing(response.headers_mut());

    let (status, took) = (response.status().as_u16(), start.elapsed());
    let code = match response.extensions().get() {
        Some(Code(code)) => *code,
        None if status == 200 => 0,
        None => status.into(),
    };
    app.metrics.answered(path, code, took);
    let ms = took.as_millis();
    tracing::debug!(%method, path, status, code, ms, %peer, "answered");
    response
}

fn add_missing(headers: &mut HeaderMap) {
    for (name, value) in HEADERS {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
}
