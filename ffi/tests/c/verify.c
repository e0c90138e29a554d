// Verifying, the verified claims, and decoding without verifying.
#include <stdlib.h>

#include "harness.h"

void a_verified_token_gives_its_claims(void) {
    barejwt_key key = ready_key();
    uint8_t scratch[BAREJWT_SCRATCH_MAX(sizeof access_token - 1)];
    barejwt_claims claims;
    barejwt_validation want = BAREJWT_VALIDATION_ACCESS;
    OK(barejwt_verify(&key, BAREJWT_CSTR(access_token), &want, NOW, scratch, sizeof scratch,
                      &claims));
    CHECK(str_is(claims.sub, "lUpa"));
    CHECK(str_is(claims.json, "{\"token_type\":\"access\",\"sub\":\"lUpa\",\"exp\":1745655578,"
                              "\"nbf\":1745651978}"));
    CHECK(claims.token_type == BAREJWT_TYPE_ACCESS);
    CHECK(claims.exp == 1745655578 && claims.nbf == NOW);
    CHECK(claims.has == (BAREJWT_CLAIM_TOKEN_TYPE | BAREJWT_CLAIM_SUB | BAREJWT_CLAIM_EXP |
                         BAREJWT_CLAIM_NBF));
}

static barejwt_status verify(const char *token, const barejwt_validation *want, int64_t now,
                             barejwt_claims *claims) {
    static uint8_t scratch[BAREJWT_SCRATCH_MAX(16384)];
    barejwt_key key = ready_key();
    memset(claims, 0xee, sizeof *claims);
    return barejwt_verify(&key, BAREJWT_CSTR(token), want, now, scratch, sizeof scratch, claims);
}

// Expects a refusal that leaves nothing of the token in the claims.
#define REFUSED(expected, token, want, now)                                                        \
    do {                                                                                           \
        STATUS(verify(token, want, now, &claims), expected);                                       \
        CHECK(no_claims(&claims));                                                                 \
    } while (0)

void every_refusal_has_its_status_and_detail(void) {
    barejwt_key key = ready_key();
    barejwt_claims claims;
    barejwt_validation want = BAREJWT_VALIDATION_ACCESS;
    REFUSED(BAREJWT_E_CLOCK_NOT_SET, access_token, &want, 0);
    REFUSED(BAREJWT_E_EXPIRED, access_token, &want, NOW + 3600);
    CHECK(claims.detail.time == NOW + 3600 && claims.detail.now == NOW + 3600);
    REFUSED(BAREJWT_E_NOT_YET_VALID, access_token, &want, NOW - 1);
    CHECK(claims.detail.time == NOW && claims.detail.now == NOW - 1);
    REFUSED(BAREJWT_E_SEGMENT_COUNT, "", &want, NOW);
    REFUSED(BAREJWT_E_SEGMENT_COUNT, "a.b", &want, NOW);
    REFUSED(BAREJWT_E_BASE64, "*.b.c", &want, NOW);
    CHECK(claims.detail.part == BAREJWT_PART_HEADER);
    // The next tokens have the headers {"alg":"none"}, {}, {"alg":"HS256","crit":[]},
    // {"alg":"HS256","cty":"jwt"} and [].
    REFUSED(BAREJWT_E_ALG_NOT_HS256, "eyJhbGciOiJub25lIn0.e30.", &want, NOW);
    REFUSED(BAREJWT_E_ALG_MISSING, "e30.e30.x", &want, NOW);
    REFUSED(BAREJWT_E_CRIT_UNSUPPORTED, "eyJhbGciOiJIUzI1NiIsImNyaXQiOltdfQ.e30.x", &want, NOW);
    REFUSED(BAREJWT_E_NESTED_TOKEN, "eyJhbGciOiJIUzI1NiIsImN0eSI6Imp3dCJ9.e30.x", &want, NOW);
    REFUSED(BAREJWT_E_JSON, "W10.e30.x", &want, NOW);
    CHECK(claims.detail.part == BAREJWT_PART_HEADER && claims.detail.at == 0);
    CHECK(claims.detail.problem == BAREJWT_JSON_NOT_OBJECT);
    static char long_header[1100];
    memset(long_header, 'A', 1025);
    strcpy(long_header + 1025, ".b.c");
    REFUSED(BAREJWT_E_HEADER_TOO_LONG, long_header, &want, NOW);
    char forged[sizeof access_token];
    strcpy(forged, access_token);
    forged[60] ^= 1;
    REFUSED(BAREJWT_E_SIGNATURE_INVALID, forged, &want, NOW);
    REFUSED(BAREJWT_E_TOKEN_TYPE_WRONG, refresh_token, &want, NOW);
    CHECK(claims.detail.token_type == BAREJWT_TYPE_REFRESH);
    REFUSED(BAREJWT_E_CLAIMS_MISSING, signed_json(&key, "{\"sub\":\"s\"}"), &want, NOW);
    CHECK(claims.detail.claims ==
          (BAREJWT_CLAIM_TOKEN_TYPE | BAREJWT_CLAIM_EXP | BAREJWT_CLAIM_NBF));
    REFUSED(BAREJWT_E_CLAIM_TYPE, signed_json(&key, "{\"exp\":\"1\"}"), &want, NOW);
    CHECK(claims.detail.claims == BAREJWT_CLAIM_EXP);
    REFUSED(BAREJWT_E_NUMERIC_DATE_RANGE, signed_json(&key, "{\"nbf\":1e99}"), &want, NOW);
    CHECK(claims.detail.claims == BAREJWT_CLAIM_NBF);
    REFUSED(BAREJWT_E_TOKEN_TYPE_UNKNOWN, signed_json(&key, "{\"token_type\":\"x\"}"), &want, NOW);
    REFUSED(BAREJWT_E_SUBJECT_EMPTY, signed_json(&key, "{\"sub\":\"\"}"), &want, NOW);
    REFUSED(BAREJWT_E_STATE_HASH_MALFORMED, signed_json(&key, "{\"state_hash\":\"x\"}"), &want,
            NOW);
    want.max_token_len = sizeof access_token - 2;
    REFUSED(BAREJWT_E_TOKEN_TOO_LONG, access_token, &want, NOW);
    CHECK(claims.detail.needed == sizeof access_token - 1);
    want.max_token_len++;
    OK(verify(access_token, &want, NOW, &claims));
}

