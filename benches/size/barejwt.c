// Verifies a token and signs another for its subject: size SECRET TOKEN.
#include <barejwt.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    barejwt_validation want = BAREJWT_VALIDATION_ACCESS;
    uint8_t scratch[BAREJWT_SCRATCH_MAX(512)];
    barejwt_claims claims;
    barejwt_key key;
    char token[512];
    size_t len;
    int64_t now = time(NULL);
    if (barejwt_key_init(&key, BAREJWT_CSTR(argv[1])) != BAREJWT_OK) return 1;
    if (barejwt_verify(&key, BAREJWT_CSTR(argv[2]), &want, now, scratch, sizeof scratch,
                       &claims) != BAREJWT_OK) return 1;
    if (barejwt_sign_access(&key, claims.sub.ptr, claims.sub.len, now, BAREJWT_ACCESS_LIFETIME,
                            token, sizeof token, &len) != BAREJWT_OK) return 1;
    barejwt_key_wipe(&key);
    puts(token);
    return 0;
}
