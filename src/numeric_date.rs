//! NumericDate of RFC 7519 2: any JSON number of seconds since 1970, evaluated exactly.

use crate::COMPACT;

/// How a fraction becomes a whole second.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Round {
    /// To the second before, so that an `exp` never comes later than written.
    Down,
    /// To the second after, so that an `nbf` never comes earlier than written.
    Up,
}

/// The value of `number`, which has the grammar of a JSON number, as whole seconds. `None` if they do
/// not fit `i64`. No value is saturated, wrapped or passed through floating point.
// Never inlined: each of its callers would get a copy.
#[inline(never)]
pub(crate) fn seconds(number: &[u8], round: Round) -> Option<i64> {
    match whole_seconds(number) {
        Some((seconds, len)) if !COMPACT && len == number.len() => return Some(seconds),
        _ => {}
    }
    let (negative, magnitude) = sign(number);
    let (mantissa, exponent) = split(magnitude, |byte| matches!(byte, b'e' | b'E'));
    let (whole, _) = split(mantissa, |byte| *byte == b'.');

    // The digits before this place are whole seconds. The digits after it are the fraction.
    let point = isize::try_from(whole.len())
        .ok()?
        .saturating_add(integer(exponent));
    let mut digits = mantissa.iter().filter(|byte| **byte != b'.');
    let mut place = 0_isize;
    let mut seconds = 0_u64;
    let mut has_fraction = false;
    loop {
        let digit = digits.next().map(|digit| digit & 0xf);
        if place < point && (digit.is_some() || seconds != 0) {
            seconds = append(seconds, digit.unwrap_or(0))?;
        } else if let Some(digit) = digit {
            has_fraction |= digit != 0;
        } else {
            break;
        }
        place = place.wrapping_add(1);
    }
    // Rounding goes away from zero: down below zero, up above zero.
    if has_fraction && negative == (round == Round::Down) {
        seconds = seconds.wrapping_add(1);
    }
    let most = i64::MAX.unsigned_abs().wrapping_add(negative.into());
    if seconds > most {
        return None;
    }
    let seconds = seconds.cast_signed();
    Some(if negative {
        seconds.wrapping_neg()
    } else {
        seconds
    })
}

/// Whether `number` is digits alone, with or without a minus sign: no fraction and no exponent.
pub(crate) fn is_whole(number: &str) -> bool {
    let digits = number.strip_prefix('-').unwrap_or(number);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The seconds at the front of `text`, and the number of their digits. `None` unless they are 1 to 18 digits
/// that do not begin with 0. The text behind them may belong to the number: a fraction or an exponent.
pub(crate) fn whole_seconds(text: &[u8]) -> Option<(i64, usize)> {
    let mut seconds = 0_i64;
    let mut len = 0_usize;
    for byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        seconds = seconds.wrapping_mul(10).wrapping_add(digit.into());
        len = len.wrapping_add(1);
    }
    let is_read = !text.starts_with(b"0") && (1..=18).contains(&len);
    is_read.then_some((seconds, len))
}

fn sign(number: &[u8]) -> (bool, &[u8]) {
    match number {
        [b'-', magnitude @ ..] => (true, magnitude),
        [b'+', magnitude @ ..] => (false, magnitude),
        magnitude => (false, magnitude),
    }
}

/// The text before the first such byte, and the text after it.
fn split(text: &[u8], at: impl FnMut(&u8) -> bool) -> (&[u8], &[u8]) {
    let end = text.iter().position(at).unwrap_or(text.len());
    let (before, after) = text.split_at_checked(end).unwrap_or_default();
    (before, after.get(1..).unwrap_or_default())
}

/// Appends a decimal digit. `None` if the result is certainly too large for `i64`. One more second can
/// always be added to the result.
fn append(seconds: u64, digit: u8) -> Option<u64> {
    const MOST: u64 = i64::MAX.unsigned_abs() / 10;
    if seconds > MOST {
        return None;
    }
    Some(seconds.wrapping_mul(10).wrapping_add(digit.into()))
}

