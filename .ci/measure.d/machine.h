// What an image needs of the machine that QEMU plays.

#ifndef MACHINE_H
#define MACHINE_H

#include <stdint.h>

// Writes to QEMU's semihosting console.
void print(const char *text);
void print_number(uint32_t number);

// Ends QEMU, with exit status 0 or 1.
_Noreturn void stop(int status);

// Instructions that run() executes, itself included; the call of it is not.
uint32_t instructions_of(void (*run)(void));

// Bytes of stack below the caller's that run() writes to.
uint32_t stack_of(void (*run)(void));

#endif
