// The functions that an image needs from the machine in QEMU.

#ifndef MACHINE_H
#define MACHINE_H

#include <stdint.h>

// Writes to QEMU's semihosting console.
void print(const char *text);
void print_number(uint32_t number);

// Ends QEMU, with exit status 0 or 1.
_Noreturn void stop(int status);

// Counts the instructions of run(). The call of run() does not count.
uint32_t instructions_of(void (*run)(void));

// Counts the bytes of stack below the caller's frame that run() writes.
uint32_t stack_of(void (*run)(void));

#endif
