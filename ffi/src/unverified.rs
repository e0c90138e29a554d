//! Reading a token without a key.

use core::ffi::{c_char, c_void};

use crate::detail::{BAREJWT_TYPE_ABSENT, barejwt_detail};
use crate::pointers::Promise;
use crate::refused;
use crate::status::barejwt_status;
use crate::text::barejwt_str;

/// What a token says, with nothing verified. Show it to people, or read from it when a client's own token
/// expires. No function that needs verified claims takes it.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct barejwt_unverified {
    /// The JOSE header: one strict JSON object. Its alg may have any value.
    pub header_json: barejwt_str,
    /// The claims set: one strict JSON object.
    pub payload_json: barejwt_str,
    /// BAREJWT_OK if the four fields below are set. Otherwise the reason why the payload cannot be read as
    /// claims of the site: for example, a known claim has the wrong type.
    pub claims_status: barejwt_status,
    /// A BAREJWT_TYPE_ number.
    pub said_token_type: u32,
    /// The subject, unescaped; NULL if absent.
    pub said_sub: barejwt_str,
    /// Seconds since 1970; 0 if absent.
    pub said_exp: i64,
    /// Seconds since 1970; 0 if absent.
    pub said_nbf: i64,
    /// The data of the refusal of the call or of the claims.
    pub detail: barejwt_detail,
}

impl barejwt_unverified {
    /// Fills in what `token` says. Its texts stand in `scratch`. All is 0 before.
    fn set(&mut self, token: core_jwt::UnverifiedToken<'_>, scratch: *const c_void) {
        self.header_json = barejwt_str::within(scratch, token.header_json());
        self.payload_json = barejwt_str::within(scratch, token.payload_json());
        match token.claims() {
            Ok(claims) => {
                self.said_token_type = claims
                    .token_type()
                    .map_or(BAREJWT_TYPE_ABSENT, |token_type| token_type as u32);
                if !claims.sub().is_empty() {
                    self.said_sub = barejwt_str::within(scratch, claims.sub());
                }
                self.said_exp = claims.exp().unwrap_or(0);
                self.said_nbf = claims.nbf().unwrap_or(0);
            }
            Err(error) => {
                self.claims_status = refused::status_of(&error);
                self.detail.note(error);
            }
        }
    }
}

/// Decodes a token without verifying anything: it checks no signature, no algorithm, no times and no token
/// type. Pass a scratch buffer that no verified claims point into.
///
/// BAREJWT_E_TOKEN_TOO_LONG for more than BAREJWT_TOKEN_LEN_DEFAULT bytes, BAREJWT_E_SEGMENT_COUNT,
/// BAREJWT_E_HEADER_TOO_LONG, BAREJWT_E_BASE64, BAREJWT_E_JSON, BAREJWT_E_SCRATCH_TOO_SMALL; misuse.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn barejwt_decode_unverified(
    token: *const c_char,
    token_len: usize,
    scratch: *mut c_void,
    scratch_size: usize,
    said: *mut barejwt_unverified,
) -> barejwt_status {
    // SAFETY: the pointers are C's, under the header's rules.
    unsafe { Promise::of_the_header() }.call(|call| {
        let (call, said) = call.output(said);
        let (call, room) = call.scratch(scratch, scratch_size);
        let call = call.reads()?;
        let (said, room) = (said.open(call), room.open(call));
        let token = call.bytes(token, token_len)?;
        match core_jwt::decode_unverified(token, &mut *room) {
            Ok(token) => said.set(token, scratch),
            Err(error) => return said.detail.refuse(call, error, room),
        }
        Ok(())
    })
}
