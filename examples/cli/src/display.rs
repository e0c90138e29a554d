//! JSON and times as a terminal should get them.

use jiff::Timestamp;

/// The same JSON without the characters by which a hostile token could steer a terminal or turn
/// its text round. In valid JSON they stand in strings alone, where an escape means the same; line
/// breaks and tabs stand outside strings alone, where a space does.
pub(crate) fn json(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\0'..='\x1f' => shown.push(' '),
            '\x7f'..='\u{9f}'
            | '\u{61c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}' => shown.push_str(&format!("\\u{:04x}", u32::from(c))),
            _ => shown.push(c),
        }
    }
    shown
}

/// Seconds since 1970 as RFC 3339 in quotes; `null` if there is no such time in the calendar.
pub(crate) fn time(seconds: Option<i64>) -> String {
    match seconds.map(Timestamp::from_second) {
        Some(Ok(time)) => format!("\"{time}\""),
        _ => "null".to_owned(),
    }
}
