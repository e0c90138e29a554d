//! For the tests of every program that has secrets.

/// Asserts that `text` repeats no eight characters of `secret`.
#[track_caller]
pub(crate) fn tells_nothing(text: &str, secret: &str) {
    let characters: Vec<char> = secret.chars().collect();
    assert!(characters.len() >= 8, "too short a secret to look for");
    for piece in characters.windows(8) {
        let piece: String = piece.iter().collect();
        assert!(!text.contains(&piece), "{piece} in: {text}");
    }
}
