// The layout of every struct, in bytes: on a 64-bit target, and on a 32-bit one. Where int64_t is
// aligned to 4 bytes (i686), structs may end without padding: their size there is a third number.
// ffi/src/layout.rs asserts the same numbers, so that neither side can move alone.
#include "barejwt.h"

#define CONCAT_(a, b) a##b
#define CONCAT(a, b) CONCAT_(a, b)
// A C99 static assertion: an array of a negative size.
#define ASSERT(condition) typedef char CONCAT(assertion_, __LINE__)[(condition) ? 1 : -1]
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

SIZE(barejwt_slot, 128, 128, 128);
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

SIZE(barejwt_claims, 248, 224, 224);
AT(barejwt_claims, sub, 0, 0);
AT(barejwt_claims, json, 16, 8);
AT(barejwt_claims, exp, 32, 16);
AT(barejwt_claims, nbf, 40, 24);
AT(barejwt_claims, token_type, 48, 32);
AT(barejwt_claims, has, 52, 36);
AT(barejwt_claims, detail, 56, 40);
AT(barejwt_claims, opaque, 112, 88);

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

SIZE(barejwt_identity, 256, 232, 232);
AT(barejwt_identity, claims, 0, 0);
AT(barejwt_identity, kind, 248, 224);
AT(barejwt_identity, reserved, 252, 228);

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

SIZE(barejwt_session, 96, 96, 96);
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
