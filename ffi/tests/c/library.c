// Statuses, versions, and sharing between threads.
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

// ffi/src/layout.rs has the list of the numbers, which never change.
void each_status_has_a_text_of_its_own(void) {
    const char *unknown = barejwt_strerror(12345);
    CHECK(strcmp(unknown, "unknown status") == 0 && barejwt_strerror(-1) == unknown);
    const char *texts[256];
    size_t count = 0;
    for (barejwt_status status = 0; status < 256; status++) {
        const char *text = barejwt_strerror(status);
        if (text == unknown) continue;
        CHECK(strlen(text) > 6);
        for (size_t i = 0; i < count; i++) CHECK(strcmp(text, texts[i]) != 0);
        texts[count++] = text;
    }
    CHECK(count == 63);
}

// By the header, threads may share all of this.
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

// .ci/c-tests runs this test again under helgrind.
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
