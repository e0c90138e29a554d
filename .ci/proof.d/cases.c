// The calls that every_key.py makes with symbols in the place of secrets: functions `case_…` without
// arguments. They read and write global variables, so that the proof finds these by name.

#include "barejwt.h"

#define HEADER "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
#define ACCESS_PAYLOAD                                                                             \
    "eyJ0b2tlbl90eXBlIjoiYWNjZXNzIiwic3ViIjoibFVwYSIsImV4cCI6MTc0NTY1NTU3OCwibmJmIjoxNzQ1NjUxOTc4" \
    "fQ."
// Right under the bytes 0 to 31 as the secret. Where the key is a symbol, each tag is right and wrong.
#define TAG "yQ5ZkHYmwIQMy0695ECtW3QW69R5jiAB9z4YbBMBUTQ"
#define OTHER_TAG "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define MALFORMED_TAG "yQ5ZkHYmwIQMy0695ECtW3QW69R5jiAB9z4YbBMBUT!"
#define REFRESH                                                                                    \
    HEADER                                                                                         \
    "eyJ0b2tlbl90eXBlIjoicmVmcmVzaCIsInN1YiI6ImxVcGEiLCJleHAiOjE3NjEyMDM5NzgsIm5iZiI6MTc0NTY1MTk3" \
    "OCwic3RhdGVfaGFzaCI6IklDRWlJeVFsSmljb0tTb3JMQzB1THpBeE1qTTBOVFkzT0RrNk96dzlQajg9In0.lSvoRUWR" \
    "cmvWb2_j7E4mF0eZyAHqSFfoGDhncyS9ksc"
#define NAMED                                                                                      \
    "eyJhbGciOiJIUzI1NiIsImtpZCI6IjIwMjYtMTEiLCJ0eXAiOiJKV1QifQ." ACCESS_PAYLOAD                   \
    "hMVQhnzf4ImAjaTNHyfTORQ5Qrb3nW5JSr3IdKuPnHI"
// What most other systems' tokens look like: ten members, 379 bytes.
#define EVERYDAY                                                                                   \
    HEADER                                                                                         \
    "eyJpc3MiOiJodHRwczovL2F1dGguZXhhbXBsZS5jb20iLCJzdWIiOiJ1c2VyLTEyMzQ1Njc4IiwiaWF0IjoxNzQ1NjUx" \
    "OTc4LCJuYmYiOjE3NDU2NTE5NzgsImV4cCI6MTc0NTY1NTU3OCwidG9rZW5fdHlwZSI6ImFjY2VzcyIsIm5hbWUiOiJK" \
    "YW5lIERvZSIsInNjb3BlIjoicmVhZCB3cml0ZSBhZG1pbiIsImVtYWlsIjoiamFuZUBleGFtcGxlLmNvbSIsInJvbGVz" \
    "IjpbImEiLCJiIiwiYyJdfQ.ATk0zui4JZB6u9hpF_1IcIPUlvtNXsI007T-3tg2wlc"
#define NOW 1745651978
#define SUB BAREJWT_LIT("lUpa")

static const barejwt_validation want_access = BAREJWT_VALIDATION_ACCESS;
static const barejwt_validation want_jwt = BAREJWT_VALIDATION_JWT;
static const barejwt_validation want_refresh = BAREJWT_VALIDATION_REFRESH;
static const barejwt_pair_options options = BAREJWT_PAIR_OPTIONS;

// Symbols, anew before each call.
uint8_t secret[256], token_hash[BAREJWT_STATE_HASH_BYTES], account_hash[BAREJWT_STATE_HASH_BYTES];

// What a call leaves for those after it.
barejwt_key key, key_of_ring;
barejwt_keyring ring;
barejwt_slot slots[4];
barejwt_claims claims;
barejwt_refresh refresh;
barejwt_pair pair;
char access_token[BAREJWT_ACCESS_TOKEN_MAX(4)], refresh_token[BAREJWT_REFRESH_TOKEN_MAX(4)];
size_t len;
uint8_t scratch[BAREJWT_SCRATCH_MAX(sizeof EVERYDAY)];

#define CASE(name) barejwt_status case_##name(void)

