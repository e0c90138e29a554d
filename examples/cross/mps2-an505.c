// The UART of Arm's MPS2+ board with a Cortex-M33 (AN505), at its secure address: the processor starts
// in secure state.
#define UART 0x50200000
#include "mps2-an386.c"
