// Statuses, versions, and what threads share.
#include <pthread.h>

#include "harness.h"

void versions_agree(void) {
    unsigned major, minor, patch;
    CHECK(strcmp(barejwt_version(), BAREJWT_VERSION) == 0);
    CHECK(sscanf(BAREJWT_VERSION, "%u.%u.%u", &major, &minor, &patch) == 3);
    CHECK(BAREJWT_VERSION_NUMBER == major * 10000 + minor * 100 + patch);
    CHECK(barejwt_version_number() == BAREJWT_VERSION_NUMBER);
    CHECK(barejwt_abi_version() == BAREJWT_ABI_VERSION);
}

// Numbers are never reused: this is the list, and it only grows.
void status_numbers_are_for_ever(void) {
    static const int numbers[] = {
        BAREJWT_OK, BAREJWT_E_KEY_TOO_SHORT, BAREJWT_E_KID_INVALID, BAREJWT_E_KID_DUPLICATE,
        BAREJWT_E_KID_UNKNOWN, BAREJWT_E_KID_MISSING, BAREJWT_E_KID_NOT_STRING,
        BAREJWT_E_KID_NOT_IN_KEYRING, BAREJWT_E_KEY_BLANK,
        BAREJWT_E_OUTPUT_TOO_SMALL, BAREJWT_E_SCRATCH_TOO_SMALL, BAREJWT_E_TOKEN_TOO_LONG,
        BAREJWT_E_SEGMENT_COUNT, BAREJWT_E_HEADER_TOO_LONG, BAREJWT_E_BASE64, BAREJWT_E_JSON,
        BAREJWT_E_ALG_MISSING, BAREJWT_E_ALG_NOT_HS256, BAREJWT_E_CRIT_UNSUPPORTED,
        BAREJWT_E_TYP_WRONG, BAREJWT_E_SIGNATURE_INVALID, BAREJWT_E_NESTED_TOKEN,
        BAREJWT_E_CLAIMS_MISSING,
        BAREJWT_E_CLAIM_TYPE, BAREJWT_E_NUMERIC_DATE_RANGE, BAREJWT_E_TOKEN_TYPE_UNKNOWN,
        BAREJWT_E_TOKEN_TYPE_WRONG, BAREJWT_E_SUBJECT_EMPTY, BAREJWT_E_SUBJECT_WRONG,
        BAREJWT_E_AUDIENCE_UNEXPECTED, BAREJWT_E_EXPIRED, BAREJWT_E_NOT_YET_VALID,
        BAREJWT_E_CLOCK_NOT_SET, BAREJWT_E_LIFETIME_ZERO, BAREJWT_E_TIME_OVERFLOW,
        BAREJWT_E_STATE_HASH_MALFORMED, BAREJWT_E_STATE_HASH_MISMATCH,
        BAREJWT_E_ISSUER_WRONG, BAREJWT_E_AUDIENCE_WRONG, BAREJWT_E_ISSUED_IN_FUTURE,
        BAREJWT_E_TOO_OLD, BAREJWT_E_MEMBER_RESERVED, BAREJWT_E_CLAIM_ABSENT, BAREJWT_E_JSON_TO_SIGN,
        BAREJWT_E_AUTHORIZATION_MISSING, BAREJWT_E_AUTHORIZATION_SCHEME,
        BAREJWT_E_AUTHORIZATION_MALFORMED, BAREJWT_E_REALM_INVALID, BAREJWT_E_NO_CHALLENGE,
        BAREJWT_E_LOGIN_ANSWER_INVALID, BAREJWT_E_LOGIN_REFUSED, BAREJWT_E_LOGIN_ANSWER_JSON,
        BAREJWT_E_NULL, BAREJWT_E_LENGTH,
        BAREJWT_E_MISALIGNED, BAREJWT_E_OVERLAP, BAREJWT_E_NOT_UTF8, BAREJWT_E_NOT_READY,
        BAREJWT_E_STRUCT_SIZE, BAREJWT_E_OPTION, BAREJWT_E_KEYRING_FULL, BAREJWT_E_SCRATCH_CHANGED,
        BAREJWT_E_KEYRING_EMPTY};
    static const int expected[] = {0, 10, 11, 12, 13, 14, 15, 16, 17, 20, 21, 30, 31, 32, 33, 34,
                                   35, 36, 37, 38, 39, 40, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59,
                                   60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 80, 81, 82, 83,
                                   85, 90, 91, 92, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109,
                                   110};
    const size_t count = sizeof numbers / sizeof numbers[0];
    CHECK(count == sizeof expected / sizeof expected[0]);
    const char *unknown = barejwt_strerror(12345);
    CHECK(strcmp(unknown, "unknown status") == 0 && barejwt_strerror(-1) == unknown);
    for (size_t i = 0; i < count; i++) {
        CHECK(numbers[i] == expected[i]);
        const char *text = barejwt_strerror(numbers[i]);
        CHECK(strlen(text) > 6 && strcmp(text, unknown) != 0);
        for (size_t j = 0; j < i; j++) CHECK(strcmp(text, barejwt_strerror(numbers[j])) != 0);
    }
}

