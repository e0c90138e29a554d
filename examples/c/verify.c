// Verifies an access token: verify KEY_FILE < TOKEN. One newline at the end of either is ignored.
#include <barejwt.h>
#include <stdio.h>
#include <time.h>

static size_t read_all(FILE *file, char *buf, size_t size) {
    size_t len = fread(buf, 1, size, file);
    return len > 0 && buf[len - 1] == '\n' ? len - 1 : len;
}

int main(int argc, char **argv) {
    char secret[1024], token[1024];
    uint8_t scratch[BAREJWT_SCRATCH_MAX(sizeof token)];
    barejwt_validation want = BAREJWT_VALIDATION_ACCESS;
    barejwt_claims claims; barejwt_key key;
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    if (file == NULL) return fputs("usage: verify KEY_FILE < TOKEN\n", stderr), 2;
    barejwt_status st = barejwt_key_init(&key, secret, read_all(file, secret, sizeof secret));
    size_t len = read_all(stdin, token, sizeof token); // then the time: the token may be new
    if (st == BAREJWT_OK) st = barejwt_verify(&key, token, len, &want, time(NULL),
                                              scratch, sizeof scratch, &claims);
    if (st != BAREJWT_OK) return fprintf(stderr, "verify: %s\n", barejwt_strerror(st)), 1;
    printf("sub %.*s, exp %lld\n", (int)claims.sub.len, claims.sub.ptr, (long long)claims.exp);
    barejwt_key_wipe(&key);
}
