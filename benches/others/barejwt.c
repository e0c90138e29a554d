// libbarejwt.a from C: barejwt TOKENS_TXT.
#include "timing.h"

#include <barejwt.h>

static barejwt_key key;
static barejwt_slot slots[4];
static barejwt_keyring ring;
static uint8_t scratch[BAREJWT_SCRATCH_MAX(512)];
static const int64_t nbf = 1745651978, exp_ = 4000000000;

// A token and its length. A server knows both from its request, and Rust knows both from its &str.
typedef struct {
    const char *text;
    size_t len;
} token;

static token measured(const char *text) {
    return (token){text, strlen(text)};
}

static barejwt_status verify_with(const barejwt_key *keys, token token,
                                  const barejwt_validation *want, int64_t now) {
    barejwt_claims claims;
    return barejwt_verify(keys, token.text, token.len, want, now, scratch, sizeof scratch, &claims);
}

static barejwt_status verify(token token, const barejwt_validation *want, int64_t now) {
    return verify_with(&key, token, want, now);
}

// Four keys, of which the token names the last.
static void fill_ring(void) {
    const char *kids[] = {"2026-08", "2026-09", "2026-10", "2026-11"};
    must(barejwt_keyring_init(&ring, slots, 4) == BAREJWT_OK);
    for (int n = 0; n < 4; n++)
        must(barejwt_keyring_add(&ring, BAREJWT_CSTR(kids[n]), &key, 0) == BAREJWT_OK);
}

int main(int argc, char **argv) {
    read_tokens(argc == 2 ? argv[1] : NULL);
    barejwt_validation access = BAREJWT_VALIDATION_ACCESS, refresh = BAREJWT_VALIDATION_REFRESH;
    const uint32_t lifetime = (uint32_t)(exp_ - nbf);
    uint8_t hash[BAREJWT_STATE_HASH_BYTES] = {0};
    char out[512];
    size_t len;
    token access_ = measured(access_token), refresh_ = measured(refresh_token);
    token everyday = measured(everyday_token), named = measured(named_token);

    must(barejwt_key_init(&key, BAREJWT_CSTR(secret)) == BAREJWT_OK);
    fill_ring();
    must(verify(measured(forged), &access, nbf) == BAREJWT_E_SIGNATURE_INVALID);
    must(verify(refresh_, &access, nbf) == BAREJWT_E_TOKEN_TYPE_WRONG);
    must(barejwt_sign_access(&key, BAREJWT_LIT("lUpa"), nbf, lifetime, out, sizeof out, &len) == 0);
    must(strcmp(out, access_token) == 0);

    MEASURE("barejwt_c", "verify_access", must(verify(access_, &access, nbf) == 0));
    MEASURE("barejwt_c", "verify_refresh", must(verify(refresh_, &refresh, nbf) == 0));
    MEASURE("barejwt_c", "verify_everyday", must(verify(everyday, &access, nbf) == 0));
    MEASURE("barejwt_c", "verify_kid_single_key", must(verify(named, &access, nbf) == 0));
    MEASURE("barejwt_c", "verify_kid", must(verify_with(&ring.key, named, &access, nbf) == 0));
    MEASURE("barejwt_c", "verify_access_clock", must(verify(access_, &access, time(NULL)) == 0));
    MEASURE("barejwt_c", "verify_refresh_clock", must(verify(refresh_, &refresh, time(NULL)) == 0));
    MEASURE("barejwt_c", "verify_everyday_clock", must(verify(everyday, &access, time(NULL)) == 0));
    MEASURE("barejwt_c", "verify_kid_single_key_clock", must(verify(named, &access, time(NULL)) == 0));
    MEASURE("barejwt_c", "sign_access",
            must(barejwt_sign_access(&key, BAREJWT_LIT("lUpa"), nbf, lifetime, out, sizeof out, &len) == 0));
    MEASURE("barejwt_c", "sign_refresh",
            must(barejwt_sign_refresh(&key, BAREJWT_LIT("lUpa"), hash, nbf, lifetime, out, sizeof out, &len) == 0));
    MEASURE("barejwt_c", "key_32", must(barejwt_key_init(&key, BAREJWT_CSTR(secret)) == 0));
}
