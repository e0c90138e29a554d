// Pairs, refreshing, and the client's session.
#include <stdlib.h>

#include "harness.h"

static char access_out[BAREJWT_ACCESS_TOKEN_MAX(4)];
static char refresh_out[BAREJWT_REFRESH_TOKEN_MAX(4)];

static barejwt_status issue(barejwt_pair *pair) {
    barejwt_key key = ready_key();
    return barejwt_issue_pair(&key, BAREJWT_LIT("lUpa"), hash, lives(BAREJWT_ACCESS_LIFETIME, BAREJWT_REFRESH_LIFETIME), NOW, access_out, sizeof access_out, refresh_out, sizeof refresh_out, pair);
}

void a_pair_is_both_tokens(void) {
    barejwt_pair pair;
    OK(issue(&pair));
    CHECK(strcmp(access_out, access_token) == 0 && str_is(pair.access_token, access_token));
    CHECK(strcmp(refresh_out, refresh_token) == 0 && str_is(pair.refresh_token, refresh_token));
    CHECK(pair.access_expires == NOW + 3600 && pair.refresh_expires == NOW + 15552000);
}

void short_pair_buffers_say_what_they_need(void) {
    barejwt_key key = ready_key();
    barejwt_pair pair;
    for (int of_refresh = 0; of_refresh < 2; of_refresh++) {
        const size_t need = of_refresh ? sizeof refresh_token : sizeof access_token;
        for (size_t size = 0; size <= need; size++) {
            char *out = malloc(size + 1);
            CHECK(out != NULL);
            memset(out, 'x', size + 1);
            barejwt_status st = barejwt_issue_pair(&key, BAREJWT_LIT("lUpa"), hash, lives(3600, 15552000), NOW, of_refresh ? access_out : out, of_refresh ? sizeof access_out : size, of_refresh ? out : refresh_out, of_refresh ? size : sizeof refresh_out, &pair);
            CHECK(out[size] == 'x');
            if (size < need) {
                STATUS(st, BAREJWT_E_OUTPUT_TOO_SMALL);
                CHECK(pair.needed == need && pair.access_token.ptr == NULL);
                // After a refusal no half of a pair is left.
                for (size_t i = 0; i < sizeof access_out; i++) {
                    CHECK(!of_refresh || access_out[i] == 0);
                }
            } else {
                STATUS(st, BAREJWT_OK);
            }
            free(out);
        }
    }
}

static barejwt_status verify_refresh(const char *token, int64_t now, barejwt_refresh *refresh) {
    static uint8_t scratch[512];
    barejwt_key key = ready_key();
    barejwt_validation want = BAREJWT_VALIDATION_ACCESS;
    memset(refresh, 0xee, sizeof *refresh);
    return barejwt_verify_refresh(&key, BAREJWT_CSTR(token), &want, now, scratch, sizeof scratch,
                                  refresh);
}

static barejwt_status renew(const barejwt_refresh *refresh, const uint8_t *account,
                            barejwt_pair *pair) {
    barejwt_key key = ready_key();
    return barejwt_refresh_renew(&key, refresh, account, lives(3600, 15552000), access_out, sizeof access_out, refresh_out, sizeof refresh_out, pair);
}

void a_refresh_token_is_traded_for_a_pair(void) {
    barejwt_refresh refresh;
    barejwt_pair pair;
    barejwt_claims claims;
    OK(verify_refresh(refresh_token, NOW + 100, &refresh));
    CHECK(str_is(refresh.unconfirmed.sub, "lUpa"));
    OK(renew(&refresh, hash, &pair));
    CHECK(pair.access_expires == NOW + 100 + 3600);
    CHECK(strcmp(access_out, access_token) != 0 && str_is(pair.access_token, access_out));
    OK(barejwt_refresh_confirm(&refresh, hash, &claims));
    CHECK(str_is(claims.sub, "lUpa") && claims.token_type == BAREJWT_TYPE_REFRESH);

    for (int bit = 0; bit < 256; bit++) {
        uint8_t changed[32];
        memcpy(changed, hash, sizeof changed);
        changed[bit / 8] ^= (uint8_t)(1 << (bit % 8));
        STATUS(renew(&refresh, changed, &pair), BAREJWT_E_STATE_HASH_MISMATCH);
        CHECK(pair.access_token.ptr == NULL && access_out[0] == 0 && refresh_out[0] == 0);
        STATUS(barejwt_refresh_confirm(&refresh, changed, &claims), BAREJWT_E_STATE_HASH_MISMATCH);
        CHECK(no_claims(&claims));
    }

    STATUS(verify_refresh(access_token, NOW, &refresh), BAREJWT_E_TOKEN_TYPE_WRONG);
    CHECK(refresh.unconfirmed.sub.ptr == NULL && refresh.unconfirmed.detail.token_type == BAREJWT_TYPE_ACCESS);
    STATUS(verify_refresh(refresh_token, NOW + 15552000, &refresh), BAREJWT_E_EXPIRED);
    CHECK(refresh.unconfirmed.detail.time == NOW + 15552000);
    // A program that ignores the refusal has nothing to renew.
    STATUS(renew(&refresh, hash, &pair), BAREJWT_E_NOT_READY);
    STATUS(barejwt_refresh_confirm(&refresh, hash, &claims), BAREJWT_E_NOT_READY);
}

