// Does what the other programs of this folder do, except the work on tokens: size SECRET TOKEN.
#include <stdio.h>
#include <string.h>
#include <time.h>

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    printf("%zu %zu %lld\n", strlen(argv[1]), strlen(argv[2]), (long long)time(NULL));
    return 0;
}
