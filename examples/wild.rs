//! Judges a file of other people's tokens: `cargo run --example wild -- FILE`, a JSON object a line.
//!
//! A line with `expect` has a token of some system, the key and the system's rules. The token must verify, or
//! be refused for the reason in `why`. If the line's `notes` name required members that the token lacks, the token
//! must be refused for that, and verify without requiring them. A line with `accepted_by` has a token that some
//! libraries accept and others refuse. A table shows this crate beside them. The exit status is 1 if the crate
//! and the file disagree.

use std::fmt;
use std::process::ExitCode;

use barejwt::{Claim, Error, Key, Validation, scratch_len, verify};
use serde::Deserialize;

/// The time for a line that names no time, in November 2023. The token of such a line has neither `exp` nor
/// `nbf`, or is refused for another reason. The tokens of lines with `accepted_by` expire in 2100.
const ANY_TIME: i64 = 1_700_000_000;

#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Published(Published),
    Telling(Telling),
}

#[derive(Deserialize)]
struct Published {
    system: String,
    source: String,
    token: String,
    key_hex: String,
    verify_at: Option<i64>,
    rules: Rules,
    #[serde(default)]
    ignore: Vec<String>,
    expect: Expect,
    #[serde(default)]
    why: String,
    #[serde(default)]
    notes: String,
}

#[derive(Deserialize)]
struct Rules {
    iss: Option<String>,
    aud: Option<String>,
    required: Vec<String>,
    leeway: u32,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Expect {
    Verify,
    Refuse,
}

#[derive(Deserialize)]
struct Telling {
    name: String,
    why: String,
    accepted_by: Vec<String>,
    token: String,
    key_hex: String,
}

/// Why a token is refused.
enum Refused {
    ByCore(Error),
    Lacks(String),
    KeyIsNoHex,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ByCore(error) => write!(f, "{error}"),
            Self::Lacks(name) => write!(f, "the token has no {name}"),
            Self::KeyIsNoHex => f.write_str("the line's key is no hex"),
        }
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::ByCore(error)
    }
}

fn main() -> ExitCode {
    let Some(path) = std::env::args_os().nth(1) else {
        eprintln!("usage: cargo run --example wild -- FILE");
        return ExitCode::from(2);
    };
    let lines = std::fs::read_to_string(path)
        .map_err(|error| error.to_string())
        .and_then(|text| read(&text));
    match lines {
        Ok((published, telling)) => {
            let agrees = [judge_published(&published), judge_telling(&telling)];
            ExitCode::from(u8::from(agrees.contains(&false)))
        }
        Err(error) => {
            eprintln!("wild: {error}");
            ExitCode::from(2)
        }
    }
}

fn read(text: &str) -> Result<(Vec<Published>, Vec<Telling>), String> {
    let (mut published, mut telling) = (Vec::new(), Vec::new());
    for (line, number) in text.lines().zip(1..) {
        match serde_json::from_str(line).map_err(|error| format!("line {number}: {error}"))? {
            Line::Published(line) => published.push(line),
            Line::Telling(line) => telling.push(line),
        }
    }
    if published.is_empty() && telling.is_empty() {
        return Err("the file has no token".to_owned());
    }
    Ok((published, telling))
}

/// Whether all tokens verify or are refused as their lines say.
fn judge_published(lines: &[Published]) -> bool {
    let mut agrees = true;
    for (expect, what) in [
        (Expect::Verify, "verify"),
        (Expect::Refuse, "are refused for the reason given"),
    ] {
        let lines: Vec<_> = lines.iter().filter(|line| line.expect == expect).collect();
        let wrong: Vec<_> = lines.iter().filter_map(|line| disagreement(line)).collect();
        wrong.iter().for_each(|wrong| println!("{wrong}"));
        if !lines.is_empty() {
            let good = lines.len().abs_diff(wrong.len());
            println!("{good} of {} {what}", lines.len());
        }
        agrees &= wrong.is_empty();
    }
    agrees
}

/// The difference between the crate's verdict and the line's.
fn disagreement(line: &Published) -> Option<String> {
    let (system, source) = (&line.system, &line.source);
    let difference = match line.expect {
        Expect::Verify => unverified(line),
        Expect::Refuse => not_refused(line),
    };
    difference.map(|difference| format!("{system}: {difference}\n    {source}"))
}

fn unverified(line: &Published) -> Option<String> {
    let required = &line.rules.required;
    let lacking = lacking(&line.notes);
    let meant: Vec<_> = required
        .iter()
        .filter(|name| !lacking.contains(name))
        .cloned()
        .collect();
    if let Err(refused) = verdict(line, &meant, &line.ignore) {
        return Some(refused.to_string());
    }
    if lacking.is_empty() {
        return None;
    }
    match verdict(line, required, &line.ignore) {
        Err(Refused::Lacks(_) | Refused::ByCore(Error::ClaimsMissing { .. })) => None,
        Err(refused) => Some(refused.to_string()),
        Ok(()) => Some("accepted, and lacks what is required".to_owned()),
    }
}

