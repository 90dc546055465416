/* Threads over pthread_t. */
#ifndef PT_THREAD_H
#define PT_THREAD_H

#include <stddef.h>
#include <stdint.h>

/* pt_entry is what a new thread runs: the one thing that C knows of its
 * caller's language. slot is the number that pt_thread_create was given. */
typedef void (*pt_entry)(uintptr_t slot);

/* pt_thread_set_entry says what new threads run, once, before the first. */
void pt_thread_set_entry(pt_entry entry);

/* PT_GUARD_DEFAULT leaves the guard's size to the platform. */
#define PT_GUARD_DEFAULT SIZE_MAX

typedef struct pt_thread_attr {
	size_t stack_size; /* 0: the platform's default */
	size_t guard_size; /* 0: none; PT_GUARD_DEFAULT */
	int detached;
} pt_thread_attr;

/* pt_thread_create starts a thread that runs the entry with slot and gives
 * its pthread_t in *id. The thread's signal mask is the one that the process
 * started with, whatever its creator has blocked.
 *
 * At most PT_BIRTHS threads are between here and their pt_thread_begin; the
 * next caller waits. */
#define PT_BIRTHS 4
int pt_thread_create(uintptr_t *id, const pt_thread_attr *attr, uintptr_t slot);

/* pt_thread_begin is called once by each new thread, first of all: it makes
 * way for the next birth and names the thread (NULL: no name). *id is its
 * pthread_t, *tid the kernel's number for it. A name that the system refuses
 * is no error: the thread keeps its creator's. */
int pt_thread_begin(const char *name, uintptr_t *id, int *tid);

/* pt_thread_tryjoin joins another thread that ends within a moment; otherwise
 * EBUSY. It spends the moment awake. */
int pt_thread_tryjoin(uintptr_t id);

/* pt_thread_timedjoin joins another thread that ends before the deadline
 * (pt_deadline.h); otherwise ETIMEDOUT. */
int pt_thread_timedjoin(uintptr_t id, int64_t deadline);

int pt_thread_detach(uintptr_t id);
uintptr_t pt_thread_self(void);

/* pt_thread_slot gives the slot of the calling thread, or 0 if
 * pt_thread_create did not make it or its entry has returned. */
uintptr_t pt_thread_slot(void);

/* pt_thread_tid gives the kernel's number of the calling thread. */
int pt_thread_tid(void);

/* pt_thread_stack gives the calling thread's stack: its lowest address, its
 * size and the guard's size as the system knows them. */
int pt_thread_stack(uintptr_t *addr, size_t *size, size_t *guard);

/* pt_thread_default_stack gives the stack size of a thread that asks for
 * none. */
int pt_thread_default_stack(size_t *size);

/* pt_thread_min_stack gives the smallest stack the system takes. */
int pt_thread_min_stack(size_t *size);

/* pt_thread_halt sleeps for ever. */
void pt_thread_halt(void);

#endif
