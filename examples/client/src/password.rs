//! The password: typed on the terminal, where it is not shown, or read from standard input.

use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::SIGINT;
use signal_hook::{flag, low_level};

/// Whether a person types the password.
pub(crate) fn is_typed() -> bool {
    io::stdin().is_terminal()
}

/// One line, without its end.
pub(crate) fn read(prompt: &str) -> io::Result<String> {
    let stdin = io::stdin();
    if is_typed() {
        return interruptible(|| rpassword::prompt_password(prompt));
    }
    let mut line = String::new();
    stdin.read_line(&mut line)?;
    let line = line.strip_suffix('\n').unwrap_or(&line);
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}

/// Runs `ask`. After Ctrl-C the program ends only when `ask` returns: `rpassword` raises SIGINT first, and
/// turns the echo on again when it returns.
fn interruptible<T>(ask: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    let has_asked = Arc::new(AtomicBool::new(false));
    flag::register_conditional_default(SIGINT, Arc::clone(&has_asked))?;
    let answer = ask();
    has_asked.store(true, Ordering::SeqCst);
    if let Err(error) = &answer
        && error.kind() == io::ErrorKind::Interrupted
    {
        low_level::raise(SIGINT)?;
    }
    answer
}