void rules_are_the_strictest_until_relaxed(void) {
    barejwt_key key = ready_key();
    barejwt_claims claims;
    // Every field except the size is zero.
    barejwt_validation want = {
        (uint32_t)sizeof want, 0, 0, 0, 0, 0, 0, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}};
    OK(verify(access_token, &want, NOW, &claims));
    REFUSED(BAREJWT_E_TOKEN_TYPE_WRONG, refresh_token, &want, NOW);
    REFUSED(BAREJWT_E_EXPIRED, access_token, &want, NOW + LIFETIME);

    want.leeway = 30;
    OK(verify(access_token, &want, NOW + LIFETIME + 29, &claims));
    REFUSED(BAREJWT_E_EXPIRED, access_token, &want, NOW + LIFETIME + 30);
    OK(verify(access_token, &want, NOW - 30, &claims));
    REFUSED(BAREJWT_E_NOT_YET_VALID, access_token, &want, NOW - 31);

    want.token_type = BAREJWT_TYPE_ANY;
    OK(verify(refresh_token, &want, NOW, &claims));
    CHECK(claims.token_type == BAREJWT_TYPE_REFRESH);
    want.token_type = BAREJWT_TYPE_REFRESH;
    OK(verify(refresh_token, &want, NOW, &claims));
    REFUSED(BAREJWT_E_TOKEN_TYPE_WRONG, access_token, &want, NOW);

    barejwt_validation access = BAREJWT_VALIDATION_ACCESS;
    want = access;
    want.require = BAREJWT_CLAIM_STATE_HASH;
    REFUSED(BAREJWT_E_CLAIMS_MISSING, access_token, &want, NOW);
    CHECK(claims.detail.claims == BAREJWT_CLAIM_STATE_HASH);
    want.allow_missing = BAREJWT_CLAIM_STATE_HASH;
    REFUSED(BAREJWT_E_CLAIMS_MISSING, access_token, &want, NOW);
    want = access;
    want.require =
        BAREJWT_CLAIM_ISS | BAREJWT_CLAIM_AUD | BAREJWT_CLAIM_IAT | BAREJWT_CLAIM_JTI;
    REFUSED(BAREJWT_E_CLAIMS_MISSING, access_token, &want, NOW);
    CHECK(claims.detail.claims == want.require);

    want = access;
    want.allow_missing = BAREJWT_CLAIM_TOKEN_TYPE | BAREJWT_CLAIM_SUB | BAREJWT_CLAIM_EXP |
                         BAREJWT_CLAIM_NBF;
    OK(verify(signed_json(&key, "{}"), &want, NOW, &claims));
    CHECK(claims.sub.ptr == NULL && claims.sub.len == 0 && claims.has == 0);
    CHECK(claims.token_type == BAREJWT_TYPE_ABSENT);

    const char *audience = "{\"token_type\":\"access\",\"sub\":\"s\",\"exp\":1745655578,"
                           "\"nbf\":1,\"aud\":\"x\"}";
    want = access;
    REFUSED(BAREJWT_E_AUDIENCE_UNEXPECTED, signed_json(&key, audience), &want, NOW);
    want.ignore = BAREJWT_CLAIM_AUD;
    OK(verify(signed_json(&key, audience), &want, NOW, &claims));

    want = access;
    want.sub.ptr = "lUpa";
    want.sub.len = 4;
    OK(verify(access_token, &want, NOW, &claims));
    want.sub.len = 3;
    REFUSED(BAREJWT_E_SUBJECT_WRONG, access_token, &want, NOW);
    want.sub.len = 0;
    REFUSED(BAREJWT_E_SUBJECT_WRONG, access_token, &want, NOW);

    want = access;
    want.typ.ptr = "application/jwt";
    want.typ.len = 15;
    OK(verify(access_token, &want, NOW, &claims));
    want.typ.ptr = "at+jwt";
    want.typ.len = 6;
    REFUSED(BAREJWT_E_TYP_WRONG, access_token, &want, NOW);
    want.typ.ptr = "jwt";
    want.typ.len = 3;
    OK(verify(access_token, &want, NOW, &claims));
}

