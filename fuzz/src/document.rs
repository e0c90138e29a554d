//! Reads a JSON document with `serde_json`, and says which documents the crate refuses on purpose.

use std::fmt;

use barejwt::{JsonProblem, JsonValue, MAX_JSON_DEPTH, MAX_MEMBERS};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

/// The members of an object in order, with repeated members.
pub struct Document(pub Vec<(String, Value)>);

/// What `serde_json` reads from some bytes.
pub enum Judgement {
    NoJson,
    NotObject,
    Object(Document),
}

/// `None` for documents that have the name which `serde_json` uses internally for numbers.
pub fn judge(bytes: &[u8]) -> Option<Judgement> {
    const INTERNAL: &[u8] = b"$serde_json";
    if bytes.windows(INTERNAL.len()).any(|part| part == INTERNAL)
        || bytes.contains(&b'\\') && {
            let plain = serde_json::from_slice::<Value>(bytes).map(|value| value.to_string());
            plain.is_ok_and(|plain| plain.contains("$serde_json"))
        }
    {
        return None;
    }
    Some(match serde_json::from_slice::<Document>(bytes) {
        Ok(document) => Judgement::Object(document),
        Err(_) if serde_json::from_slice::<Value>(bytes).is_ok_and(|value| !value.is_object()) => {
            Judgement::NotObject
        }
        Err(_) => Judgement::NoJson,
    })
}

impl Document {
    pub fn get(&self, wanted: &str) -> Option<&Value> {
        let (_, value) = self.0.iter().find(|(name, _)| name == wanted)?;
        Some(value)
    }

    /// Whether the crate may refuse this document for `problem`, though it is JSON.
    pub fn deserves(&self, problem: JsonProblem) -> bool {
        match problem {
            JsonProblem::DuplicateName => self.repeats_a_name(),
            JsonProblem::TooManyMembers => self.0.len() > MAX_MEMBERS,
            JsonProblem::TooDeep => self
                .0
                .iter()
                .any(|(_, value)| depth(value) > MAX_JSON_DEPTH),
            // Five of 64 names do not have the same hash by chance.
            JsonProblem::NamesAlike => self.0.len() > 5,
            _ => false,
        }
    }

    /// Whether the crate must refuse this document.
    pub fn is_refused(&self) -> bool {
        use JsonProblem::{DuplicateName, TooDeep, TooManyMembers};
        [DuplicateName, TooDeep, TooManyMembers]
            .into_iter()
            .any(|problem| self.deserves(problem))
    }

    fn repeats_a_name(&self) -> bool {
        let mut names: Vec<&str> = self.0.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names.windows(2).any(|pair| pair[0] == pair[1])
    }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// Whether the crate's value equals the value of `serde_json`.
pub fn same(ours: JsonValue<'_>, theirs: &Value) -> bool {
    match (ours, theirs) {
        (JsonValue::String(ours), Value::String(theirs)) => {
            let mut buffer = vec![0; theirs.len()];
            ours.is(theirs)
                && ours.chars().eq(theirs.chars())
                && ours.unescape(&mut buffer) == Ok(theirs)
        }
        (JsonValue::Number(ours), Value::Number(theirs)) => {
            JsonValue::Number(ours).as_i64() == theirs.as_i64()
                && same_number(ours, theirs.as_str())
        }
        (JsonValue::Object(ours) | JsonValue::Array(ours), Value::Object(_) | Value::Array(_)) => {
            serde_json::from_str::<Value>(ours).is_ok_and(|ours| ours == *theirs)
        }
        (JsonValue::Bool(ours), Value::Bool(theirs)) => ours == *theirs,
        (JsonValue::Null, Value::Null) => true,
        _ => false,
    }
}

/// `serde_json` may write an exponent in another way.
fn same_number(ours: &str, theirs: &str) -> bool {
    let plain = |text: &str| text.to_ascii_lowercase().replace("e+", "e");
    plain(ours) == plain(theirs)
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Document;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Document, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Document(members))
            }
        }
        deserializer.deserialize_map(Members)
    }
}
