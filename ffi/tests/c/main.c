// Runs every test of the C ABI, or only the test that is named. See .ci/c-tests.
#include <stdlib.h>

#include "harness.h"

int test_failed;

const uint8_t secret[32] = {7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
                            7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7};
const uint8_t hash[BAREJWT_STATE_HASH_BYTES] = {
    0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
    16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};
const char access_token[] =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ0b2tlbl90eXBlIjoiYWNjZXNzIiwic3ViIjoibFVwYSIsImV"
    "4cCI6MTc0NTY1NTU3OCwibmJmIjoxNzQ1NjUxOTc4fQ.m8iJW_4HvzrduZA8iehG_3RUaG5tVemNjceT0AsjeyI";
const char refresh_token[] =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ0b2tlbl90eXBlIjoicmVmcmVzaCIsInN1YiI6ImxVcGEiLCJ"
    "leHAiOjE3NjEyMDM5NzgsIm5iZiI6MTc0NTY1MTk3OCwic3RhdGVfaGFzaCI6IkFBRUNBd1FGQmdjSUNRb0xEQTB"
    "PRHhBUkVoTVVGUllYR0JrYUd4d2RIaDg9In0.8jDU9AY6xWayKxv_b56hehb4A6PbJLUKYjT36aMDk44";

barejwt_key ready_key(void) {
    barejwt_key key;
    if (barejwt_key_init(&key, secret, sizeof secret) != BAREJWT_OK) abort();
    return key;
}

const barejwt_pair_options *lives(uint32_t access, uint32_t refresh) {
    static barejwt_pair_options options = BAREJWT_PAIR_OPTIONS;
    options.access_lifetime = access;
    options.refresh_lifetime = refresh;
    return &options;
}

const char *signed_json(const barejwt_key *key, const char *json) {
    static char token[16384];
    size_t len;
    if (barejwt_sign_json(key, BAREJWT_CSTR(json), token, sizeof token, &len) != BAREJWT_OK) {
        abort();
    }
    return token;
}

int str_is(barejwt_str str, const char *expected) {
    return str.ptr != NULL && str.len == strlen(expected) &&
           memcmp(str.ptr, expected, str.len) == 0;
}

int no_claims(const barejwt_claims *claims) {
    static const barejwt_claims zeros;
    barejwt_claims copy = *claims;
    memset(&copy.detail, 0, sizeof copy.detail);
    return memcmp(&copy, &zeros, sizeof copy) == 0;
}

static const struct {
    const char *name;
    void (*run)(void);
} tests[] = {
#define TEST(name) {#name, name},
#include "tests.h"
#undef TEST
};

int main(int argc, char **argv) {
    unsigned passed = 0, failed = 0;
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
        if (argc == 2 && strcmp(argv[1], tests[i].name) != 0) continue;
        test_failed = 0;
        tests[i].run();
        if (test_failed) {
            fprintf(stderr, "failed: %s\n", tests[i].name);
            failed++;
        } else {
            passed++;
        }
    }
    printf("%u passed, %u failed\n", passed, failed);
    return passed > 0 && failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
