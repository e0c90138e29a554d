// Rules for any system's tokens, and tokens with the caller's own members.
#include <stdlib.h>

#include "harness.h"

// The claims of the last token that was verified.
static barejwt_claims claims;

static barejwt_status verify(const char *json, const barejwt_validation *want, int64_t now) {
    static uint8_t scratch[1024];
    barejwt_key key = ready_key();
    return barejwt_verify(&key, BAREJWT_CSTR(signed_json(&key, json)), want, now, scratch,
                          sizeof scratch, &claims);
}

void any_systems_token_needs_exp_alone(void) {
    const barejwt_validation want = BAREJWT_VALIDATION_JWT;
    OK(verify("{\"exp\":1745655578,\"token_type\":7,\"state_hash\":[]}", &want, NOW));
    CHECK(claims.sub.ptr == NULL && claims.exp == 1745655578);
    CHECK(claims.has == BAREJWT_CLAIM_EXP && claims.token_type == BAREJWT_TYPE_ABSENT);
    STATUS(verify("{\"sub\":\"a\"}", &want, NOW), BAREJWT_E_CLAIMS_MISSING);
    CHECK(claims.detail.claims == BAREJWT_CLAIM_EXP);
    STATUS(verify("{\"exp\":1745651978}", &want, NOW), BAREJWT_E_EXPIRED);
    CHECK(claims.detail.time == NOW && claims.detail.now == NOW);
    STATUS(verify("{\"exp\":1745655578}", &(barejwt_validation)BAREJWT_VALIDATION_ACCESS, NOW),
           BAREJWT_E_CLAIMS_MISSING);
}

// RFC 7519 4.1.1 and 4.1.2: texts are compared exactly, after unescaping.
void the_issuer_and_the_subject_are_those_asked_for(void) {
    barejwt_validation want = BAREJWT_VALIDATION_JWT;
    want.issuer = BAREJWT_STR("https://a.example");
    OK(verify("{\"exp\":1745655578,\"iss\":\"https:\\/\\/a.example\"}", &want, NOW));
    CHECK(claims.has == (BAREJWT_CLAIM_EXP | BAREJWT_CLAIM_ISS));
    STATUS(verify("{\"exp\":1745655578,\"iss\":\"https://a.example/\"}", &want, NOW),
           BAREJWT_E_ISSUER_WRONG);
    STATUS(verify("{\"exp\":1745655578,\"iss\":\"https://A.example\"}", &want, NOW),
           BAREJWT_E_ISSUER_WRONG);
    STATUS(verify("{\"exp\":1745655578,\"iss\":[\"https://a.example\"]}", &want, NOW),
           BAREJWT_E_CLAIM_TYPE);
    CHECK(claims.detail.claims == BAREJWT_CLAIM_ISS);
    STATUS(verify("{\"exp\":1745655578}", &want, NOW), BAREJWT_E_CLAIMS_MISSING);
    CHECK(claims.detail.claims == BAREJWT_CLAIM_ISS);
    want.allow_missing = BAREJWT_CLAIM_ISS;
    OK(verify("{\"exp\":1745655578}", &want, NOW));
    // A claim that a field asks for is looked at, even if ignore names it.
    want.ignore = BAREJWT_CLAIM_ISS;
    STATUS(verify("{\"exp\":1745655578,\"iss\":\"b\"}", &want, NOW), BAREJWT_E_ISSUER_WRONG);

    const barejwt_validation jwt = BAREJWT_VALIDATION_JWT;
    want = jwt;
    want.sub = BAREJWT_STR("a");
    OK(verify("{\"exp\":1745655578,\"sub\":\"\\u0061\"}", &want, NOW));
    STATUS(verify("{\"exp\":1745655578,\"sub\":\"b\"}", &want, NOW), BAREJWT_E_SUBJECT_WRONG);
    STATUS(verify("{\"exp\":1745655578}", &want, NOW), BAREJWT_E_CLAIMS_MISSING);
}

// RFC 7519 4.1.3: aud is the audience, or an array of strings that has the audience.
void the_audience_is_named(void) {
    barejwt_validation want = BAREJWT_VALIDATION_JWT;
    STATUS(verify("{\"exp\":1745655578,\"aud\":\"api\"}", &want, NOW),
           BAREJWT_E_AUDIENCE_UNEXPECTED);
    want.ignore = BAREJWT_CLAIM_AUD;
    OK(verify("{\"exp\":1745655578,\"aud\":7}", &want, NOW));
    want.ignore = 0;
    want.audience = BAREJWT_STR("api");
    OK(verify("{\"exp\":1745655578,\"aud\":\"api\"}", &want, NOW));
    OK(verify("{\"exp\":1745655578,\"aud\":[\"web\",\"a\\u0070i\"]}", &want, NOW));
    STATUS(verify("{\"exp\":1745655578,\"aud\":[\"web\"]}", &want, NOW), BAREJWT_E_AUDIENCE_WRONG);
    STATUS(verify("{\"exp\":1745655578,\"aud\":\"api2\"}", &want, NOW), BAREJWT_E_AUDIENCE_WRONG);
    STATUS(verify("{\"exp\":1745655578,\"aud\":[]}", &want, NOW), BAREJWT_E_AUDIENCE_WRONG);
    STATUS(verify("{\"exp\":1745655578,\"aud\":[\"api\",7]}", &want, NOW), BAREJWT_E_CLAIM_TYPE);
    STATUS(verify("{\"exp\":1745655578}", &want, NOW), BAREJWT_E_CLAIMS_MISSING);
}

