// libbarejwt.a from C: barejwt TOKENS_TXT.
#include "timing.h"

#include <barejwt.h>

static barejwt_key key;
static uint8_t scratch[BAREJWT_SCRATCH_MAX(512)];
static const int64_t nbf = 1745651978, exp_ = 4000000000;

static barejwt_status verify(const char *token, const barejwt_validation *want, int64_t now) {
    barejwt_claims claims;
    return barejwt_verify(&key, token, strlen(token), want, now, scratch, sizeof scratch, &claims);
}

// Many tokens, as many as benches/many.rs has.
#define MANY 64
static char many_text[MANY][256];
static barejwt_str many[MANY];
static barejwt_claims many_claims[MANY];
static barejwt_status statuses[MANY];
static uint8_t many_scratch[MANY * BAREJWT_SCRATCH_MAX(256)];

static void verify_one_by_one(const barejwt_validation *want) {
    for (size_t n = 0; n < MANY; n++)
        must(barejwt_verify(&key, many[n].ptr, many[n].len, want, nbf, scratch, sizeof scratch,
                            &many_claims[n]) == BAREJWT_OK);
}

static void verify_batch(const barejwt_validation *want) {
    must(barejwt_verify_batch(&key, many, MANY, want, nbf, many_scratch, sizeof many_scratch,
                              many_claims, statuses) == BAREJWT_OK);
}

int main(int argc, char **argv) {
    read_tokens(argc == 2 ? argv[1] : NULL);
    barejwt_validation access = BAREJWT_VALIDATION_ACCESS, refresh = BAREJWT_VALIDATION_REFRESH;
    const uint32_t lifetime = (uint32_t)(exp_ - nbf);
    uint8_t hash[BAREJWT_STATE_HASH_BYTES] = {0};
    char out[512];
    size_t len;

    must(barejwt_key_init(&key, BAREJWT_CSTR(secret)) == BAREJWT_OK);
    must(verify(forged, &access, nbf) == BAREJWT_E_SIGNATURE_INVALID);
    must(verify(refresh_token, &access, nbf) == BAREJWT_E_TOKEN_TYPE_WRONG);
    must(barejwt_sign_access(&key, BAREJWT_LIT("lUpa"), nbf, lifetime, out, sizeof out, &len) == 0);
    must(strcmp(out, access_token) == 0);

    MEASURE("barejwt_c", "verify_access", must(verify(access_token, &access, nbf) == 0));
    MEASURE("barejwt_c", "verify_refresh", must(verify(refresh_token, &refresh, nbf) == 0));
    MEASURE("barejwt_c", "verify_access_clock", must(verify(access_token, &access, time(NULL)) == 0));
    MEASURE("barejwt_c", "verify_refresh_clock", must(verify(refresh_token, &refresh, time(NULL)) == 0));
    MEASURE("barejwt_c", "sign_access",
            must(barejwt_sign_access(&key, BAREJWT_LIT("lUpa"), nbf, lifetime, out, sizeof out, &len) == 0));
    MEASURE("barejwt_c", "sign_refresh",
            must(barejwt_sign_refresh(&key, BAREJWT_LIT("lUpa"), hash, nbf, lifetime, out, sizeof out, &len) == 0));
    for (size_t n = 0; n < MANY; n++) {
        char sub[5] = {'u', '0', (char)('0' + n / 10), (char)('0' + n % 10), 0};
        must(barejwt_sign_access(&key, sub, 4, nbf, lifetime, many_text[n], sizeof many_text[n],
                                 &len) == 0);
        many[n] = (barejwt_str){many_text[n], len};
    }
    MEASURE("barejwt_c", "one_by_one", verify_one_by_one(&access));
    MEASURE("barejwt_c", "batch", verify_batch(&access));
    MEASURE("barejwt_c", "key_32", must(barejwt_key_init(&key, BAREJWT_CSTR(secret)) == 0));
}
