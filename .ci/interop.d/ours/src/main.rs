//! Our side of the comparison of rules. Each line of standard input is a request, a JSON object. Each line
//! of standard output is an answer. A request has the `key` in base64, and a token to `verify` under `rules`
//! at `now`, or a `claims` set to sign.

use std::io::{self, BufRead, Write};

use barejwt::{Claim, Claims, Error, Key, Validation, scratch_len, sign, sign_json, verify};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

fn main() {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let request: Value = serde_json::from_str(&line.expect("it is text")).expect("it is JSON");
        let answer = match answer(&request) {
            Ok(ok) => json!({ "ok": ok }),
            Err(error) => json!({ "error": name(&error) }),
        };
        writeln!(out, "{answer}").expect("somebody reads it");
        out.flush().expect("somebody reads it");
    }
}

/// The error's own name, without its data.
fn name(error: &Error) -> String {
    let name = format!("{error:?}");
    name.split([' ', '(']).next().unwrap_or_default().to_owned()
}

fn answer(request: &Value) -> Result<Value, Error> {
    let secret = request["key"].as_str().expect("a request has a key");
    let key = Key::new(&STANDARD.decode(secret).expect("it is base64"))?;
    match request["claims"].as_object() {
        Some(claims) => signed(claims, &key).map(Value::from),
        None => verified(request, &key),
    }
}

/// Signs by [`Claims::jwt`] if the claims set has its form: `sub`, `iat`, `exp` and own members.
fn signed(claims: &Map<String, Value>, key: &Key) -> Result<String, Error> {
    let mut out = [0; 4096];
    let number = |name: &str| claims.get(name).and_then(Value::as_i64);
    let sub = claims.get("sub").and_then(Value::as_str);
    let lifetime = |iat, exp: i64| exp.checked_sub(iat).and_then(|s| u32::try_from(s).ok());
    if let (Some(sub), Some(iat), Some(exp)) = (sub, number("iat"), number("exp"))
        && let Some(lifetime) = lifetime(iat, exp)
    {
        let mut members = claims.clone();
        for name in ["sub", "iat", "exp"] {
            members.remove(name);
        }
        let members = Value::from(members).to_string();
        let claims = Claims::jwt(sub, iat, lifetime).members(&members);
        return sign(&claims, key, &mut out).map(str::to_owned);
    }
    let json = Value::from(claims.clone()).to_string();
    sign_json(&json, key, &mut out).map(str::to_owned)
}

fn verified(request: &Value, key: &Key) -> Result<Value, Error> {
    let token = request["verify"].as_str().expect("a request has a token");
    let now = request["now"].as_i64().expect("a request has a time");
    let rules = rules(request["rules"].as_object().expect("a request has rules"));
    let mut scratch = vec![0; scratch_len(token.len())];
    let claims = verify(token, key, &rules, now, &mut scratch)?;
    Ok(serde_json::from_str(claims.json()).expect("it is JSON"))
}

fn rules(asked: &Map<String, Value>) -> Validation<'_> {
    let seconds = |value: &Value| u32::try_from(value.as_u64().unwrap()).unwrap();
    let mut rules = Validation::jwt();
    for (rule, value) in asked {
        rules = match rule.as_str() {
            "issuer" => rules.issuer(value.as_str().unwrap()),
            "audience" => rules.audience(value.as_str().unwrap()),
            "max_age" => rules.max_age(seconds(value)),
            "leeway" => rules.leeway(seconds(value)),
            "require" => value.as_array().unwrap().iter().fold(rules, require),
            "ignore_audience" => rules.ignore(Claim::Aud),
            _ => panic!("no such rule: {rule}"),
        };
    }
    rules
}

fn require<'v>(rules: Validation<'v>, name: &Value) -> Validation<'v> {
    let claims = [Claim::Iss, Claim::Aud, Claim::Iat, Claim::Jti, Claim::Sub];
    let claim = claims.into_iter().find(|claim| *name == claim.name());
    rules.require(claim.expect("it is one of these"))
}
