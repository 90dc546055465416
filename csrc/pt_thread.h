/* Threads over pthread_t. */
#ifndef PT_THREAD_H
#define PT_THREAD_H

#include <stddef.h>
#include <stdint.h>

#include "pt_sched.h"
#include "pt_sigset.h"

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
	uintptr_t stack;   /* 0, or the caller's memory of stack_size bytes */
	int detached;
	int scope_process; /* in contention with this process alone */
	int has_sigmask;   /* else the one that the process was started with */
	pt_sigset sigmask;
	int policy; /* enum pt_policy */
	int priority;
} pt_thread_attr;

/* pt_cpus is the word of a set of processors as the kernel has it: processor n
 * is bit n % W of word n / W, where W is the bits of a word. The set's size is
 * in bytes. */
typedef unsigned long pt_cpus;

/* pt_thread_create starts a thread that runs the entry with slot and gives
 * its pthread_t in *id. The thread's signal mask is not its creator's,
 * whatever attr says. cpus is NULL for those of the creator.
 *
 * At most PT_BIRTHS threads are between here and their pt_thread_begin; the
 * next caller waits. */
#define PT_BIRTHS 4
int pt_thread_create(uintptr_t *id, const pt_thread_attr *attr, const pt_cpus *cpus, size_t size, uintptr_t slot);

/* pt_thread_begin is called once by each new thread, first of all: it makes
 * way for the next birth and names the thread (NULL: no name). *id is its
 * pthread_t, *tid the kernel's number for it. A name that the system refuses
 * is no error: the thread keeps its creator's. */
int pt_thread_begin(const char *name, uintptr_t *id, int64_t *tid);

/* pt_thread_set_up is called once by each new thread that has a policy or
 * processors of its own, after pt_thread_begin and as soon as nothing may be
 * made of the thread's in passing any more that would inherit them. What is
 * refused is pt_thread_create's error, too: that waits for this. The thread
 * then returns from the entry. Attributes would not do: glibc's know three of
 * the policies, musl's no processors, and both hold from the thread's first
 * instruction. */
int pt_thread_set_up(void);

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
int64_t pt_thread_tid(void);

/* The following are about any thread that is alive. */

/* pt_thread_kill sends a signal; 0: only looks whether it could. EINVAL: no
 * such signal, or one that the C library keeps to itself. */
int pt_thread_kill(uintptr_t id, int sig);

/* PT_THREAD_NAME is the room for a name with its NUL: Linux takes 16, macOS
 * 64, FreeBSD 20. ENOTSUP: macOS, of another thread than the caller. */
#define PT_THREAD_NAME 64
int pt_thread_setname(uintptr_t id, const char *name);
int pt_thread_getname(uintptr_t id, char name[PT_THREAD_NAME]);

/* ENOTSUP, on macOS, from these three. pt_thread_getcpus fills the whole set.
 * EINVAL: it has not the room that pt_thread_max_cpus tells of. */
int pt_thread_setcpus(uintptr_t id, const pt_cpus *cpus, size_t size);
int pt_thread_getcpus(uintptr_t id, pt_cpus *cpus, size_t size);

/* pt_thread_max_cpus gives the size in bytes of the kernel's sets. */
int pt_thread_max_cpus(size_t *size);

/* pt_thread_cputime gives the processor time in nanoseconds that a thread has
 * used. */
int pt_thread_cputime(uintptr_t id, int64_t *ns);

/* pt_thread_stack gives a thread's stack: its lowest address, its size and the
 * guard's size as the system knows them, and how many bytes from its top down
 * reach to the last page that was ever touched and is in memory. On macOS the
 * guard's size is 0, whatever it is. */
int pt_thread_stack(uintptr_t id, uintptr_t *addr, size_t *size, size_t *guard, size_t *used);

/* pt_thread_default_stack gives the stack size of a thread that asks for
 * none. */
int pt_thread_default_stack(size_t *size);

/* pt_thread_min_stack gives the smallest stack the system takes. */
int pt_thread_min_stack(size_t *size);

/* pt_thread_halt sleeps for ever. */
void pt_thread_halt(void);

#endif