// Without the scopes of the old token, a new token would allow more.
void a_renewal_carries_what_else_the_token_says(void) {
    barejwt_key key = ready_key();
    barejwt_refresh refresh;
    barejwt_pair pair;
    barejwt_claims claims;
    const char *scoped =
        "{\"token_type\":\"refresh\",\"sub\":\"lUpa\",\"exp\":1761203978,\"scopes\": [ \"a\" ],"
        "\"nbf\":1745651978,\"state_hash\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\"}";
    OK(verify_refresh(signed_json(&key, scoped), NOW, &refresh));
    char access[256], trade[320];
#define RENEW(access_size)                                                                         \
    barejwt_refresh_renew(&key, &refresh, hash, lives(3600, 15552000), access, access_size, trade, \
                          sizeof trade, &pair)
    // This size would be enough without the scopes.
    STATUS(RENEW(sizeof access_token), BAREJWT_E_OUTPUT_TOO_SMALL);
    CHECK(pair.needed > sizeof access_token && access[0] == 0 && trade[0] == 0);
    const size_t needed = pair.needed;
    OK(RENEW(needed));
    CHECK(pair.access_token.len + 1 == needed);
    uint8_t scratch[512];
    const barejwt_validation want = BAREJWT_VALIDATION_ACCESS;
    OK(barejwt_verify(&key, BAREJWT_CSTR(access), &want, NOW, scratch, sizeof scratch, &claims));
    CHECK(str_is(claims.json, "{\"token_type\":\"access\",\"sub\":\"lUpa\",\"exp\":1745655578,"
                              "\"nbf\":1745651978,\"scopes\":[ \"a\" ]}"));
    OK(verify_refresh(trade, NOW, &refresh));
    OK(barejwt_refresh_confirm(&refresh, hash, &claims));
    CHECK(str_is(claims.json, "{\"token_type\":\"refresh\",\"sub\":\"lUpa\",\"exp\":1761203978,"
                              "\"nbf\":1745651978,\"state_hash\":"
                              "\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\",\"scopes\":[ \"a\" ]}"));
}

