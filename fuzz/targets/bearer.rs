//! The `Authorization` header against regular expressions of RFC 6750 2.1 and RFC 9110.
#![no_main]

use std::sync::LazyLock;

use barejwt::{Error, bearer_token};
use libfuzzer_sys::fuzz_target;
use regex_lite::Regex;

static BEARER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[Bb][Ee][Aa][Rr][Ee][Rr] +([A-Za-z0-9\-._~+/]+=*)$").unwrap());
static OTHER_SCHEME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^([A-Za-z0-9!#$%&'*+\-.^_`|~]+)(?: (?s:.*))?$").unwrap());

fuzz_target!(|value: &[u8]| {
    // Each byte becomes a character, so any bytes are text.
    let text: String = value.iter().copied().map(char::from).collect();
    let expected = match BEARER.captures(&text) {
        // In some engines `$` also matches before a final line feed, which must be refused.
        Some(found) if !text.ends_with('\n') => Ok(found.get(1).unwrap().as_str()),
        _ => match OTHER_SCHEME.captures(&text) {
            Some(scheme) if !scheme[1].eq_ignore_ascii_case("bearer") => {
                Err(Error::AuthorizationScheme)
            }
            _ => Err(Error::AuthorizationMalformed),
        },
    };
    assert_eq!(bearer_token(Some(value)), expected);
});
