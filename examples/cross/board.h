// A board reads bytes, writes bytes, and ends. ffi/targets.txt names the boards.
#ifndef BOARD_H
#define BOARD_H

#include <stddef.h>
#include <stdint.h>

void board_init(void);

// Sends a byte.
void board_write(uint8_t byte);

// Waits for a byte. Boards that only report do not have this function.
uint8_t board_read(void);

// Ends QEMU, with exit status 0 if ok is true. A product would reset here.
_Noreturn void board_exit(int ok);

// The program. A board calls it once, and it does not return.
_Noreturn void firmware(void);

#endif
