// A test is a function that CHECKs. A failed CHECK prints its place and ends the test.
#ifndef HARNESS_H
#define HARNESS_H

#include <stdio.h>
#include <string.h>

#include "barejwt.h"

extern int test_failed;

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                \
            test_failed = 1;                                                                       \
            return;                                                                                \
        }                                                                                          \
    } while (0)

// Checks a status. A failure prints both statuses.
#define STATUS(call, expected)                                                                     \
    do {                                                                                           \
        barejwt_status found_ = (call);                                                            \
        if (found_ != (expected)) {                                                                \
            fprintf(stderr, "%s:%d: %s is %d (%s), not %s\n", __FILE__, __LINE__, #call,           \
                    (int)found_, barejwt_strerror(found_), #expected);                             \
            test_failed = 1;                                                                       \
            return;                                                                                \
        }                                                                                          \
    } while (0)
#define OK(call) STATUS(call, BAREJWT_OK)

#define NOW INT64_C(1745651978)
#define LIFETIME 3600

// The secret is 32 bytes of 7. Python's hmac made the tokens with it.
extern const uint8_t secret[32];
extern const uint8_t hash[BAREJWT_STATE_HASH_BYTES];
extern const char access_token[176];
extern const char refresh_token[257];

// Makes a key from secret. The tests of keys prove that this cannot fail.
barejwt_key ready_key(void);
// Returns options with these lifetimes. They stay until the next call.
const barejwt_pair_options *lives(uint32_t access, uint32_t refresh);
// Signs a claims set into a static buffer.
const char *signed_json(const barejwt_key *key, const char *json);

#define TEST(name) void name(void);
#include "tests.h"
#undef TEST

int str_is(barejwt_str str, const char *expected);
// Whether all fields except detail are zeros.
int no_claims(const barejwt_claims *claims);

#endif
