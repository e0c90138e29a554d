//! Every request has a time limit, security headers, a line in the log and a count.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::HttpBody;
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Version, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::app::App;
use super::envelope::{Code, Fault, Refusal};
use super::routes::MAX_BODY_BYTES;

/// From the headers of a request to the headers of its answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Headers of all answers. A page may relax the policy: see `page.rs`.
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
    // No cache may keep tokens and accounts (RFC 6749 5.1).
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
    // The pattern, not the path, because a client can write any text in the path.
    let path = request.extensions().get::<MatchedPath>().cloned();
    let path = path.as_ref().map_or("other", MatchedPath::as_str);

    let mut response = match refuse_at_once(&request) {
        Some(refusal) => closing(refusal.into_response()),
        None => {
            let answered = tokio::time::timeout(TIMEOUT, next.run(request)).await;
            answered.unwrap_or_else(|_| Refusal::TimedOut.into_response())
        }
    };
    add_missing(response.headers_mut());

    let (status, took) = (response.status().as_u16(), start.elapsed());
    let code = match response.extensions().get() {
        Some(Code(code)) => *code,
        None if status == 200 => 0,
        None => status.into(),
    };
    app.metrics.answered(path, code, took);
    if let Some(Fault(why)) = response.extensions().get()
        && let Some(left_out) = app.faults.due(why)
    {
        tracing::error!(left_out, "internal error: {why}; the metrics count them");
    }
    let ms = took.as_millis();
    tracing::debug!(%method, path, status, code, ms, %peer, "answered");
    response
}

/// Refuses a request whose head is enough to refuse it.
fn refuse_at_once(request: &Request) -> Option<Refusal> {
    let headers = request.headers();
    let hosts = headers.get_all(header::HOST).iter().count();
    if hosts > 1 || (hosts == 0 && request.version() == Version::HTTP_11) {
        return Some(Refusal::Host);
    }
    // A body of unknown length is refused once it is too long.
    let is_too_large = request.body().size_hint().lower() > MAX_BODY_BYTES as u64;
    is_too_large.then_some(Refusal::TooLarge)
}

/// The rest of the request is not read.
fn closing(mut response: Response) -> Response {
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(header::CONNECTION, close);
    response
}

fn add_missing(headers: &mut HeaderMap) {
    for (name, value) in HEADERS {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
}
