/* Conditions without two faults of those of macOS: these end the process if
 * they are waited on with mutexes of two kinds, one after the other, and give
 * EINVAL where two processes that share them have the mutex at two addresses.
 * What would come to that polls: it counts the wake-ups. */
#ifndef PT_OWN_COND_H
#define PT_OWN_COND_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

/* What a mutex is to the system's conditions. */
enum pt_own_kind {
	PT_OWN_UNKNOWN, /* of a condition: nobody has waited yet */
	PT_OWN_SIMPLE,  /* PTHREAD_MUTEX_NORMAL, of one process */
	PT_OWN_OTHER,
	PT_OWN_SHARED, /* of a condition: all waits poll */
};

typedef struct pt_own_cond {
	atomic_uint kind; /* of the mutexes that do not poll; set by the first */
	atomic_uint wakes;
	pthread_cond_t cond; /* not of a shared one */
} pt_own_cond;

int pt_own_cond_init(pt_own_cond *c, int shared);

/* pt_own_cond_timedwait waits with a mutex of that kind until the deadline
 * (ETIMEDOUT; PT_NEVER). The caller holds m. It may be woken by nobody. */
int pt_own_cond_timedwait(pt_own_cond *c, pthread_mutex_t *m, unsigned kind, int64_t deadline);
int pt_own_cond_signal(pt_own_cond *c);
int pt_own_cond_broadcast(pt_own_cond *c);
int pt_own_cond_destroy(pt_own_cond *c);

#endif
