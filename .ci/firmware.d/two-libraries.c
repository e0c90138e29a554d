// Linked into firmware-c with --wrap=board_init. It calls the other library before the device starts. With
// ASK_FOR_PANIC the other library panics instead.
#include <stdint.h>

#include "board.h"

#ifndef ASK_FOR_PANIC
#define ASK_FOR_PANIC 0
#endif

uint32_t other_crc32(const uint8_t *data, size_t len, size_t from);
void __real_board_init(void);
void __wrap_board_init(void);

void __wrap_board_init(void) {
    __real_board_init();
    const uint8_t check[] = {'1', '2', '3', '4', '5', '6', '7', '8', '9'};
    uint32_t crc = other_crc32(check, sizeof check, ASK_FOR_PANIC ? sizeof check + 1 : 0);
    if (crc != 0xCBF43926) board_exit(0);
}
