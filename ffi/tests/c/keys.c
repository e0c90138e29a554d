// Keys and keyrings.
#include "harness.h"

static barejwt_status verify_with(const barejwt_key *key, const char *token) {
    uint8_t scratch[BAREJWT_SCRATCH_MAX(512)];
    barejwt_claims claims;
    barejwt_validation want = BAREJWT_VALIDATION_ACCESS;
    return barejwt_verify(key, BAREJWT_CSTR(token), &want, NOW, scratch, sizeof scratch, &claims);
}

void secrets_have_a_minimum(void) {
    barejwt_key key;
    STATUS(barejwt_key_init(&key, secret, BAREJWT_KEY_MIN - 1), BAREJWT_E_KEY_TOO_SHORT);
    STATUS(verify_with(&key, access_token), BAREJWT_E_NOT_READY);
    STATUS(barejwt_key_init(&key, NULL, 0), BAREJWT_E_KEY_TOO_SHORT);
    OK(barejwt_key_init(&key, secret, BAREJWT_KEY_MIN));
    OK(barejwt_key_init_weak(&key, secret, 1));
    STATUS(barejwt_key_init_weak(&key, secret, 0), BAREJWT_E_KEY_TOO_SHORT);
    // After a refused initialisation the struct has no key, not even the earlier key.
    STATUS(verify_with(&key, access_token), BAREJWT_E_NOT_READY);
}

// Unwritten memory and erased flash.
void a_blank_secret_is_refused(void) {
    barejwt_key key;
    uint8_t blank[33];
    for (int byte = 0; byte < 256; byte += 255) {
        memset(blank, byte, sizeof blank);
        STATUS(barejwt_key_init(&key, blank, sizeof blank), BAREJWT_E_KEY_BLANK);
        STATUS(verify_with(&key, access_token), BAREJWT_E_NOT_READY);
        OK(barejwt_key_init_weak(&key, blank, sizeof blank));
        blank[32] ^= 1;
        OK(barejwt_key_init(&key, blank, sizeof blank));
    }
}

void keys_are_refused_at_the_edges(void) {
    barejwt_key key;
    STATUS(barejwt_key_init(NULL, secret, sizeof secret), BAREJWT_E_NULL);
    STATUS(barejwt_key_init(&key, NULL, 32), BAREJWT_E_NULL);
    STATUS(barejwt_key_init(&key, secret, SIZE_MAX), BAREJWT_E_LENGTH);
    STATUS(barejwt_key_init(&key, secret, SIZE_MAX / 2 + 1), BAREJWT_E_LENGTH);
    STATUS(barejwt_key_init(&key, &key, 32), BAREJWT_E_OVERLAP);
    STATUS(barejwt_key_init(&key, (char *)&key + sizeof key - 1, 32), BAREJWT_E_OVERLAP);
    STATUS(barejwt_key_init((barejwt_key *)(void *)((char *)&key + 1), secret, 32),
           BAREJWT_E_MISALIGNED);
    STATUS(verify_with(NULL, access_token), BAREJWT_E_NULL);
}

void only_an_initialised_key_works(void) {
    barejwt_key key;
    for (int byte = 0; byte < 256; byte++) {
        memset(&key, byte, sizeof key);
        STATUS(verify_with(&key, access_token), BAREJWT_E_NOT_READY);
    }
    key = ready_key();
    OK(verify_with(&key, access_token));
    barejwt_key copy;
    memcpy(&copy, &key, sizeof key);
    barejwt_key_wipe(&key);
    STATUS(verify_with(&key, access_token), BAREJWT_E_NOT_READY);
    OK(verify_with(&copy, access_token));
    // A change of any of the first 32 bits is noticed.
    for (int bit = 0; bit < 32; bit++) {
        barejwt_key broken = copy;
        ((uint8_t *)&broken)[bit / 8] ^= (uint8_t)(1 << bit % 8);
        STATUS(verify_with(&broken, access_token), BAREJWT_E_NOT_READY);
    }
    barejwt_key_wipe(&copy);
}

void wiping_leaves_zeros(void) {
    static const barejwt_key zeros;
    barejwt_key key = ready_key();
    CHECK(memcmp(&key, &zeros, sizeof key) != 0);
    barejwt_key_wipe(&key);
    CHECK(memcmp(&key, &zeros, sizeof key) == 0);
    barejwt_key_wipe(&key);
    barejwt_key_wipe(NULL);
    barejwt_keyring_wipe(NULL);
    barejwt_keyring ring;
    memset(&ring, 0xa5, sizeof ring);
    barejwt_keyring_wipe(&ring);
    CHECK(memcmp(&ring.key, &zeros, sizeof zeros) == 0);
}

static barejwt_key key_of(uint8_t byte) {
    uint8_t bytes[32];
    memset(bytes, byte, sizeof bytes);
    barejwt_key key;
    if (barejwt_key_init(&key, bytes, sizeof bytes) != BAREJWT_OK) test_failed = 1;
    return key;
}

