//! Letters and digits from the operating system's random numbers: keys and public ids.

use zeroize::Zeroizing;

const ALPHANUMERIC: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// This many letters and digits, all equally likely. They are wiped on drop.
///
/// # Errors
/// The operating system gives no random numbers.
pub fn letters_and_digits(count: usize) -> Result<Zeroizing<String>, getrandom::Error> {
    // The largest multiple of 62 in a byte. Greater bytes would favour the first characters.
    const FAIR: u8 = 248;

    let mut text = Zeroizing::new(String::with_capacity(count));
    let mut random = Zeroizing::new([0; 256]);
    while text.len() < count {
        getrandom::fill(&mut *random)?;
        let missing = count.saturating_sub(text.len());
        let fair = random.iter().filter(|byte| **byte < FAIR);
        text.extend(
            fair.filter_map(|byte| ALPHANUMERIC.get(usize::from(byte % 62)))
                .map(|character| char::from(*character))
                .take(missing),
        );
    }
    Ok(text)
}