// No other call points to so many pieces of memory.
void a_keyring_and_every_rule_at_once(void) {
    barejwt_key key = ready_key();
    barejwt_slot slots[2];
    barejwt_keyring ring;
    OK(barejwt_keyring_init(&ring, slots, 2));
    OK(barejwt_keyring_add(&ring, BAREJWT_LIT("a"), &key, BAREJWT_RING_WITHOUT_KID));
    barejwt_validation want = BAREJWT_VALIDATION_ACCESS;
    want.sub.ptr = "lUpa";
    want.sub.len = 4;
    want.typ.ptr = "JWT";
    want.typ.len = 3;
    uint8_t scratch[512];
    barejwt_claims claims;
    OK(barejwt_verify(&ring.key, BAREJWT_CSTR(access_token), &want, NOW, scratch, sizeof scratch,
                      &claims));
    CHECK(str_is(claims.sub, "lUpa"));
    want.sub.len = 3;
    STATUS(barejwt_verify(&ring.key, BAREJWT_CSTR(access_token), &want, NOW, scratch,
                          sizeof scratch, &claims),
           BAREJWT_E_SUBJECT_WRONG);
}

void rules_without_a_meaning_are_refused(void) {
    barejwt_claims claims;
    const barejwt_validation access = BAREJWT_VALIDATION_ACCESS;
    barejwt_validation want = access;
    want.token_type = BAREJWT_TYPE_JWT + 1;
    REFUSED(BAREJWT_E_OPTION, access_token, &want, NOW);
    want = access;
    want.require = BAREJWT_CLAIM_JTI << 1;
    REFUSED(BAREJWT_E_OPTION, access_token, &want, NOW);
    want = access;
    want.allow_missing = UINT32_C(1) << 31;
    REFUSED(BAREJWT_E_OPTION, access_token, &want, NOW);
    want.require = UINT32_C(1) << 31;
    REFUSED(BAREJWT_E_OPTION, access_token, &want, NOW);
    want = access;
    want.ignore = BAREJWT_CLAIM_JTI << 1;
    REFUSED(BAREJWT_E_OPTION, access_token, &want, NOW);
    want = access;
    want.sub.len = 1;
    REFUSED(BAREJWT_E_NULL, access_token, &want, NOW);
    want = access;
    // Texts are compared as bytes.
    want.typ.ptr = "\xff";
    want.typ.len = 1;
    REFUSED(BAREJWT_E_TYP_WRONG, access_token, &want, NOW);
    want.typ.len = SIZE_MAX;
    REFUSED(BAREJWT_E_LENGTH, access_token, &want, NOW);
}

// A program that was compiled with another version's header has other rules. The library must pass over
// no rule, and may read only the size: the memory block is no longer than the size says.
void rules_of_another_version_are_refused(void) {
    barejwt_claims claims;
    const barejwt_validation access = BAREJWT_VALIDATION_ACCESS;
    const uint32_t sizes[] = {0, 1, 4, 64, 103, 105, 128, 256, UINT32_MAX};
    uint32_t *size = malloc(sizeof *size);
    CHECK(size != NULL);
    for (size_t n = 0; n < sizeof sizes / sizeof *sizes; n++) {
        *size = sizes[n];
        if (*size == sizeof access) continue;
        REFUSED(BAREJWT_E_STRUCT_SIZE, access_token, (barejwt_validation *)(void *)size, NOW);
    }
    free(size);
    for (uint32_t wrong = sizeof access - 1; wrong <= sizeof access + 1; wrong += 2) {
        barejwt_validation want = access;
        want.struct_size = wrong;
        REFUSED(BAREJWT_E_STRUCT_SIZE, access_token, &want, NOW);
    }
}

