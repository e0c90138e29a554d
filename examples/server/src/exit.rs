//! Failures become one line on standard error and an exit status. Neither shows a password.

use std::io::{self, Write};
use std::process::ExitCode;

use barejwt_settings::{mask, name_not_utf8};
use clap::CommandFactory;
use clap::error::ErrorKind;

use crate::cli::Cli;

const OTHER: u8 = 1;
const USAGE: u8 = 2;

/// Prints help, or what is wrong with the command line.
pub(crate) fn usage(error: clap::Error) -> ExitCode {
    let mut error = name_not_utf8(error, Cli::command());
    // No value is shown, because it may be a password.
    mask(&mut error, 0);
    let shown = error.print();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion if shown.is_ok() => ExitCode::SUCCESS,
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => ExitCode::from(OTHER),
        _ => ExitCode::from(USAGE),
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
