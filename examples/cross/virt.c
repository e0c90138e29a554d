// QEMU's RISC-V board `virt`, of 32 or 64 bits: start, a 16550 UART, and the test device that ends QEMU. The
// board sends and does not receive.
#include "board.h"

static volatile uint8_t *const uart = (void *)0x10000000;
static volatile uint32_t *const test = (void *)0x100000;

__attribute__((section(".start"), naked, used)) void start(void) {
    __asm__ volatile("la sp, stack_top\n"
                     "la t0, fault\n"
                     "csrw mtvec, t0\n"
                     "j firmware\n");
}

__attribute__((aligned(4), used)) static void fault(void) { board_exit(0); }

void board_init(void) {}

void board_write(uint8_t byte) {
    enum { LINE_STATUS = 5, TX_EMPTY = 0x20 };
    while (!(uart[LINE_STATUS] & TX_EMPTY)) {
    }
    uart[0] = byte;
}

void board_exit(int ok) {
    *test = ok ? 0x5555 : 0x13333;
    for (;;) {
    }
}
