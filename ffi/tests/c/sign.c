// Signing, and the sizes of buffers.
#include <stdlib.h>

#include "harness.h"

void tokens_are_those_of_another_implementation(void) {
    barejwt_key key = ready_key();
    char token[BAREJWT_REFRESH_TOKEN_MAX(4)];
    size_t len;
    OK(barejwt_sign_access(&key, BAREJWT_LIT("lUpa"), NOW, LIFETIME, token, sizeof token, &len));
    CHECK(strcmp(token, access_token) == 0 && len == strlen(access_token));
    OK(barejwt_sign_refresh(&key, BAREJWT_LIT("lUpa"), hash, NOW, BAREJWT_REFRESH_LIFETIME, token,
                            sizeof token, &len));
    CHECK(strcmp(token, refresh_token) == 0 && len == strlen(refresh_token));
    OK(barejwt_sign_json(
        &key,
        BAREJWT_LIT("{\"token_type\":\"access\",\"sub\":\"lUpa\",\"exp\":1745655578,"
                    "\"nbf\":1745651978}"),
        token, sizeof token, &len));
    CHECK(strcmp(token, access_token) == 0);
}

// Tries each size from 0. A refusal names the exact need and leaves an empty text. The buffer is on the
// heap, so that the sanitisers see a byte too many.
#define EVERY_SIZE(call, expected)                                                                 \
    for (size_t size = 0; size <= strlen(expected) + 2; size++) {                                  \
        char *out = malloc(size + 1);                                                              \
        CHECK(out != NULL);                                                                        \
        memset(out, 'x', size + 1);                                                                \
        size_t len = 12345;                                                                        \
        barejwt_status st = (call);                                                                \
        CHECK(out[size] == 'x');                                                                   \
        if (size <= strlen(expected)) {                                                            \
            STATUS(st, BAREJWT_E_OUTPUT_TOO_SMALL);                                                \
            CHECK(len == strlen(expected) + 1);                                                    \
            CHECK(size == 0 || out[0] == '\0');                                                    \
        } else {                                                                                   \
            STATUS(st, BAREJWT_OK);                                                                \
            CHECK(len == strlen(expected) && strcmp(out, expected) == 0);                          \
        }                                                                                          \
        free(out);                                                                                 \
    }

void short_buffers_say_what_they_need(void) {
    barejwt_key key = ready_key();
    EVERY_SIZE(barejwt_sign_access(&key, BAREJWT_LIT("lUpa"), NOW, LIFETIME, out, size, &len),
               access_token)
    EVERY_SIZE(barejwt_sign_refresh(&key, BAREJWT_LIT("lUpa"), hash, NOW,
                                    BAREJWT_REFRESH_LIFETIME, out, size, &len),
               refresh_token)
    const char *json = "{\"token_type\":\"access\",\"sub\":\"lUpa\",\"exp\":1745655578,"
                       "\"nbf\":1745651978}";
    EVERY_SIZE(barejwt_sign_json(&key, BAREJWT_CSTR(json), out, size, &len), access_token)
    const char *challenge = "Bearer realm=\"api\", error=\"invalid_token\", "
                            "error_description=\"the token has expired\"";
    EVERY_SIZE(barejwt_www_authenticate(BAREJWT_E_EXPIRED, BAREJWT_LIT("api"), out, size, &len),
               challenge)
}

void the_exact_size_is_asked_with_null(void) {
    barejwt_key key = ready_key();
    size_t len = 0;
    STATUS(barejwt_sign_access(&key, BAREJWT_LIT("lUpa"), NOW, LIFETIME, NULL, 0, &len),
           BAREJWT_E_OUTPUT_TOO_SMALL);
    CHECK(len == sizeof access_token);
}

// Whether the constant is exactly the need of the longest such token.
static int needs(barejwt_status st, size_t len, size_t constant) {
    return st == BAREJWT_E_OUTPUT_TOO_SMALL && len == constant;
}

