//! The server's counters, in the text format of Prometheus.

use std::fmt::Write;
use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// Upper bounds in seconds, from a look at the database to a password's hash and beyond.
const BUCKETS: [f64; 10] = [
    0.000_25, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 2.5,
];

/// The labels of an answer: its route and its code.
type Answer = [(&'static str, String); 2];

/// The counters of one process.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    answers: Family<Answer, Counter>,
    durations: Histogram,
    token_checks: Counter,
    chains_revoked: Counter,
    connections_refused: Family<[(&'static str, &'static str); 1], Counter>,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("barejwt");
        let answers = Family::default();
        registry.register("answers", "Answers, by route and code", answers.clone());
        let durations = Histogram::new(BUCKETS);
        registry.register_with_unit(
            "answer_duration",
            "From a request's headers to its answer's",
            Unit::Seconds,
            durations.clone(),
        );
        let token_checks = Counter::default();
        registry.register(
            "token_checks",
            "Authorization headers checked",
            token_checks.clone(),
        );
        let chains_revoked = Counter::default();
        registry.register(
            "chains_revoked",
            "Chains revoked because a refresh token was replayed",
            chains_revoked.clone(),
        );
        let connections_refused = Family::default();
        registry.register(
            "connections_refused",
            "Connections closed at once, by the limit: of one address, or of all",
            connections_refused.clone(),
        );
        Self {
            registry,
            answers,
            durations,
            token_checks,
            chains_revoked,
            connections_refused,
        }
    }

    pub(crate) fn answered(&self, route: &str, code: u32, after: Duration) {
        let answer = [("route", route.to_owned()), ("code", code.to_string())];
        self.answers.get_or_create(&answer).inc();
        self.durations.observe(after.as_secs_f64());
    }

    pub(crate) fn token_checked(&self) {
        self.token_checks.inc();
    }

    pub(crate) fn chain_revoked(&self) {
        self.chains_revoked.inc();
    }

    pub(crate) fn connection_refused(&self, limit: &'static str) {
        let label = [("limit", limit)];
        self.connections_refused.get_or_create(&label).inc();
    }

    /// All counters.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        if encode(&mut text, &self.registry).is_err() {
            let _ = write!(text, "# cannot be written");
        }
        text
    }
}