void pairs_are_refused_at_the_edges(void) {
    barejwt_key key = ready_key();
    barejwt_pair pair;
    barejwt_refresh refresh;
    barejwt_claims claims;
#define ISSUE(key, sub, len, hash, a, an, r, rn, pair)                                             \
    barejwt_issue_pair(key, sub, len, hash, lives(1, 1), NOW, a, an, r, rn, pair)
    char a[256], r[384];
    STATUS(ISSUE(NULL, "s", 1, hash, a, 256, r, 384, &pair), BAREJWT_E_NULL);
    STATUS(ISSUE(&key, NULL, 1, hash, a, 256, r, 384, &pair), BAREJWT_E_NULL);
    STATUS(ISSUE(&key, "s", 1, NULL, a, 256, r, 384, &pair), BAREJWT_E_NULL);
    STATUS(ISSUE(&key, "s", 1, hash, NULL, 256, r, 384, &pair), BAREJWT_E_NULL);
    STATUS(ISSUE(&key, "s", 1, hash, a, 256, NULL, 384, &pair), BAREJWT_E_NULL);
    STATUS(ISSUE(&key, "s", 1, hash, a, 256, r, 384, NULL), BAREJWT_E_NULL);
    STATUS(ISSUE(&key, "s", SIZE_MAX, hash, a, 256, r, 384, &pair), BAREJWT_E_LENGTH);
    STATUS(ISSUE(&key, "s", 1, hash, a, SIZE_MAX, r, 384, &pair), BAREJWT_E_LENGTH);
    STATUS(ISSUE(&key, "s", 1, hash, a, 256, a + 255, 1, &pair), BAREJWT_E_OVERLAP);
    STATUS(ISSUE(&key, "s", 1, (uint8_t *)r, a, 256, r, 384, &pair), BAREJWT_E_OVERLAP);
    STATUS(ISSUE(&key, NULL, 0, hash, a, 256, r, 384, &pair), BAREJWT_E_SUBJECT_EMPTY);
    memset(&refresh, 0, sizeof refresh);
    STATUS(renew(&refresh, hash, &pair), BAREJWT_E_NOT_READY);
    STATUS(renew(NULL, hash, &pair), BAREJWT_E_NULL);
    STATUS(renew(&refresh, NULL, &pair), BAREJWT_E_NULL);
    OK(verify_refresh(refresh_token, NOW, &refresh));
    STATUS(barejwt_refresh_confirm(&refresh, NULL, &claims), BAREJWT_E_NULL);
    STATUS(barejwt_refresh_confirm(&refresh, hash, NULL), BAREJWT_E_NULL);
    char *sub = (char *)(uintptr_t)refresh.unconfirmed.sub.ptr;
    STATUS(barejwt_refresh_renew(&key, &refresh, hash, lives(1, 1), sub, 1, r, 384, &pair),
           BAREJWT_E_OVERLAP);
    // The scratch buffer was used for another user's token while the account was looked up.
    memset(sub, 'x', refresh.unconfirmed.sub.len);
    STATUS(renew(&refresh, hash, &pair), BAREJWT_E_SCRATCH_CHANGED);
    STATUS(barejwt_refresh_confirm(&refresh, hash, &claims), BAREJWT_E_SCRATCH_CHANGED);
    memset(sub, 0xff, refresh.unconfirmed.sub.len);
    STATUS(renew(&refresh, hash, &pair), BAREJWT_E_SCRATCH_CHANGED);
    STATUS(barejwt_refresh_confirm(&refresh, hash, &claims), BAREJWT_E_SCRATCH_CHANGED);
}

// The scratch buffer was used for a second token of the same user while the account was looked up.
void a_refresh_token_dies_with_its_scratch(void) {
    barejwt_key key = ready_key();
    barejwt_refresh refresh;
    barejwt_pair pair;
    barejwt_claims claims;
    char second[BAREJWT_REFRESH_TOKEN_MAX(4)];
    size_t len;
    OK(barejwt_sign_refresh(&key, BAREJWT_LIT("lUpa"), hash, NOW, 60, second, sizeof second, &len));
    OK(verify_refresh(refresh_token, NOW, &refresh));
    barejwt_refresh first = refresh;
    OK(verify_refresh(second, NOW, &refresh));
    STATUS(barejwt_refresh_confirm(&first, hash, &claims), BAREJWT_E_SCRATCH_CHANGED);
    CHECK(no_claims(&claims));
    STATUS(renew(&first, hash, &pair), BAREJWT_E_SCRATCH_CHANGED);
    CHECK(pair.access_token.ptr == NULL);
    OK(barejwt_refresh_confirm(&refresh, hash, &claims));
    CHECK(claims.exp == NOW + 60);
    // With the same bytes in scratch again, the token can be renewed.
    OK(verify_refresh(refresh_token, NOW, &refresh));
    OK(barejwt_refresh_confirm(&first, hash, &claims));
    CHECK(claims.exp == NOW + 15552000);
}