// RFC 7519 4.1.6: iat.
void the_age_is_bounded(void) {
    barejwt_validation want = BAREJWT_VALIDATION_JWT;
    want.max_age = 60;
    const char *json = "{\"exp\":1745655578,\"iat\":1745651978}";
    OK(verify(json, &want, NOW));
    OK(verify(json, &want, NOW + 60));
    STATUS(verify(json, &want, NOW + 61), BAREJWT_E_TOO_OLD);
    CHECK(claims.detail.time == NOW && claims.detail.now == NOW + 61);
    STATUS(verify(json, &want, NOW - 1), BAREJWT_E_ISSUED_IN_FUTURE);
    CHECK(claims.detail.time == NOW && claims.detail.now == NOW - 1);
    want.leeway = 5;
    OK(verify(json, &want, NOW + 65));
    OK(verify(json, &want, NOW - 5));
    STATUS(verify(json, &want, NOW + 66), BAREJWT_E_TOO_OLD);
    STATUS(verify("{\"exp\":1745655578}", &want, NOW), BAREJWT_E_CLAIMS_MISSING);
    CHECK(claims.detail.claims == BAREJWT_CLAIM_IAT);
}

// Laravel's jwt-auth and Django's simplejwt write a number as sub.
void what_is_ignored_is_not_looked_at(void) {
    barejwt_validation want = BAREJWT_VALIDATION_JWT;
    STATUS(verify("{\"exp\":1745655578,\"sub\":42}", &want, NOW), BAREJWT_E_CLAIM_TYPE);
    want.ignore = BAREJWT_CLAIM_SUB;
    OK(verify("{\"exp\":1745655578,\"sub\":42}", &want, NOW));
    barejwt_value value;
    OK(barejwt_claims_get(&claims, BAREJWT_LIT("sub"), NULL, 0, &value));
    CHECK(value.is_integer == 1 && value.integer == 42 && claims.sub.ptr == NULL);
    // require overrides ignore.
    want.require = BAREJWT_CLAIM_SUB | BAREJWT_CLAIM_JTI;
    STATUS(verify("{\"exp\":1745655578}", &want, NOW), BAREJWT_E_CLAIMS_MISSING);
    CHECK(claims.detail.claims == (BAREJWT_CLAIM_SUB | BAREJWT_CLAIM_JTI));
    want.ignore |= BAREJWT_CLAIM_EXP;
    want.require = 0;
    OK(verify("{\"exp\":\"never\"}", &want, NOW));
}

void a_token_of_any_system_identifies_by_its_sub(void) {
    barejwt_key key = ready_key();
    const barejwt_validation want = BAREJWT_VALIDATION_JWT;
    barejwt_identity who;
    uint8_t scratch[512];
    char header[1024] = "Bearer ";
    const struct {
        const char *json;
        barejwt_status status;
    } cases[] = {
        {"{\"exp\":1745655578,\"sub\":\"a\"}", BAREJWT_OK},
        {"{\"exp\":1745655578}", BAREJWT_E_CLAIMS_MISSING},
        // A refresh token of the site, signed with the same key.
        {"{\"exp\":1745655578,\"sub\":\"a\",\"token_type\":\"refresh\"}",
         BAREJWT_E_TOKEN_TYPE_WRONG},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        strcpy(header + 7, signed_json(&key, cases[i].json));
        STATUS(barejwt_authenticate(&key, BAREJWT_AUTH_REQUIRED, BAREJWT_CSTR(header), &want, NOW,
                                    scratch, sizeof scratch, &who),
               cases[i].status);
        CHECK((who.kind == BAREJWT_IDENTITY_USER) == (cases[i].status == BAREJWT_OK));
    }
}

static char token[1024];

static barejwt_status sign(const barejwt_to_sign *what) {
    barejwt_key key = ready_key();
    size_t len;
    return barejwt_sign(&key, what, NOW, token, sizeof token, &len);
}

