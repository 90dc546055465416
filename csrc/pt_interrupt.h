/* Interrupts: how a thread that is blocked in a system call is made to give
 * up. A signal of the process's own, with a handler that does nothing, breaks
 * the call off with EINTR. */
#ifndef PT_INTERRUPT_H
#define PT_INTERRUPT_H

#include <stdint.h>

/* pt_interrupt_spare says that a signal which is handled as sig is now counts
 * as free: the handler that a language's runtime puts on every signal. */
void pt_interrupt_spare(int sig);

/* pt_interrupt_signal gives the signal, chosen at the first call: the highest
 * real-time signal that nobody handles, else the highest that is ignored
 * (EBUSY: there is neither). On macOS, which has none of these, it is SIGIO or
 * SIGINFO. */
int pt_interrupt_signal(int *sig);

/* pt_interrupt_begin lets the calling thread be interrupted until
 * pt_interrupt_end. *thread is what pt_interrupt_send takes, *blocked what
 * pt_interrupt_end does. Regions may be nested. It puts the handler back where
 * something of no owner has replaced it (EBUSY: somebody handles the signal
 * now, and nothing has happened). */
int pt_interrupt_begin(uintptr_t *thread, int *blocked);

/* pt_interrupt_send interrupts a thread that is between begin and end and
 * stays there until this returns. A thread that is just about to block is not
 * kept from it, so it is called again until the thread has given up. EBUSY: as
 * for begin. EAGAIN: the system's queue of signals is full. */
int pt_interrupt_send(uintptr_t thread);

/* pt_interrupt_end ends the region of the calling thread. Whatever was sent
 * before has been delivered when it returns. */
int pt_interrupt_end(int blocked);

#endif
