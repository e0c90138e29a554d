//! The password: typed on the terminal, where it is not shown, or read from standard input.

use std::io::{self, BufRead, IsTerminal, Read};

/// Most bytes of a line of standard input. No password has so many, and a file without lines is not read on.
const MAX_LINE_BYTES: usize = 64 * 1024;

/// Whether a person types the password.
pub(crate) fn is_typed() -> bool {
    io::stdin().is_terminal()
}

/// One line, without its end.
pub(crate) fn read(prompt: &str) -> io::Result<String> {
    if is_typed() {
        return barejwt_prompt::password(prompt);
    }
    let mut line = String::new();
    io::stdin()
        .lock()
        .take(MAX_LINE_BYTES as u64)
        .read_line(&mut line)?;
    if line.len() == MAX_LINE_BYTES {
        return Err(io::Error::other(
            "a line of standard input is too long for a password",
        ));
    }
    let line = line.strip_suffix('\n').unwrap_or(&line);
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}
