//go:build cgo && (linux || darwin || freebsd)

#include "stack.h"

#include <stdint.h>

/* Less than any page, so that none is passed over. */
#define FRAME 1024

/* Never inlined, and not a loop in disguise: it writes after the call too. */
__attribute__((noinline)) static void descend(uintptr_t top, size_t bytes)
{
	volatile char frame[FRAME];
	frame[0] = 1;
	if (top - (uintptr_t)frame < bytes)
		descend(top, bytes);
	frame[FRAME - 1] = 1;
}

void pttest_use_stack(size_t bytes)
{
	char here;
	descend((uintptr_t)&here, bytes);
}
