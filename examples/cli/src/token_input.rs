//! The input of a command beside its options: an argument or standard input, and a token as people paste it.

use std::ffi::OsStr;
use std::io::{self, Read};

use anyhow::{Context, Result, bail};

use crate::exit;

/// Most bytes of a token or a claims set on standard input, unless it is only to be shown.
pub(crate) const MAX_INPUT_BYTES: u64 = 1 << 20;

/// The bytes of the token, without the text that was pasted around it.
pub(crate) fn token(argument: &OsStr, limit: u64) -> Result<Vec<u8>> {
    let mut input = read(argument, limit)?;
    if argument == "-" {
        // The end of a line is no part of the token, and is not mentioned.
        for end in [b'\n', b'\r'] {
            if input.last() == Some(&end) {
                input.pop();
            }
        }
    }
    let (token, taken_off) = bare(&input);
    if !taken_off.is_empty() {
        let what = taken_off.join(", ");
        exit::warn(&format!("barejwt: taken off around the token: {what}"));
    }
    Ok(token.to_vec())
}

/// The argument, or standard input if it is `-`.
pub(crate) fn read(argument: &OsStr, limit: u64) -> Result<Vec<u8>> {
    if argument != "-" {
        return Ok(argument.as_encoded_bytes().to_vec());
    }
    let mut input = Vec::new();
    io::stdin()
        .lock()
        .take(limit.saturating_add(1))
        .read_to_end(&mut input)
        .context("cannot read standard input")?;
    if input.len() as u64 > limit {
        bail!("standard input holds more than {limit} bytes");
    }
    Ok(input)
}

/// Removes the text around a token in headers, scripts and JSON. Says what it was.
fn bare(mut text: &[u8]) -> (&[u8], Vec<&'static str>) {
    let mut taken_off = Vec::new();
    while let Some((rest, what)) = one_layer_less(text) {
        text = rest;
        if !taken_off.contains(&what) {
            taken_off.push(what);
        }
    }
    (text, taken_off)
}

fn one_layer_less(text: &[u8]) -> Option<(&[u8], &'static str)> {
    let trimmed = text.trim_ascii();
    if trimmed.len() < text.len() {
        return Some((trimmed, "blanks"));
    }
    for (prefix, what) in [("authorization:", "Authorization:"), ("bearer ", "Bearer")] {
        if let Some((start, rest)) = text.split_at_checked(prefix.len())
            && start.eq_ignore_ascii_case(prefix.as_bytes())
        {
            return Some((rest, what));
        }
    }
    match text {
        [b'"', inner @ .., b'"'] | [b'\'', inner @ .., b'\''] => Some((inner, "quotes")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_paste_with_a_token_is_taken_off() {
        for (text, expected, what) in [
            ("a.b.c", "a.b.c", &[][..]),
            (" a.b.c\n", "a.b.c", &["blanks"]),
            ("Bearer a.b.c", "a.b.c", &["Bearer"]),
            (
                "Authorization: bearer  a.b.c",
                "a.b.c",
                &["Authorization:", "blanks", "Bearer"],
            ),
            ("'Bearer a.b.c'", "a.b.c", &["quotes", "Bearer"]),
            ("\"\"a.b.c\"\"", "a.b.c", &["quotes"]),
            ("\"a", "\"a", &[]),
            ("\"", "\"", &[]),
            ("", "", &[]),
        ] {
            assert_eq!(
                bare(text.as_bytes()),
                (expected.as_bytes(), what.to_vec()),
                "{text}"
            );
        }
    }
}
