//! A token's JSON and times: over several lines for people on a terminal, on one line for programs.

use std::env;
use std::io::{self, IsTerminal};

use crate::claims_json::{members, number};
use crate::{exit, time};

/// The members that are NumericDates (RFC 7519 2): the registered ones and OpenID Connect's.
const DATES: [&str; 5] = ["iat", "nbf", "exp", "auth_time", "updated_at"];

/// Numbers from the year 10000 in seconds to the year 10000 in milliseconds. They can only be milliseconds. The
/// first of them is in January 1978. The last seconds of 9999 are times that stand for "never".
const MILLISECONDS: std::ops::Range<f64> = 253_402_300_801.0..253_402_300_800_000.0;

/// JSON is not indented further below this depth, because the lines would be all blanks.
const MAX_INDENT: usize = 40;

const NAME: &str = "\x1b[36m";
const STRING: &str = "\x1b[32m";
const PLAIN: &str = "\x1b[0m";

/// What a token says.
pub(crate) struct Said<'t> {
    pub(crate) verified: bool,
    pub(crate) header: &'t str,
    pub(crate) claims: &'t str,
    /// What is wrong with the token, in plain ASCII without quotes.
    pub(crate) problem: Option<String>,
    pub(crate) now: i64,
}

impl Said<'_> {
    /// For standard output.
    pub(crate) fn text(&self) -> String {
        warn_of_milliseconds(self.claims);
        let dates = dates(self.claims);
        if io::stdout().is_terminal() {
            let colour = env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
            self.for_people(&dates, colour)
        } else {
            self.on_one_line(&dates)
        }
    }

    fn on_one_line(&self, dates: &[Date]) -> String {
        let times: Vec<_> = dates
            .iter()
            .map(|date| match time::utc(date.seconds) {
                Some(time) => format!("\"{}\":\"{time}{}\"", date.name, date.unit()),
                None => format!("\"{}\":null", date.name),
            })
            .collect();
        let problem = match &self.problem {
            Some(problem) => format!(",\"problem\":\"{problem}\""),
            None => String::new(),
        };
        format!(
            "{{\"verified\":{},\"header\":{},\"claims\":{},\"times\":{{{}}}{problem}}}\n",
            self.verified,
            one_line(self.header),
            one_line(self.claims),
            times.join(","),
        )
    }

    fn for_people(&self, dates: &[Date], colour: bool) -> String {
        let mut text = format!(
            "Header:\n{}\nClaims:\n{}\n",
            pretty(self.header, colour),
            pretty(self.claims, colour)
        );
        if !dates.is_empty() {
            text.push_str("Times:\n");
        }
        for date in dates {
            text.push_str(&date.for_people(self.now));
        }
        if let Some(problem) = &self.problem {
            text.push_str(&format!("Problem: {problem}\n"));
        }
        text.push_str(if self.verified {
            "Verified: yes\n"
        } else {
            "Verified: NO\n"
        });
        text
    }
}

/// Warns about times that cannot be seconds.
pub(crate) fn warn_of_milliseconds(claims: &str) {
    for date in dates(claims).iter().filter(|date| date.is_milliseconds) {
        let name = date.name;
        exit::warn(&format!(
            "barejwt: {name} can only be milliseconds. A verifier reads it as seconds: a time in thousands of years"
        ));
    }
}

/// A claim that is a time.
struct Date {
    name: &'static str,
    seconds: i64,
    is_milliseconds: bool,
}

impl Date {
    const fn unit(&self) -> &'static str {
        if self.is_milliseconds {
            " (milliseconds)"
        } else {
            ""
        }
    }

    fn for_people(&self, now: i64) -> String {
        let (name, unit) = (self.name, self.unit());
        match (time::utc(self.seconds), time::local(self.seconds)) {
            (Some(utc), Some(local)) => {
                let when = self.relative(now);
                format!("  {name}: {utc}, here {local}: {when}{unit}\n")
            }
            _ => format!("  {name}: not in the calendar\n"),
        }
    }

    fn relative(&self, now: i64) -> String {
        let distance = time::distance(self.seconds, now);
        match (self.name, self.seconds <= now) {
            ("exp", true) => format!("expired {distance} ago"),
            ("exp", false) => format!("expires in {distance}"),
            ("nbf", true) => format!("valid since {distance} ago"),
            ("nbf", false) => format!("not valid for another {distance}"),
            (_, true) => format!("{distance} ago"),
            (_, false) => format!("in {distance}"),
        }
    }
}