// An unsigned token must not replace a verified token in scratch. An attacker could contrive its decoded
// text so that the checksum is the same.
void what_is_refused_leaves_nothing_in_scratch(void) {
    barejwt_key key = ready_key();
    const barejwt_validation want = BAREJWT_VALIDATION_REFRESH;
    barejwt_refresh refresh;
    barejwt_claims claims, refused;
    barejwt_identity who;
    barejwt_unverified said;
    uint8_t scratch[512];
    // {"token_type":"refresh","sub":"root"} as a header, and as a payload under a wrong tag.
    const char *forged[] = {"eyJ0b2tlbl90eXBlIjoicmVmcmVzaCIsInN1YiI6InJvb3QifQ.e30.AA",
                            "e30.eyJ0b2tlbl90eXBlIjoicmVmcmVzaCIsInN1YiI6InJvb3QifQ"};
    for (int i = 0; i < 2; i++) {
        for (int call = 0; call < 4; call++) {
            OK(barejwt_verify_refresh(&key, BAREJWT_CSTR(refresh_token), &want, NOW, scratch,
                                      sizeof scratch, &refresh));
            char header[512] = "Bearer ";
            strcat(header, forged[i]);
            barejwt_refresh other;
            const barejwt_status st =
                call == 0 ? barejwt_verify(&key, BAREJWT_CSTR(forged[i]), &want, NOW, scratch,
                                           sizeof scratch, &refused)
                : call == 1 ? barejwt_verify_refresh(&key, BAREJWT_CSTR(forged[i]), &want, NOW,
                                                     scratch, sizeof scratch, &other)
                : call == 2 ? barejwt_authenticate(&key, 0, BAREJWT_CSTR(header), &want, NOW,
                                                   scratch, sizeof scratch, &who)
                            : barejwt_decode_unverified(BAREJWT_LIT("e30.e30"), scratch,
                                                        sizeof scratch, &said);
            CHECK(st != BAREJWT_OK);
            for (size_t at = 0; at < sizeof scratch; at++) CHECK(scratch[at] == 0);
            STATUS(barejwt_refresh_confirm(&refresh, hash, &claims), BAREJWT_E_SCRATCH_CHANGED);
        }
    }
    // The digest of the texts finds even a contrived change.
    OK(barejwt_verify_refresh(&key, BAREJWT_CSTR(refresh_token), &want, NOW, scratch,
                              sizeof scratch, &refresh));
    for (size_t bit = 0; bit < 8 * sizeof refresh.digest; bit += 7) {
        barejwt_refresh changed = refresh;
        changed.digest[bit / 8] ^= (uint8_t)(1 << bit % 8);
        STATUS(barejwt_refresh_confirm(&changed, hash, &claims), BAREJWT_E_SCRATCH_CHANGED);
    }
    OK(barejwt_refresh_confirm(&refresh, hash, &claims));
}

// The tokens of two users differ only in their subs: in two neighbouring letters, or in two letters a
// word apart. If the second token is verified into the same scratch, it never passes for the first.
void no_users_refresh_token_passes_for_anothers(void) {
    barejwt_key key = ready_key();
    const barejwt_validation want = BAREJWT_VALIDATION_REFRESH;
    static const char letters[] = "abcdABCD01zZ9";
    static const char *const layouts[] = {
        "{\"token_type\":\"refresh\",\"sub\":\"%s\",\"exp\":1761203978,\"nbf\":1745651978,"
        "\"state_hash\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\"}",
        "{\"token_type\":\"refresh\",\"exp\":1761203978,\"nbf\":1745651978,"
        "\"state_hash\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\",\"sub\":\"%s\"}"};
    uint8_t scratch[512];
    for (size_t layout = 0; layout < 2; layout++) {
        for (size_t at = 0; at < 8; at++) {
            for (size_t apart = 1; apart <= 8; apart += apart == 1 ? 3 : 4) {
                char sub[] = "xxxxxxxxxxxxxxxxxx", json[256];
                sub[at] = sub[at + apart] = 'b';
                barejwt_refresh first, other;
                snprintf(json, sizeof json, layouts[layout], sub);
                OK(barejwt_verify_refresh(&key, BAREJWT_CSTR(signed_json(&key, json)), &want, NOW,
                                          scratch, sizeof scratch, &first));
                for (size_t i = 0; letters[i]; i++) {
                    for (size_t j = 0; letters[j]; j++) {
                        sub[at] = letters[i];
                        sub[at + apart] = letters[j];
                        if (sub[at] == 'b' && sub[at + apart] == 'b') continue;
                        snprintf(json, sizeof json, layouts[layout], sub);
                        OK(barejwt_verify_refresh(&key, BAREJWT_CSTR(signed_json(&key, json)),
                                                  &want, NOW, scratch, sizeof scratch, &other));
                        barejwt_claims claims;
                        STATUS(barejwt_refresh_confirm(&first, hash, &claims),
                               BAREJWT_E_SCRATCH_CHANGED);
                    }
                }
            }
        }
    }
}

