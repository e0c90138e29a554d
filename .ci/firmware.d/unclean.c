// Linked into firmware-c with --wrap=board_init. It has an allocator and writable static data, which an image
// must not have, and which the check must find.
#include "board.h"

void *malloc(size_t size);
void __real_board_init(void);
void __wrap_board_init(void);

static char heap[16];

__attribute__((noinline)) void *malloc(size_t size) { return size <= sizeof heap ? heap : NULL; }

void __wrap_board_init(void) {
    __real_board_init();
    volatile char *byte = malloc(1);
    if (byte != NULL) *byte = 1;
}
