// Every number of the header, and the layout of every struct, in bytes: on a 64-bit target, and on a
// 32-bit one. Where int64_t is aligned to 4 bytes (i686), structs may end without padding: their
// size there is a third number. ffi/src/layout.rs asserts the same, so that neither side can move
// alone.
#include "barejwt.h"

#define CONCAT_(a, b) a##b
#define CONCAT(a, b) CONCAT_(a, b)
// A C99 static assertion: an array of a negative size.
#define ASSERT(condition) typedef char CONCAT(assertion_, __LINE__)[(condition) ? 1 : -1]

#define NUMBER(name, number) ASSERT((name) == (number))
NUMBER(BAREJWT_OK, 0);
NUMBER(BAREJWT_E_KEY_TOO_SHORT, 10);
NUMBER(BAREJWT_E_KID_INVALID, 11);
NUMBER(BAREJWT_E_KID_DUPLICATE, 12);
NUMBER(BAREJWT_E_KID_UNKNOWN, 13);
NUMBER(BAREJWT_E_KID_MISSING, 14);
NUMBER(BAREJWT_E_KID_NOT_STRING, 15);
NUMBER(BAREJWT_E_KID_NOT_IN_KEYRING, 16);
NUMBER(BAREJWT_E_KEY_BLANK, 17);
NUMBER(BAREJWT_E_OUTPUT_TOO_SMALL, 20);
NUMBER(BAREJWT_E_SCRATCH_TOO_SMALL, 21);
NUMBER(BAREJWT_E_TOKEN_TOO_LONG, 30);
NUMBER(BAREJWT_E_SEGMENT_COUNT, 31);
NUMBER(BAREJWT_E_HEADER_TOO_LONG, 32);
NUMBER(BAREJWT_E_BASE64, 33);
NUMBER(BAREJWT_E_JSON, 34);
NUMBER(BAREJWT_E_ALG_MISSING, 35);
NUMBER(BAREJWT_E_ALG_NOT_HS256, 36);
NUMBER(BAREJWT_E_CRIT_UNSUPPORTED, 37);
NUMBER(BAREJWT_E_TYP_WRONG, 38);
NUMBER(BAREJWT_E_SIGNATURE_INVALID, 39);
NUMBER(BAREJWT_E_NESTED_TOKEN, 40);
NUMBER(BAREJWT_E_CLAIMS_MISSING, 50);
NUMBER(BAREJWT_E_CLAIM_TYPE, 51);
NUMBER(BAREJWT_E_NUMERIC_DATE_RANGE, 52);
NUMBER(BAREJWT_E_TOKEN_TYPE_UNKNOWN, 53);
NUMBER(BAREJWT_E_TOKEN_TYPE_WRONG, 54);
NUMBER(BAREJWT_E_SUBJECT_EMPTY, 55);
NUMBER(BAREJWT_E_SUBJECT_WRONG, 56);
NUMBER(BAREJWT_E_AUDIENCE_UNEXPECTED, 57);
NUMBER(BAREJWT_E_EXPIRED, 58);
NUMBER(BAREJWT_E_NOT_YET_VALID, 59);
NUMBER(BAREJWT_E_CLOCK_NOT_SET, 60);
NUMBER(BAREJWT_E_LIFETIME_ZERO, 61);
NUMBER(BAREJWT_E_TIME_OVERFLOW, 62);
NUMBER(BAREJWT_E_STATE_HASH_MALFORMED, 63);
NUMBER(BAREJWT_E_STATE_HASH_MISMATCH, 64);
NUMBER(BAREJWT_E_ISSUER_WRONG, 65);
NUMBER(BAREJWT_E_AUDIENCE_WRONG, 66);
NUMBER(BAREJWT_E_ISSUED_IN_FUTURE, 67);
NUMBER(BAREJWT_E_TOO_OLD, 68);
NUMBER(BAREJWT_E_MEMBER_RESERVED, 69);
NUMBER(BAREJWT_E_CLAIM_ABSENT, 70);
NUMBER(BAREJWT_E_AUTHORIZATION_MISSING, 80);
NUMBER(BAREJWT_E_AUTHORIZATION_SCHEME, 81);
NUMBER(BAREJWT_E_AUTHORIZATION_MALFORMED, 82);
NUMBER(BAREJWT_E_REALM_INVALID, 83);
NUMBER(BAREJWT_E_NO_CHALLENGE, 85);
NUMBER(BAREJWT_E_LOGIN_ANSWER_INVALID, 90);
NUMBER(BAREJWT_E_LOGIN_REFUSED, 91);
NUMBER(BAREJWT_E_NULL, 100);
NUMBER(BAREJWT_E_LENGTH, 101);
NUMBER(BAREJWT_E_MISALIGNED, 102);
NUMBER(BAREJWT_E_OVERLAP, 103);
NUMBER(BAREJWT_E_NOT_UTF8, 104);
NUMBER(BAREJWT_E_NOT_READY, 105);
NUMBER(BAREJWT_E_STRUCT_SIZE, 106);
NUMBER(BAREJWT_E_OPTION, 107);
NUMBER(BAREJWT_E_KEYRING_FULL, 108);
NUMBER(BAREJWT_E_SCRATCH_CHANGED, 109);
NUMBER(BAREJWT_E_OTHER, 199);
NUMBER(BAREJWT_ABI_VERSION, 1);
NUMBER(BAREJWT_KEY_MIN, 32);
NUMBER(BAREJWT_KID_MAX, 63);
NUMBER(BAREJWT_RING_SIGNS, 1);
NUMBER(BAREJWT_RING_WITHOUT_KID, 2);
NUMBER(BAREJWT_ACCESS_LIFETIME, 3600);
NUMBER(BAREJWT_REFRESH_LIFETIME, 15552000);
NUMBER(BAREJWT_STATE_HASH_BYTES, 32);
NUMBER(BAREJWT_TYPE_ABSENT, 0);
NUMBER(BAREJWT_TYPE_ACCESS, 1);
NUMBER(BAREJWT_TYPE_REFRESH, 2);
NUMBER(BAREJWT_TYPE_ANY, 3);
NUMBER(BAREJWT_CLAIM_TOKEN_TYPE, 1);
NUMBER(BAREJWT_CLAIM_SUB, 2);
NUMBER(BAREJWT_CLAIM_EXP, 4);
NUMBER(BAREJWT_CLAIM_NBF, 8);
NUMBER(BAREJWT_CLAIM_STATE_HASH, 16);
NUMBER(BAREJWT_CLAIM_ISS, 32);
NUMBER(BAREJWT_CLAIM_AUD, 64);
NUMBER(BAREJWT_CLAIM_IAT, 128);
NUMBER(BAREJWT_CLAIM_JTI, 256);
NUMBER(BAREJWT_PART_HEADER, 1);
NUMBER(BAREJWT_PART_PAYLOAD, 2);
NUMBER(BAREJWT_PART_ANSWER, 3);
NUMBER(BAREJWT_PART_MEMBERS, 4);
NUMBER(BAREJWT_JSON_NOT_UTF8, 1);
NUMBER(BAREJWT_JSON_NOT_OBJECT, 2);
NUMBER(BAREJWT_JSON_SYNTAX, 3);
NUMBER(BAREJWT_JSON_CONTROL_CHARACTER, 4);
NUMBER(BAREJWT_JSON_BAD_ESCAPE, 5);
NUMBER(BAREJWT_JSON_DUPLICATE_NAME, 6);
NUMBER(BAREJWT_JSON_TOO_MANY_MEMBERS, 7);
NUMBER(BAREJWT_JSON_TOO_DEEP, 8);
NUMBER(BAREJWT_JSON_TRAILING_BYTES, 9);
NUMBER(BAREJWT_JSON_NAMES_ALIKE, 10);
NUMBER(BAREJWT_VALUE_ABSENT, 0);
NUMBER(BAREJWT_VALUE_STRING, 1);
NUMBER(BAREJWT_VALUE_NUMBER, 2);
NUMBER(BAREJWT_VALUE_OBJECT, 3);
NUMBER(BAREJWT_VALUE_ARRAY, 4);
NUMBER(BAREJWT_VALUE_BOOL, 5);
NUMBER(BAREJWT_VALUE_NULL, 6);
NUMBER(BAREJWT_TOKEN_LEN_DEFAULT, 8192);
NUMBER(BAREJWT_HEADER_MAX, 1024);
NUMBER(BAREJWT_AUTH_REQUIRED, 0);
NUMBER(BAREJWT_AUTH_OPTIONAL, 1);
NUMBER(BAREJWT_AUTH_NONE, 2);
NUMBER(BAREJWT_IDENTITY_REFUSED, 0);
NUMBER(BAREJWT_IDENTITY_USER, 1);
NUMBER(BAREJWT_IDENTITY_ANONYMOUS, 2);
NUMBER(BAREJWT_NEXT_REFUSED, 0);
NUMBER(BAREJWT_NEXT_USE_ACCESS, 1);
NUMBER(BAREJWT_NEXT_REFRESH, 2);
NUMBER(BAREJWT_NEXT_LOG_IN, 3);