void what_is_only_read_may_overlap(void) {
    barejwt_key key = ready_key();
    const char text[] = "JWT";
    char token[256];
    size_t len;
    OK(barejwt_sign_access(&key, text, 3, NOW, 3600, token, sizeof token, &len));
    barejwt_validation want = BAREJWT_VALIDATION_ACCESS;
    want.sub = (barejwt_str){text, 3};
    want.typ = want.sub;
    uint8_t scratch[BAREJWT_SCRATCH_MAX(256)];
    barejwt_claims claims;
    OK(barejwt_verify(&key, token, len, &want, NOW, scratch, sizeof scratch, &claims));
    CHECK(str_is(claims.sub, "JWT"));
}

void verifying_is_refused_at_the_edges(void) {
    barejwt_key key = ready_key();
    const barejwt_validation want = BAREJWT_VALIDATION_ACCESS;
    union {
        uint8_t bytes[1024];
        barejwt_claims claims;
        barejwt_key key;
        barejwt_validation want;
    } scratch;
    barejwt_claims claims;
    const char *token = access_token;
    const size_t len = sizeof access_token - 1;
#define VERIFY(key, token, len, want, scratch, size, claims, expected)                             \
    do {                                                                                           \
        memset(claims, 0xee, sizeof(barejwt_claims));                                              \
        STATUS(barejwt_verify(key, token, len, want, NOW, scratch, size, claims), expected);       \
        CHECK(no_claims(claims));                                                                  \
    } while (0)
    STATUS(barejwt_verify(&key, token, len, &want, NOW, scratch.bytes, 1024, NULL),
           BAREJWT_E_NULL);
    STATUS(barejwt_verify(&key, token, len, &want, NOW, scratch.bytes, 1024,
                          (barejwt_claims *)(void *)((char *)&claims + 1)),
           BAREJWT_E_MISALIGNED);
    VERIFY(NULL, token, len, &want, scratch.bytes, 1024, &claims, BAREJWT_E_NULL);
    VERIFY(&key, NULL, len, &want, scratch.bytes, 1024, &claims, BAREJWT_E_NULL);
    VERIFY(&key, token, len, NULL, scratch.bytes, 1024, &claims, BAREJWT_E_NULL);
    VERIFY(&key, token, len, &want, NULL, 1024, &claims, BAREJWT_E_NULL);
    VERIFY(&key, token, SIZE_MAX, &want, scratch.bytes, 1024, &claims, BAREJWT_E_LENGTH);
    VERIFY(&key, token, len, &want, scratch.bytes, SIZE_MAX, &claims, BAREJWT_E_LENGTH);
    VERIFY(&key, token, SIZE_MAX / 2 + 1, &want, scratch.bytes, 1024, &claims, BAREJWT_E_LENGTH);
    // On a 64-bit machine a token of the greatest length would reach over the claims.
    if (sizeof(size_t) == 8)
        VERIFY(&key, token, SIZE_MAX / 2, &want, NULL, 0, &claims, BAREJWT_E_OVERLAP);
    VERIFY(&key, NULL, 0, &want, scratch.bytes, 1024, &claims, BAREJWT_E_SEGMENT_COUNT);
    VERIFY(&key, token, len, &want, NULL, 0, &claims, BAREJWT_E_SCRATCH_TOO_SMALL);

    memcpy(scratch.bytes + 100, token, len);
    const char *inside = (char *)scratch.bytes + 100;
    VERIFY(&key, inside, len, &want, scratch.bytes, 1024, &claims, BAREJWT_E_OVERLAP);
    VERIFY(&key, inside, len, &want, scratch.bytes, 101, &claims, BAREJWT_E_OVERLAP);
    VERIFY(&key, inside, len, &want, scratch.bytes + 99 + len, 1, &claims, BAREJWT_E_OVERLAP);
    STATUS(barejwt_verify(&key, inside, len, &want, NOW, scratch.bytes, 100, &claims), BAREJWT_OK);
    VERIFY(&key, token, len, &want, &claims, sizeof claims, &claims, BAREJWT_E_OVERLAP);
    scratch.key = key;
    VERIFY(&scratch.key, token, len, &want, scratch.bytes, 1024, &claims, BAREJWT_E_OVERLAP);
    scratch.want = want;
    VERIFY(&key, token, len, &scratch.want, scratch.bytes, 1024, &claims, BAREJWT_E_OVERLAP);
    barejwt_validation sub = want;
    memcpy(scratch.bytes, "lUpa", 4);
    sub.sub.ptr = (char *)scratch.bytes;
    sub.sub.len = 4;
    VERIFY(&key, token, len, &sub, scratch.bytes, 1024, &claims, BAREJWT_E_OVERLAP);

    barejwt_slot slots[4];
    barejwt_keyring ring;
    OK(barejwt_keyring_init(&ring, slots, 4));
    OK(barejwt_keyring_add(&ring, BAREJWT_LIT("a"), &key, BAREJWT_RING_WITHOUT_KID));
    VERIFY(&ring.key, token, len, &want, &slots[3], sizeof slots[3], &claims, BAREJWT_E_OVERLAP);
#undef VERIFY
}

