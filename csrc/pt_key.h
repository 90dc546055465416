/* Thread-specific data over pthread_key_t.
 *
 * A value is a number of the caller's. The keys have no destructors of their
 * own: C tells the caller once that a thread which has values ends, and he
 * knows which they are. So all of a thread's values end at one moment, which
 * is chosen here, whatever keys others made before or between. */
#ifndef PT_KEY_H
#define PT_KEY_H

#include <limits.h>
#include <pthread.h>
#include <stdint.h>

/* What C knows of a thread that has values. */
typedef struct pt_key_thread {
	int calls; /* its end may be told by a call */
	struct pt_key_thread *next; /* in the list of the ended */
} pt_key_thread;

/* pt_key_end is what an ending thread calls, if it may call. It may set
 * values, which are the ending thread's too and do not bring about another
 * call; whoever sets them for ever is to stop after PT_KEY_ROUNDS rounds. The
 * thread's record is freed when it returns. */
typedef void (*pt_key_end)(pt_key_thread *thread);
#define PT_KEY_ROUNDS PTHREAD_DESTRUCTOR_ITERATIONS

/* pt_key_set_end says what ending threads call, once, before the first. */
void pt_key_set_end(pt_key_end end);

int pt_key_create(pthread_key_t *key); /* EAGAIN: none is left */
int pt_key_delete(pthread_key_t key);
int pt_key_max(void); /* how many a process may have, those of others too */

/* pt_key_get gives the calling thread's value, 0 if it has none. *ended says
 * whether there is something to drain. */
uintptr_t pt_key_get(pthread_key_t key, int *ended);
int pt_key_set(pthread_key_t key, uintptr_t value);

/* pt_key_thread_self gives the calling thread's record, made at the first
 * call: from then on its end is told. calls says how, if this is the first:
 * by a call of the end function, or in the list that pt_key_drain takes. */
int pt_key_thread_self(pt_key_thread **out, int calls);

/* pt_key_drain takes the records of all threads which ended since the last
 * call and could not call, linked by next; the caller frees each. */
pt_key_thread *pt_key_drain(void);
void pt_key_thread_free(pt_key_thread *thread);

#endif
