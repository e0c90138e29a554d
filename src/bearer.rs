//! The `Authorization` header's value becomes a token (RFC 6750 2.1, RFC 9110 11.6.2).

use crate::error::Error;

/// The token in the value of an `Authorization` header; `None` stands for an absent header.
///
/// The scheme is matched without regard to case. One or more spaces follow it, then one token of
/// RFC 6750 `b64token` characters, and nothing else. White space around the value is not part of the
/// value (RFC 9110 5.5): an HTTP library removes it before the call.
///
/// ```
/// use barejwt::{Error, bearer_token};
///
/// assert_eq!(bearer_token(Some(b"bearer abc.def.ghi")), Ok("abc.def.ghi"));
/// assert_eq!(bearer_token(Some(b"Basic bFVwYQ==")), Err(Error::AuthorizationScheme));
/// assert_eq!(bearer_token(None), Err(Error::AuthorizationMissing));
/// ```
///
/// # Errors
/// - [`Error::AuthorizationMissing`]: there is no header.
/// - [`Error::AuthorizationScheme`]: the scheme is not `Bearer` but, for example, `Basic`.
/// - [`Error::AuthorizationMalformed`]: there is no scheme, no token or more than one token, or a
///   character is not allowed.
pub fn bearer_token(authorization: Option<&[u8]>) -> Result<&str, Error> {
    let token = after_scheme(authorization)?;
    core::str::from_utf8(token)
        .ok()
        .filter(|_| is_b64token(token))
        .ok_or(Error::AuthorizationMalformed)
}

/// What follows the scheme and the spaces in the value, unchecked.
pub(crate) fn after_scheme(authorization: Option<&[u8]>) -> Result<&[u8], Error> {
    let value = authorization.ok_or(Error::AuthorizationMissing)?;
    let scheme_len = value.iter().position(|byte| *byte == b' ');
    let (scheme, rest) = value
        .split_at_checked(scheme_len.unwrap_or(value.len()))
        .ok_or(Error::AuthorizationMalformed)?;
    if !scheme.eq_ignore_ascii_case(b"bearer") {
        let is_scheme = !scheme.is_empty() && scheme.iter().all(is_token_char);
        return Err(if is_scheme {
            Error::AuthorizationScheme
        } else {
            Error::AuthorizationMalformed
        });
    }
    let spaces = rest.iter().take_while(|byte| **byte == b' ').count();
    Ok(rest.get(spaces..).unwrap_or(&[]))
}

/// `tchar` of RFC 9110 5.6.2.
fn is_token_char(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+')
        || matches!(byte, b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~')
}

/// `b64token` of RFC 6750 2.1: one or more characters, then any number of `=`.
pub(crate) fn is_b64token(token: &[u8]) -> bool {
    let mut chars = token;
    while let [rest @ .., b'='] = chars {
        chars = rest;
    }
    let is_char = |byte: &u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/')
    };
    !chars.is_empty() && chars.iter().all(is_char)
}
