//! One number for each thing that can go wrong.

/// What every fallible function returns: BAREJWT_OK, or the one check that failed. Numbers are
/// never reused, and 0 is the only success.
pub type barejwt_status = i32;

/// The call did what it says.
pub const BAREJWT_OK: barejwt_status = 0;

/// The secret is shorter than 32 bytes (RFC 7518 3.2), or empty with barejwt_key_init_weak.
pub const BAREJWT_E_KEY_TOO_SHORT: barejwt_status = 10;

/// A kid is empty, longer than BAREJWT_KID_MAX, or holds a quote, a backslash or a control
/// character.
pub const BAREJWT_E_KID_INVALID: barejwt_status = 11;

/// Two keys of a keyring have the same kid.
pub const BAREJWT_E_KID_DUPLICATE: barejwt_status = 12;

/// No key of the keyring has the token's kid.
pub const BAREJWT_E_KID_UNKNOWN: barejwt_status = 13;

/// The token has no kid, and no key of the keyring is for such tokens.
pub const BAREJWT_E_KID_MISSING: barejwt_status = 14;

/// The token's kid is not a string (RFC 7515 4.1.4).
pub const BAREJWT_E_KID_NOT_STRING: barejwt_status = 15;

/// The keyring has no signing key.
pub const BAREJWT_E_KID_NOT_IN_KEYRING: barejwt_status = 16;

/// Every byte of the secret is 0x00, or every byte is 0xFF: memory that nobody has written.
pub const BAREJWT_E_KEY_BLANK: barejwt_status = 17;

/// The output buffer is too small. The bytes it needs are in *out_len, or in needed of the pair or value.
pub const BAREJWT_E_OUTPUT_TOO_SMALL: barejwt_status = 20;

/// The scratch buffer is too small for this token. The bytes it needs to get past this point are
/// in the detail; BAREJWT_SCRATCH_MAX is always enough.
pub const BAREJWT_E_SCRATCH_TOO_SMALL: barejwt_status = 21;

/// The token is longer than max_token_len. Its length is in the detail, as needed.
pub const BAREJWT_E_TOKEN_TOO_LONG: barejwt_status = 30;

/// The token is not three segments with two dots between (RFC 7515 7.1).
pub const BAREJWT_E_SEGMENT_COUNT: barejwt_status = 31;

/// The header segment is longer than BAREJWT_HEADER_MAX.
pub const BAREJWT_E_HEADER_TOO_LONG: barejwt_status = 32;

/// A segment is not canonical, unpadded base64url (RFC 7515 2). Detail: part.
pub const BAREJWT_E_BASE64: barejwt_status = 33;

/// A part of the token is not the strict JSON object it must be (RFC 8259). Detail: part, problem, at.
pub const BAREJWT_E_JSON: barejwt_status = 34;

/// The header has no alg (RFC 7515 4.1.1).
pub const BAREJWT_E_ALG_MISSING: barejwt_status = 35;

/// The header's alg is anything but the string HS256.
pub const BAREJWT_E_ALG_NOT_HS256: barejwt_status = 36;

/// The header has crit; no extension is supported (RFC 7515 4.1.11).
pub const BAREJWT_E_CRIT_UNSUPPORTED: barejwt_status = 37;

/// The header's typ is absent or not the one asked for (RFC 8725 3.11).
pub const BAREJWT_E_TYP_WRONG: barejwt_status = 38;

/// The signature is not the HMAC of the token under the key.
pub const BAREJWT_E_SIGNATURE_INVALID: barejwt_status = 39;

/// The header's cty is JWT: another token is nested in this one (RFC 7519 7.2 step 8).
pub const BAREJWT_E_NESTED_TOKEN: barejwt_status = 40;

/// Required claims are absent. Detail: claims, all of them at once.
pub const BAREJWT_E_CLAIMS_MISSING: barejwt_status = 50;

/// A claim has the wrong JSON type. Detail: claims.
pub const BAREJWT_E_CLAIM_TYPE: barejwt_status = 51;

/// A NumericDate does not fit 64 bits of seconds (RFC 7519 2). Detail: claims.
pub const BAREJWT_E_NUMERIC_DATE_RANGE: barejwt_status = 52;

/// token_type is neither access nor refresh.
pub const BAREJWT_E_TOKEN_TYPE_UNKNOWN: barejwt_status = 53;

/// The token is of the other type: a refresh token is not an access token. Detail: token_type.
pub const BAREJWT_E_TOKEN_TYPE_WRONG: barejwt_status = 54;

/// sub is the empty string, which identifies nobody.
pub const BAREJWT_E_SUBJECT_EMPTY: barejwt_status = 55;

/// sub is not the subject asked for.
pub const BAREJWT_E_SUBJECT_WRONG: barejwt_status = 56;

/// The token has an aud, and the rules neither name an audience nor ignore aud (RFC 7519 4.1.3).
pub const BAREJWT_E_AUDIENCE_UNEXPECTED: barejwt_status = 57;

/// exp has passed (RFC 7519 4.1.4), leeway counted in. Detail: time, now.
pub const BAREJWT_E_EXPIRED: barejwt_status = 58;