/// A signed decimal integer; 0 for an empty text. An integer that is too large ends at `FAR` or beyond.
fn integer(text: &[u8]) -> isize {
    /// Farther from zero than any token is long, with room for one more digit.
    const FAR: isize = isize::MAX / 16;

    let (negative, digits) = sign(text);
    let mut magnitude = 0_isize;
    for digit in digits {
        if magnitude < FAR {
            magnitude = magnitude
                .wrapping_mul(10)
                .wrapping_add((digit & 0xf).into());
        }
    }
    if negative {
        magnitude.wrapping_neg()
    } else {
        magnitude
    }
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::*;

    fn seconds(number: &str, round: Round) -> Option<i64> {
        super::seconds(number.as_bytes(), round)
    }

    #[test]
    fn whole_numbers_are_digits_with_a_sign_or_without() {
        for number in ["0", "-1", "9223372036854775808"] {
            assert!(is_whole(number), "{number}");
        }
        for other in ["", "-", "1-", "12-3", "--1", "+1", "1.0", "1e1"] {
            assert!(!is_whole(other), "{other}");
        }
    }

    #[test]
    fn whole_numbers_are_exact_to_the_edges_of_64_bits() {
        for value in [
            0,
            1,
            -1,
            1_745_651_978,
            1 << 31,
            1 << 53,
            (1 << 53) + 1,
            i64::MAX,
            i64::MIN,
        ] {
            assert_eq!(seconds(&value.to_string(), Round::Down), Some(value));
            assert_eq!(seconds(&value.to_string(), Round::Up), Some(value));
        }
        for beyond in [
            "9223372036854775808",
            "-9223372036854775809",
            "18446744073709551616",
            "1e19",
            "1e400",
            "1e99999999999999999999",
            "-1e99999999999999999999",
        ] {
            assert_eq!(seconds(beyond, Round::Down), None, "{beyond}");
        }
    }

    #[test]
    fn fractions_round_down_for_exp_and_up_for_nbf() {
        for (number, down, up) in [
            ("1.0", 1, 1),
            ("1.5", 1, 2),
            ("1.000000000000000000000000001", 1, 2),
            ("0.1", 0, 1),
            ("-0.1", -1, 0),
            ("-1.5", -2, -1),
            ("-0", 0, 0),
            ("-0.0", 0, 0),
            ("9223372036854775806.5", i64::MAX - 1, i64::MAX),
        ] {
            assert_eq!(seconds(number, Round::Down), Some(down), "{number}");
            assert_eq!(seconds(number, Round::Up), Some(up), "{number}");
        }
        assert_eq!(
            seconds("9223372036854775807.5", Round::Down),
            Some(i64::MAX)
        );
        assert_eq!(seconds("9223372036854775807.5", Round::Up), None);
        assert_eq!(seconds("-9223372036854775808.5", Round::Down), None);
    }

    #[test]
    fn exponents_move_the_point() {
        for (number, down, up) in [
            ("1.7e9", 1_700_000_000, 1_700_000_000),
            ("17E8", 1_700_000_000, 1_700_000_000),
            ("1.7456519785e9", 1_745_651_978, 1_745_651_979),
            ("17000000000e-1", 1_700_000_000, 1_700_000_000),
            ("1e-1", 0, 1),
            ("1e-99999999999999999999", 0, 1),
            ("-1e-99999999999999999999", -1, 0),
            ("0e99999999999999999999", 0, 0),
            ("0.00e+9", 0, 0),
            ("0.0000000017e18", 1_700_000_000, 1_700_000_000),
            ("9.223372036854775807e18", i64::MAX, i64::MAX),
        ] {
            assert_eq!(seconds(number, Round::Down), Some(down), "{number}");
            assert_eq!(seconds(number, Round::Up), Some(up), "{number}");
        }
    }
}
