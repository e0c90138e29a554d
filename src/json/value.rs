//! The value of a member, by its JSON type.

use core::{fmt, str};

use super::text::JsonStr;
use crate::numeric_date::{self, Round};

/// The value of a member. A number, an object or an array is given as its JSON text, which is checked.
#[derive(Clone, Copy)]
pub enum JsonValue<'j> {
    /// A string.
    String(JsonStr<'j>),
    /// A number, as written.
    Number(&'j str),
    /// An object, with its braces. The names inside may be repeated.
    Object(&'j str),
    /// An array, with its brackets.
    Array(&'j str),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
}

impl<'j> JsonValue<'j> {
    /// The value whose text is `text`, which is checked; `None` for the empty text.
    pub(crate) fn of(text: &'j [u8]) -> Option<Self> {
        if let Some(string) = JsonStr::of(text) {
            return Some(Self::String(string));
        }
        let text = str::from_utf8(text).ok()?;
        Some(match text.as_bytes() {
            [] => return None,
            [b'{', ..] => Self::Object(text),
            [b'[', ..] => Self::Array(text),
            [b't', ..] => Self::Bool(true),
            [b'f', ..] => Self::Bool(false),
            [b'n', ..] => Self::Null,
            _ => Self::Number(text),
        })
    }

    /// The number, if it is written without fraction and exponent and fits `i64`.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Number(number) if numeric_date::is_whole(number) => {
                numeric_date::seconds(number.as_bytes(), Round::Down)
            }
            _ => None,
        }
    }
}

/// Shows the type alone.
impl fmt::Debug for JsonValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::String(_) => "String(..)",
            Self::Number(_) => "Number(..)",
            Self::Object(_) => "Object(..)",
            Self::Array(_) => "Array(..)",
            Self::Bool(_) => "Bool(..)",
            Self::Null => "Null",
        })
    }
}