// Tries each size from 0. The need is exact. The buffer is on the heap, so that the sanitisers see a byte
// too many.
void short_scratch_says_what_it_needs(void) {
    barejwt_key key = ready_key();
    const barejwt_validation want = BAREJWT_VALIDATION_ACCESS;
    barejwt_claims claims;
    const size_t payload = 70;
    for (size_t size = 0; size < 100; size++) {
        uint8_t *scratch = malloc(size + 1);
        CHECK(scratch != NULL);
        barejwt_status st = barejwt_verify(&key, BAREJWT_CSTR(access_token), &want, NOW, scratch,
                                           size, &claims);
        if (size < payload) {
            STATUS(st, BAREJWT_E_SCRATCH_TOO_SMALL);
            CHECK(claims.detail.needed == payload && no_claims(&claims));
        } else {
            STATUS(st, BAREJWT_OK);
        }
        free(scratch);
    }
}

// Tries every prefix of a token, and every change of one byte, in a block of exactly its size.
void no_mangled_token_passes(void) {
    barejwt_key key = ready_key();
    const barejwt_validation want = BAREJWT_VALIDATION_ACCESS;
    uint8_t scratch[512];
    barejwt_claims claims;
    const size_t len = sizeof access_token - 1;
    for (size_t n = 0; n < len; n++) {
        char *token = malloc(n + 1);
        CHECK(token != NULL);
        memcpy(token, access_token, n);
        barejwt_status st =
            barejwt_verify(&key, token, n, &want, NOW, scratch, sizeof scratch, &claims);
        CHECK(st != BAREJWT_OK && st < 100 && no_claims(&claims));
        free(token);
    }
    char token[sizeof access_token];
    for (size_t at = 0; at < len; at++) {
        for (int change = 1; change < 256; change += 7) {
            memcpy(token, access_token, sizeof token);
            token[at] = (char)(token[at] ^ change);
            CHECK(barejwt_verify(&key, token, len, &want, NOW, scratch, sizeof scratch, &claims) !=
                  BAREJWT_OK);
            CHECK(no_claims(&claims));
        }
    }
}

