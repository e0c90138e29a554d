//! One number for each fault.

/// The result of every function that can fail: BAREJWT_OK, or the number of the check that failed.
/// Numbers are never reused, and 0 is the only success.
pub type barejwt_status = i32;

/// The call succeeded.
pub const BAREJWT_OK: barejwt_status = 0;

/// The secret is shorter than BAREJWT_KEY_MIN bytes (RFC 7518 3.2). With barejwt_key_init_weak: the secret is
/// empty.
pub const BAREJWT_E_KEY_TOO_SHORT: barejwt_status = 10;

/// A kid is empty or longer than BAREJWT_KID_MAX, or has a quote, a backslash or a control character.
pub const BAREJWT_E_KID_INVALID: barejwt_status = 11;

/// Two keys of a keyring have the same kid.
pub const BAREJWT_E_KID_DUPLICATE: barejwt_status = 12;

/// No key of the keyring has the token's kid.
pub const BAREJWT_E_KID_UNKNOWN: barejwt_status = 13;

/// The token has no kid, and no key of the keyring verifies such tokens.
pub const BAREJWT_E_KID_MISSING: barejwt_status = 14;

/// The token's kid is not a string (RFC 7515 4.1.4).
pub const BAREJWT_E_KID_NOT_STRING: barejwt_status = 15;

/// The keyring has no key that signs.
pub const BAREJWT_E_KID_NOT_IN_KEYRING: barejwt_status = 16;

/// Every byte of the secret is 0x00, or every byte is 0xFF: nobody has written to that memory.
pub const BAREJWT_E_KEY_BLANK: barejwt_status = 17;

/// The output buffer is too small. The bytes that it needs are in *out_len, or in needed of the pair or
/// value.
pub const BAREJWT_E_OUTPUT_TOO_SMALL: barejwt_status = 20;

/// The scratch buffer is too small for this token. Detail: needed, the number of bytes that this
/// step needs. BAREJWT_SCRATCH_MAX is always enough.
pub const BAREJWT_E_SCRATCH_TOO_SMALL: barejwt_status = 21;

/// The token is longer than max_token_len, or in barejwt_decode_unverified longer than
/// BAREJWT_TOKEN_LEN_DEFAULT. Detail: needed, the token's length.
pub const BAREJWT_E_TOKEN_TOO_LONG: barejwt_status = 30;

/// The token is not three segments with two dots between them (RFC 7515 7.1).
pub const BAREJWT_E_SEGMENT_COUNT: barejwt_status = 31;

/// The header segment is longer than BAREJWT_HEADER_MAX.
pub const BAREJWT_E_HEADER_TOO_LONG: barejwt_status = 32;

/// A segment is not canonical, unpadded base64url (RFC 7515 2). Detail: part.
pub const BAREJWT_E_BASE64: barejwt_status = 33;

/// A part of the token is not a strict JSON object (RFC 8259). Detail: part, problem, at.
pub const BAREJWT_E_JSON: barejwt_status = 34;

/// The header has no alg (RFC 7515 4.1.1).
pub const BAREJWT_E_ALG_MISSING: barejwt_status = 35;

/// The header's alg is anything but the string HS256.
pub const BAREJWT_E_ALG_NOT_HS256: barejwt_status = 36;

/// The header has crit; no extension is supported (RFC 7515 4.1.11).
pub const BAREJWT_E_CRIT_UNSUPPORTED: barejwt_status = 37;

/// The header's typ is absent or not the typ that the rules require (RFC 8725 3.11).
pub const BAREJWT_E_TYP_WRONG: barejwt_status = 38;

/// The signature is not the HMAC of the token under the key.
pub const BAREJWT_E_SIGNATURE_INVALID: barejwt_status = 39;

/// The header's cty is JWT or application/jwt, in any case: another token is nested in this token
/// (RFC 7519 7.2 step 8).
pub const BAREJWT_E_NESTED_TOKEN: barejwt_status = 40;

/// Required claims are absent. Detail: claims has every missing claim.
pub const BAREJWT_E_CLAIMS_MISSING: barejwt_status = 50;

/// A claim has the wrong JSON type. Detail: claims.
pub const BAREJWT_E_CLAIM_TYPE: barejwt_status = 51;

/// A NumericDate does not fit 64 bits of seconds (RFC 7519 2). Detail: claims.
pub const BAREJWT_E_NUMERIC_DATE_RANGE: barejwt_status = 52;

/// token_type is neither access nor refresh.
pub const BAREJWT_E_TOKEN_TYPE_UNKNOWN: barejwt_status = 53;

/// The token is of the other type: a refresh token is not an access token. Detail: token_type.
pub const BAREJWT_E_TOKEN_TYPE_WRONG: barejwt_status = 54;

/// sub is the empty string, which names nobody.
pub const BAREJWT_E_SUBJECT_EMPTY: barejwt_status = 55;

/// sub is not the subject that the rules require.
pub const BAREJWT_E_SUBJECT_WRONG: barejwt_status = 56;

/// The token has an aud, but the rules neither name an audience nor ignore aud (RFC 7519 4.1.3).
pub const BAREJWT_E_AUDIENCE_UNEXPECTED: barejwt_status = 57;