// A struct's alignment is found where its second member is.
struct aligned {
    char first;
    int64_t second;
};
#define BYTES(on64, on32, on_i686)                                                                 \
    (sizeof(void *) == 8 ? (on64) : offsetof(struct aligned, second) == 8 ? (on32) : (on_i686))
#define SIZE(type, on64, on32, on_i686) ASSERT(sizeof(type) == BYTES(on64, on32, on_i686))
#define AT(type, field, on64, on32) ASSERT(offsetof(type, field) == BYTES(on64, on32, on32))

SIZE(barejwt_str, 16, 8, 8);
AT(barejwt_str, ptr, 0, 0);
AT(barejwt_str, len, 8, 4);

SIZE(barejwt_key, 88, 88, 88);
AT(barejwt_key, opaque, 0, 0);

SIZE(barejwt_keyring, 88, 88, 88);
AT(barejwt_keyring, key, 0, 0);

SIZE(barejwt_slot, 144, 144, 144);
AT(barejwt_slot, opaque, 0, 0);

SIZE(barejwt_detail, 56, 48, 48);
AT(barejwt_detail, exp, 0, 0);
AT(barejwt_detail, nbf, 8, 8);
AT(barejwt_detail, now, 16, 16);
AT(barejwt_detail, needed, 24, 24);
AT(barejwt_detail, at, 32, 28);
AT(barejwt_detail, claims, 40, 32);
AT(barejwt_detail, part, 44, 36);
AT(barejwt_detail, problem, 48, 40);
AT(barejwt_detail, token_type, 52, 44);