void one_claim_by_name(void) {
    barejwt_key key = ready_key();
    barejwt_claims claims;
    barejwt_validation want = BAREJWT_VALIDATION_ACCESS;
    OK(verify(signed_json(&key, "{\"token_type\":\"access\",\"sub\":\"a\\u0062\",\"exp\":1745655578,"
                                "\"nbf\":1,\"role\":\"admin\",\"esc\":\"\\\"\\u00e9\\n\",\"n\":-5,"
                                "\"f\":1.5,\"o\":{\"x\":1},\"a\":[1,2],\"t\":true,\"u\":false,"
                                "\"z\":null,\"e\":\"\"}"),
              &want, NOW, &claims));
    CHECK(str_is(claims.sub, "ab"));
    barejwt_value value;
    char buffer[4];
#define GET(name) OK(barejwt_claims_get(&claims, BAREJWT_LIT(name), buffer, sizeof buffer, &value))
    GET("role");
    CHECK(value.kind == BAREJWT_VALUE_STRING && str_is(value.text, "admin"));
    CHECK(value.is_integer == 0 && value.integer == 0);
    GET("esc");
    CHECK(value.kind == BAREJWT_VALUE_STRING && str_is(value.text, "\"\xc3\xa9\n"));
    CHECK(value.text.ptr == buffer);
    GET("n");
    CHECK(value.kind == BAREJWT_VALUE_NUMBER && str_is(value.text, "-5"));
    CHECK(value.is_integer == 1 && value.integer == -5);
    GET("f");
    CHECK(value.kind == BAREJWT_VALUE_NUMBER && str_is(value.text, "1.5"));
    CHECK(value.is_integer == 0 && value.integer == 0);
    GET("o");
    CHECK(value.kind == BAREJWT_VALUE_OBJECT && str_is(value.text, "{\"x\":1}"));
    GET("a");
    CHECK(value.kind == BAREJWT_VALUE_ARRAY && str_is(value.text, "[1,2]"));
    GET("t");
    CHECK(value.kind == BAREJWT_VALUE_BOOL && value.integer == 1 && str_is(value.text, "true"));
    GET("u");
    CHECK(value.kind == BAREJWT_VALUE_BOOL && value.integer == 0 && str_is(value.text, "false"));
    GET("z");
    CHECK(value.kind == BAREJWT_VALUE_NULL && str_is(value.text, "null"));
    GET("e");
    CHECK(value.kind == BAREJWT_VALUE_STRING && value.text.len == 0 && value.text.ptr != NULL);
#undef GET
    STATUS(barejwt_claims_get(&claims, BAREJWT_LIT("Role"), NULL, 0, &value),
           BAREJWT_E_CLAIM_ABSENT);
    CHECK(value.kind == BAREJWT_VALUE_ABSENT && value.text.ptr == NULL);
    for (size_t size = 0; size < 4; size++) {
        STATUS(barejwt_claims_get(&claims, BAREJWT_LIT("esc"), buffer, size, &value),
               BAREJWT_E_OUTPUT_TOO_SMALL);
        CHECK(value.needed == 4 && value.kind == BAREJWT_VALUE_ABSENT);
    }
    OK(barejwt_claims_get(&claims, BAREJWT_LIT("role"), NULL, 0, &value));
}

void claims_by_name_are_refused_at_the_edges(void) {
    barejwt_key key = ready_key();
    barejwt_claims claims;
    barejwt_value value;
    barejwt_validation want = BAREJWT_VALIDATION_ACCESS;
    char name[] = "sub";
    memset(&claims, 0, sizeof claims);
    STATUS(barejwt_claims_get(&claims, name, 3, NULL, 0, &value), BAREJWT_E_NOT_READY);
    memset(&claims, 0xa5, sizeof claims);
    STATUS(barejwt_claims_get(&claims, name, 3, NULL, 0, &value), BAREJWT_E_NOT_READY);
    // A program that ignores the refusal finds no claims.
    STATUS(verify(access_token, &want, NOW + LIFETIME, &claims), BAREJWT_E_EXPIRED);
    STATUS(barejwt_claims_get(&claims, name, 3, NULL, 0, &value), BAREJWT_E_NOT_READY);
    OK(verify(access_token, &want, NOW, &claims));
    STATUS(barejwt_claims_get(NULL, name, 3, NULL, 0, &value), BAREJWT_E_NULL);
    STATUS(barejwt_claims_get(&claims, NULL, 3, NULL, 0, &value), BAREJWT_E_NULL);
    STATUS(barejwt_claims_get(&claims, name, 3, NULL, 1, &value), BAREJWT_E_NULL);
    STATUS(barejwt_claims_get(&claims, name, 3, NULL, 0, NULL), BAREJWT_E_NULL);
    STATUS(barejwt_claims_get(&claims, name, SIZE_MAX, NULL, 0, &value), BAREJWT_E_LENGTH);
    STATUS(barejwt_claims_get(&claims, name, 3, name, 3, &value), BAREJWT_E_OVERLAP);
    STATUS(barejwt_claims_get(&claims, "\xff", 1, NULL, 0, &value), BAREJWT_E_NOT_UTF8);
    char *json = (char *)(uintptr_t)claims.json.ptr;
    STATUS(barejwt_claims_get(&claims, name, 3, json, 3, &value), BAREJWT_E_OVERLAP);
    STATUS(barejwt_claims_get(&claims, NULL, 0, NULL, 0, &value), BAREJWT_E_CLAIM_ABSENT);
    // The scratch buffer has another token's text now, which is good JSON too.
    char *sub = (char *)(uintptr_t)claims.sub.ptr;
    memcpy(sub, "root", 4);
    STATUS(barejwt_claims_get(&claims, name, 3, NULL, 0, &value), BAREJWT_E_SCRATCH_CHANGED);
    memset(json, 0xff, claims.json.len);
    STATUS(barejwt_claims_get(&claims, name, 3, NULL, 0, &value), BAREJWT_E_SCRATCH_CHANGED);
    // The unescaped sub stands behind the JSON. It must not be used as a buffer either.
    OK(verify(signed_json(&key, "{\"token_type\":\"access\",\"sub\":\"a\\u0062\",\"exp\":1745655578,"
                                "\"nbf\":1745651978,\"x\":\"\\n\"}"),
              &want, NOW, &claims));
    sub = (char *)(uintptr_t)claims.sub.ptr;
    STATUS(barejwt_claims_get(&claims, "x", 1, sub, 2, &value), BAREJWT_E_OVERLAP);
}

