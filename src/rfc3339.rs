//! Times of RFC 3339 5.6, as login answers carry them, become Unix seconds.

/// Seconds since 1970, with a fraction rounded down. `None` unless `text` is one date and time with an
/// offset, and the calendar has that date. A leap second (`:60`) counts as the second after `:59`.
///
/// Years have four digits, so that 32 bits hold every number but the result.
pub(crate) fn seconds(text: impl Iterator<Item = u8>) -> Option<i64> {
    const LAYOUT: [(u8, &[u8]); 6] = [
        (4, b"-"),
        (2, b"-"),
        (2, b"Tt "),
        (2, b":"),
        (2, b":"),
        (2, b".Zz+-"),
    ];
    let mut text = Cursor { text };
    let mut fields = [0; 6];
    let mut after = 0;
    for (field, (count, allowed)) in fields.iter_mut().zip(LAYOUT) {
        *field = text.digits(count)?;
        after = text.one_of(allowed)?;
    }
    let [year, month, day, hour, minute, second] = fields;
    let offset = text.offset(after)?;
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let days = i64::from(days_since_1970(year, month, day)?);
    let local = minutes(hour, minute).wrapping_mul(60).wrapping_add(second);
    let utc = i64::from(local).wrapping_sub(offset);
    Some(days.wrapping_mul(86_400).wrapping_add(utc))
}

const fn minutes(hours: u32, minutes: u32) -> u32 {
    hours.wrapping_mul(60).wrapping_add(minutes)
}

struct Cursor<I> {
    text: I,
}

impl<I: Iterator<Item = u8>> Cursor<I> {
    fn one_of(&mut self, allowed: &[u8]) -> Option<u8> {
        let byte = self.text.next()?;
        allowed.iter().copied().find(|one| *one == byte)
    }

    fn digits(&mut self, count: u8) -> Option<u32> {
        let mut value = 0_u32;
        for _ in 0..count {
            let digit = char::from(self.text.next()?).to_digit(10)?;
            value = value.wrapping_mul(10).wrapping_add(digit);
        }
        Some(value)
    }

    /// Reads from the byte after the seconds to the end of the text: drops the fraction and returns the
    /// offset in seconds.
    fn offset(&mut self, mut byte: u8) -> Option<i64> {
        if byte == b'.' {
            self.digits(1)?;
            byte = self.text.find(|byte| !byte.is_ascii_digit())?;
        }
        let mut offset = 0;
        if !matches!(byte, b'Z' | b'z') {
            let hours = self.digits(2)?;
            self.one_of(b":")?;
            let rest = self.digits(2)?;
            if hours > 23 || rest > 59 {
                return None;
            }
            offset = i64::from(minutes(hours, rest).wrapping_mul(60));
        }
        if self.text.next().is_some() {
            return None;
        }
        match byte {
            b'Z' | b'z' | b'+' => Some(offset),
            b'-' => Some(offset.wrapping_neg()),
            _ => None,
        }
    }
}

const fn is_leap(year: u32) -> bool {
    year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400)
}

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar.
fn days_since_1970(year: u32, month: u32, day: u32) -> Option<i32> {
    const DAYS_TO_1970: i32 = 719_162;

    let leap = u32::from(is_leap(year));
    let mut before = 0_u32;
    let mut length = 0_u32;
    for month in 1..=month.min(12) {
        before = before.wrapping_add(length);
        length = match month {
            2 => leap.wrapping_add(28),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
    }
    // Year 0 is refused: no token is so old. Month 0 is refused because its length is 0.
    if year == 0 || month > 12 || day < 1 || day > length {
        return None;
    }
    // Whole years since year 1.
    let years = year.wrapping_sub(1);
    let leap_days = (years / 4)
        .wrapping_sub(years / 100)
        .wrapping_add(years / 400);
    let days = years
        .wrapping_mul(365)
        .wrapping_add(leap_days)
        .wrapping_add(before)
        .wrapping_add(day)
        .wrapping_sub(1);
    Some(days.cast_signed().wrapping_sub(DAYS_TO_1970))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<i64> {
        seconds(text.bytes())
    }

    #[test]
    fn rfc3339_times_are_read() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59Z", -1),
            ("2025-04-26T16:19:38.833494+08:00", 1_745_655_578),
            ("2025-04-26t08:19:38z", 1_745_655_578),
            ("2025-04-26 04:19:38-04:00", 1_745_655_578),
            ("2025-04-26T08:19:38.999999999999999999999Z", 1_745_655_578),
            ("2000-02-29T00:00:00Z", 951_782_400),
            ("2024-12-31T23:59:60Z", 1_735_689_600),
            ("2100-03-01T00:00:00Z", 4_107_542_400),
            ("9999-12-31T23:59:59Z", 253_402_300_799),
            ("0001-01-01T00:00:00Z", -62_135_596_800),
        ] {
            assert_eq!(at(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_rfc3339_time_is_refused() {
        for bad in [
            "",
            "2025-04-26",
            "2025-04-26T16:19:38",
            "2025-04-26T16:19Z",
            "2025-4-26T16:19:38Z",
            "2025-13-01T00:00:00Z",
            "2025-00-01T00:00:00Z",
            "2025-02-29T00:00:00Z",
            "2100-02-29T00:00:00Z",
            "2025-04-31T00:00:00Z",
            "2025-04-00T00:00:00Z",
            "2025-04-26T24:00:00Z",
            "2025-04-26T16:60:00Z",
            "2025-04-26T16:19:61Z",
            "2025-04-26T16:19:38.Z",
            "2025-04-26T16:19:38.5",
            "2025-04-26T16:19:38+0800",
            "2025-04-26T16:19:38+24:00",
            "2025-04-26T16:19:38+08:60",
            "2025-04-26T16:19:38ZZ",
            " 2025-04-26T16:19:38Z",
            "+025-04-26T16:19:38Z",
            "0000-01-01T00:00:00Z",
            "1745655578",
        ] {
            assert_eq!(at(bad), None, "{bad}");
        }
    }
}
