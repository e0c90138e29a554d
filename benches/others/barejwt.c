// libbarejwt.a from C: barejwt TOKENS_TXT.
#include "timing.h"

#include <barejwt.h>

static barejwt_key key;
static barejwt_slot slots[4];
static barejwt_keyring ring;
static uint8_t scratch[BAREJWT_SCRATCH_MAX(512)];
static const int64_t nbf = 1745651978, exp_ = 4000000000;

static barejwt_status verify_with(const barejwt_key *keys, const char *token,
                                  const barejwt_validation *want, int64_t now) {
    barejwt_claims claims;
    return barejwt_verify(keys, token, strlen(token), want, now, scratch, sizeof scratch, &claims);
}

static barejwt_status verify(const char *token, const barejwt_validation *want, int64_t now) {
    return verify_with(&key, token, want, now);
}

// Four keys; the token names the last.
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

    must(barejwt_key_init(&key, BAREJWT_CSTR(secret)) == BAREJWT_OK);
    fill_ring();
    must(verify(forged, &access, nbf) == BAREJWT_E_SIGNATURE_INVALID);
    must(verify(refresh_token, &access, nbf) == BAREJWT_E_TOKEN_TYPE_WRONG);
    must(barejwt_sign_access(&key, BAREJWT_LIT("lUpa"), nbf, lifetime, out, sizeof out, &len) == 0);
    must(strcmp(out, access_token) == 0);

    MEASURE("barejwt_c", "verify_access", must(verify(access_token, &access, nbf) == 0));
    MEASURE("barejwt_c", "verify_refresh", must(verify(refresh_token, &refresh, nbf) == 0));
    MEASURE("barejwt_c", "verify_everyday", must(verify(everyday_token, &access, nbf) == 0));
    MEASURE("barejwt_c", "verify_kid_single_key", must(verify(named_token, &access, nbf) == 0));
    MEASURE("barejwt_c", "verify_kid", must(verify_with(&ring.key, named_token, &access, nbf) == 0));
    MEASURE("barejwt_c", "verify_access_clock", must(verify(access_token, &access, time(NULL)) == 0));
    MEASURE("barejwt_c", "verify_refresh_clock", must(verify(refresh_token, &refresh, time(NULL)) == 0));
    MEASURE("barejwt_c", "verify_everyday_clock", must(verify(everyday_token, &access, time(NULL)) == 0));
    MEASURE("barejwt_c", "verify_kid_single_key_clock", must(verify(named_token, &access, time(NULL)) == 0));
    MEASURE("barejwt_c", "sign_access",
            must(barejwt_sign_access(&key, BAREJWT_LIT("lUpa"), nbf, lifetime, out, sizeof out, &len) == 0));
    MEASURE("barejwt_c", "sign_refresh",
            must(barejwt_sign_refresh(&key, BAREJWT_LIT("lUpa"), hash, nbf, lifetime, out, sizeof out, &len) == 0));
    MEASURE("barejwt_c", "key_32", must(barejwt_key_init(&key, BAREJWT_CSTR(secret)) == 0));
}