void decoding_shows_what_a_token_says(void) {
    uint8_t scratch[BAREJWT_SCRATCH_MAX(512)];
    barejwt_unverified said;
    // The reference system's pair. Nobody here has its key.
    const char *theirs =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ0b2tlbl90eXBlIjoiYWNjZXNzIiwic3ViIjoibHB1YSIsIm"
        "V4cCI6MTc0NTY1NTU3OCwibmJmIjoxNzQ1NjUxOTc4fQ.L1ETHHBNImNevze00QAgrrY1maZO2nefyIwdT4cb68c";
    OK(barejwt_decode_unverified(BAREJWT_CSTR(theirs), scratch, sizeof scratch, &said));
    CHECK(str_is(said.header_json, "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"));
    CHECK(str_is(said.said_sub, "lpua") && said.said_token_type == BAREJWT_TYPE_ACCESS);
    CHECK(said.said_exp == 1745655578 && said.said_nbf == 1745651978);
    STATUS(said.claims_status, BAREJWT_OK);

    // The header is {"alg":"none"}, the payload {"exp":"1"}.
    OK(barejwt_decode_unverified(BAREJWT_LIT("eyJhbGciOiJub25lIn0.eyJleHAiOiIxIn0."), scratch,
                                 sizeof scratch, &said));
    CHECK(str_is(said.payload_json, "{\"exp\":\"1\"}"));
    STATUS(said.claims_status, BAREJWT_E_CLAIM_TYPE);
    CHECK(said.detail.claims == BAREJWT_CLAIM_EXP && said.said_exp == 0);

    STATUS(barejwt_decode_unverified(BAREJWT_LIT("a.b"), scratch, sizeof scratch, &said),
           BAREJWT_E_SEGMENT_COUNT);
    CHECK(said.header_json.ptr == NULL && said.payload_json.ptr == NULL);
    STATUS(barejwt_decode_unverified(BAREJWT_CSTR(theirs), scratch, 20, &said),
           BAREJWT_E_SCRATCH_TOO_SMALL);
    CHECK(said.detail.needed > 20 && said.detail.needed <= barejwt_scratch_size(strlen(theirs)));
    STATUS(barejwt_decode_unverified(NULL, 1, scratch, sizeof scratch, &said), BAREJWT_E_NULL);
    STATUS(barejwt_decode_unverified("a", 1, NULL, 1, &said), BAREJWT_E_NULL);
    STATUS(barejwt_decode_unverified("a", 1, scratch, sizeof scratch, NULL), BAREJWT_E_NULL);
    STATUS(barejwt_decode_unverified("a", SIZE_MAX, scratch, sizeof scratch, &said),
           BAREJWT_E_LENGTH);
    STATUS(barejwt_decode_unverified((char *)scratch, 8, scratch, sizeof scratch, &said),
           BAREJWT_E_OVERLAP);
    STATUS(barejwt_decode_unverified("a", 1, &said, sizeof said, &said), BAREJWT_E_OVERLAP);
}

// Encodes base64url without padding.
static void append_base64url(char *text, const char *bytes, size_t len) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    size_t at = strlen(text);
    unsigned held = 0, bits = 0;
    for (size_t i = 0; i < len; i++) {
        held = held << 8 | (unsigned char)bytes[i];
        for (bits += 8; bits >= 6; bits -= 6) text[at++] = digits[held >> (bits - 6) & 63];
    }
    if (bits > 0) text[at++] = digits[held << (6 - bits) & 63];
    text[at] = 0;
}

