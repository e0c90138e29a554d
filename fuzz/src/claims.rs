//! Judges a claims set under some rules: RFC 7519 4.1 and the site's profile, written out over
//! `serde_json` and 128-bit integers.

use barejwt::{Claim, ClaimSet, Error, Part, TokenType};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::document::{Document, Judgement, judge};
use crate::rules::Rules;

/// In the order in which they are checked.
pub const CLAIMS: [Claim; 9] = [
    Claim::TokenType,
    Claim::Sub,
    Claim::Exp,
    Claim::Nbf,
    Claim::StateHash,
    Claim::Iss,
    Claim::Aud,
    Claim::Iat,
    Claim::Jti,
];

pub enum Expected {
    /// Any error about JSON.
    NoJson,
    Outcome(Result<(), Error>),
}

impl Expected {
    /// Checks that the outcome of verifying is the expected outcome.
    pub fn check(&self, outcome: Result<(), Error>) {
        match self {
            Self::NoJson => assert!(
                matches!(
                    outcome,
                    Err(Error::Json {
                        part: Part::Payload,
                        ..
                    })
                ),
                "{outcome:?}"
            ),
            Self::Outcome(expected) => assert_eq!(outcome, *expected),
        }
    }
}

/// `None` if this judge cannot tell.
pub fn expected(payload: &[u8], rules: &Rules, now: i64) -> Option<Expected> {
    let document = match judge(payload)? {
        Judgement::Object(document) if !document.is_refused() => document,
        _ => return Some(Expected::NoJson),
    };
    let mut found = Found::default();
    for claim in CLAIMS {
        let Some(value) = document.get(claim.name()) else {
            continue;
        };
        if !rules.looks_at(claim) {
            continue;
        }
        found.present.push(claim);
        match form(claim, value, &mut found) {
            Form::Good => {}
            Form::Bad(error) => return Some(Expected::Outcome(Err(error))),
            Form::Beyond => return None,
        }
    }
    Some(Expected::Outcome(judge_rules(
        &document, &found, rules, now,
    )))
}

/// The values of the claims that the rules look at.
#[derive(Default)]
struct Found {
    present: Vec<Claim>,
    exp: i64,
    nbf: i64,
    iat: i64,
}

enum Form {
    Good,
    Bad(Error),
    /// A number that 128 bits cannot hold.
    Beyond,
}

fn form(claim: Claim, value: &Value, found: &mut Found) -> Form {
    let bad = match (claim, value) {
        (Claim::Aud, _) | (Claim::Iss | Claim::Jti, Value::String(_)) => return Form::Good,
        (Claim::TokenType, Value::String(text)) => match text.as_str() {
            "access" | "refresh" => return Form::Good,
            _ => Error::TokenTypeUnknown,
        },
        (Claim::Sub, Value::String(text)) if !text.is_empty() => return Form::Good,
        (Claim::Sub, Value::String(_)) => Error::SubjectEmpty,
        (Claim::StateHash, Value::String(text)) => match STANDARD.decode(text) {
            Ok(hash) if hash.len() == 32 => return Form::Good,
            _ => Error::StateHashMalformed,
        },
        (Claim::Exp | Claim::Nbf | Claim::Iat, Value::Number(number)) => {
            let (time, up) = match claim {
                Claim::Exp => (&mut found.exp, false),
                Claim::Nbf => (&mut found.nbf, true),
                _ => (&mut found.iat, true),
            };
            let Some(seconds) = whole_seconds(number.as_str(), up) else {
                return Form::Beyond;
            };
            match i64::try_from(seconds) {
                Ok(seconds) => {
                    *time = seconds;
                    return Form::Good;
                }
                Err(_) => Error::NumericDateRange { claim },
            }
        }
        _ => Error::ClaimType { claim },
    };
    Form::Bad(bad)
}

fn judge_rules(document: &Document, found: &Found, rules: &Rules, now: i64) -> Result<(), Error> {
    let text = |claim: Claim| document.get(claim.name()).and_then(Value::as_str);
    let has = |claim| found.present.contains(&claim);
    if let Some(wanted) = rules.token_type
        && has(Claim::TokenType)
    {
        let found = match text(Claim::TokenType) {
            Some("access") => TokenType::Access,
            _ => TokenType::Refresh,
        };
        if found != wanted {
            return Err(Error::TokenTypeWrong { found });
        }
    }
    let required = rules.required.iter().copied();
    let missing: Vec<Claim> = required.filter(|claim| !has(*claim)).collect();
    if !missing.is_empty() {
        let claims = ClaimSet::of(&missing);
        return Err(Error::ClaimsMissing { claims });
    }
    // An absent subject is never the expected subject.
    if let Some(sub) = rules.subject
        && rules.looks_at(Claim::Sub)
        && text(Claim::Sub) != Some(sub)
    {
        return Err(Error::SubjectWrong);
    }
    if let Some(iss) = rules.issuer
        && has(Claim::Iss)
        && text(Claim::Iss) != Some(iss)
    {
        return Err(Error::IssuerWrong);
    }
    if has(Claim::Aud) {
        judge_audience(document.get("aud").unwrap(), rules.audience)?;
    }
    judge_times(found, rules, now)
}

/// RFC 7519 4.1.3: a token is refused unless one of the strings is the expected audience.
fn judge_audience(aud: &Value, wanted: Option<&str>) -> Result<(), Error> {
    let Some(wanted) = wanted else {
        return Err(Error::AudienceUnexpected);
    };
    let audiences = match aud {
        Value::String(aud) => vec![aud.as_str()],
        Value::Array(items) if items.iter().all(Value::is_string) => {
            items.iter().filter_map(Value::as_str).collect()
        }
        _ => return Err(Error::ClaimType { claim: Claim::Aud }),
    };
    match audiences.contains(&wanted) {
        true => Ok(()),
        false => Err(Error::AudienceWrong),
    }
}

fn judge_times(found: &Found, rules: &Rules, now: i64) -> Result<(), Error> {
    let (exp, nbf, iat) = (found.exp, found.nbf, found.iat);
    let has = |claim| found.present.contains(&claim);
    let (at, leeway) = (i128::from(now), i128::from(rules.leeway));
    if has(Claim::Nbf) && at < i128::from(nbf) - leeway {
        return Err(Error::NotYetValid { nbf, now });
    }
    if has(Claim::Exp) && at >= i128::from(exp) + leeway {
        return Err(Error::Expired { exp, now });
    }
    if let Some(max_age) = rules.max_age
        && has(Claim::Iat)
    {
        if at < i128::from(iat) - leeway {
            return Err(Error::IssuedInFuture { iat, now });
        }
        if at - i128::from(iat) > i128::from(max_age) + leeway {
            return Err(Error::TooOld { iat, now });
        }
    }
    Ok(())
}

/// Rounds a JSON number to an integer, if 128 bits are enough for the calculation.
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
