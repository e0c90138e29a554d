//! The strict, bounded JSON that the token formats need (RFC 8259), read and written.
//!
//! A whole text is checked in one pass, which also picks the members that a caller knows. A value that
//! is an object or an array is checked in full and handed out as text.

mod reader;
mod text;
mod value;
mod writer;

use core::str;

use crate::error::{Error, JsonProblem, Part, Step};

use reader::Reader;
pub use reader::{MAX_JSON_DEPTH, MAX_MEMBERS};
pub(crate) use reader::{Members, Name, array_has};
pub(crate) use text::Bytes;
pub use text::JsonStr;
#[cfg(feature = "serde")]
use text::escape;
pub use value::JsonValue;
pub(crate) use writer::{Writer, integer_len, string_len};

/// Checks that `bytes` are UTF-8, which every JSON text must be (RFC 8259 8.1).
pub(crate) fn text<'b>(bytes: &'b [u8], part: Part, why: &mut Error) -> Step<&'b str> {
    str::from_utf8(bytes).or_else(|error| {
        why.leave(Error::Json {
            part,
            problem: JsonProblem::NotUtf8,
            at: error.valid_up_to(),
        })
    })
}

/// Reads the members with these names: writes the JSON text of each value to its place in `values`. An
/// absent member leaves its place unchanged. `text` must be one object without repeated names. Its other
/// members are checked and passed over.
#[inline(never)]
pub(crate) fn read_object<'j>(
    text: &'j str,
    part: Part,
    names: &[Name<'_>],
    values: &mut [&'j [u8]],
    why: &mut Error,
) -> Step<()> {
    let mut reader = Reader::new(text.as_bytes());
    reader.object(names, values).or_else(|_| {
        why.leave(Error::Json {
            part,
            problem: reader.problem(),
            at: reader.at(),
        })
    })
}

/// Whether a checked value is a number.
pub(crate) fn is_number(value: &[u8]) -> bool {
    matches!(value, [b'-' | b'0'..=b'9', ..])
}

/// Checks that `text` is one object without repeated names.
pub(crate) fn check(text: &str, part: Part, why: &mut Error) -> Step<()> {
    read_object(text, part, &[], &mut [], why)
}

/// The same, for a text to be signed.
pub(crate) fn check_to_sign(text: &str) -> Result<(), Error> {
    Error::or_left(|why| check(text, Part::ToSign, why))
}

/// The values of the members with these names; `None` for an absent member. Otherwise the same as
/// [`read_object`].
pub(crate) fn object<'j, const N: usize>(
    text: &'j str,
    part: Part,
    names: [Name<'_>; N],
    why: &mut Error,
) -> Step<[Option<JsonValue<'j>>; N]> {
    let mut values: [&[u8]; N] = [&[]; N];
    read_object(text, part, &names, &mut values, why)?;
    Ok(values.map(JsonValue::of))
}

/// The value of the member with this name, if `json` has it. The C library uses it to read a claims
/// set again that it has handed out before.
///
/// # Errors
/// [`Error::Json`] unless `json` is one strict JSON object.
#[doc(hidden)]
pub fn member<'j>(json: &'j str, name: &str) -> Result<Option<JsonValue<'j>>, Error> {
    let [value] = Error::or_left(|why| object(json, Part::Payload, [Name::new(name)], why))?;
    Ok(value)
}

/// The value of the member with this name, from a checked object.
pub(crate) fn get<'j>(text: &'j str, name: &str) -> Option<JsonValue<'j>> {
    member(text, name).ok()?
}

/// Copies `text`, which is checked, to the front of `out`, with only the escapes that its strings need.
/// Returns the length of the copy; `None` if it does not fit. The copy is never longer than `text`.
#[cfg(feature = "serde")]
pub(crate) fn normalise(text: &str, out: &mut [u8]) -> Option<usize> {
    let mut writer = Writer::new(out);
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte == b'\\' {
            let (code_point, len) = escape(after)?;
            rest = after.get(len..)?;
            let c = char::from_u32(code_point)?;
            writer.string(c.encode_utf8(&mut [0; 4]))?;
        } else {
            writer.push(&[*byte])?;
        }
    }
    Some(writer.len())
}

/// Skips `literal` at the front of `text`.
pub(crate) fn skip(text: &mut &str, literal: &str) -> Option<()> {
    *text = text.strip_prefix(literal)?;
    Some(())
}

/// Skips the inside of a string without escapes, up to its closing quote, and returns it.
pub(crate) fn skip_plain_string<'j>(text: &mut &'j str) -> Option<&'j str> {
    let ends = |byte: u8| matches!(byte, b'"' | b'\\' | 0..=0x1f);
    let end = text.bytes().position(ends)?;
    let (string, rest) = text.split_at_checked(end)?;
    *text = rest;
    rest.starts_with('"').then_some(string)
}

#[cfg(test)]
mod tests {
    use std::string::{String, ToString};
    use std::vec::Vec;
    use std::{format, vec};

    use super::reader::{MAX_ALIKE, digits_len, hash, plain_len};
    use super::*;
    use JsonProblem::*;

    fn text(bytes: &[u8], part: Part) -> Result<&str, Error> {
        Error::or_left(|why| super::text(bytes, part, why))
    }

