//! What must come of a JOSE header, judged by `serde_json` (RFC 7515 4).

use barejwt::{Error, MAX_HEADER_SEGMENT_LEN, Part};
use serde_json::Value;

use crate::document::{Document, Judgement, judge};
use crate::encode;

pub enum Expected {
    /// Refused as JSON, whatever the fault.
    NoJson,
    /// Refused with this error.
    Refused(Error),
    Accepted(Document),
}

/// `None` where `serde_json` cannot judge.
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
        Some(Value::String(alg)) if alg == "HS256" => match document.get("crit") {
            Some(_) => Expected::Refused(Error::CritUnsupported),
            None => Expected::Accepted(document),
        },
        Some(_) => Expected::Refused(Error::AlgNotHs256),
    })
}

impl Expected {
    /// Checks that a refusal, or the lack of one, is the one expected of the header.
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
