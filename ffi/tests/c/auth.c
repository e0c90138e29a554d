// The Authorization header, the three modes, and answers to refusals.
#include "harness.h"

static barejwt_status authenticate(uint32_t auth, const char *header, int64_t now,
                                   barejwt_identity *who) {
    static uint8_t scratch[BAREJWT_SCRATCH_MAX(512)];
    static char value[1024];
    barejwt_key key = ready_key();
    barejwt_validation want = BAREJWT_VALIDATION_ACCESS;
    // A refresh token identifies nobody, even if the rules allow any type.
    want.token_type = BAREJWT_TYPE_ANY;
    memset(who, 0xee, sizeof *who);
    size_t len = 0;
    if (header != NULL) {
        len = strlen(header);
        memcpy(value, header, len);
    }
    return barejwt_authenticate(&key, auth, header == NULL ? NULL : value, len, &want, now,
                                scratch, sizeof scratch, who);
}

static const char *bearer(const char *token) {
    static char header[1024];
    snprintf(header, sizeof header, "bEaReR %s", token);
    return header;
}

#define REFUSED(expected, auth, header, now)                                                       \
    do {                                                                                           \
        STATUS(authenticate(auth, header, now, &who), expected);                                   \
        CHECK(who.kind == BAREJWT_IDENTITY_REFUSED && no_claims(&who.claims));                     \
    } while (0)

void the_three_modes(void) {
    barejwt_identity who;
    for (uint32_t auth = BAREJWT_AUTH_REQUIRED; auth <= BAREJWT_AUTH_OPTIONAL; auth++) {
        OK(authenticate(auth, bearer(access_token), NOW, &who));
        CHECK(who.kind == BAREJWT_IDENTITY_USER && str_is(who.claims.sub, "lUpa"));
        REFUSED(BAREJWT_E_EXPIRED, auth, bearer(access_token), NOW + LIFETIME);
        CHECK(who.claims.detail.time == NOW + LIFETIME);
        REFUSED(BAREJWT_E_TOKEN_TYPE_WRONG, auth, bearer(refresh_token), NOW);
        REFUSED(BAREJWT_E_AUTHORIZATION_MALFORMED, auth, "", NOW);
        REFUSED(BAREJWT_E_AUTHORIZATION_MALFORMED, auth, "Bearer", NOW);
        REFUSED(BAREJWT_E_AUTHORIZATION_SCHEME, auth, "Basic bFVwYQ==", NOW);
        REFUSED(BAREJWT_E_SEGMENT_COUNT, auth, "Bearer x", NOW);
    }
    REFUSED(BAREJWT_E_AUTHORIZATION_MISSING, BAREJWT_AUTH_REQUIRED, NULL, NOW);
    OK(authenticate(BAREJWT_AUTH_OPTIONAL, NULL, NOW, &who));
    CHECK(who.kind == BAREJWT_IDENTITY_ANONYMOUS && no_claims(&who.claims));
    OK(authenticate(BAREJWT_AUTH_NONE, bearer(access_token), NOW, &who));
    CHECK(who.kind == BAREJWT_IDENTITY_ANONYMOUS && no_claims(&who.claims));
    REFUSED(BAREJWT_E_OPTION, 3, NULL, NOW);
    REFUSED(BAREJWT_E_OPTION, UINT32_MAX, bearer(access_token), NOW);
}

void authenticating_is_refused_at_the_edges(void) {
    barejwt_key key = ready_key(), wiped;
    memset(&wiped, 0, sizeof wiped);
    barejwt_validation want = BAREJWT_VALIDATION_ACCESS, old = want;
    old.struct_size--;
    uint8_t scratch[64];
    barejwt_identity who;
#define EDGE(expected, key, header, len, want, scratch, size)                                      \
    do {                                                                                           \
        memset(&who, 0xee, sizeof who);                                                            \
        STATUS(barejwt_authenticate(key, BAREJWT_AUTH_NONE, header, len, want, NOW, scratch, size, \
                                    &who),                                                         \
               expected);                                                                          \
        CHECK(who.kind == BAREJWT_IDENTITY_REFUSED && no_claims(&who.claims));                     \
    } while (0)
    EDGE(BAREJWT_E_NULL, NULL, NULL, 0, &want, scratch, 64);
    EDGE(BAREJWT_E_NULL, &key, NULL, 1, &want, scratch, 64);
    EDGE(BAREJWT_E_NULL, &key, NULL, 0, NULL, scratch, 64);
    EDGE(BAREJWT_E_NULL, &key, NULL, 0, &want, NULL, 64);
    EDGE(BAREJWT_E_LENGTH, &key, "x", SIZE_MAX, &want, scratch, 64);
    EDGE(BAREJWT_E_LENGTH, &key, NULL, 0, &want, scratch, SIZE_MAX - 7);
    EDGE(BAREJWT_E_NOT_READY, &wiped, NULL, 0, &want, scratch, 64);
    EDGE(BAREJWT_E_STRUCT_SIZE, &key, NULL, 0, &old, scratch, 64);
    EDGE(BAREJWT_E_OVERLAP, &key, (char *)scratch, 9, &want, scratch, 64);
    EDGE(BAREJWT_E_OVERLAP, &key, NULL, 0, &want, &who, 64);
#undef EDGE
    STATUS(barejwt_authenticate(&key, BAREJWT_AUTH_NONE, NULL, 0, &want, NOW, scratch, 64, NULL),
           BAREJWT_E_NULL);
}

