// Makes each kind of call many times, with secrets and tags that differ. .ci/constant-time compares what the
// processor executes, from the first instruction of a function `case_…` to the first instruction of `done`.
// Prints the number of calls.

#include "barejwt.h"
#include "machine.h"

// The secret is the bytes 0 to 31.
#define SIGNING_INPUT                                                                              \
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."                                                        \
    "eyJ0b2tlbl90eXBlIjoiYWNjZXNzIiwic3ViIjoibFVwYSIsImV4cCI6MTc0NTY1NTU3OCwibmJmIjoxNzQ1NjUxOTc4" \
    "fQ."
#define TAG "yQ5ZkHYmwIQMy0695ECtW3QW69R5jiAB9z4YbBMBUTQ"
#define ALPHABET "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
#define NOW 1745651978
#define SUB BAREJWT_LIT("lUpa")
enum { KEYS = 16, VALUES = 2, ALL_WRONG = 32, TAG_LEN = sizeof TAG - 1 };

static const barejwt_validation want_access = BAREJWT_VALIDATION_ACCESS;
static const barejwt_validation want_refresh = BAREJWT_VALIDATION_REFRESH;
static const barejwt_pair_options options = BAREJWT_PAIR_OPTIONS;

static uint8_t secret[256], state_hash[32], other_hash[32];
static barejwt_key key;
static char token[sizeof SIGNING_INPUT TAG];
static char *const tag = token + sizeof SIGNING_INPUT - 1;
static char access[BAREJWT_ACCESS_TOKEN_MAX(4)], refresh_token[BAREJWT_REFRESH_TOKEN_MAX(4)];
static char new_access[sizeof access], new_refresh[sizeof refresh_token];
static size_t access_len, refresh_len;
static uint8_t scratch[BAREJWT_SCRATCH_MAX(sizeof refresh_token)];
static barejwt_claims claims;
static barejwt_refresh refresh;
static barejwt_pair pair;
static barejwt_status status;

#define CASE __attribute__((noipa)) static void

CASE case_key_init_32(void) { status = barejwt_key_init(&key, secret, 32); }
CASE case_key_init_256(void) { status = barejwt_key_init(&key, secret, 256); }
CASE case_sign_access(void) {
    status = barejwt_sign_access(&key, SUB, NOW, 3600, access, sizeof access, &access_len);
}
CASE case_sign_refresh(void) {
    status = barejwt_sign_refresh(&key, SUB, state_hash, NOW, 15552000, refresh_token,
                                  sizeof refresh_token, &refresh_len);
}
CASE case_verify(void) {
    status = barejwt_verify(&key, access, access_len, &want_access, NOW, scratch, sizeof scratch,
                            &claims);
}
CASE case_verify_wrong_tag(void) {
    status = barejwt_verify(&key, token, sizeof token - 1, &want_access, NOW, scratch,
                            sizeof scratch, &claims);
}
CASE case_verify_refresh(void) {
    status = barejwt_verify_refresh(&key, refresh_token, refresh_len, &want_refresh, NOW, scratch,
                                    sizeof scratch, &refresh);
}
CASE case_renew(void) {
    status = barejwt_refresh_renew(&key, &refresh, state_hash, &options, new_access,
                                   sizeof new_access, new_refresh, sizeof new_refresh, &pair);
}
CASE case_renew_wrong_state_hash(void) {
    status = barejwt_refresh_renew(&key, &refresh, other_hash, &options, new_access,
                                   sizeof new_access, new_refresh, sizeof new_refresh, &pair);
}
CASE done(void) { __asm__ volatile(""); }

static uint32_t calls;

__attribute__((noipa)) static void expect(barejwt_status expected, void (*call)(void)) {
    call();
    done();
    calls++;
    if (status != expected) {
        print("unexpected status ");
        print_number((uint32_t)status);
        print("\n");
        stop(1);
    }
}

