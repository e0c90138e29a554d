// Prints what each operation of the C library costs: a line `operation quantity number` for the stack that it
// writes, and a line for the instructions that it executes, with the passing of its arguments.

#include <stdbool.h>

#include "barejwt.h"
#include "machine.h"

// Tokens under the bytes 0 to 31 as the secret, made by another implementation. The state hash is
// the bytes 32 to 63.
#define HEADER "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"
#define ACCESS_PAYLOAD                                                                             \
    "eyJ0b2tlbl90eXBlIjoiYWNjZXNzIiwic3ViIjoibFVwYSIsImV4cCI6MTc0NTY1NTU3OCwibmJmIjoxNzQ1NjUxOTc4" \
    "fQ"
#define ACCESS HEADER "." ACCESS_PAYLOAD ".yQ5ZkHYmwIQMy0695ECtW3QW69R5jiAB9z4YbBMBUTQ"
#define FORGED HEADER "." ACCESS_PAYLOAD ".yQ5ZkHYmwIQMy0695ECtW3QW69R5jiAB9z4YbBMBUTA"
#define REFRESH                                                                                    \
    HEADER                                                                                         \
    ".eyJ0b2tlbl90eXBlIjoicmVmcmVzaCIsInN1YiI6ImxVcGEiLCJleHAiOjE3NjEyMDM5NzgsIm5iZiI6MTc0NTY1MTk" \
    "3OCwic3RhdGVfaGFzaCI6IklDRWlJeVFsSmljb0tTb3JMQzB1THpBeE1qTTBOVFkzT0RrNk96dzlQajg9In0.lSvoRUW" \
    "RcmvWb2_j7E4mF0eZyAHqSFfoGDhncyS9ksc"
#define NAMED                                                                                      \
    "eyJhbGciOiJIUzI1NiIsImtpZCI6IjIwMjYtMTEiLCJ0eXAiOiJKV1QifQ." ACCESS_PAYLOAD                   \
    ".hMVQhnzf4ImAjaTNHyfTORQ5Qrb3nW5JSr3IdKuPnHI"
// A token like most other systems' tokens: ten members, 379 bytes.
#define EVERYDAY                                                                                   \
    HEADER                                                                                         \
    ".eyJpc3MiOiJodHRwczovL2F1dGguZXhhbXBsZS5jb20iLCJzdWIiOiJ1c2VyLTEyMzQ1Njc4IiwiaWF0IjoxNzQ1NjU" \
    "xOTc4LCJuYmYiOjE3NDU2NTE5NzgsImV4cCI6MTc0NTY1NTU3OCwidG9rZW5fdHlwZSI6ImFjY2VzcyIsIm5hbWUiOiJ" \
    "KYW5lIERvZSIsInNjb3BlIjoicmVhZCB3cml0ZSBhZG1pbiIsImVtYWlsIjoiamFuZUBleGFtcGxlLmNvbSIsInJvbGV" \
    "zIjpbImEiLCJiIiwiYyJdfQ.ATk0zui4JZB6u9hpF_1IcIPUlvtNXsI007T-3tg2wlc"
#define CLAIMS                                                                                     \
    "{\"token_type\":\"access\",\"sub\":\"lUpa\",\"exp\":1745655578,\"nbf\":1745651978}"
#define ANSWER                                                                                     \
    "{\"code\":0,\"data\":{\"token\":{\"access_token\":\"" ACCESS "\",\"refresh_token\":\"" REFRESH \
    "\",\"access_expires\":\"2025-04-26T16:19:38.833494+08:00\",\"refresh_expires\":\""            \
    "2025-10-23T15:19:38.833494+08:00\"}},\"msg\":\"\"}"
#define NOW 1745651978
#define SUB BAREJWT_LIT("lUpa")

static const barejwt_validation want_access = BAREJWT_VALIDATION_ACCESS;
static const barejwt_validation want_refresh = BAREJWT_VALIDATION_REFRESH;
static const barejwt_pair_options options = BAREJWT_PAIR_OPTIONS;

