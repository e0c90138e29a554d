//! Asks for a password on the terminal. Ctrl-C ends the program and leaves the terminal as it was.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use signal_hook::consts::SIGINT;
use signal_hook::{flag, low_level};

/// Whether SIGINT ends the program at once. One flag serves all prompts, because the handler of a prompt stays
/// when the prompt has ended.
static ENDS_AT_ONCE: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// Shows `prompt` and reads one line from the terminal, without echo. Only one thread may ask at a time.
///
/// After Ctrl-C the program ends only when the echo is on again: `rpassword` raises SIGINT first, and turns
/// the echo on when it returns.
///
/// # Errors
/// There is no terminal, or it cannot be read, or SIGINT cannot be handled.
pub fn password(prompt: &str) -> io::Result<String> {
    ENDS_AT_ONCE.store(false, Ordering::SeqCst);
    flag::register_conditional_default(SIGINT, Arc::clone(&ENDS_AT_ONCE))?;
    let typed = rpassword::prompt_password(prompt);
    ENDS_AT_ONCE.store(true, Ordering::SeqCst);
    if let Err(error) = &typed
        && error.kind() == io::ErrorKind::Interrupted
    {
        low_level::raise(SIGINT)?;
    }
    typed
}
