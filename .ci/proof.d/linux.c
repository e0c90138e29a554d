// What the library has from Linux's C library. That one chooses its copies for the processor when the program
// begins, which the proof does not follow.
#include <stddef.h>

void *memmove(void *to, const void *from, size_t size) {
    volatile unsigned char *at = to;
    const volatile unsigned char *next = from;
    if (to < from) {
        for (size_t i = 0; i < size; i++) at[i] = next[i];
    } else {
        while (size-- > 0) at[size] = next[size];
    }
    return to;
}

// It ends at the first difference, so that a comparison of secrets is found.
int bcmp(const void *one, const void *other, size_t size) {
    const volatile unsigned char *at = one, *next = other;
    for (; size > 0; size--)
        if (*at++ != *next++) return 1;
    return 0;
}

// The processor has no instructions for SHA-256.
unsigned long getauxval(unsigned long type) {
    (void)type;
    return 0;
}
