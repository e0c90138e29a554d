//! Arguments that are not UTF-8.

use std::env;
use std::ffi::OsString;

use clap::error::{Error, ErrorKind};

/// If an argument is not UTF-8, an error that names its option, but never the value. Any other error stays the
/// same. Clap does not tell the option, so that the arguments of this process are parsed again: the first ones
/// as typed, the others made UTF-8.
#[must_use]
pub fn name_not_utf8(error: Error, mut program: clap::Command) -> Error {
    if error.kind() != ErrorKind::InvalidUtf8 {
        return error;
    }
    let typed: Vec<_> = env::args_os().collect();
    let text: Vec<_> = typed.iter().map(|arg| arg.to_string_lossy()).collect();
    let is_wrong = |at: &usize| {
        let after = at.saturating_add(1);
        let rest = text.iter().skip(after).map(|arg| OsString::from(&**arg));
        let mixed = typed.iter().take(after).cloned().chain(rest);
        let parsed = program.try_get_matches_from_mut(mixed);
        parsed.is_err_and(|error| error.kind() == ErrorKind::InvalidUtf8)
    };
    let wrong = (0..text.len()).find(is_wrong).unwrap_or_default();
    let option = |at: usize| {
        let arg = text.get(at)?;
        Some(&**arg).filter(|arg| arg.len() > 2 && arg.starts_with("--"))
    };
    let own = option(wrong).and_then(|arg| arg.split('=').next());
    // An option that has its value behind a `=` is not the option of the next argument.
    let before = wrong.checked_sub(1).and_then(option);
    let what = match own.or(before.filter(|arg| !arg.contains('='))) {
        Some(option) => format!("the value of {option}"),
        None => "an argument".to_owned(),
    };
    Error::raw(ErrorKind::InvalidUtf8, format!("{what} is not UTF-8\n"))
}