// Otherwise a result would be written over the text that it points to.
void claims_must_not_lie_on_their_scratch(void) {
    barejwt_key key = ready_key();
    barejwt_refresh refresh;
    barejwt_validation want = BAREJWT_VALIDATION_REFRESH;
    union {
        uint8_t bytes[512];
        struct {
            uint8_t front[64]; // with the subject in it
            barejwt_claims claims;
        } json;
        barejwt_pair pair;
    } scratch;
#define VERIFY_REFRESH()                                                                           \
    OK(barejwt_verify_refresh(&key, BAREJWT_CSTR(refresh_token), &want, NOW, &scratch,             \
                              sizeof scratch, &refresh))
    VERIFY_REFRESH();
    CHECK(refresh.unconfirmed.sub.ptr < (char *)&scratch.json.claims);
    STATUS(barejwt_refresh_confirm(&refresh, hash, &scratch.json.claims), BAREJWT_E_OVERLAP);
    CHECK(no_claims(&scratch.json.claims));
    VERIFY_REFRESH();
    barejwt_pair *pair = &scratch.pair;
    STATUS(renew(&refresh, hash, pair), BAREJWT_E_OVERLAP);
    VERIFY_REFRESH();
    pair = (barejwt_pair *)(void *)&scratch.json.claims;
    STATUS(renew(&refresh, hash, pair), BAREJWT_E_OVERLAP);
}

void tokens_must_not_lie_in_a_session(void) {
    union {
        char text[128];
        barejwt_session session;
    } place;
    const barejwt_pair good = {{"a.b.c", 5}, {"d.e.f", 5}, INT64_MAX, INT64_MAX, 0};
    barejwt_pair pairs[2] = {good, good};
    pairs[0].access_token.ptr = place.text + 8;
    pairs[1].refresh_token.ptr = place.text + 8;
    for (int i = 0; i < 2; i++) {
        memset(&place, 'a', sizeof place);
        STATUS(barejwt_session_init(&place.session, &pairs[i], 0), BAREJWT_E_OVERLAP);
    }
}

void new_tokens_must_not_lie_in_a_session(void) {
    union {
        char text[128];
        barejwt_session session;
    } place;
    const barejwt_pair good = {{"a.b.c", 5}, {"d.e.f", 5}, INT64_MAX, INT64_MAX, 0};
    barejwt_pair pairs[2] = {good, good};
    pairs[0].access_token.ptr = place.text + 57;
    pairs[1].refresh_token.ptr = place.text + 57;
    pairs[0].access_token.len = pairs[1].refresh_token.len = 1;
    for (int i = 0; i < 2; i++) {
        memset(&place, 'a', sizeof place);
        OK(barejwt_session_init(&place.session, &good, 0x61616161));
        STATUS(barejwt_session_renewed(&place.session, &pairs[i]), BAREJWT_E_OVERLAP);
    }
}

// A fault of the program is reported before a fault of the token, because a new login mends no NULL.
void misuse_of_a_renewal_goes_before_a_changed_account(void) {
    barejwt_key key = ready_key(), wiped = ready_key();
    barejwt_refresh refresh;
    barejwt_pair pair;
    const uint8_t other[BAREJWT_STATE_HASH_BYTES] = {1};
    barejwt_pair_options options = *lives(3600, 15552000);
    OK(verify_refresh(refresh_token, NOW, &refresh));
    barejwt_key_wipe(&wiped);
#define RENEW_WITH(key)                                                                            \
    barejwt_refresh_renew(key, &refresh, other, &options, access_out, sizeof access_out,           \
                          refresh_out, sizeof refresh_out, &pair)
    STATUS(RENEW_WITH(&key), BAREJWT_E_STATE_HASH_MISMATCH);
    STATUS(RENEW_WITH(NULL), BAREJWT_E_NULL);
    STATUS(RENEW_WITH(&wiped), BAREJWT_E_NOT_READY);
    const void *aligned = access_out + (8 - (uintptr_t)access_out % 8);
    STATUS(RENEW_WITH(aligned), BAREJWT_E_OVERLAP);
    options.access_members = BAREJWT_STR("{}");
    STATUS(RENEW_WITH(&key), BAREJWT_E_OPTION);
}

// The fields of a session are plain numbers. Numbers that no session can have are refused.
void a_session_of_other_numbers_is_refused(void) {
    const barejwt_pair good = {{"a.b.c", 5}, {"d.e.f", 5}, INT64_MAX, INT64_MAX, 0};
    barejwt_session session, wrong;
    barejwt_next next;
    OK(barejwt_session_init(&session, &good, 30));
    CHECK(session.pair.access_token.ptr == good.access_token.ptr && session.margin == 30);
    wrong = session;
    wrong.state ^= 1;
    STATUS(barejwt_session_next(&wrong, NOW, &next), BAREJWT_E_NOT_READY);
    wrong = session;
    wrong.timing = 3;
    STATUS(barejwt_session_next(&wrong, NOW, &next), BAREJWT_E_NOT_READY);
    wrong = session;
    wrong.trust = 4;
    STATUS(barejwt_session_accepted(&wrong), BAREJWT_E_NOT_READY);
    OK(barejwt_session_next(&session, NOW, &next));
    CHECK(next.action == BAREJWT_NEXT_USE_ACCESS);
}