// What the header says that threads may share.
struct shared {
    barejwt_key key;
    barejwt_slot slots[2];
    barejwt_keyring ring;
    uint8_t scratch[BAREJWT_SCRATCH_MAX(sizeof access_token)];
    barejwt_claims claims;
};

static int signs_and_verifies(const barejwt_key *key, const char *sub) {
    const barejwt_validation want = BAREJWT_VALIDATION_ACCESS;
    uint8_t scratch[BAREJWT_SCRATCH_MAX(256)];
    char token[BAREJWT_ACCESS_TOKEN_MAX(8) + BAREJWT_KID_ROOM(3)];
    barejwt_claims claims;
    size_t len;
    return barejwt_sign_access(key, BAREJWT_CSTR(sub), NOW, LIFETIME, token, sizeof token, &len) ==
               BAREJWT_OK &&
           barejwt_verify(key, token, len, &want, NOW, scratch, sizeof scratch, &claims) ==
               BAREJWT_OK &&
           str_is(claims.sub, sub);
}

static void *work(void *argument) {
    const struct shared *shared = argument;
    uintptr_t wrong = 0;
    for (unsigned i = 0; i < 250; i++) {
        char sub[9];
        barejwt_value exp;
        snprintf(sub, sizeof sub, "u%u", i);
        if (!signs_and_verifies(&shared->key, sub) || !signs_and_verifies(&shared->ring.key, sub) ||
            barejwt_claims_get(&shared->claims, BAREJWT_LIT("exp"), NULL, 0, &exp) != BAREJWT_OK ||
            exp.integer != NOW + LIFETIME) {
            wrong++;
        }
    }
    return (void *)wrong;
}

// .ci/c-tests runs this one again under helgrind.
void eight_threads_share_key_ring_and_claims(void) {
    static struct shared shared;
    const barejwt_validation want = BAREJWT_VALIDATION_ACCESS;
    shared.key = ready_key();
    OK(barejwt_keyring_init(&shared.ring, shared.slots, 2));
    OK(barejwt_keyring_add(&shared.ring, BAREJWT_LIT("old"), &shared.key, 0));
    OK(barejwt_keyring_add(&shared.ring, BAREJWT_LIT("new"), &shared.key, BAREJWT_RING_SIGNS));
    OK(barejwt_verify(&shared.key, BAREJWT_CSTR(access_token), &want, NOW, shared.scratch,
                      sizeof shared.scratch, &shared.claims));
    pthread_t threads[8];
    for (int i = 0; i < 8; i++) CHECK(pthread_create(&threads[i], NULL, work, &shared) == 0);
    for (int i = 0; i < 8; i++) {
        void *wrong;
        CHECK(pthread_join(threads[i], &wrong) == 0);
        CHECK(wrong == NULL);
    }
}