    fn object<'j, const N: usize>(
        text: &'j str,
        part: Part,
        names: [&str; N],
    ) -> Result<[Option<JsonValue<'j>>; N], Error> {
        Error::or_left(|why| super::object(text, part, names.map(Name::new), why))
    }

    fn problem(text: &str) -> Option<JsonProblem> {
        match object(text, Part::Payload, []) {
            Ok([]) => None,
            Err(Error::Json { problem, .. }) => Some(problem),
            Err(_) => panic!("another error"),
        }
    }

    /// Different names of one hash, and the object that has them.
    fn names_of_one_hash(count: usize) -> String {
        let of = |name: &str| hash(JsonStr::plain(name));
        let names = (0..)
            .map(|n| format!("{n:x}"))
            .filter(|name| of(name) == of("0"));
        let members: Vec<String> = names
            .take(count)
            .map(|name| format!("\"{name}\":1"))
            .collect();
        format!("{{{}}}", members.join(","))
    }

    #[test]
    fn different_names_of_one_hash_are_different_names() {
        let good = names_of_one_hash(MAX_ALIKE + 1);
        assert_eq!(problem(&good), None);
        let repeated = good.replace('}', ",\"\\u0030\":2}");
        assert_eq!(problem(&repeated), Some(DuplicateName));
        let two = names_of_one_hash(2);
        let repeated = two.replace('}', ",\"0\":2}");
        assert_eq!(problem(&repeated), Some(DuplicateName));
    }

    #[test]
    fn names_contrived_to_have_one_hash_are_refused() {
        let contrived = names_of_one_hash(MAX_ALIKE + 2);
        assert_eq!(problem(&contrived), Some(NamesAlike));
        // In every part, at the first name too many, which is not repeated.
        let (at, problem) = (contrived.len() - 1, NamesAlike);
        for part in [Part::Header, Part::Payload, Part::Answer, Part::ToSign] {
            let refused = object(&contrived, part, []).unwrap_err();
            assert_eq!(refused, Error::Json { part, problem, at });
        }
        // A name that is also repeated counts as repeated: the maker of the object must mend that.
        let repeated = names_of_one_hash(MAX_ALIKE + 1).replace('}', ",\"0\":2,\"0\":3}");
        assert_eq!(super::tests::problem(&repeated), Some(DuplicateName));
    }

    /// `run_len` finds the first byte that does not belong to the run, whatever byte is beside it.
    fn assert_ends_runs(run_len: fn(&[u8]) -> usize, belongs: fn(u8) -> bool) {
        for (one, other) in (0..=255).flat_map(|one| (0..=255).map(move |other| (one, other))) {
            // In one word, across two words, and behind the last word.
            for place in [0, 3, 6, 7, 14, 17] {
                let mut text = [b'7'; 19];
                text[place..][..2].copy_from_slice(&[one, other]);
                let end = text.iter().position(|byte| !belongs(*byte));
                assert_eq!(
                    run_len(&text),
                    end.unwrap_or(19),
                    "{one} {other} at {place}"
                );
            }
        }
        for len in 0..19 {
            assert_eq!(run_len(&[b'7'; 19][..len]), len);
        }
    }

    #[test]
    fn runs_end_at_the_first_other_byte() {
        let is_plain = |byte| byte >= 0x20 && !matches!(byte, b'"' | b'\\');
        assert_ends_runs(plain_len, is_plain);
        assert_ends_runs(digits_len, |byte| byte.is_ascii_digit());
    }

    #[test]
    fn what_is_written_is_read_back() {
        for value in [
            "",
            "plain",
            "q\"b\\s/",
            "\u{0}\u{1}\u{8}\t\n\u{b}\u{c}\r\u{1f}\u{7f}",
            "\u{e9}\u{1f600}",
        ] {
            let mut buf = [0; 128];
            let mut writer = Writer::new(&mut buf);
            writer.push(b"{\"a\":\"").unwrap();
            writer.string(value).unwrap();
            assert_eq!(writer.len() - 6, string_len(value));
            writer.push(b"\"}").unwrap();
            let len = writer.len();
            let json = text(&buf[..len], Part::Payload).unwrap();
            let [Some(JsonValue::String(read))] = object(json, Part::Payload, ["a"]).unwrap()
            else {
                panic!("not a string");
            };
            assert!(read.is(value));
            for spare in 0..32 {
                let mut spare = vec![0; spare];
                let room = spare.len();
                match read.unescape(&mut spare) {
                    Ok(unescaped) => assert_eq!(unescaped, value),
                    Err(error) => {
                        let needed = value.len();
                        assert_eq!(error, Error::OutputTooSmall { needed });
                        assert!(room < needed);
                    }
                }
            }
        }
    }

    #[test]
    fn a_string_is_what_it_stands_for_and_not_how_it_stands() {
        for (raw, unescaped) in [
            ("kid", "kid"),
            (r"\u006bid", "kid"),
            (r"k\nd", "k\nd"),
            (r"\\", r"\"),
            ("", ""),
        ] {
            let string = JsonStr::plain(raw);
            assert!(string.is(unescaped), "{raw}");
            // Read with its backslash it is another string.
            assert_eq!(string.is(raw), raw == unescaped, "{raw}");
            assert!(!string.is(&format!("{unescaped}k")), "{raw}");
            assert!(!string.is(unescaped.get(1..).unwrap_or("k")), "{raw}");
        }
    }

    #[test]
    fn integers_are_written_in_full() {
        for value in [
            0,
            1,
            9,
            10,
            -1,
            1_745_651_978,
            4_294_967_295,
            4_294_967_296,
            655_359_999_999,
            281_474_976_710_656,
            999_999_999_999_999_999,
            i64::MAX,
            i64::MIN,
        ] {
            let mut buf = [0; 20];
            let mut writer = Writer::new(&mut buf);
            writer.integer(value).unwrap();
            let len = writer.len();
            assert_eq!(text(&buf[..len], Part::Payload).unwrap(), value.to_string());
            assert_eq!(len, integer_len(value));
        }
    }
}
