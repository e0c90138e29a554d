// The UART of the BBC micro:bit, a Cortex-M0 (nRF51822). It sends and does not receive.
#include "board.h"

#define UART(offset) (*(volatile uint32_t *)(0x40002000u + (offset)))
enum { START_TX = 0x008, TX_READY = 0x11c, ENABLE = 0x500, TXD = 0x51c };

void board_init(void) {
    UART(ENABLE) = 4;
    UART(START_TX) = 1;
}

void board_write(uint8_t byte) {
    UART(TX_READY) = 0;
    UART(TXD) = byte;
    while (!UART(TX_READY)) {
    }
}
