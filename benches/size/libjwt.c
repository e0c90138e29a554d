// Verifies a token and signs another for its subject: size SECRET TOKEN.
#include <jwt.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    const unsigned char *secret = (const unsigned char *)argv[1];
    int secret_len = (int)strlen(argv[1]);
    long now = time(NULL);
    jwt_t *said, *next;
    if (jwt_decode(&said, argv[2], secret, secret_len) != 0) return 1;
    const char *token_type = jwt_get_grant(said, "token_type"), *sub = jwt_get_grant(said, "sub");
    if (jwt_get_alg(said) != JWT_ALG_HS256 || token_type == NULL ||
        strcmp(token_type, "access") != 0 || sub == NULL || jwt_get_grant_int(said, "nbf") > now ||
        jwt_get_grant_int(said, "exp") <= now) return 1;
    if (jwt_new(&next) != 0 || jwt_add_grant(next, "token_type", "access") != 0 ||
        jwt_add_grant(next, "sub", sub) != 0 || jwt_add_grant_int(next, "exp", now + 3600) != 0 ||
        jwt_add_grant_int(next, "nbf", now) != 0 ||
        jwt_set_alg(next, JWT_ALG_HS256, secret, secret_len) != 0) return 1;
    char *token = jwt_encode_str(next);
    if (token == NULL) return 1;
    puts(token);
    return 0;
}
