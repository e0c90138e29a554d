// Many tokens at once.
#include "harness.h"

#define COUNT 6

static _Alignas(8) uint8_t scratch[COUNT * BAREJWT_SCRATCH_MAX(256)];
static barejwt_claims claims[COUNT];
static barejwt_status statuses[COUNT];
static char forged[sizeof access_token];

// Good, forged, of another type, none, expired, and good again.
static void fill(barejwt_str tokens[COUNT], const barejwt_key *key) {
    strcpy(forged, access_token);
    forged[60] ^= 1;
    const char *texts[COUNT] = {access_token, forged, refresh_token, NULL, NULL, access_token};
    texts[4] = signed_json(
        key, "{\"token_type\":\"access\",\"sub\":\"\\u006c\",\"exp\":1745651978,\"nbf\":1}");
    for (size_t i = 0; i < COUNT; i++) {
        tokens[i].ptr = texts[i];
        tokens[i].len = texts[i] == NULL ? 0 : strlen(texts[i]);
    }
    memset(claims, 0xee, sizeof claims);
    memset(statuses, 0xee, sizeof statuses);
}

void many_at_once_are_as_one_by_one(void) {
    barejwt_key key = ready_key();
    barejwt_validation want = BAREJWT_VALIDATION_ACCESS;
    barejwt_str tokens[COUNT];
    fill(tokens, &key);
    STATUS(barejwt_verify_batch(&key, tokens, COUNT, &want, NOW, scratch, sizeof scratch, claims,
                                statuses),
           BAREJWT_E_SIGNATURE_INVALID);
    const barejwt_status expected[COUNT] = {BAREJWT_OK,
                                            BAREJWT_E_SIGNATURE_INVALID,
                                            BAREJWT_E_TOKEN_TYPE_WRONG,
                                            BAREJWT_E_SEGMENT_COUNT,
                                            BAREJWT_E_EXPIRED,
                                            BAREJWT_OK};
    for (size_t i = 0; i < COUNT; i++) {
        STATUS(statuses[i], expected[i]);
        uint8_t own[BAREJWT_SCRATCH_MAX(256)];
        barejwt_claims alone;
        STATUS(barejwt_verify(&key, tokens[i].ptr, tokens[i].len, &want, NOW, own, sizeof own,
                              &alone),
               expected[i]);
        CHECK(memcmp(&claims[i].detail, &alone.detail, sizeof alone.detail) == 0);
        if (expected[i] != BAREJWT_OK) {
            CHECK(no_claims(&claims[i]));
            continue;
        }
        CHECK(str_is(claims[i].sub, "lUpa"));
        CHECK(claims[i].exp == alone.exp && claims[i].nbf == alone.nbf);
        CHECK(claims[i].has == alone.has && claims[i].token_type == alone.token_type);
        CHECK(claims[i].json.len == alone.json.len);
        CHECK(memcmp(claims[i].json.ptr, alone.json.ptr, alone.json.len) == 0);
    }
    // Each has its own part of the scratch buffer: that of the first is written, not of the last.
    barejwt_value value;
    OK(barejwt_claims_get(&claims[0], BAREJWT_LIT("sub"), NULL, 0, &value));
    CHECK(str_is(value.text, "lUpa"));
    scratch[5] ^= 1;
    STATUS(barejwt_claims_get(&claims[0], BAREJWT_LIT("sub"), NULL, 0, &value),
           BAREJWT_E_SCRATCH_CHANGED);
    OK(barejwt_claims_get(&claims[COUNT - 1], BAREJWT_LIT("sub"), NULL, 0, &value));
    CHECK(str_is(value.text, "lUpa"));
}

void a_batch_is_ok_when_every_token_is(void) {
    barejwt_slot slots[2];
    barejwt_keyring ring;
    barejwt_key key = ready_key();
    OK(barejwt_keyring_init(&ring, slots, 2));
    OK(barejwt_keyring_add(&ring, BAREJWT_LIT("old"), &key, BAREJWT_RING_WITHOUT_KID));
    OK(barejwt_keyring_add(&ring, BAREJWT_LIT("new"), &key, BAREJWT_RING_SIGNS));
    char named[256];
    size_t len;
    OK(barejwt_sign_access(&ring.key, BAREJWT_LIT("lUpa"), NOW, LIFETIME, named, sizeof named,
                           &len));
    const barejwt_str tokens[2] = {{access_token, sizeof access_token - 1}, {named, len}};
    barejwt_validation want = BAREJWT_VALIDATION_ACCESS;
    want.sub.ptr = "lUpa";
    want.sub.len = 4;
    want.typ.ptr = "jwt";
    want.typ.len = 3;
    OK(barejwt_verify_batch(&ring.key, tokens, 2, &want, NOW, scratch, sizeof scratch, claims,
                            statuses));
    CHECK(statuses[0] == BAREJWT_OK && statuses[1] == BAREJWT_OK);
    CHECK(str_is(claims[0].sub, "lUpa") && str_is(claims[1].sub, "lUpa"));
    OK(barejwt_verify_batch(&key, NULL, 0, &want, NOW, NULL, 0, NULL, NULL));

    // As much scratch as the first needs: the second is told how much it does.
    size_t first = barejwt_scratch_size(tokens[0].len);
    STATUS(barejwt_verify_batch(&ring.key, tokens, 2, &want, NOW, scratch, first + 10, claims,
                                statuses),
           BAREJWT_E_SCRATCH_TOO_SMALL);
    CHECK(statuses[0] == BAREJWT_OK && statuses[1] == BAREJWT_E_SCRATCH_TOO_SMALL);
    CHECK(claims[1].detail.needed > 10 && no_claims(&claims[1]));
    barejwt_keyring_wipe(&ring);
}

