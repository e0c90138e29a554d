// A bare Cortex-M or RISC-V in QEMU: start, semihosting, a count of instructions, painted stack.
// QEMU starts with all RAM zero, so there is nothing to clear.

#include "machine.h"

int main(void);
extern uint32_t stack_bottom[], stack_top[];

static void start(void) { stop(main()); }

static void fault(void) {
    print("the processor has taken an exception\n");
    stop(1);
}

#if defined(__arm__)

static const struct {
    uint32_t *stack;
    void (*reset)(void);
    void (*faults[14])(void);
} vectors __attribute__((section(".vectors"), used)) = {
    stack_top, start, {fault, fault, fault, fault, fault, fault, fault,
                       fault, fault, fault, fault, fault, fault, fault}};

static void semihost(uint32_t operation, uintptr_t argument) {
    register uint32_t r0 __asm__("r0") = operation;
    register uintptr_t r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}

// SysTick, on the processor's clock. Under -icount shift=10 an instruction takes 1,024 ns, which
// are 25.6 ticks of the 25 MHz of mps2-an386 and 16.384 of the 16 MHz of microbit.
#ifdef __ARM_ARCH_6M__
enum { INSTRUCTIONS = 125, TICKS = 2048 };
#else
enum { INSTRUCTIONS = 5, TICKS = 128 };
#endif
#define SYST ((volatile uint32_t *)0xE000E010)
enum { CONTROL, RELOAD, CURRENT };
#define ENABLED 5u
#define WRAPPED (1u << 16)
#define FULL 0xFFFFFFu

__attribute__((noipa)) static uint32_t count(void (*run)(void)) {
    SYST[RELOAD] = FULL;
    SYST[CONTROL] = ENABLED;
    SYST[CURRENT] = 0;
    while (SYST[CURRENT] == 0) {
    }
    uint32_t first = SYST[CURRENT];
    run();
    uint32_t last = SYST[CURRENT];
    if (SYST[CONTROL] & WRAPPED) {
        print("too long for SysTick\n");
        stop(1);
    }
    return first - last;
}

static uint32_t to_instructions(uint32_t ticks) {
    return (ticks * INSTRUCTIONS + TICKS / 2) / TICKS;
}

#define READ_STACK_POINTER "mov %0, sp"

#elif defined(__riscv)

__attribute__((naked, section(".vectors"), used)) void reset(void) {
    __asm__ volatile("la sp, stack_top\n la t0, trap\n csrw mtvec, t0\n j begin");
}
__attribute__((used)) void begin(void) { start(); }
__attribute__((used, aligned(4))) void trap(void) { fault(); }

static void semihost(uint32_t operation, uintptr_t argument) {
    register uint32_t a0 __asm__("a0") = operation;
    register uintptr_t a1 __asm__("a1") = argument;
    __asm__ volatile(".option push\n .option norvc\n .balign 16\n"
                     "slli x0, x0, 0x1f\n ebreak\n srai x0, x0, 7\n .option pop"
                     : "+r"(a0)
                     : "r"(a1)
                     : "memory");
}

static uint32_t minstret(void) {
    uint32_t count;
    __asm__ volatile("csrr %0, minstret" : "=r"(count)::"memory");
    return count;
}

__attribute__((noipa)) static uint32_t count(void (*run)(void)) {
    uint32_t first = minstret();
    run();
    return minstret() - first;
}

static uint32_t to_instructions(uint32_t count) { return count; }

#define READ_STACK_POINTER "mv %0, sp"

#endif

#define SYS_WRITE0 0x04
#define SYS_EXIT_EXTENDED 0x20
#define ADP_STOPPED_APPLICATION_EXIT 0x20026

void print(const char *text) { semihost(SYS_WRITE0, (uintptr_t)text); }

void print_number(uint32_t number) {
    char digits[11] = {0};
    char *digit = digits + sizeof digits - 1;
    do {
        *--digit = (char)('0' + number % 10);
    } while (number /= 10);
    print(digit);
}

void stop(int status) {
    uintptr_t block[2] = {ADP_STOPPED_APPLICATION_EXIT, (uintptr_t)status};
    semihost(SYS_EXIT_EXTENDED, (uintptr_t)block);
    for (;;) {
    }
}

static void nothing(void) {}

uint32_t instructions_of(void (*run)(void)) {
    // `nothing` is the return, which every run has too.
    return to_instructions(count(run) - count(nothing)) + 1;
}

#define PAINT 0xA5A5A5A5u

__attribute__((noinline)) uint32_t stack_of(void (*run)(void)) {
    volatile uint32_t *pointer;
    __asm__ volatile(READ_STACK_POINTER : "=r"(pointer));
    // Volatile, so that no call of memset runs over its own stack.
    for (volatile uint32_t *word = stack_bottom; word < pointer; word++) *word = PAINT;
    run();
    volatile uint32_t *word = stack_bottom;
    while (*word == PAINT) word++;
    if (word == stack_bottom) {
        print("stack overflow\n");
        stop(1);
    }
    return (uint32_t)((uintptr_t)pointer - (uintptr_t)word);
}
