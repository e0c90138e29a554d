//! Claims sets as JSON text: made from options, and read.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use serde_json::value::RawValue;

use crate::shown;

/// A member with the JSON text of its value.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) value: String,
}

impl Member {
    pub(crate) fn text(name: &str, value: &str) -> Self {
        Self::raw(name, json_string(value))
    }

    pub(crate) fn number(name: &str, value: i64) -> Self {
        Self::raw(name, value.to_string())
    }

    fn raw(name: &str, value: String) -> Self {
        let name = name.to_owned();
        Self { name, value }
    }
}

/// Reads `name=value`. The value is JSON if it is valid JSON, otherwise a string.
pub(crate) fn member(text: &str) -> Result<Member, String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok(match serde_json::from_str(value) {
            Ok(json) => Member::raw(name, RawValue::get(json).to_owned()),
            Err(_) => Member::text(name, value),
        }),
        _ => Err("a claim is name=value, such as role=admin or level=3".to_owned()),
    }
}

/// One string, or an array of several strings.
pub(crate) fn one_or_several(name: &str, values: &[String]) -> Option<Member> {
    match values {
        [] => None,
        [value] => Some(Member::text(name, value)),
        _ => {
            let values: Vec<_> = values.iter().map(|value| json_string(value)).collect();
            Some(Member::raw(name, format!("[{}]", values.join(","))))
        }
    }
}

/// The object that has these members.
pub(crate) fn object(members: &[Member]) -> Result<String> {
    extended("{}", members)
}

/// The object with these members behind its own. No name may be repeated.
pub(crate) fn extended(object: &str, members: &[Member]) -> Result<String> {
    let mut names: Vec<_> = self::members(object).into_keys().collect();
    let inner = object.trim_ascii();
    let inner = inner.strip_prefix('{').unwrap_or(inner);
    let mut text = inner
        .strip_suffix('}')
        .unwrap_or(inner)
        .trim_ascii()
        .to_owned();
    for Member { name, value } in members {
        if names.contains(name) {
            bail!("the claim '{}' is given twice", shown::claim(name));
        }
        names.push(name.clone());
        let comma = if text.is_empty() { "" } else { "," };
        text.push_str(&format!("{comma}{}:{value}", json_string(name)));
    }
    Ok(format!("{{{text}}}"))
}

/// The members of an object, by name. A text that is not an object has no members.
pub(crate) fn members(object: &str) -> BTreeMap<String, &RawValue> {
    serde_json::from_str(object).unwrap_or_default()
}

/// Whether the text is JSON, of any length, depth and number of members.
pub(crate) fn is_json(text: &str) -> bool {
    serde_json::from_str::<&RawValue>(text).is_ok()
}

/// The number, if a member is a number of any form.
pub(crate) fn number(value: &RawValue) -> Option<f64> {
    let text = value.get();
    let is_number = text.starts_with(|c: char| c == '-' || c.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

fn json_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
