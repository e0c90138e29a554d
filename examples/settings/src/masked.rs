//! Errors of the command line, without texts that may be secret.

use clap::error::{ContextKind, ContextValue};

/// Takes texts that may be a key, a token or a password out of clap's message: texts where no value was
/// expected, and values of more than `max_chars` characters. If `max_chars` is 0, every value is hidden. Names
/// of options and arguments stay. The name of a command stays if it is short and all lower case.
pub fn mask(error: &mut clap::Error, max_chars: usize) {
    let fits = |text: &str| text.chars().count() <= max_chars;
    let is_word = |text: &str| fits(text) && text.chars().all(|c| c.is_ascii_lowercase());
    for (kind, is_shown) in [
        (
            ContextKind::InvalidArg,
            &is_of_program as &dyn Fn(&str) -> bool,
        ),
        (ContextKind::InvalidSubcommand, &is_word),
        (ContextKind::InvalidValue, &fits),
    ] {
        match error.get(kind) {
            Some(ContextValue::String(text)) if !is_shown(text) => {}
            _ => continue,
        }
        error.insert(kind, ContextValue::String("...".to_owned()));
        // Clap's suggestions repeat the typed text.
        error.remove(ContextKind::Suggested);
    }
}

/// Whether this is the name of an option or of an argument, such as `--sub <ID>`, `-S` or `<SHELL>`. A secret that
/// begins with `--` has other characters than the names of options.
fn is_of_program(text: &str) -> bool {
    let is_name = |word: &str| {
        let long = word.strip_prefix("--");
        let is_long = long.is_some_and(|name| name.chars().all(|c| matches!(c, 'a'..='z' | '-')));
        is_long || (word.starts_with('-') && word.chars().count() == 2)
    };
    let is_value = |word: &str| {
        let inner = word
            .strip_prefix('<')
            .and_then(|word| word.strip_suffix('>'));
        inner.is_some_and(|name| {
            name.chars()
                .all(|c| matches!(c, 'A'..='Z' | '0'..='9' | '='))
        })
    };
    text.split(' ').all(|word| is_name(word) || is_value(word))
}
