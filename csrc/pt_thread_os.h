/* What the sources of pt_thread.h say to each other. */
#ifndef PT_THREAD_OS_H
#define PT_THREAD_OS_H

#include <pthread.h>

#include "pt_thread.h"

/* pt_thread_bounds gives what the system knows of a thread's stack; see
 * pt_thread_stack. */
int pt_thread_bounds(pthread_t t, uintptr_t *addr, size_t *size, size_t *guard);

#endif