static uint8_t secret[256];
static barejwt_key key, cold_key;
static barejwt_keyring ring;
static barejwt_slot slots[1];
static char access_out[BAREJWT_ACCESS_TOKEN_MAX(4)], refresh_out[BAREJWT_REFRESH_TOKEN_MAX(4)];
static uint8_t scratch[BAREJWT_SCRATCH_MAX(sizeof EVERYDAY)];
static size_t out_len;
static barejwt_claims claims;
static barejwt_value value;
static barejwt_identity identity;
static barejwt_pair pair;
static barejwt_refresh refresh;
static barejwt_session session;
static barejwt_next next;
static barejwt_unverified unverified;
static barejwt_status status;

static bool is(barejwt_str text, const char *expected, size_t len) {
    bool same = text.len == len && text.ptr != NULL;
    for (size_t i = 0; same && i < len; i++) same = text.ptr[i] == expected[i];
    return same;
}

static void key_init_32(void) { status = barejwt_key_init(&cold_key, secret, 32); }
static void key_init_256(void) { status = barejwt_key_init(&cold_key, secret, 256); }
static bool key_works(void) {
    return barejwt_sign_access(&cold_key, SUB, NOW, 3600, access_out, sizeof access_out,
                               &out_len) == BAREJWT_OK;
}

static void verify_access(void) {
    status = barejwt_verify(&key, BAREJWT_LIT(ACCESS), &want_access, NOW, scratch, sizeof scratch,
                            &claims);
}
static void verify_kid(void) {
    status = barejwt_verify(&ring.key, BAREJWT_LIT(NAMED), &want_access, NOW, scratch,
                            sizeof scratch, &claims);
}
static void verify_everyday(void) {
    status = barejwt_verify(&key, BAREJWT_LIT(EVERYDAY), &want_access, NOW, scratch, sizeof scratch,
                            &claims);
}
static bool is_everyday(void) { return is(claims.sub, BAREJWT_LIT("user-12345678")); }
static bool is_lupa(void) { return is(claims.sub, SUB) && claims.exp == NOW + 3600; }

static void verify_forged(void) {
    status = barejwt_verify(&key, BAREJWT_LIT(FORGED), &want_access, NOW, scratch, sizeof scratch,
                            &claims);
    // What is refused is what should be.
    if (status == BAREJWT_E_SIGNATURE_INVALID) status = BAREJWT_OK;
}
static bool is_nobody(void) { return claims.sub.ptr == NULL; }

static void claims_get(void) {
    status = barejwt_claims_get(&claims, BAREJWT_LIT("nbf"), NULL, 0, &value);
}
static bool is_now(void) { return value.is_integer == 1 && value.integer == NOW; }

static void authenticate(void) {
    status = barejwt_authenticate(&key, BAREJWT_AUTH_REQUIRED, BAREJWT_LIT("Bearer " ACCESS),
                                  &want_access, NOW, scratch, sizeof scratch, &identity);
}
static bool is_user(void) {
    return identity.kind == BAREJWT_IDENTITY_USER && is(identity.claims.sub, SUB);
}

static void verify_refresh(void) {
    status = barejwt_verify_refresh(&key, BAREJWT_LIT(REFRESH), &want_refresh, NOW, scratch,
                                    sizeof scratch, &refresh);
}
static bool is_refresh(void) { return is(refresh.unconfirmed.sub, SUB); }

static void refresh_confirm(void) {
    status = barejwt_refresh_confirm(&refresh, secret + 32, &claims);
}
static bool is_confirmed(void) { return is(claims.sub, SUB) && claims.exp == NOW + 15552000; }

static void refresh_renew(void) {
    status = barejwt_refresh_renew(&key, &refresh, secret + 32, &options, access_out,
                                   sizeof access_out, refresh_out, sizeof refresh_out, &pair);
}
static void issue_pair(void) {
    status = barejwt_issue_pair(&key, SUB, secret + 32, &options, NOW, access_out,
                                sizeof access_out, refresh_out, sizeof refresh_out, &pair);
}
static bool is_pair(void) {
    return is(pair.access_token, BAREJWT_LIT(ACCESS)) &&
           is(pair.refresh_token, BAREJWT_LIT(REFRESH));
}

static void sign_access(void) {
    status = barejwt_sign_access(&key, SUB, NOW, 3600, access_out, sizeof access_out, &out_len);
}
static void sign_json(void) {
    status = barejwt_sign_json(&key, BAREJWT_LIT(CLAIMS), access_out, sizeof access_out, &out_len);
}
static bool is_access(void) {
    return is((barejwt_str){access_out, out_len}, BAREJWT_LIT(ACCESS));
}

