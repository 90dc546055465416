//go:build darwin

#include "pt_own_barrier.h"

#include <errno.h>

#include "pt_clockcond.h"
#include "pt_own_poll.h"

int pt_own_barrier_init(pt_own_barrier_t *b, int pshared, unsigned parties)
{
	if (!parties)
		return EINVAL;
	atomic_store(&b->come, 0);
	atomic_store(&b->rounds, 0);
	atomic_store(&b->gone, 0);
	b->parties = parties;
	b->shared = pshared == PTHREAD_PROCESS_SHARED;
	if (b->shared)
		return 0;
	int err = pthread_mutex_init(&b->mutex, NULL);
	if (err)
		return err;
	err = pt_clockcond_init(&b->complete, PTHREAD_PROCESS_PRIVATE);
	if (err)
		pthread_mutex_destroy(&b->mutex);
	return err;
}

/* Who waits, for pt_own_poll. */
struct waiter {
	pt_own_barrier_t *barrier;
	uint64_t round; /* the number of the round, from 0 */
};

static int is_complete(void *arg)
{
	struct waiter *w = arg;
	return atomic_load(&w->barrier->rounds) > w->round ? 0 : EBUSY;
}

int pt_own_barrier_wait(pt_own_barrier_t *b)
{
	if (!b->shared)
		pthread_mutex_lock(&b->mutex);
	uint64_t number = atomic_fetch_add(&b->come, 1);
	struct waiter w = { b, number / b->parties };
	int last = number % b->parties == b->parties - 1;
	if (last) {
		/* Another round may be complete and counted before this one; the
		 * sum lets nobody go whose round is not. */
		atomic_fetch_add(&b->rounds, 1);
		if (!b->shared)
			pthread_cond_broadcast(&b->complete);
	} else if (b->shared) {
		pt_own_poll(is_complete, &w, EBUSY, PT_NEVER);
	} else {
		while (is_complete(&w))
			pthread_cond_wait(&b->complete, &b->mutex);
	}
	if (!b->shared)
		pthread_mutex_unlock(&b->mutex);
	/* The last of all that is done to the barrier. */
	atomic_fetch_add(&b->gone, 1);
	return last ? PT_OWN_BARRIER_SERIAL_THREAD : 0;
}

static int is_empty(void *arg)
{
	pt_own_barrier_t *b = arg;
	return atomic_load(&b->gone) == atomic_load(&b->come) ? 0 : EBUSY;
}

int pt_own_barrier_destroy(pt_own_barrier_t *b)
{
	pt_own_poll(is_empty, b, EBUSY, PT_NEVER);
	if (b->shared)
		return 0;
	int err = pthread_cond_destroy(&b->complete);
	return err ? err : pthread_mutex_destroy(&b->mutex);
}
