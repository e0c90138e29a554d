//! Times as people type them and read them.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use jiff::tz::TimeZone;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const YEAR: u64 = 365 * DAY;

/// A time as typed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Moment {
    /// Seconds since 1970.
    At(i64),
    /// Seconds from now.
    FromNow(i64),
}

impl Moment {
    /// The time in seconds since 1970.
    pub(crate) const fn seconds(self, now: i64) -> i64 {
        match self {
            Self::At(seconds) => seconds,
            Self::FromNow(seconds) => now.saturating_add(seconds),
        }
    }
}

/// `now`, `+1h`, `-30m`, seconds since 1970, or RFC 3339.
pub(crate) fn moment(text: &str) -> Result<Moment, String> {
    if text == "now" {
        return Ok(Moment::FromNow(0));
    }
    if let Some(later) = text.strip_prefix('+') {
        return span(later).map(|seconds| Moment::FromNow(seconds.into()));
    }
    if let Some(earlier) = text.strip_prefix('-') {
        let back = |seconds| 0_i64.saturating_sub(i64::from(seconds));
        return span(earlier).map(|seconds| Moment::FromNow(back(seconds)));
    }
    if is_digits(text) {
        let seconds = text.parse().map(Moment::At);
        return seconds.map_err(|_| format!("a time is at most {} seconds", i64::MAX));
    }
    let time = text.parse::<Timestamp>();
    time.map(|time| Moment::At(time.as_second())).map_err(|_| {
        "a time is now, +1h or -30m from now, seconds since 1970, or like 2026-12-31T23:59:59Z"
            .to_owned()
    })
}

/// A time span in seconds: `3600`, `3600s`, `60m`, `1h`, `7d`.
pub(crate) fn span(text: &str) -> Result<u32, String> {
    let (digits, unit) = match text.as_bytes() {
        [.., b's'] => (text.strip_suffix('s'), 1),
        [.., b'm'] => (text.strip_suffix('m'), 60),
        [.., b'h'] => (text.strip_suffix('h'), 3600),
        [.., b'd'] => (text.strip_suffix('d'), 86400),
        _ => (Some(text), 1),
    };
    let digits = digits.unwrap_or_default();
    if !is_digits(digits) {
        return Err("a time span is a whole number and s, m, h or d, such as 90m".to_owned());
    }
    digits
        .parse::<u32>()
        .ok()
        .and_then(|number| number.checked_mul(unit))
        .ok_or_else(|| format!("a time span is at most {} seconds", u32::MAX))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Seconds since 1970. A clock before 1970 is not set: the core refuses it.
pub(crate) fn now() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|since| i64::try_from(since.as_secs()).ok())
        .unwrap_or(0)
}

/// RFC 3339 in UTC; `None` if there is no such time in the calendar.
pub(crate) fn utc(seconds: i64) -> Option<String> {
    Some(Timestamp::from_second(seconds).ok()?.to_string())
}

/// The same in the time zone of this machine.
pub(crate) fn local(seconds: i64) -> Option<String> {
    let time = Timestamp::from_second(seconds).ok()?;
    let zoned = time.to_zoned_datetime(TimeZone::system());
    Some(zoned.strftime("%Y-%m-%d %H:%M:%S %:z").to_string())
}

/// The time between two times, in the largest unit that fits twice, or in seconds.
pub(crate) fn distance(one: i64, other: i64) -> String {
    let seconds = one.abs_diff(other);
    let units = [
        (YEAR, "years"),
        (DAY, "days"),
        (HOUR, "hours"),
        (MINUTE, "minutes"),
    ];
    for (unit, name) in units {
        let count = seconds.checked_div(unit).unwrap_or_default();
        if count >= 2 {
            return format!("{count} {name}");
        }
    }
    format!("{seconds} second{}", if seconds == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_four_forms() {
        for (text, expected) in [
            ("now", Moment::FromNow(0)),
            ("+1h", Moment::FromNow(3600)),
            ("-2d", Moment::FromNow(-172_800)),
            ("1745655578", Moment::At(1_745_655_578)),
            ("2025-04-26T08:19:38Z", Moment::At(1_745_655_578)),
            ("2025-04-26T16:19:38+08:00", Moment::At(1_745_655_578)),
        ] {
            assert_eq!(moment(text), Ok(expected), "{text}");
        }
        for text in [
            "",
            "soon",
            "+",
            "+1w",
            "1e9",
            "1.5",
            "2025-04-26",
            "2025-04-26T08:19:38",
        ] {
            assert!(moment(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_distance_is_told_in_the_largest_unit_of_which_there_are_two() {
        for (seconds, expected) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (119, "119 seconds"),
            (120, "2 minutes"),
            (7199, "119 minutes"),
            (3 * 86_400, "3 days"),
            (729 * 86_400, "729 days"),
            (730 * 86_400, "2 years"),
        ] {
            assert_eq!(distance(seconds, 0), expected);
            assert_eq!(distance(0, seconds), expected);
        }
    }
}
