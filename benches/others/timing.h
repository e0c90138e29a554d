// The tokens of tokens.txt, and the time that one run of a statement takes.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BATCHES 1000
#define BATCH_NS 1000000

static char secret[64], access_token[512], refresh_token[512], state_hash[64], everyday_token[512],
    named_token[512], forged[512];

static void line(FILE *file, char *into, int size) {
    if (fgets(into, size, file) == NULL) exit(2);
    into[strcspn(into, "\n")] = 0;
}

static void read_tokens(const char *path) {
    FILE *file = path == NULL ? NULL : fopen(path, "r");
    if (file == NULL) exit(2);
    line(file, secret, sizeof secret);
    line(file, access_token, sizeof access_token);
    line(file, refresh_token, sizeof refresh_token);
    line(file, state_hash, sizeof state_hash);
    line(file, everyday_token, sizeof everyday_token);
    line(file, named_token, sizeof named_token);
    strcpy(forged, access_token);
    char *tag = strrchr(forged, '.') + 1;
    *tag = *tag == 'A' ? 'B' : 'A';
}

static void must(int true_) {
    if (!true_) {
        fputs("a library does not do what it should\n", stderr);
        exit(1);
    }
}

static double nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// Prints the time of one run in nanoseconds. A tenth of the batches were faster.
#define MEASURE(library, operation, statement)                                                     \
    do {                                                                                           \
        double took[BATCHES];                                                                      \
        long runs = 1;                                                                             \
        for (double first = 0; first < BATCH_NS; runs *= 2) {                                      \
            double start = nanoseconds();                                                          \
            for (long run = 0; run < runs; run++) statement;                                       \
            first = nanoseconds() - start;                                                         \
        }                                                                                          \
        for (int batch = 0; batch < BATCHES; batch++) {                                            \
            double start = nanoseconds();                                                          \
            for (long run = 0; run < runs; run++) statement;                                       \
            took[batch] = (nanoseconds() - start) / (double)runs;                                  \
        }                                                                                          \
        qsort(took, BATCHES, sizeof *took, ascending);                                             \
        printf("%s %s %.2f\n", library, operation, took[BATCHES / 10]);                             \
    } while (0)
