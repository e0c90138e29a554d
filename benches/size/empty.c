// A program that does what the others of this folder do, but for the tokens: size SECRET TOKEN.
#include <stdio.h>
#include <string.h>
#include <time.h>

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    printf("%zu %zu %lld\n", strlen(argv[1]), strlen(argv[2]), (long long)time(NULL));
    return 0;
}
