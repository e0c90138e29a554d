// What an image must not have, for the check to find: an allocator and writable static data. Linked
// into firmware-c with --wrap=board_init.
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