void bearer_tokens(void) {
    barejwt_str token;
    OK(barejwt_bearer_token(BAREJWT_LIT("Bearer  a.b.c"), &token));
    CHECK(str_is(token, "a.b.c"));
    STATUS(barejwt_bearer_token(NULL, 0, &token), BAREJWT_E_AUTHORIZATION_MISSING);
    CHECK(token.ptr == NULL && token.len == 0);
    STATUS(barejwt_bearer_token("", 0, &token), BAREJWT_E_AUTHORIZATION_MALFORMED);
    STATUS(barejwt_bearer_token(BAREJWT_LIT("Basic x"), &token), BAREJWT_E_AUTHORIZATION_SCHEME);
    STATUS(barejwt_bearer_token(NULL, 1, &token), BAREJWT_E_NULL);
    STATUS(barejwt_bearer_token("x", 1, NULL), BAREJWT_E_NULL);
    STATUS(barejwt_bearer_token("x", SIZE_MAX, &token), BAREJWT_E_LENGTH);
    STATUS(barejwt_bearer_token((char *)&token, 1, &token), BAREJWT_E_OVERLAP);
}

void answers_to_refusals(void) {
    CHECK(barejwt_http_status(BAREJWT_OK) == 200);
    CHECK(barejwt_http_status(BAREJWT_E_AUTHORIZATION_MALFORMED) == 400);
    CHECK(barejwt_http_status(BAREJWT_E_AUTHORIZATION_MISSING) == 401);
    CHECK(barejwt_http_status(BAREJWT_E_EXPIRED) == 401);
    CHECK(barejwt_http_status(BAREJWT_E_SIGNATURE_INVALID) == 401);
    CHECK(barejwt_http_status(BAREJWT_E_CLOCK_NOT_SET) == 500);
    CHECK(barejwt_http_status(BAREJWT_E_NOT_READY) == 500);
    CHECK(barejwt_http_status(-1) == 500);

    char out[BAREJWT_WWW_AUTHENTICATE_MAX(3)];
    size_t len;
    OK(barejwt_www_authenticate(BAREJWT_E_AUTHORIZATION_MISSING, BAREJWT_LIT("api"), out,
                                sizeof out, &len));
    CHECK(strcmp(out, "Bearer realm=\"api\"") == 0 && len == 18);
    STATUS(barejwt_www_authenticate(BAREJWT_OK, BAREJWT_LIT("api"), out, sizeof out, &len),
           BAREJWT_E_NO_CHALLENGE);
    CHECK(out[0] == '\0' && len == 0);
    STATUS(barejwt_www_authenticate(BAREJWT_E_NULL, BAREJWT_LIT("api"), out, sizeof out, &len),
           BAREJWT_E_NO_CHALLENGE);
    STATUS(barejwt_www_authenticate(BAREJWT_E_EXPIRED, BAREJWT_LIT("\"\n"), out, sizeof out, &len),
           BAREJWT_E_REALM_INVALID);
    STATUS(barejwt_www_authenticate(BAREJWT_E_EXPIRED, NULL, 1, out, sizeof out, &len),
           BAREJWT_E_NULL);
    STATUS(barejwt_www_authenticate(BAREJWT_E_EXPIRED, out, 1, out, sizeof out, &len),
           BAREJWT_E_OVERLAP);

    // The constant has exactly the size of the longest challenge.
    size_t longest = 0;
    for (barejwt_status st = -10; st < 300; st++) {
        barejwt_status written = barejwt_www_authenticate(st, NULL, 0, NULL, 0, &len);
        CHECK(written == BAREJWT_E_NO_CHALLENGE || written == BAREJWT_E_OUTPUT_TOO_SMALL);
        CHECK((written == BAREJWT_E_NO_CHALLENGE) ==
              (barejwt_http_status(st) == 200 || barejwt_http_status(st) == 500));
        if (len > longest) longest = len;
    }
    if (longest != BAREJWT_WWW_AUTHENTICATE_MAX(0)) fprintf(stderr, "longest: %zu\n", longest);
    CHECK(longest == BAREJWT_WWW_AUTHENTICATE_MAX(0));
}
