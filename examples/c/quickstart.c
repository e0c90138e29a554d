// Mints a token, verifies it, answers requests that bring it, and reports what is refused.
//
//     cc quickstart.c -lbarejwt && ./a.out

#include <barejwt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static int fail(const char *what, barejwt_status st) {
    fprintf(stderr, "quickstart: cannot %s: %s\n", what, barejwt_strerror(st));
    return 1;
}

// Answers a request whose Authorization header is header, or NULL if it has none.
static void answer(const barejwt_key *key, const char *header, int64_t now) {
    barejwt_validation want = BAREJWT_VALIDATION_ACCESS;
    uint8_t scratch[BAREJWT_SCRATCH_MAX(512)];
    barejwt_identity who;
    barejwt_status st = barejwt_authenticate(key, BAREJWT_AUTH_OPTIONAL, header,
                                             header ? strlen(header) : 0, &want, now, scratch,
                                             sizeof scratch, &who);
    printf("answered  %" PRIu32, barejwt_http_status(st));
    if (st != BAREJWT_OK) {
        char challenge[BAREJWT_WWW_AUTHENTICATE_MAX(3)];
        size_t len;
        if (barejwt_www_authenticate(st, BAREJWT_LIT("api"), challenge, sizeof challenge, &len) ==
            BAREJWT_OK) {
            printf(", WWW-Authenticate: %s", challenge);
        }
        puts("");
    } else if (who.kind == BAREJWT_IDENTITY_USER) {
        printf(", hello %.*s\n", (int)who.claims.sub.len, who.claims.sub.ptr);
    } else {
        puts(", hello stranger");
    }
}

int main(void) {
    int64_t now = 1745651978; // seconds since 1970, from your clock

    barejwt_key key;
    barejwt_status st =
        barejwt_key_init(&key, BAREJWT_LIT("32 bytes or more from a good random source"));
    if (st != BAREJWT_OK) return fail("use the key", st);

    char token[BAREJWT_ACCESS_TOKEN_MAX(4)];
    size_t len;
    st = barejwt_sign_access(&key, BAREJWT_LIT("lUpa"), now, BAREJWT_ACCESS_LIFETIME, token,
                             sizeof token, &len);
    if (st != BAREJWT_OK) return fail("mint a token", st);
    printf("minted    %s\n", token);

    barejwt_validation want = BAREJWT_VALIDATION_ACCESS;
    want.leeway = 30;
    uint8_t scratch[BAREJWT_SCRATCH_MAX(512)];
    barejwt_claims claims;
    st = barejwt_verify(&key, token, len, &want, now, scratch, sizeof scratch, &claims);
    if (st != BAREJWT_OK) return fail("verify the token", st);
    printf("verified  sub %.*s, exp %" PRId64 "\n", (int)claims.sub.len, claims.sub.ptr,
           claims.exp);

    // Refused: too late.
    st = barejwt_verify(&key, token, len, &want, now + 4000, scratch, sizeof scratch, &claims);
    if (st == BAREJWT_E_EXPIRED) {
        printf("refused   %" PRId32 ", %s, %" PRId64 " seconds ago\n", st, barejwt_strerror(st),
               claims.detail.now - claims.detail.time);
    }

    // Refused: a buffer one byte too small.
    st = barejwt_sign_access(&key, BAREJWT_LIT("lUpa"), now, BAREJWT_ACCESS_LIFETIME, token, len,
                             &len);
    printf("refused   %" PRId32 ", %s, it needs %zu bytes\n", st, barejwt_strerror(st), len);

    char header[7 + BAREJWT_ACCESS_TOKEN_MAX(4)] = "Bearer ";
    st = barejwt_sign_access(&key, BAREJWT_LIT("lUpa"), now, BAREJWT_ACCESS_LIFETIME, header + 7,
                             sizeof header - 7, &len);
    if (st != BAREJWT_OK) return fail("mint a token", st);
    answer(&key, header, now);
    answer(&key, NULL, now);
    answer(&key, header, now + 4000);
    answer(&key, "Basic bFVwYTpzZWNyZXQ=", now);
    answer(&key, header, 0);

    barejwt_key_wipe(&key);
    return 0;
}
