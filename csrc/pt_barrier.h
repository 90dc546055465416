/* Barriers over pthread_barrier_t, on macOS over pt_own_barrier_t. */
#ifndef PT_BARRIER_H
#define PT_BARRIER_H

#include <pthread.h>
#include <stdint.h>

#include "pt_own.h"
#include "pt_tag.h"

typedef struct pt_barrier {
	pt_tag tag;
	_Atomic uint64_t arrived; /* how many ever came; the top bit: it has ended */
	_Atomic uint64_t left;    /* how many of them are out of it again */
	unsigned parties;         /* how many make a round */
	PT_BASE(barrier_t) barrier;
} pt_barrier;

_Static_assert(sizeof(pt_barrier) <= PT_PLACE, "a shared one fits its place");

int pt_barrier_new(pt_barrier **out, unsigned parties); /* EINVAL: 0 or too many */

/* As pt_sem_place and pt_sem_find. */
int pt_barrier_place(pt_barrier *b, unsigned parties);
int pt_barrier_find(pt_barrier *b);

/* pt_barrier_wait waits for the round to be complete. *serial is 1 for one of
 * them and 0 for the others. EINVAL: it has ended. */
int pt_barrier_wait(pt_barrier *b, int *serial);

/* pt_barrier_destroy ends it once those of the last round have left (EBUSY:
 * somebody waits, EINVAL: it has ended); pt_barrier_free gives the memory
 * back. */
int pt_barrier_destroy(pt_barrier *b);
void pt_barrier_free(pt_barrier *b);

#endif
