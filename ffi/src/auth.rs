//! The `Authorization` header, the three kinds of API method, and the answer to a refused request.

use core::ffi::{c_char, c_void};
use core::mem::MaybeUninit;

use core_jwt::{Auth, Identity};

use crate::chosen;
use crate::claims::barejwt_claims;
use crate::keys::barejwt_key;
use crate::out::Out;
use crate::pointers::Promise;
use crate::refused;
use crate::status::{BAREJWT_E_NO_CHALLENGE, BAREJWT_E_OPTION, BAREJWT_OK, barejwt_status};
use crate::text::barejwt_str;
use crate::validation::{self, barejwt_validation};

/// auth: a call without a valid access token is refused.
pub const BAREJWT_AUTH_REQUIRED: u32 = 0;
/// auth: the header may be absent: then the call is anonymous. A header that is present but bad is an
/// error, never a silent anonymous call.
pub const BAREJWT_AUTH_OPTIONAL: u32 = 1;
/// auth: the header is not looked at, and the call is anonymous.
pub const BAREJWT_AUTH_NONE: u32 = 2;

/// kind: the call was refused.
pub const BAREJWT_IDENTITY_REFUSED: u32 = 0;
/// kind: the user that the claims name.
pub const BAREJWT_IDENTITY_USER: u32 = 1;
/// kind: no user is named.
pub const BAREJWT_IDENTITY_ANONYMOUS: u32 = 2;

/// Who is calling.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct barejwt_identity {
    /// The user's claims, if kind is BAREJWT_IDENTITY_USER. Otherwise all is 0 except the detail.
    pub claims: barejwt_claims,
    /// A BAREJWT_IDENTITY_ number.
    pub kind: u32,
}

/// Finds out who is calling, from the value of an Authorization header. NULL with length 0 means no header;
/// an empty string means a malformed header. Do not turn one into the other. The other arguments are as in
/// barejwt_verify. They are checked even with BAREJWT_AUTH_NONE.
///
/// Only an access token with a sub identifies a caller, whatever type want allows. With BAREJWT_TYPE_JWT, or
/// if token_type is ignored, any token with a sub identifies a caller, unless its token_type is refresh. If
/// you then also ignore sub, take the caller from another claim.
///
/// BAREJWT_E_AUTHORIZATION_MISSING, BAREJWT_E_AUTHORIZATION_SCHEME, BAREJWT_E_AUTHORIZATION_MALFORMED,
/// BAREJWT_E_OPTION if auth is none of the three numbers, and the statuses of barejwt_verify.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_authenticate(
    key: *const barejwt_key,
    auth: u32,
    header: *const c_char,
    header_len: usize,
    want: *const barejwt_validation,
    now: i64,
    scratch: *mut c_void,
    scratch_size: usize,
    identity: *mut barejwt_identity,
) -> barejwt_status {
    // SAFETY: the pointers are C's, under the header's rules.
    unsafe { Promise::of_the_header() }.call(|call| {
        let (call, identity) = call.output(identity);
        let (call, room) = call.scratch(scratch, scratch_size);
        let call = call.reads()?;
        let (identity, room) = (identity.open(call), room.open(call));
        let header = call.optional_bytes(header, header_len)?;
        let keys = chosen::for_verifying(call, key)?;
        let mut rules = MaybeUninit::uninit();
        let rules = validation::take(call, want, &mut rules)?;
        let auth = match auth {
            BAREJWT_AUTH_REQUIRED => Auth::Required,
            BAREJWT_AUTH_OPTIONAL => Auth::Optional,
            BAREJWT_AUTH_NONE => Auth::None,
            _ => return call.refuse(BAREJWT_E_OPTION),
        };
        match core_jwt::authenticate(auth, header, keys, rules, now, &mut *room) {
            Ok(Identity::Anonymous) => identity.kind = BAREJWT_IDENTITY_ANONYMOUS,
            Ok(Identity::User(claims)) => {
                identity.claims.set(claims, scratch);
                identity.kind = BAREJWT_IDENTITY_USER;
            }
            Err(error) => {
                let detail = &mut identity.claims.detail;
                return detail.refuse(call, error, room);
            }
        }
        Ok(())
    })
}

/// Finds the token in the value of an Authorization header. The token points into header.
///
/// BAREJWT_E_AUTHORIZATION_MISSING for NULL with length 0, BAREJWT_E_AUTHORIZATION_SCHEME if the scheme is
/// not Bearer, BAREJWT_E_AUTHORIZATION_MALFORMED; misuse.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_bearer_token(
    header: *const c_char,
    header_len: usize,
    token: *mut barejwt_str,
) -> barejwt_status {
    // SAFETY: the pointers are C's, under the header's rules.
    unsafe { Promise::of_the_header() }.call(|call| {
        let (call, token) = call.output(token);
        let call = call.reads()?;
        let value = call.optional_bytes(header, header_len)?;
        let found = call.core(core_jwt::bearer_token(value))?;
        *token.open(call) = barejwt_str::within(header, found);
        Ok(())
    })
}

/// The HTTP status of the answer to a request that ended in status (RFC 6750 3.1). It is 200 for
/// BAREJWT_OK, 400 for a malformed header, 401 for a refused or missing token, and 500 for a fault of
/// the server.
#[unsafe(no_mangle)]
pub extern "C" fn barejwt_http_status(status: barejwt_status) -> u32 {
    if status == BAREJWT_OK {
        return 200;
    }
    refused::sample_of(status)
        .and_then(|error| error.challenge())
        .map_or(500, |challenge| challenge.http_status().into())
}

/// Writes the value of the WWW-Authenticate header for a request that ended in status, and a NUL. The
/// value has the realm, and the error with its description if RFC 6750 3.1 wants an error. out, out_size
/// and out_len are as in barejwt_sign_access.
///
/// BAREJWT_E_NO_CHALLENGE if barejwt_http_status gives 200 or 500, BAREJWT_E_REALM_INVALID unless realm is
/// printable ASCII without quotes and backslashes, BAREJWT_E_OUTPUT_TOO_SMALL; misuse.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_www_authenticate(
    status: barejwt_status,
    realm: *const c_char,
    realm_len: usize,
    out: *mut c_char,
    out_size: usize,
    out_len: *mut usize,
) -> barejwt_status {
    // SAFETY: the pointers are C's, under the header's rules.
    unsafe { Promise::of_the_header() }.call(|call| {
        let (call, out) = Out::take(call, out, out_size, out_len)?;
        let realm = call.text(realm, realm_len)?;
        let challenge = refused::sample_of(status).and_then(|error| error.challenge());
        let challenge = call.unless(challenge, BAREJWT_E_NO_CHALLENGE)?;
        out.fill(call, |room| challenge.write(realm, room))
    })
}