void constants_are_the_longest_tokens(void) {
    barejwt_key key = ready_key();
    char sub[64];
    memset(sub, 's', sizeof sub);
    const int64_t late = INT64_MAX - 1;
    for (size_t n = 1; n <= sizeof sub; n++) {
        size_t len;
        barejwt_status st = barejwt_sign_access(&key, sub, n, late, 1, NULL, 0, &len);
        CHECK(needs(st, len, BAREJWT_ACCESS_TOKEN_MAX(n)));
        st = barejwt_sign_refresh(&key, sub, n, hash, late, 1, NULL, 0, &len);
        CHECK(needs(st, len, BAREJWT_REFRESH_TOKEN_MAX(n)));
    }
    // The header says how escapes count.
    size_t len;
    barejwt_status st = barejwt_sign_access(&key, "\"\n\x01", 3, late, 1, NULL, 0, &len);
    CHECK(needs(st, len, BAREJWT_ACCESS_TOKEN_MAX(2 + 2 + 6)));

    char json[200] = "{}";
    for (size_t n = 2; n <= sizeof json; n++) {
        memset(json + 2, ' ', n - 2);
        st = barejwt_sign_json(&key, json, n, NULL, 0, &len);
        CHECK(needs(st, len, BAREJWT_JSON_TOKEN_MAX(n)));
    }
    for (size_t n = 1; n <= BAREJWT_KID_MAX; n++) {
        barejwt_slot slot;
        barejwt_keyring ring;
        OK(barejwt_keyring_init(&ring, &slot, 1));
        OK(barejwt_keyring_add(&ring, sub, n, &key, BAREJWT_RING_SIGNS));
        st = barejwt_sign_access(&ring.key, sub, 4, late, 1, NULL, 0, &len);
        CHECK(needs(st, len, BAREJWT_ACCESS_TOKEN_MAX(4) + BAREJWT_KID_ROOM(n)));
    }
}

// Subjects with and without escapes, times of one to eighteen digits, keys with and without a kid.
void lengths_are_those_of_the_tokens(void) {
    barejwt_key key = ready_key();
    barejwt_slot slots[2];
    barejwt_keyring rings[2];
    const barejwt_key *keys[3] = {&key, &rings[0].key, &rings[1].key};
    char kid[BAREJWT_KID_MAX];
    memset(kid, 'k', sizeof kid);
    for (size_t i = 0; i < 2; i++) {
        OK(barejwt_keyring_init(&rings[i], &slots[i], 1));
        OK(barejwt_keyring_add(&rings[i], kid, i == 0 ? 1 : sizeof kid, &key, BAREJWT_RING_SIGNS));
    }
    static const char *const pieces[] = {"s", "\"", "\n", "\x01", "\xc3\xa9", "\xf0\x9f\x98\x80"};
    char sub[64] = "", json[128], token[1024];
    for (size_t n = 1; n <= 24; n++) {
        strcat(sub, pieces[n % 6]);
        snprintf(json, sizeof json, "{\"a\":\"%.*s\"}", (int)n, "abcdefghijklmnopqrstuvwxyz");
        for (int64_t now = 1; now <= INT64_MAX / 10; now *= 10) {
            for (size_t i = 0; i < 3; i++) {
                size_t exact, len;
                // A call with NULL gives the size. A buffer of exactly that size is enough.
#define EXACT(call)                                                                                \
    do {                                                                                           \
        char *out = NULL;                                                                          \
        exact = 0;                                                                                 \
        STATUS(call, BAREJWT_E_OUTPUT_TOO_SMALL);                                                  \
        out = token;                                                                               \
        exact = len;                                                                               \
        OK(call);                                                                                  \
        CHECK(len + 1 == exact && strlen(token) == len);                                           \
    } while (0)
                EXACT(barejwt_sign_access(keys[i], BAREJWT_CSTR(sub), now, 9, out, exact, &len));
                EXACT(barejwt_sign_refresh(keys[i], BAREJWT_CSTR(sub), hash, now, 9, out, exact,
                                           &len));
                EXACT(barejwt_sign_json(keys[i], BAREJWT_CSTR(json), out, exact, &len));
#undef EXACT
            }
        }
    }
}

void scratch_sizes_agree(void) {
    for (size_t n = 0; n < 1000; n++) CHECK(barejwt_scratch_size(n) == BAREJWT_SCRATCH_MAX(n));
    CHECK(barejwt_scratch_size(175) == 262);
    CHECK(barejwt_scratch_size(SIZE_MAX) == SIZE_MAX);
}

void what_must_not_be_signed_is_refused(void) {
    barejwt_key key = ready_key();
    char out[512] = "x";
    size_t len = 1;
    STATUS(barejwt_sign_access(&key, NULL, 0, NOW, 1, out, sizeof out, &len),
           BAREJWT_E_SUBJECT_EMPTY);
    CHECK(out[0] == '\0' && len == 0);
    STATUS(barejwt_sign_access(&key, BAREJWT_LIT("s"), 0, 1, out, sizeof out, &len),
           BAREJWT_E_CLOCK_NOT_SET);
    STATUS(barejwt_sign_access(&key, BAREJWT_LIT("s"), NOW, 0, out, sizeof out, &len),
           BAREJWT_E_LIFETIME_ZERO);
    STATUS(barejwt_sign_access(&key, BAREJWT_LIT("s"), INT64_MAX, 1, out, sizeof out, &len),
           BAREJWT_E_TIME_OVERFLOW);
    STATUS(barejwt_sign_access(&key, BAREJWT_LIT("\xc3"), NOW, 1, out, sizeof out, &len),
           BAREJWT_E_NOT_UTF8);
    STATUS(barejwt_sign_json(&key, BAREJWT_LIT("[]"), out, sizeof out, &len),
           BAREJWT_E_JSON_TO_SIGN);
    STATUS(barejwt_sign_json(&key, NULL, 0, out, sizeof out, &len),
           BAREJWT_E_JSON_TO_SIGN);
    CHECK(out[0] == '\0' && len == 0);
}

