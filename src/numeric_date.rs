//! NumericDate of RFC 7519 2: any JSON number of seconds since 1970, evaluated exactly.

/// Which whole second a fraction counts as.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Round {
    /// To the second before: an `exp` never comes later than written.
    Down,
    /// To the second after: an `nbf` never comes earlier than written.
    Up,
}

/// The value of `number`, which is a JSON number by grammar, as whole seconds; `None` if they do
/// not fit 64 bits. Nothing is saturated, wrapped or passed through floating point.
pub(crate) fn seconds(number: &str, round: Round) -> Option<i64> {
    let (negative, magnitude) = match number.strip_prefix('-') {
        Some(magnitude) => (true, magnitude),
        None => (false, number),
    };
    let (mantissa, exponent) = match magnitude.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, integer(exponent)),
        None => (magnitude, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));

    // Digits before this place are the whole seconds, those after it the fraction of a second.
    let point = i64::try_from(whole.len()).ok()?.saturating_add(exponent);
    let mut place = 0_i64;
    let mut seconds = 0_i64;
    let mut has_fraction = false;
    for digit in whole.bytes().chain(fraction.bytes()) {
        let digit = digit & 0xf;
        if place < point {
            seconds = append(seconds, digit, negative)?;
        } else {
            has_fraction |= digit != 0;
        }
        place = place.saturating_add(1);
    }
    while place < point && seconds != 0 {
        seconds = append(seconds, 0, negative)?;
        place = place.saturating_add(1);
    }
    match (has_fraction, negative, round) {
        (true, true, Round::Down) => seconds.checked_sub(1),
        (true, false, Round::Up) => seconds.checked_add(1),
        _ => Some(seconds),
    }
}

fn append(seconds: i64, digit: u8, negative: bool) -> Option<i64> {
    let shifted = seconds.checked_mul(10)?;
    if negative {
        shifted.checked_sub(i64::from(digit))
    } else {
        shifted.checked_add(i64::from(digit))
    }
}

/// A signed decimal integer; beyond 64 bits it stays at the edge, as far from zero as any token is
/// long.
fn integer(text: &str) -> i64 {
    let (negative, digits) = match text.as_bytes() {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    digits.iter().fold(0, |value: i64, digit| {
        let digit = i64::from(digit & 0xf);
        let shifted = value.saturating_mul(10);
        if negative {
            shifted.saturating_sub(digit)
        } else {
            shifted.saturating_add(digit)
        }
    })
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::*;

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