static void sign_refresh(void) {
    status = barejwt_sign_refresh(&key, SUB, secret + 32, NOW, 15552000, refresh_out,
                                  sizeof refresh_out, &out_len);
}
static bool is_signed_refresh(void) {
    return is((barejwt_str){refresh_out, out_len}, BAREJWT_LIT(REFRESH));
}

static void pair_from_answer(void) {
    status = barejwt_pair_from_answer(BAREJWT_LIT(ANSWER), &pair, NULL);
}
static bool is_answer(void) { return is_pair() && pair.access_expires == 1745655578; }

static void session_init(void) { status = barejwt_session_init(&session, &pair, 60); }
static void session_next(void) { status = barejwt_session_next(&session, NOW + 3570, &next); }
// A new pair is used once. After that session-next has something to decide.
static bool is_new(void) {
    return barejwt_session_next(&session, NOW, &next) == BAREJWT_OK &&
           next.action == BAREJWT_NEXT_USE_ACCESS;
}
static bool is_refresh_next(void) {
    return next.action == BAREJWT_NEXT_REFRESH && is(next.token, BAREJWT_LIT(REFRESH));
}

static void decode_unverified(void) {
    status = barejwt_decode_unverified(BAREJWT_LIT(ACCESS), scratch, sizeof scratch, &unverified);
}
static bool is_decoded(void) {
    return unverified.said_exp == NOW + 3600 && is(unverified.payload_json, BAREJWT_LIT(CLAIMS));
}

static void key_wipe(void) {
    barejwt_key_wipe(&cold_key);
    status = BAREJWT_OK;
}
static bool is_wiped(void) { return !key_works(); }

// Each operation finds what the operations before it have left.
static const struct {
    const char *name;
    void (*run)(void);
    bool (*is_right)(void);
} operations[] = {
    {"key-init-32", key_init_32, key_works},
    {"key-init-256", key_init_256, key_works},
    {"key-wipe", key_wipe, is_wiped},
    {"sign-access", sign_access, is_access},
    {"sign-refresh", sign_refresh, is_signed_refresh},
    {"sign-json", sign_json, is_access},
    {"verify-access", verify_access, is_lupa},
    {"claims-get", claims_get, is_now},
    {"verify-kid", verify_kid, is_lupa},
    {"verify-everyday", verify_everyday, is_everyday},
    {"verify-forged", verify_forged, is_nobody},
    {"authenticate", authenticate, is_user},
    {"issue-pair", issue_pair, is_pair},
    {"verify-refresh", verify_refresh, is_refresh},
    {"refresh-confirm", refresh_confirm, is_confirmed},
    {"refresh-renew", refresh_renew, is_pair},
    {"pair-from-answer", pair_from_answer, is_answer},
    {"session-init", session_init, is_new},
    {"session-next", session_next, is_refresh_next},
    {"decode-unverified", decode_unverified, is_decoded},
};

static void line(const char *name, const char *quantity, uint32_t number) {
    print(name);
    print(quantity);
    print_number(number);
    print("\n");
}

int main(void) {
    for (unsigned i = 0; i < sizeof secret; i++) secret[i] = (uint8_t)i;
    if (barejwt_key_init(&key, secret, 32) != BAREJWT_OK ||
        barejwt_keyring_init(&ring, slots, 1) != BAREJWT_OK ||
        barejwt_keyring_add(&ring, BAREJWT_LIT("2026-11"), &key, 0) != BAREJWT_OK) {
        print("no key\n");
        return 1;
    }
    for (unsigned i = 0; i < sizeof operations / sizeof *operations; i++) {
        uint32_t stack = stack_of(operations[i].run);
        bool right = status == BAREJWT_OK && operations[i].is_right();
        uint32_t instructions = instructions_of(operations[i].run);
        right = right && status == BAREJWT_OK && operations[i].is_right();
        if (!right) {
            line(operations[i].name, " failed with status ", (uint32_t)status);
            return 1;
        }
        line(operations[i].name, " stack ", stack);
        line(operations[i].name, " instructions ", instructions);
    }
    return 0;
}
