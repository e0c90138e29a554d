//! Failures become a line on standard error and an exit status. Neither shows a key or a token.

use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use barejwt::Error;
use barejwt_settings::{mask, name_not_utf8};
use clap::CommandFactory;

use crate::cli::Cli;
use crate::{shown, time};

const OTHER: u8 = 1;
const USAGE: u8 = 2;

/// Most columns of a line for people.
const MAX_COLUMNS: usize = 100;

/// Why a token was refused.
#[derive(Debug)]
pub(crate) enum Refused {
    /// The core refused it; the text may help the user.
    ByCore {
        error: Error,
        now: i64,
        hint: Option<&'static str>,
    },
    /// Required members are missing.
    Lacks(Vec<String>),
}

impl std::error::Error for Refused {}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        let (now, hint) = (time::now(), None);
        Self::ByCore { error, now, hint }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ByCore { error, now, hint } => {
                write!(f, "{error}")?;
                if let Some(when) = time_of(error, *now) {
                    write!(f, "; {when}")?;
                }
                hint.map_or(Ok(()), |hint| write!(f, "; {hint}"))
            }
            Self::Lacks(names) => {
                let names: Vec<_> = names.iter().map(|name| shown::claim(name)).collect();
                write!(f, "required claims are missing ({})", names.join(", "))
            }
        }
    }
}

impl Refused {
    fn status(&self) -> u8 {
        match self {
            Self::ByCore { error, .. } => status(error),
            Self::Lacks(_) => 8,
        }
    }
}

/// Prints help, or what is wrong with the command line.
pub(crate) fn usage(error: clap::Error) -> ExitCode {
    let mut error = name_not_utf8(error, Cli::command());
    mask(&mut error, shown::MAX_SHOWN_CHARS);
    if !error.use_stderr() {
        let shown = error.print();
        return ExitCode::from(if shown.is_ok() { 0 } else { OTHER });
    }
    warn(error.render().to_string().trim_end());
    ExitCode::from(USAGE)
}

/// Prints why a command failed. It prints nothing if nobody reads the output any more.
pub(crate) fn failure(error: &anyhow::Error) -> ExitCode {
    if is_broken_pipe(error) {
        return ExitCode::from(OTHER);
    }
    let text = format!("barejwt: {error:#}");
    // The system's message, without its number.
    let words = text
        .rsplit_once(" (os error ")
        .map_or(&*text, |(words, _)| words);
    warn(words);
    let refused = error.downcast_ref::<Refused>();
    ExitCode::from(refused.map_or(OTHER, Refused::status))
}

/// Prints a text on standard error, wrapped if standard error is a terminal. A closed standard error is no
/// failure.
pub(crate) fn warn(text: &str) {
    let mut stderr = io::stderr();
    let columns = terminal_size::terminal_size_of(&stderr)
        .filter(|_| stderr.is_terminal())
        .map(|(width, _)| usize::from(width.0).min(MAX_COLUMNS));
    let _ = match columns {
        Some(columns) => writeln!(stderr, "{}", wrapped(text, columns)),
        None => writeln!(stderr, "{text}"),
    };
}

/// Breaks lines at blanks and indents what follows. Lines that fit stay unchanged.
fn wrapped(text: &str, columns: usize) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        let mut rest = line.to_owned();
        while rest.chars().count() > columns {
            let end = rest
                .char_indices()
                .nth(columns)
                .map_or(rest.len(), |(at, _)| at);
            let indent = rest.len().saturating_sub(rest.trim_start().len());
            let blank = match rest.get(end..) {
                Some(tail) if tail.starts_with(' ') => Some(end),
                _ => rest.get(..end).and_then(|start| start.rfind(' ')),
            };
            let Some((start, tail)) = blank
                .filter(|blank| *blank > indent)
                .and_then(|blank| rest.split_at_checked(blank))
            else {
                break;
            };
            lines.push(start.to_owned());
            rest = format!("  {}", tail.trim_start());
        }
        lines.push(rest);
    }
    lines.join("\n")
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// The limit that a time has passed or has not reached, for people.
fn time_of(error: &Error, now: i64) -> Option<String> {
    match error {
        Error::Expired { exp, .. } => Some(format!("it expired {}", ago(*exp, now)?)),
        Error::TooOld { iat, .. } => Some(format!("it was issued {}", ago(*iat, now)?)),
        Error::NotYetValid { nbf: from, .. } | Error::IssuedInFuture { iat: from, .. } => {
            let (time, distance) = (time::utc(*from)?, time::distance(*from, now));
            Some(format!("{time} is {distance} from now"))
        }
        _ => None,
    }
}

fn ago(then: i64, now: i64) -> Option<String> {
    Some(format!(
        "{} ago, at {}",
        time::distance(then, now),
        time::utc(then)?
    ))
}

/// The exit status of a refusal, as `--help` lists them.
fn status(error: &Error) -> u8 {
    match error {
        Error::Expired { .. } => 3,
        Error::NotYetValid { .. } => 4,
        Error::SignatureInvalid | Error::KidUnknown | Error::KidMissing => 5,
        Error::TokenTooLong { .. }
        | Error::SegmentCount
        | Error::HeaderTooLong
        | Error::Base64 { .. }
        | Error::Json { .. }
        | Error::AlgMissing
        | Error::AlgNotHs256
        | Error::CritUnsupported
        | Error::NestedToken
        | Error::KidNotString
        | Error::ClaimType { .. }
        | Error::NumericDateRange { .. }
        | Error::StateHashMalformed => 6,
        Error::TokenTypeUnknown | Error::TokenTypeWrong { .. } | Error::TypWrong => 7,
        Error::ClaimsMissing { .. }
        | Error::SubjectEmpty
        | Error::SubjectWrong
        | Error::IssuerWrong
        | Error::AudienceUnexpected
        | Error::AudienceWrong
        | Error::IssuedInFuture { .. }
        | Error::TooOld { .. }
        | Error::StateHashMismatch => 8,
        _ => OTHER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_broken_at_blanks() {
        assert_eq!(
            wrapped("a bc def\n\n  x y z", 6),
            "a bc\n  def\n\n  x y\n  z"
        );
        assert_eq!(wrapped("unbreakable x", 5), "unbreakable x");
        assert_eq!(wrapped("héé ñ x", 5), "héé ñ\n  x");
    }
}
