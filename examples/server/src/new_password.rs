//! The rules for new passwords (OWASP Authentication Cheat Sheet, NIST SP 800-63B 5.1.1.2).

/// Fewest and most characters.
pub(crate) const MIN_CHARS: usize = 8;
pub(crate) const MAX_CHARS: usize = 256;

/// The commonest passwords of [`MIN_CHARS`] and more, in lower case. Attackers try them first.
const COMMONEST: &str = include_str!("commonest_passwords.txt");

/// The text for a user who gives the current password as the new one.
pub(crate) const IS_CURRENT: &str = "the new password is the current one";

/// # Errors
/// A text for people that says what is wrong with the password.
pub(crate) fn check(password: &str) -> Result<(), &'static str> {
    if !(MIN_CHARS..=MAX_CHARS).contains(&password.chars().count()) {
        return Err("a new password must have 8 to 256 characters");
    }
    if password.trim().is_empty() {
        return Err("a new password must not be of blanks alone");
    }
    if is_common(password) {
        return Err("this password is among the commonest, which are tried first: take another");
    }
    Ok(())
}

/// Whether the password is in the list, or repeats one character.
fn is_common(password: &str) -> bool {
    let lower = password.trim().to_lowercase();
    let first = lower.chars().next();
    lower.chars().all(|c| Some(c) == first) || COMMONEST.lines().any(|common| common == lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_blank_and_common_passwords_are_refused() {
        let length = Err("a new password must have 8 to 256 characters");
        let common =
            Err("this password is among the commonest, which are tried first: take another");
        for (password, verdict) in [
            ("seven..", length),
            (&"x ".repeat(129), length),
            (
                "        ",
                Err("a new password must not be of blanks alone"),
            ),
            ("12345678", common),
            ("Password1", common),
            ("QWERTYUIOP", common),
            (" iloveyou ", common),
            ("aaaaaaaaaaaa", common),
            ("correct horse battery staple", Ok(())),
            ("pässwörd", Ok(())),
        ] {
            assert_eq!(check(password), verdict, "{password}");
        }
    }

    #[test]
    fn the_list_has_what_can_be_asked_for() {
        for common in COMMONEST.lines() {
            assert!(common.chars().count() >= MIN_CHARS, "{common}");
            assert_eq!(common, common.trim().to_lowercase());
        }
    }
}
