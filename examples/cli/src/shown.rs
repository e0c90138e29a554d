//! Typed texts in messages. A text that may be a key or a token is hidden.

use std::path::Path;

/// Longest value of an option that is shown again. 128 random bits have at least 22 characters in base64.
pub(crate) const MAX_SHOWN_CHARS: usize = 21;

/// Each path and each URL has one of them. Few keys and few passphrases do.
const MARKS: [char; 3] = ['/', '\\', '.'];

/// The typed text, unless it may be a key or a token.
pub(crate) fn text(typed: &str) -> &str {
    if is_short(typed) { typed } else { "..." }
}

/// The name of a claim, unless it may be a key or a token. It may be a URL.
pub(crate) fn claim(name: &str) -> &str {
    let is_url = name.contains(MARKS) && has_words(name);
    if is_url { name } else { text(name) }
}

/// The path of a file. It is hidden if it may be a key or a token that stands in the wrong place. A directory
/// that exists is no secret; the root is no such directory, because base64 may begin with a slash.
pub(crate) fn file(what: &str, path: &Path, option: &str) -> String {
    let is_there = |path: &&Path| path.parent().is_some() && path.symlink_metadata().is_ok();
    let there = path.ancestors().find(is_there);
    let missing = there.and_then(|there| path.strip_prefix(there).ok());
    let has_mark = path.to_str().is_some_and(|path| path.contains(MARKS));
    let reads_well = |text: &str| is_short(text) || (has_mark && has_words(text));
    if missing.unwrap_or(path).to_str().is_some_and(reads_well) {
        format!("the {what} {}", path.display())
    } else {
        format!("the file that {option} names")
    }
}

fn is_short(text: &str) -> bool {
    text.chars().count() <= MAX_SHOWN_CHARS
}

/// Whether a text has only words and what stands between them in names of files. The words of a key or a token are
/// long, or mix letters and digits. A random password has other signs.
fn has_words(text: &str) -> bool {
    text.split(|c| MARKS.contains(&c) || "-_ :".contains(c))
        .all(is_word)
}

/// Whether this is a word such as `MyCompany`, `PRODUCTION`, `key2026` or `20261202`. Up to three characters may
/// be any letters and digits, such as `k8s`.
fn is_word(word: &str) -> bool {
    let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = word.len().saturating_sub(letters.len());
    let capitals = letters.chars().filter(|c| c.is_uppercase()).count();
    let count = letters.chars().count();
    let max_digits = if letters.is_empty() { 8 } else { 4 };
    (word.chars().count() <= 3 && word.chars().all(char::is_alphanumeric))
        || (is_short(letters)
            && letters.chars().all(char::is_alphabetic)
            && (capitals <= 3 || capitals == count)
            && digits <= max_digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_neither_random_nor_long() {
        for word in [
            "",
            "k8s",
            "key",
            "Schlüssel",
            "鍵鍵鍵鍵",
            "MyCompanyKeys",
            "PRODUCTION",
            "key2026",
            "20261202",
        ] {
            assert!(is_word(word), "{word}");
        }
        for random in [
            "5e1f7c1a",
            "2d0c",
            "123456789",
            "a+b",
            "key12345",
            "AbCdEfGh",
            "eyJhbGciOiJIUzI1NiJ9",
            "abcdefghijklmnopqrstuvwxy",
        ] {
            assert!(!is_word(random), "{random}");
        }
    }
}
