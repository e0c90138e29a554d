// A Linux process in place of a board: standard output, exit status. It sends and does not receive.
#include <stdio.h>
#include <stdlib.h>

#include "board.h"

int main(void) {
    board_init();
    firmware();
}

void board_init(void) {}

void board_write(uint8_t byte) { putchar(byte); }

void board_exit(int ok) { exit(ok ? EXIT_SUCCESS : EXIT_FAILURE); }