/// exp has passed (RFC 7519 4.1.4), leeway counted in. Detail: time, now.
pub const BAREJWT_E_EXPIRED: barejwt_status = 58;

/// nbf has not come yet (RFC 7519 4.1.5), leeway counted in. Detail: time, now.
pub const BAREJWT_E_NOT_YET_VALID: barejwt_status = 59;

/// now is zero or less: the clock is not set.
pub const BAREJWT_E_CLOCK_NOT_SET: barejwt_status = 60;

/// The lifetime is zero seconds.
pub const BAREJWT_E_LIFETIME_ZERO: barejwt_status = 61;

/// now plus the lifetime does not fit 64 bits.
pub const BAREJWT_E_TIME_OVERFLOW: barejwt_status = 62;

/// state_hash is not BAREJWT_STATE_HASH_BYTES bytes in padded standard base64 (RFC 4648 4).
pub const BAREJWT_E_STATE_HASH_MALFORMED: barejwt_status = 63;

/// The account has changed since the refresh token was issued: the user must log in.
pub const BAREJWT_E_STATE_HASH_MISMATCH: barejwt_status = 64;

/// iss is not the issuer that the rules require (RFC 7519 4.1.1).
pub const BAREJWT_E_ISSUER_WRONG: barejwt_status = 65;

/// The audience that the rules require is not in aud (RFC 7519 4.1.3).
pub const BAREJWT_E_AUDIENCE_WRONG: barejwt_status = 66;

/// iat is in the future (RFC 7519 4.1.6), leeway counted in. Detail: time, now.
pub const BAREJWT_E_ISSUED_IN_FUTURE: barejwt_status = 67;

/// By its iat, the token is older than max_age, leeway counted in. Detail: time, now.
pub const BAREJWT_E_TOO_OLD: barejwt_status = 68;

/// A member to sign has a name that the library writes itself.
pub const BAREJWT_E_MEMBER_RESERVED: barejwt_status = 69;

/// The claims set has no member of this name.
pub const BAREJWT_E_CLAIM_ABSENT: barejwt_status = 70;

/// The members or the claims set to be signed are not one strict JSON object (RFC 8259), or have too
/// many members.
pub const BAREJWT_E_JSON_TO_SIGN: barejwt_status = 71;

/// The required Authorization header is absent.
pub const BAREJWT_E_AUTHORIZATION_MISSING: barejwt_status = 80;

/// The scheme of the Authorization header is not Bearer.
pub const BAREJWT_E_AUTHORIZATION_SCHEME: barejwt_status = 81;

/// The Authorization header is not Bearer followed by one token (RFC 6750 2.1).
pub const BAREJWT_E_AUTHORIZATION_MALFORMED: barejwt_status = 82;

/// The realm for WWW-Authenticate is not printable ASCII without quotes and backslashes.
pub const BAREJWT_E_REALM_INVALID: barejwt_status = 83;

/// There is no WWW-Authenticate to send: the status is success or a fault of the server, not a refusal of a
/// token.
pub const BAREJWT_E_NO_CHALLENGE: barejwt_status = 85;

/// The login answer does not have the expected form.
pub const BAREJWT_E_LOGIN_ANSWER_INVALID: barejwt_status = 90;

/// The server refused the login or the refresh. The envelope's code is in *code.
pub const BAREJWT_E_LOGIN_REFUSED: barejwt_status = 91;

/// The login answer is not strict JSON.
pub const BAREJWT_E_LOGIN_ANSWER_JSON: barejwt_status = 92;

/// A pointer is NULL but must not be. A string or buffer may be NULL only with length 0.
pub const BAREJWT_E_NULL: barejwt_status = 100;

/// A length is longer than any object can be: for example, a negative number cast to size_t.
pub const BAREJWT_E_LENGTH: barejwt_status = 101;

/// A pointer to a struct is not aligned for the struct.
pub const BAREJWT_E_MISALIGNED: barejwt_status = 102;

/// A buffer or result overlaps another buffer, result or input of the call, or memory that an input
/// points to.
pub const BAREJWT_E_OVERLAP: barejwt_status = 103;

/// A text is not UTF-8: a sub to sign, a kid, a claim name, a realm, a JSON text, members, or a token for
/// a session.
pub const BAREJWT_E_NOT_UTF8: barejwt_status = 104;

/// A key, keyring, claims, refresh, pair or session struct is not ready. It was never filled in, it was
/// wiped, or the call that should have filled it failed. Or a keyring was passed instead of a single key.
pub const BAREJWT_E_NOT_READY: barejwt_status = 105;

/// The library does not know this struct_size. Begin with the initialiser macro. Or the library is older
/// than your header.
pub const BAREJWT_E_STRUCT_SIZE: barejwt_status = 106;

/// A field or argument has a number that the library does not know.
pub const BAREJWT_E_OPTION: barejwt_status = 107;

/// The keyring has no slot left.
pub const BAREJWT_E_KEYRING_FULL: barejwt_status = 108;

/// The claims or the refresh token point into a scratch buffer that was used for something else.
pub const BAREJWT_E_SCRATCH_CHANGED: barejwt_status = 109;

/// The keyring has no slots, or no key was added to it yet.
pub const BAREJWT_E_KEYRING_EMPTY: barejwt_status = 110;
