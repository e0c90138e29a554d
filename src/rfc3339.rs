//! Times of RFC 3339 5.6, as login answers carry them, become Unix seconds.

/// Seconds since 1970, a fraction rounded down; `None` unless `text` is one date and time with
/// offset that exists in the calendar. A leap second (`:60`) counts as the second after `:59`.
pub(crate) fn seconds(text: impl Iterator<Item = u8>) -> Option<i64> {
    let mut text = Cursor { text };
    let year = text.digits(4)?;
    text.one_of(b"-")?;
    let month = text.digits(2)?;
    text.one_of(b"-")?;
    let day = text.digits(2)?;
    text.one_of(b"Tt ")?;
    let hour = text.digits(2)?;
    text.one_of(b":")?;
    let minute = text.digits(2)?;
    text.one_of(b":")?;
    let second = text.digits(2)?;
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let days = days_since_1970(year, month, day)?;
    let local = days
        .checked_mul(24)?
        .checked_add(hour)?
        .checked_mul(60)?
        .checked_add(minute)?
        .checked_mul(60)?
        .checked_add(second)?;
    local.checked_sub(text.offset()?)
}

struct Cursor<I> {
    text: I,
}

impl<I: Iterator<Item = u8>> Cursor<I> {
    fn one_of(&mut self, allowed: &[u8]) -> Option<u8> {
        self.text.next().filter(|byte| allowed.contains(byte))
    }

    fn digits(&mut self, count: u8) -> Option<i64> {
        let mut value = 0_i64;
        for _ in 0..count {
            let digit = self
                .text
                .next()?
                .checked_sub(b'0')
                .filter(|digit| *digit < 10)?;
            value = value.checked_mul(10)?.checked_add(i64::from(digit))?;
        }
        Some(value)
    }

    /// The fraction, which is dropped, and the offset in seconds, up to the end of the text.
    fn offset(&mut self) -> Option<i64> {
        let mut byte = self.text.next()?;
        if byte == b'.' {
            self.digits(1)?;
            byte = self.text.find(|byte| !byte.is_ascii_digit())?;
        }
        let sign = match byte {
            b'Z' | b'z' => 0,
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        let mut offset = 0;
        if sign != 0 {
            let hours = self.digits(2)?;
            self.one_of(b":")?;
            let minutes = self.digits(2)?;
            if hours > 23 || minutes > 59 {
                return None;
            }
            offset = hours
                .checked_mul(60)?
                .checked_add(minutes)?
                .checked_mul(60)?
                .checked_mul(sign)?;
        }
        self.text.next().is_none().then_some(offset)
    }
}

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar.
fn days_since_1970(year: i64, month: i64, day: i64) -> Option<i64> {
    const DAYS_BEFORE: [i64; 13] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];
    const DAYS_TO_1970: i64 = 719_162;

    let index = usize::try_from(month.checked_sub(1)?).ok()?;
    let before = *DAYS_BEFORE.get(index)?;
    let after = *DAYS_BEFORE.get(index.checked_add(1)?)?;
    let leap = i64::from((year % 4 == 0 && year % 100 != 0) || year % 400 == 0);
    let length = after
        .checked_sub(before)?
        .checked_add(if month == 2 { leap } else { 0 })?;
    if day < 1 || day > length {
        return None;
    }
    // Whole years since year 1; year 0 has no tokens.
    let years = year.checked_sub(1).filter(|years| *years >= 0)?;
    let leap_days = (years / 4)
        .checked_sub(years / 100)?
        .checked_add(years / 400)?;
    years
        .checked_mul(365)?
        .checked_add(leap_days)?
        .checked_add(before)?
        .checked_add(if month > 2 { leap } else { 0 })?
        .checked_add(day)?
        .checked_sub(1)?
        .checked_sub(DAYS_TO_1970)
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