CASE(leak_branch) {
    if (secret[0] == 7) barejwt_key_wipe(&key);
    return BAREJWT_OK;
}
CASE(leak_read) { return scratch[secret[0]]; }
CASE(leak_write) {
    scratch[secret[0]] = 1;
    return BAREJWT_OK;
}
CASE(leak_multiply) { return secret[0] * secret[1]; }
CASE(leak_jump) { return ((barejwt_status (*)(void))(uintptr_t)secret[0])(); }
// Instructions with a condition, where there are some: a compiler would choose a branch at times.
CASE(leak_guarded_read) {
    uint32_t read = 0;
#ifdef __thumb2__
    __asm__("cmp %1, #7\n it eq\n ldrbeq %0, [%2]" : "+r"(read) : "r"(secret[0]), "r"(scratch) : "cc", "memory");
#else
    if (secret[0] == 7) read = *(volatile uint8_t *)scratch;
#endif
    return read;
}
CASE(leak_guarded_write) {
#ifdef __thumb2__
    __asm__ volatile("cmp %0, #7\n it eq\n strbeq %0, [%1]" : : "r"(secret[0]), "r"(scratch) : "cc", "memory");
#else
    if (secret[0] == 7) *(volatile uint8_t *)scratch = 1;
#endif
    return BAREJWT_OK;
}
CASE(leak_trace) {
    scratch[0] = secret[0];
    return BAREJWT_OK;
}

CASE(key_init_32) { return barejwt_key_init(&key, secret, 32); }
CASE(key_init_64) { return barejwt_key_init(&key, secret, 64); }
CASE(key_init_65) { return barejwt_key_init(&key, secret, 65); }
CASE(key_init_256) { return barejwt_key_init(&key, secret, 256); }

static barejwt_status verify(const barejwt_key *with, const char *token, size_t token_len) {
    return barejwt_verify(with, token, token_len, &want_access, NOW, scratch, sizeof scratch, &claims);
}
CASE(verify_access) { return verify(&key, BAREJWT_LIT(HEADER ACCESS_PAYLOAD TAG)); }
CASE(verify_wrong_tag) { return verify(&key, BAREJWT_LIT(HEADER ACCESS_PAYLOAD OTHER_TAG)); }
CASE(verify_malformed_tag) { return verify(&key, BAREJWT_LIT(HEADER ACCESS_PAYLOAD MALFORMED_TAG)); }
CASE(verify_everyday) { return verify(&key, BAREJWT_LIT(EVERYDAY)); }
CASE(verify_everyday_jwt) {
    return barejwt_verify(&key, BAREJWT_LIT(EVERYDAY), &want_jwt, NOW, scratch, sizeof scratch, &claims);
}

// For leeway.py.
int64_t now;
uint32_t leeway;
barejwt_status case_leeway(void) {
    static barejwt_validation want = BAREJWT_VALIDATION_ACCESS;
    want.leeway = leeway;
    return barejwt_verify(&key, BAREJWT_LIT(HEADER ACCESS_PAYLOAD TAG), &want, now, scratch,
                          sizeof scratch, &claims);
}

CASE(sign_access) {
    return barejwt_sign_access(&key, SUB, NOW, BAREJWT_ACCESS_LIFETIME, access_token,
                               sizeof access_token, &len);
}
CASE(sign_refresh) {
    return barejwt_sign_refresh(&key, SUB, account_hash, NOW, BAREJWT_REFRESH_LIFETIME,
                                refresh_token, sizeof refresh_token, &len);
}

CASE(verify_refresh) {
    return barejwt_verify_refresh(&key, BAREJWT_LIT(REFRESH), &want_refresh, NOW, scratch,
                                  sizeof scratch, &refresh);
}
static void forget_token_hash(void) {
    for (unsigned i = 0; i < sizeof token_hash; i++) refresh.state_hash[i] = token_hash[i];
}
CASE(confirm) {
    forget_token_hash();
    return barejwt_refresh_confirm(&refresh, account_hash, &claims);
}
CASE(renew) {
    forget_token_hash();
    return barejwt_refresh_renew(&key, &refresh, account_hash, &options, access_token,
                                 sizeof access_token, refresh_token, sizeof refresh_token, &pair);
}

// Four keys from four secrets.
CASE(keyring) {
    static const char *const kids[] = {"2026-09", "2026-10", "2026-11", "2026-12"};
    barejwt_status status = barejwt_keyring_init(&ring, slots, 4);
    for (unsigned i = 0; i < 4 && status == BAREJWT_OK; i++) {
        status = barejwt_key_init(&key_of_ring, secret + 64 * i, 64);
        if (status == BAREJWT_OK) status = barejwt_keyring_add(&ring, kids[i], 7, &key_of_ring, 0);
    }
    barejwt_key_wipe(&key_of_ring);
    return status;
}
CASE(verify_kid) { return verify(&ring.key, BAREJWT_LIT(NAMED)); }
CASE(keyring_wipe) {
    barejwt_keyring_wipe(&ring);
    return BAREJWT_OK;
}
CASE(key_wipe) {
    barejwt_key_wipe(&key);
    return BAREJWT_OK;
}
