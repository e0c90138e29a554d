// What a compiler calls where there is no C library: to set an array to zero, and to copy a struct. The
// archive of barejwt keeps its own to itself.
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
