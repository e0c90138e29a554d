// Functions that a compiler calls to set an array to zero and to copy a struct. Without a C library nothing else
// has them: those of barejwt's archive are private.
#include <stddef.h>

// volatile: else the compiler sees what the loop is, and calls the function itself.
void *memset(void *to, int byte, size_t size) {
    volatile unsigned char *at = to;
    for (; size > 0; size--) *at++ = (unsigned char)byte;
    return to;
}

void *memcpy(void *restrict to, const void *restrict from, size_t size) {
    volatile unsigned char *at = to;
    const unsigned char *next = from;
    for (; size > 0; size--) *at++ = *next++;
    return to;
}
