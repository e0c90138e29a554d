// Every function that takes a buffer gets buffers of every size from nothing to enough. They are on the
// heap, so that the sanitisers see a byte too many.
#include <stdlib.h>

#include "harness.h"

static const barejwt_validation want = BAREJWT_VALIDATION_ACCESS;

// Allocates size bytes with an x behind them.
static char *room(size_t size) {
    char *block = malloc(size + 1);
    if (block == NULL) abort();
    block[size] = 'x';
    return block;
}

// Frees the block. Returns whether the x is still there.
static int unharmed(char *block, size_t size) {
    const int is_there = block[size] == 'x';
    free(block);
    return is_there;
}

// Runs call for each size. Below need it must be refused and name need. From need on it must succeed.
#define EVERY_SIZE(need, refusal, needed, call)                                                    \
    for (size_t size = 0; size <= (need) + 3; size++) {                                            \
        char *block = room(size);                                                                  \
        const barejwt_status status = (call);                                                      \
        CHECK(unharmed(block, size));                                                              \
        if (size < (need)) {                                                                       \
            STATUS(status, refusal);                                                               \
            CHECK((needed) == (need));                                                             \
        } else {                                                                                   \
            STATUS(status, BAREJWT_OK);                                                            \
        }                                                                                          \
    }

void scratch_of_every_size(void) {
    barejwt_key key = ready_key();
    barejwt_identity who;
    barejwt_refresh refresh;
    barejwt_unverified said;
    char header[7 + sizeof access_token] = "Bearer ";
    strcat(header, access_token);
    EVERY_SIZE(70, BAREJWT_E_SCRATCH_TOO_SMALL, who.claims.detail.needed,
               barejwt_authenticate(&key, BAREJWT_AUTH_REQUIRED, BAREJWT_CSTR(header), &want, NOW,
                                    block, size, &who))
    EVERY_SIZE(131, BAREJWT_E_SCRATCH_TOO_SMALL, refresh.unconfirmed.detail.needed,
               barejwt_verify_refresh(&key, BAREJWT_CSTR(refresh_token), &want, NOW, block, size,
                                      &refresh))
    // This function decodes the header too.
    EVERY_SIZE(27 + 70, BAREJWT_E_SCRATCH_TOO_SMALL, said.detail.needed,
               barejwt_decode_unverified(BAREJWT_CSTR(access_token), block, size, &said))
}

// A sub with escapes needs room for its unescaped bytes too.
void scratch_of_every_size_for_escapes(void) {
    barejwt_key key = ready_key();
    barejwt_claims claims;
    barejwt_unverified said;
    const char *json = "{\"token_type\":\"access\",\"sub\":\"\\u0041\\n\",\"exp\":1745655578,"
                       "\"nbf\":1745651978}";
    const size_t payload = strlen(json);
    const char *token = signed_json(&key, json);
    for (size_t size = 0; size < payload + 5; size++) {
        char *block = room(size);
        const barejwt_status status =
            barejwt_verify(&key, BAREJWT_CSTR(token), &want, NOW, block, size, &claims);
        CHECK(unharmed(block, size));
        if (size < payload + 2) {
            STATUS(status, BAREJWT_E_SCRATCH_TOO_SMALL);
            CHECK(claims.detail.needed == (size < payload ? payload : payload + 2));
        } else {
            OK(status);
        }
    }
    for (size_t size = 27 + payload; size < 27 + payload + 5; size++) {
        char *block = room(size);
        OK(barejwt_decode_unverified(BAREJWT_CSTR(token), block, size, &said));
        // Without room for the unescaped sub, said_sub is left out.
        CHECK((said.said_sub.len == 2) == (size >= 27 + payload + 2));
        CHECK(unharmed(block, size));
    }
}

void output_of_every_size(void) {
    barejwt_key key = ready_key();
    barejwt_refresh token;
    barejwt_pair pair;
    barejwt_claims claims;
    barejwt_value value;
    uint8_t scratch[512];
    char out[512];
    size_t len;
    EVERY_SIZE(19, BAREJWT_E_OUTPUT_TOO_SMALL, len,
               barejwt_www_authenticate(BAREJWT_E_AUTHORIZATION_MISSING, BAREJWT_LIT("api"), block,
                                        size, &len))
    OK(barejwt_verify_refresh(&key, BAREJWT_CSTR(refresh_token), &want, NOW, scratch,
                              sizeof scratch, &token));
    EVERY_SIZE(sizeof access_token, BAREJWT_E_OUTPUT_TOO_SMALL, pair.needed,
               barejwt_refresh_renew(&key, &token, hash, lives(60, 60), block, size, out, sizeof out, &pair))
    EVERY_SIZE(sizeof refresh_token, BAREJWT_E_OUTPUT_TOO_SMALL, pair.needed,
               barejwt_refresh_renew(&key, &token, hash, lives(60, 60), out, sizeof out, block, size, &pair))
    const char *json = "{\"token_type\":\"access\",\"sub\":\"a\",\"exp\":1745655578,"
                       "\"nbf\":1745651978,\"role\":\"\\u0041\\n\"}";
    OK(barejwt_verify(&key, BAREJWT_CSTR(signed_json(&key, json)), &want, NOW, scratch,
                      sizeof scratch, &claims));
    EVERY_SIZE(2, BAREJWT_E_OUTPUT_TOO_SMALL, value.needed,
               barejwt_claims_get(&claims, BAREJWT_LIT("role"), block, size, &value))
}
