//! Judges a JOSE header by `serde_json` (RFC 7515 4).

use barejwt::{Error, MAX_HEADER_SEGMENT_LEN, Part};
use serde_json::Value;

use crate::document::{Document, Judgement, judge};
use crate::encode;

pub enum Expected {
    /// Any error about JSON.
    NoJson,
    /// This error.
    Refused(Error),
    Accepted(Document),
}

/// `None` if `serde_json` cannot tell.
pub fn expected(header: &[u8]) -> Option<Expected> {
    if encode(header).len() > MAX_HEADER_SEGMENT_LEN {
        return Some(Expected::Refused(Error::HeaderTooLong));
    }
    let document = match judge(header)? {
        Judgement::Object(document) if !document.is_refused() => document,
        _ => return Some(Expected::NoJson),
    };
    Some(match document.get("alg") {
        None => Expected::Refused(Error::AlgMissing),
        Some(Value::String(alg)) if alg == "HS256" => {
            if document.get("crit").is_some() {
                Expected::Refused(Error::CritUnsupported)
            } else if is_nested(&document) {
                Expected::Refused(Error::NestedToken)
            } else {
                Expected::Accepted(document)
            }
        }
        Some(_) => Expected::Refused(Error::AlgNotHs256),
    })
}

/// RFC 7519 5.2 and 7.2 step 8: the payload is another token.
fn is_nested(document: &Document) -> bool {
    let cty = document.get("cty").and_then(Value::as_str);
    cty.is_some_and(|cty| ["jwt", "application/jwt"].contains(&cty.to_ascii_lowercase().as_str()))
}

impl Expected {
    /// Checks that the outcome of verifying is the expected outcome.
    pub fn check(&self, outcome: Result<(), Error>) {
        match self {
            Self::NoJson => assert!(
                matches!(
                    outcome,
                    Err(Error::Json {
                        part: Part::Header,
                        ..
                    })
                ),
                "{outcome:?}"
            ),
            Self::Refused(error) => assert_eq!(outcome, Err(*error)),
            Self::Accepted(_) => assert_eq!(outcome, Ok(())),
        }
    }
}