static const char *signed_by(const barejwt_key *key) {
    static char token[BAREJWT_ACCESS_TOKEN_MAX(4) + BAREJWT_KID_ROOM(BAREJWT_KID_MAX)];
    size_t len;
    barejwt_status st =
        barejwt_sign_access(key, BAREJWT_LIT("lUpa"), NOW, LIFETIME, token, sizeof token, &len);
    return st == BAREJWT_OK ? token : barejwt_strerror(st);
}

void keyrings_rotate(void) {
    barejwt_slot slots[2];
    barejwt_keyring ring;
    barejwt_key old = ready_key(), new = key_of(9), other = key_of(10);
    OK(barejwt_keyring_init(&ring, slots, 2));
    STATUS(verify_with(&ring.key, access_token), BAREJWT_E_KEYRING_EMPTY);
    char none[256];
    size_t none_len;
    STATUS(barejwt_sign_access(&ring.key, "s", 1, NOW, 1, none, sizeof none, &none_len),
           BAREJWT_E_KEYRING_EMPTY);
    OK(barejwt_keyring_add(&ring, BAREJWT_LIT("old"), &old, BAREJWT_RING_WITHOUT_KID));
    // No key of the ring signs yet.
    char token[256];
    size_t len;
    STATUS(barejwt_sign_access(&ring.key, BAREJWT_LIT("lUpa"), NOW, LIFETIME, token, sizeof token,
                               &len),
           BAREJWT_E_KID_NOT_IN_KEYRING);
    OK(barejwt_keyring_add(&ring, BAREJWT_LIT("new"), &new, BAREJWT_RING_SIGNS));
    STATUS(barejwt_keyring_add(&ring, BAREJWT_LIT("more"), &other, 0), BAREJWT_E_KEYRING_FULL);

    OK(verify_with(&ring.key, access_token));
    OK(verify_with(&ring.key, signed_by(&ring.key)));
    // Its header names the key, so the bare key verifies it too.
    OK(verify_with(&new, signed_by(&ring.key)));
    STATUS(verify_with(&old, signed_by(&ring.key)), BAREJWT_E_SIGNATURE_INVALID);
    STATUS(verify_with(&ring.key, signed_by(&other)), BAREJWT_E_SIGNATURE_INVALID);

    barejwt_slot strange_slots[1];
    barejwt_keyring strange;
    OK(barejwt_keyring_init(&strange, strange_slots, 1));
    OK(barejwt_keyring_add(&strange, BAREJWT_LIT("strange"), &new, BAREJWT_RING_SIGNS));
    STATUS(verify_with(&ring.key, signed_by(&strange.key)), BAREJWT_E_KID_UNKNOWN);
    STATUS(verify_with(&strange.key, access_token), BAREJWT_E_KID_MISSING);
    // The header is {"alg":"HS256","kid":5}.
    STATUS(verify_with(&ring.key, "eyJhbGciOiJIUzI1NiIsImtpZCI6NX0.e30.x"),
           BAREJWT_E_KID_NOT_STRING);

    barejwt_keyring_wipe(&ring);
    static const barejwt_slot zeros[2];
    CHECK(memcmp(slots, zeros, sizeof slots) == 0);
    STATUS(verify_with(&ring.key, access_token), BAREJWT_E_NOT_READY);
    OK(verify_with(&old, access_token));
}

void the_last_key_with_a_use_has_it(void) {
    barejwt_slot slots[3];
    barejwt_keyring ring;
    barejwt_key a = key_of(1), b = key_of(2), c = ready_key();
    OK(barejwt_keyring_init(&ring, slots, 3));
    OK(barejwt_keyring_add(&ring, BAREJWT_LIT("a"), &a,
                           BAREJWT_RING_SIGNS | BAREJWT_RING_WITHOUT_KID));
    OK(barejwt_keyring_add(&ring, BAREJWT_LIT("b"), &b, BAREJWT_RING_SIGNS));
    OK(barejwt_keyring_add(&ring, BAREJWT_LIT("c"), &c, BAREJWT_RING_WITHOUT_KID));
    OK(verify_with(&b, signed_by(&ring.key)));
    OK(verify_with(&ring.key, access_token));
    barejwt_keyring_wipe(&ring);
}