fn not_refused(line: &Published) -> Option<String> {
    let (required, why) = (&line.rules.required, &line.why);
    match verdict(line, required, &[]) {
        Err(Refused::ByCore(error)) if is_reason(why, error) => {}
        Err(refused) => return Some(format!("{refused}, and not: {why}")),
        Ok(()) => return Some(format!("accepted, and not: {why}")),
    }
    if line.ignore.is_empty() {
        return None;
    }
    let ignored = verdict(line, required, &line.ignore);
    ignored
        .err()
        .map(|refused| format!("{refused}, with what is at fault ignored"))
}

/// The required members that the token lacks by the line's notes.
fn lacking(notes: &str) -> Vec<String> {
    let names = notes.split_once("lacks ").map_or("", |(_, names)| names);
    names
        .split(',')
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Verifies by [`Validation::jwt`] and the system's own rules. `exp` may be missing, and the key may be weak.
fn verdict(line: &Published, required: &[String], ignore: &[String]) -> Result<(), Refused> {
    let key = Key::new_weak(&unhex(&line.key_hex)?)?;
    let Rules {
        iss, aud, leeway, ..
    } = &line.rules;
    let mut rules = Validation::jwt().allow_missing(Claim::Exp).leeway(*leeway);
    rules = match aud {
        Some(aud) => rules.audience(aud),
        None => rules.ignore(Claim::Aud),
    };
    if let Some(iss) = iss {
        rules = rules.issuer(iss);
    }
    for claim in required.iter().filter_map(|name| checked_claim(name)) {
        rules = rules.require(claim);
    }
    for claim in ignore.iter().filter_map(|name| checked_claim(name)) {
        rules = rules.ignore(claim);
    }
    let now = line.verify_at.unwrap_or(ANY_TIME);
    let mut scratch = vec![0; scratch_len(line.token.len())];
    let claims = verify(&line.token, &key, &rules, now, &mut scratch)?;
    match required.iter().find(|name| claims.get(name).is_none()) {
        Some(absent) => Err(Refused::Lacks(absent.clone())),
        None => Ok(()),
    }
}

/// The claims that [`Validation`] can require in any system's token. `aud` has its own rule.
fn checked_claim(name: &str) -> Option<Claim> {
    use Claim::{Exp, Iat, Iss, Jti, Nbf, Sub};
    [Sub, Exp, Nbf, Iss, Iat, Jti]
        .into_iter()
        .find(|claim| claim.name() == name)
}

/// Whether this error is the reason that a line gives for a refusal.
fn is_reason(why: &str, error: Error) -> bool {
    match why {
        "empty key" => matches!(error, Error::KeyTooShort { bytes: 0, .. }),
        "payload or header is not one JSON object in UTF-8" => matches!(error, Error::Json { .. }),
        "signature text not canonical, or not of this key" => error == Error::SignatureInvalid,
        "exp is no number; verifies with it ignored" => {
            error == Error::ClaimType { claim: Claim::Exp }
        }
        "a NumericDate beyond 64 bits" => matches!(error, Error::NumericDateRange { .. }),
        _ => false,
    }
}

/// Prints the table. Returns whether all tokens that must be accepted are accepted.
fn judge_telling(lines: &[Telling]) -> bool {
    if lines.is_empty() {
        return true;
    }
    // These claims are looked at if present, but any value passes: `iat` may have any age, but must not be
    // in the future.
    let looking = Validation::jwt()
        .issuer("a")
        .allow_missing(Claim::Iss)
        .audience("a")
        .allow_missing(Claim::Aud)
        .max_age(u32::MAX)
        .allow_missing(Claim::Iat);
    println!("| token | others that accept it | barejwt | with rules for `iss`, `aud`, `iat` |");
    println!("|---|---|---|---|");
    let mut agrees = true;
    for line in lines {
        let [plain, looking] = [Validation::jwt(), looking].map(|rules| telling(line, &rules));
        agrees &= plain.is_ok() || !line.why.starts_with("none: must be accepted");
        let others = line.accepted_by.join(", ");
        println!(
            "| {} | {others} | {} | {} |",
            line.name,
            said(&plain),
            said(&looking)
        );
    }
    agrees
}

fn telling(line: &Telling, rules: &Validation<'_>) -> Result<(), Refused> {
    let key = Key::new(&unhex(&line.key_hex)?)?;
    let mut scratch = vec![0; scratch_len(line.token.len())];
    verify(&line.token, &key, rules, ANY_TIME, &mut scratch)?;
    Ok(())
}

fn said(outcome: &Result<(), Refused>) -> String {
    match outcome {
        Ok(()) => "accepted".to_owned(),
        Err(refused) => refused.to_string(),
    }
}

fn unhex(text: &str) -> Result<Vec<u8>, Refused> {
    let byte = |pair| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok();
    let bytes: Option<Vec<u8>> = text.as_bytes().chunks(2).map(byte).collect();
    bytes.ok_or(Refused::KeyIsNoHex)
}
