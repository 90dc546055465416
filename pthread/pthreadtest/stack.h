/* C that needs much stack. */
#ifndef PTTEST_STACK_H
#define PTTEST_STACK_H

#include <stddef.h>

/* pttest_use_stack writes to every page of so many bytes of the calling
 * thread's stack, from where that is now downward. */
void pttest_use_stack(size_t bytes);

#endif