// xorshift: the same numbers on every run.
static uint8_t random_byte(void) {
    static uint32_t state;
    state = state ? state : 2463534242u;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return (uint8_t)(state >> 11);
}

static void randomise(uint8_t *bytes, unsigned len) {
    for (unsigned i = 0; i < len; i++) bytes[i] = random_byte();
}

static void set_tag(void) {
    for (unsigned i = 0; i < TAG_LEN; i++) tag[i] = TAG[i];
}

static void random_keys_and_state_hashes(void) {
    for (unsigned i = 0; i < KEYS; i++) {
        randomise(secret, sizeof secret);
        randomise(state_hash, sizeof state_hash);
        expect(BAREJWT_OK, case_key_init_256);
        expect(BAREJWT_OK, case_key_init_32);
        expect(BAREJWT_OK, case_sign_access);
        expect(BAREJWT_OK, case_verify);
        expect(BAREJWT_E_SIGNATURE_INVALID, case_verify_wrong_tag);
        expect(BAREJWT_OK, case_sign_refresh);
        expect(BAREJWT_OK, case_verify_refresh);
        expect(BAREJWT_OK, case_renew);
        randomise(other_hash, sizeof other_hash);
        expect(BAREJWT_E_STATE_HASH_MISMATCH, case_renew_wrong_state_hash);
    }
}

// One wrong bit in each byte.
static void wrong_state_hashes(void) {
    for (unsigned place = 0; place < sizeof state_hash; place++) {
        for (unsigned i = 0; i < sizeof state_hash; i++) other_hash[i] = state_hash[i];
        other_hash[place] ^= (uint8_t)(1u << place % 8);
        expect(BAREJWT_E_STATE_HASH_MISMATCH, case_renew_wrong_state_hash);
    }
}

// Whether the tag is canonical base64url of 32 bytes. The last character has two bits too many.
static int is_base64url(void) {
    unsigned place = 0;
    for (unsigned i = 0; i < TAG_LEN; i++) {
        for (place = 0; place < 64 && ALPHABET[place] != tag[i]; place++) {
        }
        if (place == 64) return 0;
    }
    return place % 4 == 0;
}

// What is wrong with the received tag alone is public: with a dot in it, it is a token of four segments.
// On a Cortex-M0 the decoder has a branch for a tag that is no base64url.
static void wrong_tag(void) {
    for (unsigned i = 0; i < TAG_LEN; i++) {
        if (tag[i] == '.') return;
    }
#ifdef __ARM_ARCH_6M__
    if (!is_base64url()) return;
#else
    (void)is_base64url;
#endif
    expect(BAREJWT_E_SIGNATURE_INVALID, case_verify_wrong_tag);
}

static void wrong_tags(void) {
    for (unsigned i = 0; i < sizeof secret; i++) secret[i] = (uint8_t)i;
    expect(BAREJWT_OK, case_key_init_32);
    for (unsigned i = 0; i < TAG_LEN; i++) {
        for (unsigned bit = i % 2; bit < 8; bit += 4) {
            tag[i] = (char)(TAG[i] ^ 1 << bit);
            wrong_tag();
        }
        for (unsigned n = 0; n < VALUES; n++) {
            do {
                tag[i] = ALPHABET[random_byte() % 64];
            } while (tag[i] == TAG[i]);
            wrong_tag();
        }
        set_tag();
    }
    for (unsigned n = 0; n < ALL_WRONG; n++) {
        for (unsigned i = 0; i < TAG_LEN; i++) {
            do {
                tag[i] = n % 2 ? ALPHABET[random_byte() % 64] : (char)random_byte();
            } while (tag[i] == TAG[i]);
        }
        wrong_tag();
    }
}

int main(void) {
    for (unsigned i = 0; i < sizeof token - 1; i++) token[i] = (SIGNING_INPUT TAG)[i];
    random_keys_and_state_hashes();
    wrong_state_hashes();
    wrong_tags();
    print_number(calls);
    print(" calls\n");
    return 0;
}