void keyrings_are_refused_at_the_edges(void) {
    barejwt_slot slots[2];
    barejwt_keyring ring;
    barejwt_key key = ready_key();
    STATUS(barejwt_keyring_init(NULL, slots, 2), BAREJWT_E_NULL);
    STATUS(barejwt_keyring_init(&ring, NULL, 2), BAREJWT_E_NULL);
    STATUS(barejwt_keyring_init(&ring, slots, SIZE_MAX), BAREJWT_E_LENGTH);
    STATUS(barejwt_keyring_init(&ring, slots, SIZE_MAX / sizeof slots[0]), BAREJWT_E_LENGTH);
    STATUS(barejwt_keyring_init(&ring, (barejwt_slot *)(void *)&ring, 1), BAREJWT_E_OVERLAP);
    memset(&ring, 0x5a, sizeof ring);
    STATUS(barejwt_keyring_add(&ring, BAREJWT_LIT("a"), &key, 0), BAREJWT_E_NOT_READY);
    STATUS(barejwt_keyring_init(&ring, NULL, 0), BAREJWT_E_KEYRING_EMPTY);
    STATUS(barejwt_keyring_init(&ring, slots, 0), BAREJWT_E_KEYRING_EMPTY);
    STATUS(barejwt_keyring_add(&ring, BAREJWT_LIT("a"), &key, 0), BAREJWT_E_NOT_READY);

    OK(barejwt_keyring_init(&ring, slots, 2));
    STATUS(barejwt_keyring_add(NULL, BAREJWT_LIT("a"), &key, 0), BAREJWT_E_NULL);
    STATUS(barejwt_keyring_add(&ring, NULL, 1, &key, 0), BAREJWT_E_NULL);
    STATUS(barejwt_keyring_add(&ring, BAREJWT_LIT("a"), NULL, 0), BAREJWT_E_NULL);
    STATUS(barejwt_keyring_add(&ring, "a", SIZE_MAX, &key, 0), BAREJWT_E_LENGTH);
    STATUS(barejwt_keyring_add(&ring, NULL, 0, &key, 0), BAREJWT_E_KID_INVALID);
    STATUS(barejwt_keyring_add(&ring, BAREJWT_LIT("\""), &key, 0), BAREJWT_E_KID_INVALID);
    STATUS(barejwt_keyring_add(&ring, BAREJWT_LIT("\xff"), &key, 0), BAREJWT_E_NOT_UTF8);
    STATUS(barejwt_keyring_add(&ring, BAREJWT_LIT("a"), &key, 4), BAREJWT_E_OPTION);
    STATUS(barejwt_keyring_add(&ring, BAREJWT_LIT("a"), &ring.key, 0), BAREJWT_E_OVERLAP);
    char kid[BAREJWT_KID_MAX + 1];
    memset(kid, 'k', sizeof kid);
    STATUS(barejwt_keyring_add(&ring, kid, sizeof kid, &key, 0), BAREJWT_E_KID_INVALID);
    OK(barejwt_keyring_add(&ring, kid, sizeof kid - 1, &key, BAREJWT_RING_SIGNS));
    STATUS(barejwt_keyring_add(&ring, kid, sizeof kid - 1, &key, 0), BAREJWT_E_KID_DUPLICATE);
    // The refusals have not changed the ring.
    OK(verify_with(&ring.key, signed_by(&ring.key)));

    barejwt_slot other_slots[1];
    barejwt_keyring other;
    OK(barejwt_keyring_init(&other, other_slots, 1));
    STATUS(barejwt_keyring_add(&other, BAREJWT_LIT("r"), &ring.key, 0), BAREJWT_E_NOT_READY);
    barejwt_key_wipe(&key);
    STATUS(barejwt_keyring_add(&other, BAREJWT_LIT("a"), &key, 0), BAREJWT_E_NOT_READY);

    // The program has zeroed the slots. A key of zeros would be a key that everybody knows.
    memset(slots, 0, sizeof slots);
    STATUS(verify_with(&ring.key, access_token), BAREJWT_E_NOT_READY);
}

// A key that lies in the slots would be overwritten while it is copied into a slot.
void a_key_inside_the_slots_is_refused(void) {
    union {
        barejwt_slot slots[2];
        barejwt_key keys[2];
        char text[2 * sizeof(barejwt_slot)];
    } place;
    barejwt_keyring ring;
    barejwt_key key = ready_key();
    OK(barejwt_keyring_init(&ring, place.slots, 2));
    place.keys[0] = key;
    STATUS(barejwt_keyring_add(&ring, BAREJWT_LIT("a"), &place.keys[0], 0), BAREJWT_E_OVERLAP);
    OK(barejwt_keyring_add(&ring, BAREJWT_LIT("a"), &key, BAREJWT_RING_SIGNS));
    barejwt_key *in_free_slot = (barejwt_key *)(void *)&place.slots[1];
    *in_free_slot = key;
    STATUS(barejwt_keyring_add(&ring, BAREJWT_LIT("b"), in_free_slot, 0), BAREJWT_E_OVERLAP);
    strcpy(place.text + sizeof(barejwt_slot), "b");
    STATUS(barejwt_keyring_add(&ring, place.text + sizeof(barejwt_slot), 1, &key, 0),
           BAREJWT_E_OVERLAP);
    OK(verify_with(&ring.key, signed_by(&ring.key)));
}

// If the program has zeroed the slots, their keys are gone. So the ring takes no further key.
void no_key_is_added_to_slots_that_were_zeroed(void) {
    barejwt_slot slots[2];
    barejwt_keyring ring;
    barejwt_key key = ready_key();
    OK(barejwt_keyring_init(&ring, slots, 2));
    OK(barejwt_keyring_add(&ring, BAREJWT_LIT("a"), &key, BAREJWT_RING_SIGNS));
    const barejwt_slot filled = slots[0];
    memset(&slots[0], 0, sizeof slots[0]);
    STATUS(barejwt_keyring_add(&ring, BAREJWT_LIT("b"), &key, 0), BAREJWT_E_NOT_READY);
    slots[0] = filled;
    OK(barejwt_keyring_add(&ring, BAREJWT_LIT("b"), &key, 0));
}