void signing_is_refused_at_the_edges(void) {
    barejwt_key key = ready_key(), wiped = ready_key();
    barejwt_key_wipe(&wiped);
    char out[512];
    size_t len;
    STATUS(barejwt_sign_access(NULL, "s", 1, NOW, 1, out, sizeof out, &len), BAREJWT_E_NULL);
    STATUS(barejwt_sign_access(&key, NULL, 1, NOW, 1, out, sizeof out, &len), BAREJWT_E_NULL);
    STATUS(barejwt_sign_access(&key, "s", 1, NOW, 1, NULL, 1, &len), BAREJWT_E_NULL);
    STATUS(barejwt_sign_access(&key, "s", 1, NOW, 1, out, sizeof out, NULL), BAREJWT_E_NULL);
    STATUS(barejwt_sign_refresh(&key, "s", 1, NULL, NOW, 1, out, sizeof out, &len),
           BAREJWT_E_NULL);
    STATUS(barejwt_sign_json(&key, NULL, 2, out, sizeof out, &len), BAREJWT_E_NULL);
    STATUS(barejwt_sign_access(&key, "s", SIZE_MAX, NOW, 1, out, sizeof out, &len),
           BAREJWT_E_LENGTH);
    STATUS(barejwt_sign_access(&key, "s", 1, NOW, 1, out, SIZE_MAX, &len), BAREJWT_E_LENGTH);
    STATUS(barejwt_sign_access(&wiped, "s", 1, NOW, 1, out, sizeof out, &len),
           BAREJWT_E_NOT_READY);
    CHECK(out[0] == '\0' && len == 0);
    strcpy(out, "s");
    STATUS(barejwt_sign_access(&key, out, 1, NOW, 1, out, sizeof out, &len), BAREJWT_E_OVERLAP);
    STATUS(barejwt_sign_access(&key, out + 9, 1, NOW, 1, out, 10, &len), BAREJWT_E_OVERLAP);
    STATUS(barejwt_sign_access(&key, "s", 1, NOW, 1, (char *)&key, 8, &len), BAREJWT_E_OVERLAP);
    key = ready_key(); // the refused call has cleared a part of the key as its output
    STATUS(barejwt_sign_access(&key, "s", 1, NOW, 1, (char *)&len, 1, &len), BAREJWT_E_OVERLAP);
    STATUS(barejwt_sign_refresh(&key, "s", 1, (uint8_t *)out, NOW, 1, out, sizeof out, &len),
           BAREJWT_E_OVERLAP);
    // Misuse is reported before a keyring that signs nothing.
    barejwt_slot slot;
    barejwt_keyring ring;
    OK(barejwt_keyring_init(&ring, &slot, 1));
    OK(barejwt_keyring_add(&ring, BAREJWT_LIT("a"), &key, 0));
    STATUS(barejwt_sign_access(&ring.key, "s", 1, NOW, 1, out, sizeof out, &len),
           BAREJWT_E_KID_NOT_IN_KEYRING);
    STATUS(barejwt_sign_access(&ring.key, NULL, 1, NOW, 1, out, sizeof out, &len), BAREJWT_E_NULL);
    STATUS(barejwt_sign_refresh(&ring.key, "s", 1, NULL, NOW, 1, out, sizeof out, &len),
           BAREJWT_E_NULL);
    STATUS(barejwt_sign_json(&ring.key, NULL, 2, out, sizeof out, &len), BAREJWT_E_NULL);
    // A buffer without bytes overlaps nothing.
    STATUS(barejwt_sign_access(&key, "sub", 3, NOW, 1, (char *)&key + 2, 0, &len),
           BAREJWT_E_OUTPUT_TOO_SMALL);
    // Neighbours do not overlap.
    strcpy(out + 400, "s");
    OK(barejwt_sign_access(&key, out + 400, 1, NOW, 1, out, 400, &len));
}
