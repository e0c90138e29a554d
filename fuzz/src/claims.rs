//! What must come of a claims set, judged by `serde_json`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::document::{Document, Judgement, judge};

/// Whether `Validation::access()` must accept this claims set at `now`; `None` where it is beyond
/// this judge.
pub fn is_valid_access(payload: &[u8], now: i64) -> Option<bool> {
    let document = match judge(payload)? {
        Judgement::Object(document) if !document.is_refused() => document,
        _ => return Some(false),
    };
    let text = |name: &str| document.get(name).and_then(Value::as_str);
    let state_hash = match document.get("state_hash") {
        None => true,
        Some(Value::String(text)) => STANDARD.decode(text).is_ok_and(|hash| hash.len() == 32),
        Some(_) => false,
    };
    if text("token_type") != Some("access")
        || text("sub").is_none_or(str::is_empty)
        || document.get("aud").is_some()
        || !state_hash
    {
        return Some(false);
    }
    let (exp, nbf) = (number(&document, "exp"), number(&document, "nbf"));
    let (Some(exp), Some(nbf)) = (exp, nbf) else {
        return Some(false);
    };
    let (exp, nbf) = (whole_seconds(exp, false)?, whole_seconds(nbf, true)?);
    let fits = |seconds| i64::try_from(seconds).is_ok();
    Some(fits(exp) && fits(nbf) && nbf <= i128::from(now) && i128::from(now) < exp)
}

fn number<'d>(document: &'d Document, name: &str) -> Option<&'d str> {
    match document.get(name)? {
        Value::Number(number) => Some(number.as_str()),
        _ => None,
    }
}

/// A JSON number rounded to a whole one, if 128 bits are enough for the calculation.
pub fn whole_seconds(number: &str, up: bool) -> Option<i128> {
    let number = number.to_ascii_lowercase();
    let (mantissa, exponent) = number.split_once('e').unwrap_or((&number, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    let exponent: i32 = exponent.parse().ok()?;
    let exponent = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?;
    let power = 10_i128.checked_pow(exponent.unsigned_abs())?;
    if exponent >= 0 {
        return digits.checked_mul(power);
    }
    let down = digits.div_euclid(power);
    Some(down + i128::from(up && digits.rem_euclid(power) != 0))
}
