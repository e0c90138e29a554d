// The UART of Arm's MPS2+ board with a Cortex-M4 (AN386): CMSDK APB UART 0.
#include "board.h"

enum { TX_FULL = 1, RX_FULL = 2, TX_ENABLE = 1, RX_ENABLE = 2 };

static volatile struct {
    uint32_t data, state, control, interrupts, divider;
} *const uart = (void *)0x40004000;

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
