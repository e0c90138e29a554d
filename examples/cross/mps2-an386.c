// The UART of Arm's MPS2+ board with a Cortex-M4 (AN386): CMSDK APB UART 0. With a Cortex-M3 (AN385) or a
// Cortex-M7 (AN500) it has the same address.
#include "board.h"

#ifndef UART
#define UART 0x40004000
#endif

enum { TX_FULL = 1, RX_FULL = 2, TX_ENABLE = 1, RX_ENABLE = 2 };

static volatile struct {
    uint32_t data, state, control, interrupts, divider;
} *const uart = (void *)UART;

void board_init(void) {
    uart->divider = 16;
    uart->control = TX_ENABLE | RX_ENABLE;
}

void board_write(uint8_t byte) {
    while (uart->state & TX_FULL) {
    }
    uart->data = byte;
}

uint8_t board_read(void) {
    while (!(uart->state & RX_FULL)) {
    }
    return (uint8_t)uart->data;
}
