//! Failures that repeat, which are not logged each time.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Result;

/// The last warning; empty if all is well.
#[derive(Debug, Default)]
pub(crate) struct Warnings(Mutex<String>);

impl Warnings {
    /// Logs a failure if it differs from the last one. Logs the end of a failure too.
    pub(crate) fn say_once(&self, what: &str, done: Result<()>) {
        let now = done.map_or_else(|error| format!("{what}: {error:#}"), |()| String::new());
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if *last == now {
            return;
        }
        if now.is_empty() {
            tracing::info!("no longer: {last}");
        } else {
            tracing::warn!("{now}");
        }
        *last = now;
    }
}

/// The pause after a line, and the pause before the same line is logged again.
const PAUSE: Duration = Duration::from_secs(1);
const REPEAT: Duration = Duration::from_secs(60);

/// Most lines that are remembered. A server has few different faults.
const KNOWN: usize = 16;

/// Lines about what many clients may meet at the same time. A flood of requests makes no flood of lines. The lines
/// that were logged last are remembered.
#[derive(Debug, Default)]
pub(crate) struct Seldom(Mutex<Said>);

#[derive(Debug, Default)]
struct Said {
    /// Each line with its time. The newest is last.
    lines: VecDeque<(Instant, String)>,
    /// The number of lines that were not logged since the newest.
    left_out: u64,
}

impl Seldom {
    /// If this line is to be logged now: how many lines were left out since the last one that was logged.
    pub(crate) fn due(&self, line: &str) -> Option<u64> {
        self.due_at(line, Instant::now())
    }

    fn due_at(&self, line: &str, now: Instant) -> Option<u64> {
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        said.lines
            .retain(|(at, _)| now.duration_since(*at) < REPEAT);
        let is_quiet = said
            .lines
            .back()
            .is_none_or(|(at, _)| now.duration_since(*at) >= PAUSE);
        let is_due = is_quiet && said.lines.iter().all(|(_, known)| known != line);
        if !is_due {
            said.left_out = said.left_out.saturating_add(1);
            return None;
        }
        if said.lines.len() >= KNOWN {
            said.lines.pop_front();
        }
        said.lines.push_back((now, line.to_owned()));
        Some(std::mem::take(&mut said.left_out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How often each of these lines is logged in a minute in which each comes ten times a second, in turn.
    fn said_in_a_minute(lines: &[&str]) -> Vec<usize> {
        let (seldom, start) = (Seldom::default(), Instant::now());
        let mut said: Vec<&str> = Vec::new();
        for ms in (0..60_000).step_by(100) {
            let now = start.checked_add(Duration::from_millis(ms)).unwrap();
            said.extend(
                lines
                    .iter()
                    .filter(|line| seldom.due_at(line, now).is_some())
                    .copied(),
            );
        }
        let count = |line| said.iter().filter(|other| *other == line).count();
        lines.iter().map(count).collect()
    }

    #[test]
    fn a_line_that_repeats_is_logged_once_a_minute_though_others_come_between() {
        assert_eq!(said_in_a_minute(&["a"]), [1]);
        assert_eq!(said_in_a_minute(&["a", "b"]), [1, 1]);
        assert_eq!(said_in_a_minute(&["a", "b", "c", "d"]), [1; 4]);
    }

    #[test]
    fn the_lines_that_were_left_out_are_counted() {
        let (seldom, start) = (Seldom::default(), Instant::now());
        let due = |line, seconds| {
            let now = start.checked_add(Duration::from_secs(seconds));
            seldom.due_at(line, now.unwrap())
        };
        assert_eq!(due("a", 0), Some(0));
        assert_eq!([due("a", 1), due("a", 2), due("a", 3)], [None; 3]);
        assert_eq!(due("b", 3), Some(3));
        assert_eq!(due("c", 3), None);
        assert_eq!(due("a", 60), Some(1));
    }

    #[test]
    fn however_many_lines_there_are_one_a_second_is_logged() {
        let lines: Vec<_> = (0..40).map(|number| number.to_string()).collect();
        let lines: Vec<_> = lines.iter().map(String::as_str).collect();
        let said: usize = said_in_a_minute(&lines).iter().sum();
        assert!((KNOWN..=60).contains(&said), "{said}");
    }
}