/// nbf has not come yet (RFC 7519 4.1.5), leeway counted in. Detail: time, now.
pub const BAREJWT_E_NOT_YET_VALID: barejwt_status = 59;

/// now is zero or less: the clock is not set.
pub const BAREJWT_E_CLOCK_NOT_SET: barejwt_status = 60;

/// A lifetime of zero seconds was asked for.
pub const BAREJWT_E_LIFETIME_ZERO: barejwt_status = 61;

/// now plus the lifetime does not fit 64 bits.
pub const BAREJWT_E_TIME_OVERFLOW: barejwt_status = 62;

/// state_hash is not 32 bytes in padded standard base64 (RFC 4648 4).
pub const BAREJWT_E_STATE_HASH_MALFORMED: barejwt_status = 63;

/// The account has changed since the refresh token was issued: the user must log in.
pub const BAREJWT_E_STATE_HASH_MISMATCH: barejwt_status = 64;

/// iss is not the issuer asked for (RFC 7519 4.1.1).
pub const BAREJWT_E_ISSUER_WRONG: barejwt_status = 65;

/// The audience asked for is not in aud (RFC 7519 4.1.3).
pub const BAREJWT_E_AUDIENCE_WRONG: barejwt_status = 66;

/// iat is in the future (RFC 7519 4.1.6), leeway counted in. Detail: time, now.
pub const BAREJWT_E_ISSUED_IN_FUTURE: barejwt_status = 67;

/// iat is longer ago than max_age, leeway counted in. Detail: time, now.
pub const BAREJWT_E_TOO_OLD: barejwt_status = 68;

/// The members to sign have one whose name the library writes itself.
pub const BAREJWT_E_MEMBER_RESERVED: barejwt_status = 69;

/// The claims set has no member of this name.
pub const BAREJWT_E_CLAIM_ABSENT: barejwt_status = 70;

/// The members or the claims set to be signed are not one strict JSON object (RFC 8259), or have too
/// many members.
pub const BAREJWT_E_JSON_TO_SIGN: barejwt_status = 71;

/// There is no Authorization header, and one is required.
pub const BAREJWT_E_AUTHORIZATION_MISSING: barejwt_status = 80;

/// The Authorization header has another scheme than Bearer.
pub const BAREJWT_E_AUTHORIZATION_SCHEME: barejwt_status = 81;

/// The Authorization header is not Bearer and one token (RFC 6750 2.1).
pub const BAREJWT_E_AUTHORIZATION_MALFORMED: barejwt_status = 82;

/// The realm for WWW-Authenticate is not printable ASCII without quotes and backslashes.
pub const BAREJWT_E_REALM_INVALID: barejwt_status = 83;

/// The status is no refusal of a token but success or a fault of the server's own: there is no
/// WWW-Authenticate to send.
pub const BAREJWT_E_NO_CHALLENGE: barejwt_status = 85;

/// The answer to a login is not of the expected form.
pub const BAREJWT_E_LOGIN_ANSWER_INVALID: barejwt_status = 90;

/// The server refused the login or the refresh; its code is in *code.
pub const BAREJWT_E_LOGIN_REFUSED: barejwt_status = 91;

/// The answer to a login is not JSON, or not strict JSON.
pub const BAREJWT_E_LOGIN_ANSWER_JSON: barejwt_status = 92;

/// A pointer is NULL that must not be; a string or buffer may be NULL with length 0 alone.
pub const BAREJWT_E_NULL: barejwt_status = 100;

/// A length is longer than any object can be, such as a negative number cast to size_t.
pub const BAREJWT_E_LENGTH: barejwt_status = 101;

/// A pointer to a struct is not aligned for it.
pub const BAREJWT_E_MISALIGNED: barejwt_status = 102;

/// A buffer or result overlaps another buffer, result or input of the call, or what an input points
/// to.
pub const BAREJWT_E_OVERLAP: barejwt_status = 103;

/// A sub to sign, kid, claim name, realm, json, members or token to keep is not UTF-8.
pub const BAREJWT_E_NOT_UTF8: barejwt_status = 104;

/// A key, keyring, claims, refresh or session struct was never filled in, or was wiped, or the call
/// that should have filled it failed; or a keyring stands where a single key must.
pub const BAREJWT_E_NOT_READY: barejwt_status = 105;

/// This library does not know that struct_size: begin with the initialiser macro. Or the library is
/// older than your header.
pub const BAREJWT_E_STRUCT_SIZE: barejwt_status = 106;

/// A field or argument has an unknown number.
pub const BAREJWT_E_OPTION: barejwt_status = 107;

/// The keyring has no slot left.
pub const BAREJWT_E_KEYRING_FULL: barejwt_status = 108;

/// The scratch buffer that these claims or this refresh token point into was used for something
/// else.
pub const BAREJWT_E_SCRATCH_CHANGED: barejwt_status = 109;

/// The keyring has no slots, or no key was added to it yet.
pub const BAREJWT_E_KEYRING_EMPTY: barejwt_status = 110;
