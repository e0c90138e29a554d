//! A clock that is wrong for a while ends nothing for good. The tests move the database in time, not
//! the clock: to the server that is the same.

use std::time::{Duration, Instant};

use crate::site::*;

const DAY: i64 = 24 * 60 * 60;

/// A chain whose last token expires at this time.
fn insert_chain(site: &Site, name: &str, expires: i64) {
    site.sql(&format!(
        "INSERT INTO chains (root_token_id, account_id, generation, expires_at) \
         SELECT '{name}', id, 0, {expires} FROM accounts"
    ));
}

fn set_pruning_time(site: &Site, time: i64) {
    site.sql("DELETE FROM settings WHERE name = 'pruning_time'");
    site.sql(&format!(
        "INSERT INTO settings (name, value) VALUES ('pruning_time', '{time}')"
    ));
}

fn pruning_time(site: &Site) -> Option<i64> {
    let mut found = site.texts("SELECT value FROM settings WHERE name = 'pruning_time'");
    found.pop().map(|time| time.parse().unwrap())
}

/// Waits until a server that has just started has made its first pass. A pass forgets attempts last.
fn wait_for_a_pass(site: &Site) {
    let left = || site.texts("SELECT name FROM attempts WHERE name = 'first pass'");
    wait_until("a pass", || left().is_empty());
}

/// An attempt that any pass forgets, whatever the clock.
fn insert_attempt(site: &Site) {
    site.sql("INSERT INTO attempts (name, free_at) VALUES ('first pass', 1)");
}

fn chains(site: &Site) -> Vec<String> {
    site.texts("SELECT root_token_id FROM chains ORDER BY root_token_id")
}

#[test]
fn a_clock_200_days_ahead_deletes_no_chain() {
    let (site, _) = Site::with_ada();
    // Yesterday there was a chain that had 179 days to live; today the clock says that it is over.
    let yesterday = now() - 200 * DAY;
    set_pruning_time(&site, yesterday);
    insert_chain(&site, "good", yesterday + 179 * DAY);
    insert_chain(&site, "over", yesterday - 8 * DAY);
    insert_attempt(&site);
    let server = site.serve();
    wait_for_a_pass(&site);
    drop(server);
    assert_eq!(chains(&site), ["good"]);
    let time = pruning_time(&site).unwrap();
    assert!((yesterday..yesterday + 60).contains(&time), "{time}");
}

#[test]
fn a_clock_that_is_ahead_at_the_first_pass_deletes_no_chain() {
    let (site, _) = Site::with_ada();
    // Nobody has kept the time, and the clock is 200 days ahead.
    site.sql("DELETE FROM settings WHERE name = 'pruning_time'");
    let (first, second) = (now() - 21 * DAY, now() - 20 * DAY);
    insert_chain(&site, "first", first);
    insert_chain(&site, "second", second);
    insert_attempt(&site);
    let server = site.serve();
    wait_for_a_pass(&site);
    drop(server);
    assert_eq!(chains(&site), ["first", "second"]);
    // The chain that ends first ends now.
    assert_eq!(pruning_time(&site), Some(first));
}

#[test]
fn what_a_clock_said_before_the_first_chain_deletes_no_chain_later() {
    let (site, _) = Site::with_ada();
    let pass = || {
        insert_attempt(&site);
        let server = site.serve();
        wait_for_a_pass(&site);
        drop(server);
    };
    // The clock has been 200 days ahead, or behind, since before there was a chain.
    for kept in [now() - 200 * DAY, now() + 200 * DAY, now()] {
        set_pruning_time(&site, kept);
        pass();
        assert_eq!(pruning_time(&site), None);
    }
    insert_chain(&site, "good", now() - 20 * DAY);
    pass();
    assert_eq!(chains(&site), ["good"]);
}

#[test]
fn a_clock_that_went_back_200_days_keeps_the_time_and_goes_on_to_prune() {
    let (site, _) = Site::with_ada();
    let before = now() + 200 * DAY;
    set_pruning_time(&site, before);
    insert_chain(&site, "good", now() + DAY);
    insert_chain(&site, "over", now() - 8 * DAY);
    let server = site.serve();
    wait_until("good alone", || chains(&site) == ["good"]);
    drop(server);
    let time = pruning_time(&site).unwrap();
    assert!((before - 60..=before).contains(&time), "{time}");
}

#[test]
fn chains_that_are_over_for_a_week_are_forgotten_in_small_batches() {
    let (site, _) = Site::with_ada();
    let mut pair = site.serve().log_in();
    set_pruning_time(&site, now());
    insert_chain(&site, "just over", now() - 6 * DAY);
    site.sql(&format!(
        "INSERT INTO chains (root_token_id, account_id, generation, expires_at) \
         WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 100000) \
         SELECT 'over ' || n, (SELECT id FROM accounts), 0, {} FROM numbers",
        now() - 8 * DAY
    ));
    let left = || -> usize {
        let counted = "SELECT CAST(count(*) AS TEXT) FROM chains WHERE root_token_id LIKE 'over %'";
        site.texts(counted)[0].parse().unwrap()
    };
    let server = site.serve();
    let (start, mut last, mut steps) = (Instant::now(), left(), Vec::new());
    while last > 0 {
        assert!(start.elapsed() < Duration::from_secs(60), "{last}");
        // Others write meanwhile.
        pair = server.refresh(&pair.refresh);
        let now = left();
        steps.push(last - now);
        last = now;
    }
    // What is seen between two looks are whole batches. So no batch is larger than the smallest step.
    let smallest = steps.iter().filter(|step| **step > 0).min();
    assert!(smallest.is_some_and(|step| *step <= 5000), "{steps:?}");
    assert!(steps.len() >= 10, "{steps:?}");
    assert!(chains(&site).contains(&"just over".to_owned()));
}

#[test]
fn a_clock_that_went_back_an_hour_locks_nobody_out() {
    let (site, _) = Site::with_ada();
    let server = site.serve_with(&["--limit-account", "3", "--limit-address", "4"]);
    server.log_in();
    site.sql("UPDATE attempts SET free_at = free_at + 3600000000");
    server.log_in();
    // And from now on they count again.
    server.log_in();
    server.log_in();
    server.try_log_in(EMAIL, PASSWORD).failed(429);
}
