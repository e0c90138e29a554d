// The compiler calls these functions to set an array to zero and to copy a struct. Without a C library nothing
// else defines them: barejwt's archive keeps its own to itself.
#include <stddef.h>

// Without volatile the compiler would see what the loop does, and make it a call of the function itself.
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