// Calls over results that are full of other things.
static barejwt_status batch(const barejwt_key *key, const barejwt_str *tokens,
                            const barejwt_validation *want, void *room, size_t size,
                            barejwt_claims *to, barejwt_status *say) {
    memset(claims, 0xee, sizeof claims);
    memset(statuses, 0, sizeof statuses);
    return barejwt_verify_batch(key, tokens, COUNT, want, NOW, room, size, to, say);
}

// A misuse of the whole call: no status says OK, and nothing of claims is left.
#define MISUSE(expected, key, tokens, want, room, size)                                            \
    do {                                                                                           \
        STATUS(batch(key, tokens, want, room, size, claims, statuses), expected);                  \
        for (size_t i_ = 0; i_ < COUNT; i_++)                                                      \
            CHECK(statuses[i_] == BAREJWT_E_OTHER && no_claims(&claims[i_]));                      \
    } while (0)

void batches_are_refused_at_the_edges(void) {
    barejwt_key key = ready_key();
    barejwt_key wiped = ready_key();
    barejwt_key_wipe(&wiped);
    barejwt_validation want = BAREJWT_VALIDATION_ACCESS;
    barejwt_validation short_want = want;
    short_want.struct_size = 1;
    barejwt_str tokens[COUNT];
    fill(tokens, &key);
    const size_t size = sizeof scratch;
    MISUSE(BAREJWT_E_NULL, NULL, tokens, &want, scratch, size);
    MISUSE(BAREJWT_E_NULL, &key, NULL, &want, scratch, size);
    MISUSE(BAREJWT_E_NULL, &key, tokens, NULL, scratch, size);
    MISUSE(BAREJWT_E_NULL, &key, tokens, &want, NULL, size);
    MISUSE(BAREJWT_E_NOT_READY, &wiped, tokens, &want, scratch, size);
    MISUSE(BAREJWT_E_STRUCT_SIZE, &key, tokens, &short_want, scratch, size);
    MISUSE(BAREJWT_E_LENGTH, &key, tokens, &want, scratch, SIZE_MAX - 7);
    MISUSE(BAREJWT_E_OVERLAP, &key, tokens, &want, statuses, sizeof statuses);
    MISUSE(BAREJWT_E_OVERLAP, &key, (barejwt_str *)(void *)scratch, &want, scratch, size);
    STATUS(batch(&key, tokens, &want, scratch, size, NULL, statuses), BAREJWT_E_NULL);
    CHECK(statuses[0] == BAREJWT_E_OTHER && statuses[COUNT - 1] == BAREJWT_E_OTHER);
    STATUS(batch(&key, tokens, &want, scratch, size, claims, NULL), BAREJWT_E_NULL);
    CHECK(no_claims(&claims[0]) && no_claims(&claims[COUNT - 1]));
    STATUS(batch(&key, tokens, &want, scratch, size, claims, (barejwt_status *)(void *)&claims[1]),
           BAREJWT_E_OVERLAP);
    CHECK(no_claims(&claims[0]) && no_claims(&claims[COUNT - 1]));
    // A count for which no memory can be had; nothing is written.
    STATUS(barejwt_verify_batch(&key, tokens, SIZE_MAX / 4, &want, NOW, scratch, size, claims,
                                statuses),
           BAREJWT_E_LENGTH);
    STATUS(barejwt_verify_batch(&key, tokens, SIZE_MAX, &want, NOW, scratch, size, claims,
                                statuses),
           BAREJWT_E_LENGTH);

    // A misuse in one token is that token's.
    tokens[1].ptr = NULL;
    tokens[2].ptr = (const char *)scratch;
    STATUS(barejwt_verify_batch(&key, tokens, COUNT, &want, NOW, scratch, size, claims, statuses),
           BAREJWT_E_NULL);
    CHECK(statuses[0] == BAREJWT_OK && statuses[5] == BAREJWT_OK);
    CHECK(statuses[1] == BAREJWT_E_NULL && statuses[2] == BAREJWT_E_OVERLAP);
    CHECK(no_claims(&claims[1]) && no_claims(&claims[2]) && str_is(claims[5].sub, "lUpa"));
}