static int says(const char *signed_token, const char *json) {
    barejwt_unverified said;
    static uint8_t scratch[2048];
    return barejwt_decode_unverified(BAREJWT_CSTR(signed_token), scratch, sizeof scratch, &said) ==
               BAREJWT_OK &&
           str_is(said.payload_json, json);
}

void tokens_have_members_of_ones_own(void) {
    barejwt_to_sign what = BAREJWT_TO_SIGN_JWT;
    what.sub = BAREJWT_STR("device-42");
    OK(sign(&what));
    CHECK(says(token, "{\"sub\":\"device-42\",\"iat\":1745651978,\"exp\":1745655578}"));
    what.members = BAREJWT_STR("{\"iss\":\"plant-7\", \"acl\":[\"a/42\"]}");
    OK(sign(&what));
    CHECK(says(token, "{\"sub\":\"device-42\",\"iat\":1745651978,\"exp\":1745655578,"
                      "\"iss\":\"plant-7\", \"acl\":[\"a/42\"]}"));
    barejwt_to_sign access = BAREJWT_TO_SIGN_ACCESS;
    access.sub = BAREJWT_STR("lUpa");
    OK(sign(&access));
    CHECK(strcmp(token, access_token) == 0);
    access.members = BAREJWT_STR("{\"role\":7}");
    OK(sign(&access));
    CHECK(says(token, "{\"token_type\":\"access\",\"sub\":\"lUpa\",\"exp\":1745655578,"
                      "\"nbf\":1745651978,\"role\":7}"));
    barejwt_to_sign refresh = BAREJWT_TO_SIGN_REFRESH;
    refresh.sub = access.sub;
    refresh.state_hash = hash;
    OK(sign(&refresh));
    CHECK(strcmp(token, refresh_token) == 0);
}

void members_are_refused_at_the_edges(void) {
    const barejwt_to_sign jwt = BAREJWT_TO_SIGN_JWT;
    barejwt_to_sign what = jwt;
    STATUS(sign(&what), BAREJWT_E_SUBJECT_EMPTY);
    what.sub = BAREJWT_STR("a");
#define MEMBERS(json, expected)                                                                    \
    do {                                                                                           \
        what.members = BAREJWT_STR(json);                                                          \
        STATUS(sign(&what), expected);                                                             \
        CHECK((expected) == BAREJWT_OK || token[0] == '\0');                                       \
    } while (0)
    MEMBERS("{}", BAREJWT_OK);
    MEMBERS(" { } ", BAREJWT_OK);
    MEMBERS("", BAREJWT_E_JSON_TO_SIGN);
    MEMBERS("[]", BAREJWT_E_JSON_TO_SIGN);
    MEMBERS("{\"a\":1}{", BAREJWT_E_JSON_TO_SIGN);
    MEMBERS("{\"a\":1,\"\\u0061\":2}", BAREJWT_E_JSON_TO_SIGN);
    MEMBERS("{\"exp\":9999999999}", BAREJWT_E_MEMBER_RESERVED);
    MEMBERS("{\"\\u0073ub\":\"root\"}", BAREJWT_E_MEMBER_RESERVED);
    MEMBERS("{\"token_type\":\"x\"}", BAREJWT_OK);
    what.members.ptr = "\xff";
    what.members.len = 1;
    STATUS(sign(&what), BAREJWT_E_NOT_UTF8);
    what = jwt;
    what.sub = BAREJWT_STR("a");
    what.token_type = BAREJWT_TYPE_ANY;
    STATUS(sign(&what), BAREJWT_E_OPTION);
    what.token_type = BAREJWT_TYPE_REFRESH;
    STATUS(sign(&what), BAREJWT_E_NULL);
    what.token_type = BAREJWT_TYPE_ACCESS;
    what.state_hash = hash;
    STATUS(sign(&what), BAREJWT_E_OPTION);
    what.struct_size--;
    STATUS(sign(&what), BAREJWT_E_STRUCT_SIZE);
    STATUS(sign(NULL), BAREJWT_E_NULL);
    what = jwt;
    what.sub.ptr = token;
    what.sub.len = 1;
    STATUS(sign(&what), BAREJWT_E_OVERLAP);
}

