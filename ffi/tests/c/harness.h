// A test is a function that CHECKs; a failed CHECK says where and ends its test.
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

// Checks a status and names both if it is another.
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

// 32 bytes of 7, and tokens made with it by Python's hmac.
extern const uint8_t secret[32];
extern const uint8_t hash[BAREJWT_STATE_HASH_BYTES];
extern const char access_token[176];
extern const char refresh_token[257];

// A key from secret; the tests of keys prove that this cannot fail.
barejwt_key ready_key(void);
// Options of a pair with these lifetimes; they live until the next call.
const barejwt_pair_options *lives(uint32_t access, uint32_t refresh);
// Signs a claims set into a static buffer.
const char *signed_json(const barejwt_key *key, const char *json);

#define TEST(name) void name(void);
#include "tests.h"
#undef TEST

int str_is(barejwt_str str, const char *expected);
// Whether a struct is zeros, but for its detail.
int no_claims(const barejwt_claims *claims);

#endif
