/* Barriers of a mutex and a condition; those that processes share poll. */
#ifndef PT_OWN_BARRIER_H
#define PT_OWN_BARRIER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#define PT_OWN_BARRIER_SERIAL_THREAD (-1)

typedef struct pt_own_barrier_t {
	_Atomic uint64_t come;   /* how many ever came */
	_Atomic uint64_t rounds; /* how many rounds are complete */
	_Atomic uint64_t gone;   /* how many ever left */
	unsigned parties;
	int shared;
	pthread_mutex_t mutex; /* this and the next of one process alone */
	pthread_cond_t complete;
} pt_own_barrier_t;

/* Conditions on macOS do not bear it that two processes have them at two
 * addresses; see pt_own_cond.h. */
int pt_own_barrier_init(pt_own_barrier_t *b, int pshared, unsigned parties); /* EINVAL: 0 */
int pt_own_barrier_wait(pt_own_barrier_t *b);

/* pt_own_barrier_destroy waits for those of complete rounds to leave. */
int pt_own_barrier_destroy(pt_own_barrier_t *b);

#endif
