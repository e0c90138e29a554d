//! The password: typed on the terminal, where it is not shown, or read from standard input.

use std::io::{self, IsTerminal};

/// Whether a person types the password.
pub(crate) fn is_typed() -> bool {
    io::stdin().is_terminal()
}

/// One line, without its end.
pub(crate) fn read(prompt: &str) -> io::Result<String> {
    let stdin = io::stdin();
    if is_typed() {
        return barejwt_prompt::password(prompt);
    }
    let mut line = String::new();
    stdin.read_line(&mut line)?;
    let line = line.strip_suffix('\n').unwrap_or(&line);
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}
