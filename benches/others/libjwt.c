// libjwt from C: libjwt TOKENS_TXT. libjwt checks the signature, and this program checks the claims.
#include "timing.h"

#include <jwt.h>

static int verify(const char *token, const char *type, const char *subject) {
    jwt_t *jwt;
    if (jwt_decode(&jwt, token, (const unsigned char *)secret, (int)strlen(secret)) != 0) return 0;
    const char *token_type = jwt_get_grant(jwt, "token_type"), *sub = jwt_get_grant(jwt, "sub");
    long now = time(NULL);
    int good = jwt_get_alg(jwt) == JWT_ALG_HS256 && token_type != NULL &&
               strcmp(token_type, type) == 0 && sub != NULL && strcmp(sub, subject) == 0 &&
               jwt_get_grant_int(jwt, "nbf") <= now && now < jwt_get_grant_int(jwt, "exp");
    jwt_free(jwt);
    return good;
}

static size_t sign(const char *type) {
    jwt_t *jwt;
    if (jwt_new(&jwt) != 0) return 0;
    int bad = jwt_add_grant(jwt, "token_type", type) | jwt_add_grant(jwt, "sub", "lUpa") |
              jwt_add_grant_int(jwt, "exp", 4000000000) | jwt_add_grant_int(jwt, "nbf", 1745651978);
    if (strcmp(type, "refresh") == 0) bad |= jwt_add_grant(jwt, "state_hash", state_hash);
    bad |= jwt_set_alg(jwt, JWT_ALG_HS256, (const unsigned char *)secret, (int)strlen(secret));
    char *token = bad ? NULL : jwt_encode_str(jwt);
    size_t len = token == NULL ? 0 : strlen(token);
    free(token);
    jwt_free(jwt);
    return len;
}

int main(int argc, char **argv) {
    read_tokens(argc == 2 ? argv[1] : NULL);
    must(!verify(forged, "access", "lUpa") && !verify(refresh_token, "access", "lUpa"));
    must(sign("access") == strlen(access_token) && sign("refresh") == strlen(refresh_token));

    MEASURE("libjwt", "verify_access", must(verify(access_token, "access", "lUpa")));
    MEASURE("libjwt", "verify_refresh", must(verify(refresh_token, "refresh", "lUpa")));
    MEASURE("libjwt", "verify_everyday", must(verify(everyday_token, "access", "user-12345678")));
    MEASURE("libjwt", "verify_kid_single_key", must(verify(named_token, "access", "lUpa")));
    MEASURE("libjwt", "sign_access", must(sign("access") > 0));
    MEASURE("libjwt", "sign_refresh", must(sign("refresh") > 0));
}