void a_decision_must_not_lie_on_a_token(void) {
    union {
        char text[sizeof(barejwt_next)];
        barejwt_next next;
    } place;
    const barejwt_pair good = {{"a.b.c", 5}, {"d.e.f", 5}, INT64_MAX, INT64_MAX, 0};
    barejwt_pair pairs[2] = {good, good};
    pairs[0].access_token.ptr = place.text + sizeof place - 5;
    pairs[1].refresh_token.ptr = place.text + sizeof place - 5;
    for (int i = 0; i < 2; i++) {
        barejwt_session session;
        memset(&place, 'a', sizeof place);
        OK(barejwt_session_init(&session, &pairs[i], 0));
        STATUS(barejwt_session_next(&session, NOW, &place.next), BAREJWT_E_OVERLAP);
        CHECK(place.next.action == BAREJWT_NEXT_REFUSED);
        STATUS(barejwt_session_after_401(&session, &place.next), BAREJWT_E_OVERLAP);
        CHECK(place.next.action == BAREJWT_NEXT_REFUSED);
    }
}

static const char answer[] =
    "{\"code\":0,\"data\":{\"user\":{\"id\":\"lUpa\"},\"token\":{\"access_token\":\"a.b.c\","
    "\"refresh_token\":\"d.e.f\",\"access_expires\":\"2025-04-26T16:19:38.833494+08:00\","
    "\"refresh_expires\":\"2025-10-23T15:19:38.833494+08:00\"}},\"msg\":\"\"}";

void a_session_decides(void) {
    barejwt_pair pair;
    barejwt_session session;
    barejwt_next next;
    OK(barejwt_pair_from_answer(answer, sizeof answer - 1, &pair, NULL));
    CHECK(str_is(pair.access_token, "a.b.c") && str_is(pair.refresh_token, "d.e.f"));
    CHECK(pair.access_expires == 1745655578 && pair.refresh_expires == 1761203978);
    OK(barejwt_session_init(&session, &pair, 60));
#define NEXT(call, expected)                                                                       \
    do {                                                                                           \
        OK(call);                                                                                  \
        CHECK(next.action == (expected));                                                          \
    } while (0)
    NEXT(barejwt_session_next(&session, NOW, &next), BAREJWT_NEXT_USE_ACCESS);
    CHECK(str_is(next.token, "a.b.c"));
    NEXT(barejwt_session_next(&session, 1745655578 - 60, &next), BAREJWT_NEXT_REFRESH);
    CHECK(str_is(next.token, "d.e.f"));
    NEXT(barejwt_session_next(&session, 1761203978, &next), BAREJWT_NEXT_REFRESH);
    NEXT(barejwt_session_after_401(&session, &next), BAREJWT_NEXT_REFRESH);
    OK(barejwt_session_renewed(&session, &pair));
    NEXT(barejwt_session_next(&session, NOW, &next), BAREJWT_NEXT_USE_ACCESS);
    NEXT(barejwt_session_after_401(&session, &next), BAREJWT_NEXT_LOG_IN);
    CHECK(next.token.ptr == NULL);
    OK(barejwt_session_accepted(&session));
    NEXT(barejwt_session_next(&session, NOW, &next), BAREJWT_NEXT_USE_ACCESS);
    OK(barejwt_session_refresh_refused(&session));
    NEXT(barejwt_session_next(&session, NOW, &next), BAREJWT_NEXT_LOG_IN);
    STATUS(barejwt_session_next(&session, 0, &next), BAREJWT_E_CLOCK_NOT_SET);
    CHECK(next.action == BAREJWT_NEXT_REFUSED && next.token.ptr == NULL);

    int64_t code = 7;
    STATUS(barejwt_pair_from_answer(BAREJWT_LIT("{\"code\":40020}"), &pair, &code),
           BAREJWT_E_LOGIN_REFUSED);
    CHECK(code == 40020 && pair.access_token.ptr == NULL);
    STATUS(barejwt_pair_from_answer(BAREJWT_LIT("{}"), &pair, &code),
           BAREJWT_E_LOGIN_ANSWER_INVALID);
    CHECK(code == 0);
    STATUS(barejwt_pair_from_answer(NULL, 0, &pair, NULL), BAREJWT_E_LOGIN_ANSWER_JSON);
    // A program that ignores the refusal gets no session from such a pair.
    STATUS(barejwt_session_init(&session, &pair, 60), BAREJWT_E_NOT_READY);
    STATUS(barejwt_session_next(&session, NOW, &next), BAREJWT_E_NOT_READY);
}

