//! Failures become one line on standard error and an exit status. Neither shows a password.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};

const OTHER: u8 = 1;
const USAGE: u8 = 2;

/// Prints help, or what is wrong with the command line.
pub(crate) fn usage(mut error: clap::Error) -> ExitCode {
    redact(&mut error);
    let shown = error.print();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion if shown.is_ok() => ExitCode::SUCCESS,
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => ExitCode::from(OTHER),
        _ => ExitCode::from(USAGE),
    }
}

/// Takes what the user typed out of clap's message: a password in the wrong place must not be shown.
/// The name of an option stays.
fn redact(error: &mut clap::Error) {
    let is_option = |text: &str| text.starts_with("--");
    for kind in [
        ContextKind::InvalidArg,
        ContextKind::InvalidSubcommand,
        ContextKind::InvalidValue,
    ] {
        match error.get(kind) {
            Some(ContextValue::String(text)) if !is_option(text) => {}
            _ => continue,
        }
        error.insert(kind, ContextValue::String("...".to_owned()));
        // Clap's suggestions repeat the typed text.
        error.remove(ContextKind::Suggested);
    }
}

/// Prints why a command failed. It prints nothing if nobody reads the output any more.
pub(crate) fn failure(error: &anyhow::Error) -> ExitCode {
    if is_broken_pipe(error) {
        return ExitCode::from(OTHER);
    }
    warn(&format!("barejwt-server: {error:#}"));
    ExitCode::from(OTHER)
}

/// Prints one line on standard error. A closed standard error is no failure.
pub(crate) fn warn(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
