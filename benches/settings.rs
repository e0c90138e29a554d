//! Criterion's settings, the same for all benchmarks.

use std::time::Duration;

use criterion::Criterion;

pub fn settings() -> Criterion {
    Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(2))
        .sample_size(1000)
        .nresamples(1001)
}