void sessions_are_refused_at_the_edges(void) {
    barejwt_pair pair;
    barejwt_session session;
    barejwt_next next;
    OK(issue(&pair));
    memset(&session, 0x5a, sizeof session);
    STATUS(barejwt_session_next(&session, NOW, &next), BAREJWT_E_NOT_READY);
    STATUS(barejwt_session_after_401(&session, &next), BAREJWT_E_NOT_READY);
    STATUS(barejwt_session_renewed(&session, &pair), BAREJWT_E_NOT_READY);
    STATUS(barejwt_session_accepted(&session), BAREJWT_E_NOT_READY);
    STATUS(barejwt_session_refresh_refused(&session), BAREJWT_E_NOT_READY);
    STATUS(barejwt_session_refresh_refused(NULL), BAREJWT_E_NULL);
    STATUS(barejwt_session_init(NULL, &pair, 0), BAREJWT_E_NULL);
    STATUS(barejwt_session_init(&session, NULL, 0), BAREJWT_E_NULL);
    OK(barejwt_session_init(&session, &pair, 0));
    STATUS(barejwt_session_next(NULL, NOW, &next), BAREJWT_E_NULL);
    STATUS(barejwt_session_next(&session, NOW, NULL), BAREJWT_E_NULL);
    STATUS(barejwt_session_after_401(NULL, &next), BAREJWT_E_NULL);
    STATUS(barejwt_session_renewed(&session, NULL), BAREJWT_E_NULL);
    STATUS(barejwt_session_accepted(NULL), BAREJWT_E_NULL);
    STATUS(barejwt_session_next(&session, NOW, (barejwt_next *)(void *)&session),
           BAREJWT_E_OVERLAP);
    STATUS(barejwt_pair_from_answer(NULL, 5, &pair, NULL), BAREJWT_E_NULL);
    STATUS(barejwt_pair_from_answer("{}", 2, NULL, NULL), BAREJWT_E_NULL);
    STATUS(barejwt_pair_from_answer("{}", SIZE_MAX, &pair, NULL), BAREJWT_E_LENGTH);
    STATUS(barejwt_pair_from_answer((char *)&pair, 2, &pair, NULL), BAREJWT_E_OVERLAP);
    barejwt_pair one = pair;
    one.access_token.ptr = "\xff";
    one.access_token.len = 1;
    STATUS(barejwt_session_init(&session, &one, 0), BAREJWT_E_NOT_UTF8);
}