void pairs_have_members_of_ones_own(void) {
    barejwt_key key = ready_key();
    barejwt_pair_options options = BAREJWT_PAIR_OPTIONS;
    barejwt_pair pair;
    barejwt_refresh refresh;
    barejwt_validation want = BAREJWT_VALIDATION_REFRESH;
    uint8_t scratch[512];
    char access[512], trade[512];
    options.access_members = BAREJWT_STR("{\"role\":\"admin\"}");
    options.refresh_members = BAREJWT_STR("{\"root_token_id\":\"r1\"}");
#define ISSUE()                                                                                    \
    barejwt_issue_pair(&key, BAREJWT_LIT("lUpa"), hash, &options, NOW, access, sizeof access,      \
                       trade, sizeof trade, &pair)
#define RENEW()                                                                                    \
    barejwt_refresh_renew(&key, &refresh, hash, &options, access, sizeof access, trade,            \
                          sizeof trade, &pair)
    OK(ISSUE());
    CHECK(says(access, "{\"token_type\":\"access\",\"sub\":\"lUpa\",\"exp\":1745655578,"
                       "\"nbf\":1745651978,\"role\":\"admin\"}"));
    static char old[512];
    strcpy(old, trade);
    OK(barejwt_verify_refresh(&key, BAREJWT_CSTR(old), &want, NOW, scratch, sizeof scratch,
                              &refresh));
    // Without members in the options, both new tokens get the members of the old token.
    const barejwt_pair_options usual = BAREJWT_PAIR_OPTIONS;
    options = usual;
    OK(RENEW());
    CHECK(says(access, "{\"token_type\":\"access\",\"sub\":\"lUpa\",\"exp\":1745655578,"
                       "\"nbf\":1745651978,\"root_token_id\":\"r1\"}"));
    // With members for one token only, the other token would lose its members in silence.
    options.access_members = BAREJWT_STR("{\"role\":\"guest\"}");
    STATUS(RENEW(), BAREJWT_E_OPTION);
    options.refresh_members = BAREJWT_STR("{}");
    OK(RENEW());
    CHECK(says(access, "{\"token_type\":\"access\",\"sub\":\"lUpa\",\"exp\":1745655578,"
                       "\"nbf\":1745651978,\"role\":\"guest\"}"));
    CHECK(strcmp(trade, refresh_token) == 0);
    options.access_members = BAREJWT_STR("{\"sub\":\"root\"}");
    STATUS(RENEW(), BAREJWT_E_MEMBER_RESERVED);
    CHECK(access[0] == '\0' && trade[0] == '\0');
    STATUS(ISSUE(), BAREJWT_E_MEMBER_RESERVED);
    options.access_members = BAREJWT_STR("null");
    STATUS(ISSUE(), BAREJWT_E_JSON_TO_SIGN);
    options.struct_size = 0;
    STATUS(ISSUE(), BAREJWT_E_STRUCT_SIZE);
}

// This holds whatever the rules relax.
void only_a_refresh_token_can_be_renewed(void) {
    barejwt_key key = ready_key();
    barejwt_refresh refresh;
    uint8_t scratch[512];
    const uint32_t all = 2 * BAREJWT_CLAIM_JTI - 1;
    const uint32_t types[] = {BAREJWT_TYPE_ABSENT, BAREJWT_TYPE_ACCESS, BAREJWT_TYPE_REFRESH,
                              BAREJWT_TYPE_ANY, BAREJWT_TYPE_JWT};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        barejwt_validation want = BAREJWT_VALIDATION_REFRESH;
        want.token_type = types[i];
        want.allow_missing = want.ignore = all;
#define TRADE(token)                                                                               \
    barejwt_verify_refresh(&key, BAREJWT_CSTR(token), &want, NOW, scratch, sizeof scratch, &refresh)
        OK(TRADE(refresh_token));
        CHECK(str_is(refresh.unconfirmed.sub, "lUpa"));
        STATUS(TRADE(access_token), BAREJWT_E_TOKEN_TYPE_WRONG);
        STATUS(TRADE(signed_json(&key, "{}")), BAREJWT_E_CLAIMS_MISSING);
        CHECK(refresh.unconfirmed.detail.claims ==
              (BAREJWT_CLAIM_TOKEN_TYPE | BAREJWT_CLAIM_SUB | BAREJWT_CLAIM_STATE_HASH));
        STATUS(TRADE(signed_json(&key, "{\"token_type\":\"refresh\",\"sub\":\"a\"}")),
               BAREJWT_E_CLAIMS_MISSING);
        CHECK(refresh.unconfirmed.detail.claims == BAREJWT_CLAIM_STATE_HASH);
    }
}

// Until the hash is compared, the claims of a refresh token identify nobody.
void unconfirmed_claims_are_no_claims(void) {
    barejwt_key key = ready_key();
    barejwt_refresh refresh;
    barejwt_value value;
    const barejwt_validation want = BAREJWT_VALIDATION_REFRESH;
    uint8_t scratch[512];
    OK(barejwt_verify_refresh(&key, BAREJWT_CSTR(refresh_token), &want, NOW, scratch,
                              sizeof scratch, &refresh));
    STATUS(barejwt_claims_get(&refresh.unconfirmed, BAREJWT_LIT("sub"), NULL, 0, &value),
           BAREJWT_E_NOT_READY);
    OK(barejwt_refresh_confirm(&refresh, hash, &claims));
    OK(barejwt_claims_get(&claims, BAREJWT_LIT("sub"), NULL, 0, &value));
    CHECK(str_is(value.text, "lUpa"));
}