SIZE(barejwt_claims, 120, 96, 96);
AT(barejwt_claims, sub, 0, 0);
AT(barejwt_claims, json, 16, 8);
AT(barejwt_claims, exp, 32, 16);
AT(barejwt_claims, nbf, 40, 24);
AT(barejwt_claims, token_type, 48, 32);
AT(barejwt_claims, has, 52, 36);
AT(barejwt_claims, detail, 56, 40);
AT(barejwt_claims, verified, 112, 88);
AT(barejwt_claims, checksum, 116, 92);

SIZE(barejwt_value, 40, 32, 28);
AT(barejwt_value, text, 0, 0);
AT(barejwt_value, integer, 16, 8);
AT(barejwt_value, needed, 24, 16);
AT(barejwt_value, kind, 32, 20);
AT(barejwt_value, is_integer, 36, 24);

SIZE(barejwt_validation, 64, 44, 44);
AT(barejwt_validation, struct_size, 0, 0);
AT(barejwt_validation, token_type, 4, 4);
AT(barejwt_validation, require, 8, 8);
AT(barejwt_validation, allow_missing, 12, 12);
AT(barejwt_validation, leeway, 16, 16);
AT(barejwt_validation, ignore_audience, 20, 20);
AT(barejwt_validation, max_token_len, 24, 24);
AT(barejwt_validation, sub, 32, 28);
AT(barejwt_validation, typ, 48, 36);

SIZE(barejwt_identity, 128, 104, 104);
AT(barejwt_identity, claims, 0, 0);
AT(barejwt_identity, kind, 120, 96);
AT(barejwt_identity, reserved, 124, 100);

SIZE(barejwt_pair, 56, 40, 36);
AT(barejwt_pair, access_token, 0, 0);
AT(barejwt_pair, refresh_token, 16, 8);
AT(barejwt_pair, access_expires, 32, 16);
AT(barejwt_pair, refresh_expires, 40, 24);
AT(barejwt_pair, needed, 48, 32);

SIZE(barejwt_refresh, 248, 232, 232);
AT(barejwt_refresh, sub, 0, 0);
AT(barejwt_refresh, detail, 16, 8);
AT(barejwt_refresh, opaque, 72, 56);

SIZE(barejwt_session, 112, 112, 112);
AT(barejwt_session, opaque, 0, 0);

SIZE(barejwt_next, 24, 16, 16);
AT(barejwt_next, token, 0, 0);
AT(barejwt_next, action, 16, 8);
AT(barejwt_next, reserved, 20, 12);

SIZE(barejwt_unverified, 128, 96, 96);
AT(barejwt_unverified, header_json, 0, 0);
AT(barejwt_unverified, payload_json, 16, 8);
AT(barejwt_unverified, claims_status, 32, 16);
AT(barejwt_unverified, said_token_type, 36, 20);
AT(barejwt_unverified, said_sub, 40, 24);
AT(barejwt_unverified, said_exp, 56, 32);
AT(barejwt_unverified, said_nbf, 64, 40);
AT(barejwt_unverified, detail, 72, 48);
