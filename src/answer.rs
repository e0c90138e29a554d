//! The answer to a login or to a refresh becomes a pair.

use crate::bearer::is_b64token;
use crate::error::{Error, Part, Step};
use crate::json::{self, JsonStr, JsonValue, Name};
use crate::pair::Pair;
use crate::rfc3339;

impl<'a> Pair<'a> {
    /// Reads the pair from the JSON answer to a login or to a refresh. The answer is an envelope with
    /// `code` 0; an absent `code` counts as 0. The token object is `data`, or the member `token` of
    /// `data`. The pair borrows its tokens from `answer`.
    ///
    /// ```
    /// use barejwt::Pair;
    ///
    /// let answer = br#"{"code":0,"data":{"user":{"id":"lUpa"},"token":{
    ///     "access_token":"a.b.c","refresh_token":"d.e.f",
    ///     "access_expires":"2025-04-26T16:19:38.833494+08:00",
    ///     "refresh_expires":"2025-10-23T15:19:38.833494+08:00"}},"msg":""}"#;
    /// let pair = Pair::from_answer(answer)?;
    /// assert_eq!((pair.access_token, pair.refresh_token), ("a.b.c", "d.e.f"));
    /// assert_eq!((pair.access_expires, pair.refresh_expires), (1745655578, 1761203978));
    /// # Ok::<(), barejwt::Error>(())
    /// ```
    ///
    /// # Errors
    /// - [`Error::LoginRefused`] with the envelope's `code`, if it is not 0.
    /// - [`Error::Json`] if the answer is not strict JSON.
    /// - [`Error::LoginAnswerInvalid`] if a member is missing or has the wrong type. Or a time is
    ///   not RFC 3339. Or a token has JSON escapes, or characters that a bearer token cannot have.
    pub fn from_answer(answer: &'a [u8]) -> Result<Self, Error> {
        Error::or_left(|why| read_answer(answer, why))
    }
}

fn read_answer<'a>(answer: &'a [u8], why: &mut Error) -> Step<Pair<'a>> {
    let text = json::text(answer, Part::Answer, why)?;
    let [code, data] = json::object(text, Part::Answer, ["code", "data"].map(Name::new), why)?;
    match code.map_or(Some(0), |code| code.as_i64()) {
        Some(0) => {}
        Some(code) => return why.leave(Error::LoginRefused { code }),
        None => return why.leave(Error::LoginAnswerInvalid),
    }
    let Some(JsonValue::Object(data)) = data else {
        return why.leave(Error::LoginAnswerInvalid);
    };
    match json::object(data, Part::Answer, ["token"].map(Name::new), why)? {
        [Some(JsonValue::Object(token))] => read_pair(token, why),
        _ => read_pair(data, why),
    }
}

// Never inlined: each of its two callers would get a copy.
#[inline(never)]
fn read_pair<'a>(object: &'a str, why: &mut Error) -> Step<Pair<'a>> {
    let names = [
        "access_token",
        "refresh_token",
        "access_expires",
        "refresh_expires",
    ];
    let [access, refresh, access_expires, refresh_expires] =
        json::object(object, Part::Answer, names.map(Name::new), why)?;
    let pair = || {
        Some(Pair {
            access_token: token(access?)?,
            refresh_token: token(refresh?)?,
            access_expires: time(access_expires?)?,
            refresh_expires: time(refresh_expires?)?,
        })
    };
    why.unless(pair(), Error::LoginAnswerInvalid)
}

fn string(value: JsonValue<'_>) -> Option<JsonStr<'_>> {
    match value {
        JsonValue::String(text) => Some(text),
        _ => None,
    }
}

/// The bearer token, if the value is a bearer token. It must have no escapes, because no character of a
/// bearer token needs an escape.
fn token(value: JsonValue<'_>) -> Option<&str> {
    string(value)?
        .as_plain()
        .filter(|token| is_b64token(token.as_bytes()))
}

fn time(value: JsonValue<'_>) -> Option<i64> {
    rfc3339::seconds(string(value)?.bytes())
}