void every_fault_in_json_has_its_part_and_number(void) {
    static char many[4096] = "{\"a0\":0", deep[128] = "{\"a\":";
    for (int i = 1; i <= 64; i++) sprintf(many + strlen(many), ",\"a%d\":0", i);
    strcat(many, "}");
    for (int i = 0; i < 33; i++) strcat(deep, "[");
    for (int i = 0; i < 33; i++) strcat(deep, "]");
    strcat(deep, "}");
    const struct {
        const char *json;
        uint32_t problem;
    } faults[] = {
        {"{\"a\":\"\xff\"}", BAREJWT_JSON_NOT_UTF8},
        {"[]", BAREJWT_JSON_NOT_OBJECT},
        {"{\"a\"}", BAREJWT_JSON_SYNTAX},
        {"{\"a\":\"\x01\"}", BAREJWT_JSON_CONTROL_CHARACTER},
        {"{\"a\":\"\\q\"}", BAREJWT_JSON_BAD_ESCAPE},
        {"{\"a\":1,\"a\":2}", BAREJWT_JSON_DUPLICATE_NAME},
        {many, BAREJWT_JSON_TOO_MANY_MEMBERS},
        {deep, BAREJWT_JSON_TOO_DEEP},
        {"{} {}", BAREJWT_JSON_TRAILING_BYTES},
    };
    static uint8_t scratch[8192];
    barejwt_unverified said;
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        const char *json = faults[i].json;
        static char token[8192];
        strcpy(token, "eyJhbGciOiJIUzI1NiJ9.");
        append_base64url(token, json, strlen(json));
        strcat(token, ".");
        STATUS(barejwt_decode_unverified(BAREJWT_CSTR(token), scratch, sizeof scratch, &said),
               BAREJWT_E_JSON);
        CHECK(said.detail.part == BAREJWT_PART_PAYLOAD);
        CHECK(said.detail.problem == faults[i].problem);
        strcpy(token, "");
        append_base64url(token, json, strlen(json));
        strcat(token, ".e30.");
        STATUS(barejwt_decode_unverified(BAREJWT_CSTR(token), scratch, sizeof scratch, &said),
               BAREJWT_E_JSON);
        CHECK(said.detail.part == BAREJWT_PART_HEADER);
        CHECK(said.detail.problem == faults[i].problem);
    }
    STATUS(barejwt_decode_unverified(BAREJWT_LIT("e30.*."), scratch, sizeof scratch, &said),
           BAREJWT_E_BASE64);
    CHECK(said.detail.part == BAREJWT_PART_PAYLOAD);
}

// These changes are noticed: any bit, the same bit in two words, and two neighbours that change places.
// The caller may change the bytes behind the claims.
void every_bit_of_the_scratch_counts(void) {
    barejwt_key key = ready_key();
    uint8_t scratch[BAREJWT_SCRATCH_MAX(sizeof access_token - 1)];
    barejwt_claims claims;
    barejwt_value value;
    barejwt_validation want = BAREJWT_VALIDATION_ACCESS;
    memset(scratch, 0, sizeof scratch);
    OK(barejwt_verify(&key, BAREJWT_CSTR(access_token), &want, NOW, scratch, sizeof scratch,
                      &claims));
#define SUB() barejwt_claims_get(&claims, BAREJWT_LIT("sub"), NULL, 0, &value)
    CHECK((const void *)claims.json.ptr == scratch && claims.json.len < sizeof scratch);
    for (size_t bit = 0; bit < 8 * claims.json.len; bit++) {
        const uint8_t change = (uint8_t)(1 << bit % 8);
        scratch[bit / 8] ^= change;
        STATUS(SUB(), BAREJWT_E_SCRATCH_CHANGED);
        if (bit / 8 + 4 < claims.json.len) {
            scratch[bit / 8 + 4] ^= change;
            STATUS(SUB(), BAREJWT_E_SCRATCH_CHANGED);
            scratch[bit / 8 + 4] ^= change;
        }
        scratch[bit / 8] ^= change;
    }
    for (size_t i = 0; i + 1 < claims.json.len; i++) {
        if (scratch[i] == scratch[i + 1]) continue;
        const uint8_t first = scratch[i];
        scratch[i] = scratch[i + 1];
        scratch[i + 1] = first;
        STATUS(SUB(), BAREJWT_E_SCRATCH_CHANGED);
        scratch[i + 1] = scratch[i];
        scratch[i] = first;
    }
    // Small changes in two words. With a small factor between the words they would cancel.
    for (size_t at = 0; at + 4 < claims.json.len; at++) {
        for (size_t apart = 4; apart <= 8 && at + apart < claims.json.len; apart += 4) {
            const uint8_t first = scratch[at], other = scratch[at + apart];
            for (int change = 0; change < 19 * 19; change++) {
                scratch[at] = (uint8_t)(first + change / 19 - 9);
                scratch[at + apart] = (uint8_t)(other + change % 19 - 9);
                if (scratch[at] == first && scratch[at + apart] == other) continue;
                STATUS(SUB(), BAREJWT_E_SCRATCH_CHANGED);
            }
            scratch[at] = first;
            scratch[at + apart] = other;
        }
    }
    memset(scratch + claims.json.len, 0xff, sizeof scratch - claims.json.len);
    OK(SUB());
    CHECK(str_is(value.text, "lUpa"));
}
