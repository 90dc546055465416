//go:build darwin

#include "pt_own_sem.h"

#include <errno.h>

#include "pt_clockcond.h"
#include "pt_own_poll.h"

int pt_own_sem_init(pt_own_sem *s, int shared, unsigned value)
{
	if (value > PT_OWN_SEM_MAX)
		return EINVAL;
	atomic_store(&s->value, value);
	s->shared = shared;
	if (shared)
		return 0;
	int err = pthread_mutex_init(&s->mutex, NULL);
	if (err)
		return err;
	err = pt_clockcond_init(&s->posted, PTHREAD_PROCESS_PRIVATE);
	if (err)
		pthread_mutex_destroy(&s->mutex);
	return err;
}

static int take(void *arg)
{
	pt_own_sem *s = arg;
	unsigned n = atomic_load(&s->value);
	do
		if (!n)
			return EAGAIN;
	while (!atomic_compare_exchange_weak(&s->value, &n, n - 1));
	return 0;
}

static int give(pt_own_sem *s)
{
	unsigned n = atomic_load(&s->value);
	do
		if (n == PT_OWN_SEM_MAX)
			return EOVERFLOW;
	while (!atomic_compare_exchange_weak(&s->value, &n, n + 1));
	return 0;
}

/* Even what needs no waiting is done under the mutex: so nobody takes what was
 * posted, and ends the semaphore, before the post has let go of it. */

int pt_own_sem_trywait(pt_own_sem *s)
{
	if (s->shared)
		return take(s);
	pthread_mutex_lock(&s->mutex);
	int err = take(s);
	pthread_mutex_unlock(&s->mutex);
	return err;
}

int pt_own_sem_timedwait(pt_own_sem *s, int64_t deadline)
{
	if (s->shared)
		return pt_own_poll(take, s, EAGAIN, deadline);
	pthread_mutex_lock(&s->mutex);
	/* Once more after the end: what was posted last is not to be lost. */
	int none, late = 0;
	while ((none = take(s)) && !late)
		late = pt_clockcond_timedwait(&s->posted, &s->mutex, deadline);
	pthread_mutex_unlock(&s->mutex);
	return none ? late : 0;
}

int pt_own_sem_post(pt_own_sem *s)
{
	if (s->shared)
		return give(s);
	pthread_mutex_lock(&s->mutex);
	int err = give(s);
	if (!err)
		pthread_cond_signal(&s->posted);
	pthread_mutex_unlock(&s->mutex);
	return err;
}

int pt_own_sem_value(pt_own_sem *s)
{
	return (int)atomic_load(&s->value);
}

int pt_own_sem_destroy(pt_own_sem *s)
{
	if (s->shared)
		return 0;
	int err = pthread_cond_destroy(&s->posted);
	return err ? err : pthread_mutex_destroy(&s->mutex);
}
