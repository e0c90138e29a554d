//! `inspect`: everything that a token says, even if the core would stop reading.

use anyhow::Result;
use barejwt::{Error, JsonProblem, Part, decode_unverified, scratch_len};
use base64ct::{Base64UrlUnpadded, Encoding};

use crate::claims_json::is_json;
use crate::cli::InspectArgs;
use crate::commands::print;
use crate::display::Said;
use crate::exit::{self, Refused};
use crate::{time, token_input};

pub(crate) fn inspect(args: &InspectArgs) -> Result<()> {
    let token = token_input::token(&args.token.token, u64::MAX.saturating_sub(1))?;
    let (header, claims, problem) = decode(&token).map_err(Refused::from)?;
    exit::warn("barejwt: NOT VERIFIED: anybody can have written this token");
    let said = Said {
        verified: false,
        header: &header,
        claims: &claims,
        problem: problem.map(|problem| problem.to_string()),
        now: time::now(),
    };
    print(&said.text())
}

/// Shows the header, the claims, and the faults that the core would refuse before it checks a signature.
fn decode(token: &[u8]) -> Result<(String, String, Option<Error>), Error> {
    let mut scratch = vec![0; scratch_len(token.len())];
    let problem = match decode_unverified(token, &mut scratch) {
        Ok(_) => None,
        Err(error) if is_a_bound(error) => Some(error),
        Err(error) => return Err(error),
    };
    let mut segments = token.splitn(3, |byte| *byte == b'.');
    let header = json(segments.next().unwrap_or_default(), Part::Header)?;
    let claims = json(segments.next().unwrap_or_default(), Part::Payload)?;
    Ok((header, claims, problem))
}

/// Whether the core refuses only because the token is too large or repeats a name. Such a token can be shown
/// without harm.
fn is_a_bound(error: Error) -> bool {
    match error {
        Error::TokenTooLong { .. } | Error::HeaderTooLong => true,
        Error::Json { problem, .. } => matches!(
            problem,
            JsonProblem::TooManyMembers
                | JsonProblem::TooDeep
                | JsonProblem::NamesAlike
                | JsonProblem::DuplicateName
        ),
        _ => false,
    }
}

fn json(segment: &[u8], part: Part) -> Result<String, Error> {
    let text = str::from_utf8(segment).ok();
    let bytes = text.and_then(|text| Base64UrlUnpadded::decode_vec(text).ok());
    let bytes = bytes.ok_or(Error::Base64 { part })?;
    let problem = |problem| Error::Json {
        part,
        problem,
        at: 0,
    };
    let text = String::from_utf8(bytes).map_err(|_| problem(JsonProblem::NotUtf8))?;
    if !is_json(&text) {
        return Err(problem(JsonProblem::Syntax));
    }
    Ok(text)
}
