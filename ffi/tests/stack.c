// Nothing of a key stays on the stack, and nothing of the right tag of a forged token. Each case runs in a thread whose
// stack is an array of ours. Afterwards the array is searched for the words of the prepared key or of that tag. The
// library must be built for release, because the frames of an unoptimised build are larger than the memory it wipes.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "barejwt.h"

static const uint8_t secret[32] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
static const int64_t now = 1745651978;

// All of this is static, so it is not on a stack.
static barejwt_key prepared, key;
static barejwt_slot slots[2];
static barejwt_keyring ring;
static barejwt_pair pair;
static barejwt_claims claims;
static char access_token[BAREJWT_ACCESS_TOKEN_MAX(4)], refresh_token[BAREJWT_REFRESH_TOKEN_MAX(4)];
static uint8_t scratch[BAREJWT_SCRATCH_MAX(sizeof access_token)];
static uint8_t hash[BAREJWT_STATE_HASH_BYTES];
static size_t len;
static unsigned char stack[256 * 1024] __attribute__((aligned(4096)));

static void must(barejwt_status st) {
    if (st != BAREJWT_OK) abort();
}

static void init(void) { must(barejwt_key_init(&key, secret, sizeof secret)); }

static void init_weak(void) { must(barejwt_key_init_weak(&key, secret, sizeof secret)); }

static void wipe(void) {
    init();
    barejwt_key_wipe(&key);
}

static void ring_init(void) {
    must(barejwt_keyring_init(&ring, slots, 2));
    must(barejwt_keyring_add(&ring, BAREJWT_LIT("a"), &prepared, BAREJWT_RING_SIGNS));
}

static void ring_refuses(void) {
    ring_init();
    if (barejwt_keyring_add(&ring, BAREJWT_LIT("\""), &prepared, 0) != BAREJWT_E_KID_INVALID ||
        barejwt_keyring_add(&ring, BAREJWT_LIT("a"), &prepared, 0) != BAREJWT_E_KID_DUPLICATE) {
        abort();
    }
}

static void ring_wipe(void) {
    ring_init();
    barejwt_keyring_wipe(&ring);
}

static void sign(void) {
    must(barejwt_sign_access(&prepared, BAREJWT_LIT("lUpa"), now, 60, access_token,
                             sizeof access_token, &len));
}

static void verify(void) {
    static const barejwt_validation want = BAREJWT_VALIDATION_ACCESS;
    sign();
    must(barejwt_verify(&prepared, access_token, len, &want, now, scratch, sizeof scratch, &claims));
}

// A token with a wrong tag.
static char forged[] = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
                       "eyJ0b2tlbl90eXBlIjoiYWNjZXNzIiwic3ViIjoibFVwYSIsImV4cCI6MTc0NTY1MjAzOCwi"
                       "bmJmIjoxNzQ1NjUxOTc4fQ.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
// The words of the right tag under secret, by Python's hmac.
static const uint32_t expected[8] = {0x24af2220, 0xe9c0dacc, 0xdf201b6b, 0xb2b9d727,
                                     0x483519cd, 0xfb23c4e3, 0x1f501c55, 0x5e67926a};

static void refuse_forged(void) {
    static const barejwt_validation want = BAREJWT_VALIDATION_ACCESS;
    if (barejwt_verify(&prepared, forged, sizeof forged - 1, &want, now, scratch, sizeof scratch,
                       &claims) != BAREJWT_E_SIGNATURE_INVALID) {
        abort();
    }
}

static void issue(void) {
    static const barejwt_pair_options options = BAREJWT_PAIR_OPTIONS;
    must(barejwt_issue_pair(&prepared, BAREJWT_LIT("lUpa"), hash, &options, now, access_token,
                            sizeof access_token, refresh_token, sizeof refresh_token, &pair));
}

// Leaves the words on purpose, so that the search must find them.
static void leave_a_copy(void) {
    volatile uint64_t copy = prepared.opaque[2];
    (void)copy;
}

static void *run(void *function) {
    void (*call)(void);
    // The end of the thread writes to the stack again, but not so deep.
    char room[64 * 1024];
    __asm__ volatile("" : : "r"(room) : "memory"); // keeps room
    memcpy(&call, function, sizeof call);
    call();
    return NULL;
}

// Counts the places in the stack that have one of the words. Words that any stack may have do not count.
static unsigned words_left_by(void (*call)(void), const uint64_t *words, size_t count) {
    pthread_attr_t attributes;
    pthread_t thread;
    memset(stack, 0, sizeof stack);
    if (pthread_attr_init(&attributes) != 0 ||
        pthread_attr_setstack(&attributes, stack, sizeof stack) != 0 ||
        pthread_create(&thread, &attributes, run, &call) != 0 || pthread_join(thread, NULL) != 0) {
        abort();
    }
    unsigned found = 0;
    for (size_t word = 0; word < count; word++) {
        const uint64_t state = words[word];
        if (state >> 32 == 0) continue;
        for (size_t at = 0; at + sizeof state <= sizeof stack; at += sizeof(uint32_t)) {
            found += memcmp(stack + at, &state, sizeof state) == 0;
        }
    }
    return found;
}

// The first word of a key is a mark and no secret.
static unsigned key_words_left_by(void (*call)(void)) {
    return words_left_by(call, prepared.opaque + 1, sizeof prepared / sizeof(uint64_t) - 1);
}

int main(void) {
    static const struct {
        const char *name;
        void (*call)(void);
    } cases[] = {
        {"init", init},       {"init_weak", init_weak},       {"wipe", wipe},
        {"ring_init", ring_init}, {"ring_refuses", ring_refuses}, {"ring_wipe", ring_wipe},
        {"sign", sign},       {"verify", verify},             {"issue", issue},
        {"refuse_forged", refuse_forged},
    };
    unsigned passed = 0, failed = 0;
    must(barejwt_key_init(&prepared, secret, sizeof secret));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const unsigned found = key_words_left_by(cases[i].call);
        if (found == 0) {
            passed++;
        } else {
            failed++;
            fprintf(stderr, "%s leaves %u words of the key in the stack\n", cases[i].name, found);
        }
    }
    const unsigned found = key_words_left_by(leave_a_copy);
    if (found == 1) {
        passed++;
    } else {
        failed++;
        fprintf(stderr, "of one word that is there, the search finds %u\n", found);
    }
    uint64_t tag[4];
    memcpy(tag, expected, sizeof tag);
    const unsigned of_tag = words_left_by(refuse_forged, tag, 4);
    if (of_tag == 0) {
        passed++;
    } else {
        failed++;
        fprintf(stderr, "%u words of the right tag of a forged token are in the stack\n", of_tag);
    }
    printf("%u passed, %u failed\n", passed, failed);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