fn dates(claims: &str) -> Vec<Date> {
    let members = members(claims);
    let date = |name: &&'static str| {
        let number = number(members.get(*name)?)?;
        let is_milliseconds = MILLISECONDS.contains(&number);
        let seconds = if is_milliseconds {
            number / 1000.0
        } else {
            number
        };
        Some(Date {
            name,
            // The conversion saturates, and cuts off a part of a second.
            seconds: seconds.floor() as i64,
            is_milliseconds,
        })
    };
    DATES.iter().filter_map(date).collect()
}

/// The same JSON on one line, without the characters with which a hostile token could control a terminal or
/// reverse its text. In valid JSON these characters stand only in strings, where an escape means the same.
/// Line breaks and tabs stand only outside strings, where a space means the same.
pub(crate) fn one_line(json: &str) -> String {
    json.chars().map(harmless).collect()
}

fn harmless(c: char) -> String {
    match c {
        '\0'..='\x1f' => " ".to_owned(),
        '\x7f'..='\u{9f}'
        | '\u{61c}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => format!("\\u{:04x}", u32::from(c)),
        _ => c.to_string(),
    }
}

/// Valid JSON over several lines. Its strings are unchanged.
fn pretty(json: &str, colour: bool) -> String {
    let mut text = String::new();
    let mut depth = 0_usize;
    let mut rest = json.trim_ascii();
    while let Some(c) = rest.chars().next() {
        let len = match c {
            '"' => string_len(rest),
            _ => c.len_utf8(),
        };
        let Some((token, after)) = rest.split_at_checked(len) else {
            break;
        };
        rest = after.trim_ascii_start();
        match c {
            '"' if rest.starts_with(':') => text.push_str(&painted(token, NAME, colour)),
            '"' => text.push_str(&painted(token, STRING, colour)),
            '{' | '[' if rest.starts_with(['}', ']']) => text.push(c),
            '{' | '[' => {
                depth = depth.saturating_add(1);
                text.push(c);
                new_line(&mut text, depth);
            }
            '}' | ']' => {
                if !text.ends_with(['{', '[']) {
                    depth = depth.saturating_sub(1);
                    new_line(&mut text, depth);
                }
                text.push(c);
            }
            ',' => {
                text.push(c);
                new_line(&mut text, depth);
            }
            ':' => text.push_str(": "),
            _ => text.push_str(&harmless(c)),
        }
    }
    text
}

/// Bytes of the string at the front of `text`, quotes included.
fn string_len(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            b'"' if !is_escaped => return at.saturating_add(1),
            b'\\' => is_escaped = !is_escaped,
            _ => is_escaped = false,
        }
    }
    text.len()
}

fn painted(string: &str, colour: &str, is_wanted: bool) -> String {
    let string = one_line(string);
    if is_wanted {
        format!("{colour}{string}{PLAIN}")
    } else {
        string
    }
}

fn new_line(text: &mut String, depth: usize) {
    text.push('\n');
    text.push_str(&"  ".repeat(depth.min(MAX_INDENT)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pretty_json_is_the_same_json() {
        let json = r#" {"a" : [1, {}, [ ], "x,\"y{"],"b":{"c":1e400,"d":null}} "#;
        let expected = r#"{
  "a": [
    1,
    {},
    [],
    "x,\"y{"
  ],
  "b": {
    "c": 1e400,
    "d": null
  }
}"#;
        assert_eq!(pretty(json, false), expected);
        assert_eq!(
            pretty("{\"a\":\"b\\\\\"}", true),
            "{\n  \x1b[36m\"a\"\x1b[0m: \x1b[32m\"b\\\\\"\x1b[0m\n}"
        );
    }
}
