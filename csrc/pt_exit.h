/* Exit notices: how one learns that a thread which C made has ended. */
#ifndef PT_EXIT_H
#define PT_EXIT_H

#include <stdatomic.h>
#include <stdint.h>

/* A notice belongs to one thread. exited becomes 1, once and for ever, while
 * that thread ends: before any other thread can be taken for it. */
typedef struct pt_exit {
	_Atomic uint32_t exited;
	struct pt_exit *next; /* in the list of the ended; set by the thread */
} pt_exit;

/* pt_exit_watch gives the calling thread's notice, made at the first call. */
int pt_exit_watch(pt_exit **out);

/* pt_exit_drain takes all notices of threads that ended since the last call,
 * linked by next; the caller frees each with pt_exit_free once nobody looks
 * at it any more. */
pt_exit *pt_exit_drain(void);
void pt_exit_free(pt_exit *n);

#endif
