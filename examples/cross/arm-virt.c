// QEMU's Arm board `virt`, of 32 or 64 bits: start, a PL011 UART, and semihosting, which ends QEMU. The board
// sends and does not receive.
#include "board.h"

#define UART(offset) (*(volatile uint32_t *)(uintptr_t)(0x09000000u + (offset)))
enum { FLAGS = 0x18, TX_FULL = 0x20, CONTROL = 0x30, ENABLE = 0x101 };

__asm__(".section .start, \"ax\"\n"
        ".global start\n"
        "start:\n"
#ifdef __aarch64__
        "mov x0, #0x300000\n" // CPACR_EL1: SIMD is off at reset.
        "msr cpacr_el1, x0\n"
        "isb\n"
        "ldr x0, =stack_top\n"
        "mov sp, x0\n"
#else
        "ldr sp, =stack_top\n"
#endif
        "b run\n"
        ".text\n");

__attribute__((used)) static void run(void) {
    board_init();
    firmware();
}

void board_init(void) { UART(CONTROL) = ENABLE; }

void board_write(uint8_t byte) {
    while (UART(FLAGS) & TX_FULL) {
    }
    UART(0) = byte;
}

// Semihosting: SYS_EXIT. Success is "application exit", failure is "run-time error".
void board_exit(int ok) {
    uintptr_t reason = ok ? 0x20026 : 0x20023;
#ifdef __aarch64__
    const uintptr_t block[2] = {reason, ok ? 0 : 1};
    register uintptr_t operation __asm__("x0") = 0x18;
    register const uintptr_t *argument __asm__("x1") = block;
    __asm__ volatile("hlt #0xf000" : "+r"(operation) : "r"(argument) : "memory");
#else
    register uintptr_t operation __asm__("r0") = 0x18;
    register uintptr_t argument __asm__("r1") = reason;
    __asm__ volatile("svc 0x123456" : "+r"(operation) : "r"(argument) : "memory");
#endif
    for (;;) {
    }
}
