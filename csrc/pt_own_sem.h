/* Semaphores of a mutex and a condition; those that processes share poll. */
#ifndef PT_OWN_SEM_H
#define PT_OWN_SEM_H

#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#define PT_OWN_SEM_MAX ((unsigned)INT_MAX)

typedef struct pt_own_sem {
	atomic_uint value;
	int shared;
	pthread_mutex_t mutex; /* this and the next of one process alone */
	pthread_cond_t posted;
} pt_own_sem;

/* Each answers 0 or an errno value. Whoever has taken what was posted may end
 * the semaphore at once, also while the post has not returned. */
int pt_own_sem_init(pt_own_sem *s, int shared, unsigned value); /* EINVAL: over the maximum */
int pt_own_sem_trywait(pt_own_sem *s);                          /* EAGAIN: zero */
int pt_own_sem_timedwait(pt_own_sem *s, int64_t deadline);      /* ETIMEDOUT */
int pt_own_sem_post(pt_own_sem *s);                             /* EOVERFLOW */
int pt_own_sem_value(pt_own_sem *s);
int pt_own_sem_destroy(pt_own_sem *s);

#endif
