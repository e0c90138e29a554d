// Start and end of a Cortex-M. Nothing is copied to RAM and nothing is zeroed there: sections.ld
// refuses an image that has something to copy or to zero.
#include "board.h"

extern char stack_top[]; // sections.ld

void start(void) {
#ifdef __ARM_FP
    *(volatile uint32_t *)0xE000ED88 = 0xFu << 20; // CPACR: floating point is off at reset.
    __asm__ volatile("dsb\n isb" ::: "memory");
#endif
    board_init();
    firmware();
}

static void fault(void) { board_exit(0); }

typedef void handler(void);

__attribute__((section(".start"), used)) static const struct {
    char *stack;
    handler *reset, *nmi, *hard_fault, *mem_manage, *bus_fault, *usage_fault;
} vectors = {stack_top, start, fault, fault, fault, fault, fault};

// Semihosting: SYS_EXIT. Success is "application exit", failure is "run-time error".
void board_exit(int ok) {
    register uint32_t operation __asm__("r0") = 0x18;
    register uint32_t reason __asm__("r1") = ok ? 0x20026 : 0x20023;
    __asm__ volatile("bkpt 0xab" : "+r"(operation) : "r"(reason) : "memory");
    for (;;) {
    }
}