// The result of an earlier call must not pass for the result of a refused call.
void every_result_is_cleared_on_entry(void) {
    barejwt_key key = ready_key(), wiped = ready_key();
    barejwt_key_wipe(&wiped);
    char out[512] = "old", a[256] = "old", r[384] = "old";
    size_t len = 3;
    int64_t code = 3;
    barejwt_str token = {"old", 3};
    barejwt_pair pair, old_pair = {{"a", 1}, {"r", 1}, INT64_MAX, INT64_MAX, 0};
    static const barejwt_pair no_pair;
    barejwt_session session;
    barejwt_next next = {{"old", 3}, BAREJWT_NEXT_USE_ACCESS};

#define CLEARED_TEXT(call)                                                                         \
    do {                                                                                           \
        strcpy(out, "old");                                                                        \
        len = 3;                                                                                   \
        STATUS(call, BAREJWT_E_NULL);                                                              \
        CHECK(out[0] == '\0' && len == 0);                                                         \
    } while (0)
    CLEARED_TEXT(barejwt_sign_access(&key, NULL, 1, NOW, 1, out, sizeof out, &len));
    CLEARED_TEXT(barejwt_sign_access(NULL, "s", 1, NOW, 1, out, sizeof out, &len));
    CLEARED_TEXT(barejwt_sign_refresh(&key, "s", 1, NULL, NOW, 1, out, sizeof out, &len));
    CLEARED_TEXT(barejwt_sign_json(&key, NULL, 1, out, sizeof out, &len));
    CLEARED_TEXT(barejwt_www_authenticate(BAREJWT_E_EXPIRED, NULL, 1, out, sizeof out, &len));
    strcpy(out, "old");
    STATUS(barejwt_sign_access(&key, "s", 1, NOW, 1, out, sizeof out, NULL), BAREJWT_E_NULL);
    CHECK(out[0] == '\0');

#define CLEARED_PAIR(call, status)                                                                 \
    do {                                                                                           \
        pair = old_pair;                                                                           \
        strcpy(a, "old");                                                                          \
        strcpy(r, "old");                                                                          \
        STATUS(call, status);                                                                      \
        CHECK(memcmp(&pair, &no_pair, sizeof pair) == 0 && a[0] == '\0' && r[0] == '\0');          \
    } while (0)
    CLEARED_PAIR(barejwt_issue_pair(&key, NULL, 1, hash, lives(1, 1), NOW, a, 256, r, 384, &pair),
                 BAREJWT_E_NULL);
    CLEARED_PAIR(barejwt_issue_pair(&key, "s", 1, NULL, lives(1, 1), NOW, a, 256, r, 384, &pair),
                 BAREJWT_E_NULL);
    CLEARED_PAIR(barejwt_issue_pair(&wiped, "s", 1, hash, lives(1, 1), NOW, a, 256, r, 384, &pair),
                 BAREJWT_E_NOT_READY);
    CLEARED_PAIR(barejwt_issue_pair(&key, "\xff", 1, hash, lives(1, 1), NOW, a, 256, r, 384, &pair),
                 BAREJWT_E_NOT_UTF8);
    CLEARED_PAIR(barejwt_refresh_renew(&key, NULL, hash, lives(1, 1), a, 256, r, 384, &pair),
                 BAREJWT_E_NULL);
    // If one of the three outputs is refused, the other two are still cleared.
    strcpy(r, "old");
    pair = old_pair;
    STATUS(barejwt_issue_pair(&key, "s", 1, hash, lives(1, 1), NOW, NULL, 256, r, 384, &pair),
           BAREJWT_E_NULL);
    CHECK(memcmp(&pair, &no_pair, sizeof pair) == 0 && r[0] == '\0');
    strcpy(a, "old");
    pair = old_pair;
    STATUS(barejwt_issue_pair(&key, "s", 1, hash, lives(1, 1), NOW, a, 256, NULL, 384, &pair),
           BAREJWT_E_NULL);
    CHECK(memcmp(&pair, &no_pair, sizeof pair) == 0 && a[0] == '\0');
    strcpy(a, "old");
    strcpy(r, "old");
    STATUS(barejwt_issue_pair(&key, "s", 1, hash, lives(1, 1), NOW, a, 256, r, 384, NULL),
           BAREJWT_E_NULL);
    CHECK(a[0] == '\0' && r[0] == '\0');

    STATUS(barejwt_bearer_token(NULL, 1, &token), BAREJWT_E_NULL);
    CHECK(token.ptr == NULL && token.len == 0);
    pair = old_pair;
    STATUS(barejwt_pair_from_answer(NULL, 1, &pair, &code), BAREJWT_E_NULL);
    CHECK(memcmp(&pair, &no_pair, sizeof pair) == 0 && code == 0);
    code = 3;
    STATUS(barejwt_pair_from_answer("{}", 2, NULL, &code), BAREJWT_E_NULL);
    CHECK(code == 0);
    pair = old_pair;
    int64_t *odd = (int64_t *)(void *)((char *)&code + 1);
    STATUS(barejwt_pair_from_answer("{}", 2, &pair, odd), BAREJWT_E_MISALIGNED);
    CHECK(memcmp(&pair, &no_pair, sizeof pair) == 0);

    STATUS(barejwt_session_next(NULL, NOW, &next), BAREJWT_E_NULL);
    CHECK(next.action == BAREJWT_NEXT_REFUSED && next.token.ptr == NULL);
    next.action = BAREJWT_NEXT_USE_ACCESS;
    STATUS(barejwt_session_after_401(NULL, &next), BAREJWT_E_NULL);
    CHECK(next.action == BAREJWT_NEXT_REFUSED);
    OK(barejwt_session_init(&session, &old_pair, 0));
    STATUS(barejwt_session_init(&session, NULL, 0), BAREJWT_E_NULL);
    STATUS(barejwt_session_next(&session, NOW, &next), BAREJWT_E_NOT_READY);

    STATUS(barejwt_key_init(&key, NULL, 32), BAREJWT_E_NULL);
    STATUS(barejwt_sign_access(&key, "s", 1, NOW, 1, out, sizeof out, &len), BAREJWT_E_NOT_READY);
}
