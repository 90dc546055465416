//go:build linux || darwin || freebsd

#include "pt_barrier.h"

#include <errno.h>
#include <stdlib.h>

#include "pt_sched.h"

#define ENDED (UINT64_C(1) << 63)

#ifdef __APPLE__
#define SERIAL_THREAD PT_OWN_BARRIER_SERIAL_THREAD
#else
#define SERIAL_THREAD PTHREAD_BARRIER_SERIAL_THREAD
#endif

static int init(pt_barrier *b, unsigned parties, int pshared)
{
	atomic_store(&b->arrived, 0);
	atomic_store(&b->left, 0);
	b->parties = parties;
#ifdef __APPLE__
	return pt_own_barrier_init(&b->barrier, pshared, parties);
#else
	pthread_barrierattr_t attr;
	int err = pthread_barrierattr_init(&attr);
	if (err)
		return err;
	err = pthread_barrierattr_setpshared(&attr, pshared);
	if (!err)
		err = pthread_barrier_init(&b->barrier, &attr, parties);
	pthread_barrierattr_destroy(&attr);
	return err;
#endif
}

int pt_barrier_new(pt_barrier **out, unsigned parties)
{
	pt_barrier *b = calloc(1, sizeof *b);
	if (!b)
		return ENOMEM;
	int err = init(b, parties, PTHREAD_PROCESS_PRIVATE);
	if (err) {
		free(b);
		return err;
	}
	*out = b;
	return 0;
}

int pt_barrier_place(pt_barrier *b, unsigned parties)
{
	int err = pt_tag_claim(&b->tag);
	if (err)
		return err;
	err = init(b, parties, PTHREAD_PROCESS_SHARED);
	if (err)
		pt_tag_clear(&b->tag);
	else
		pt_tag_set(&b->tag, PT_TAG(PT_KIND_BARRIER, pt_barrier));
	return err;
}

int pt_barrier_find(pt_barrier *b)
{
	return pt_tag_check(&b->tag, PT_TAG(PT_KIND_BARRIER, pt_barrier));
}

int pt_barrier_wait(pt_barrier *b, int *serial)
{
	if (atomic_fetch_add(&b->arrived, 1) & ENDED)
		return EINVAL;
	int err = PT_BASE(barrier_wait)(&b->barrier);
	*serial = err == SERIAL_THREAD;
	atomic_fetch_add(&b->left, 1); /* the last that is done to it */
	return *serial ? 0 : err;
}

int pt_barrier_destroy(pt_barrier *b)
{
	/* libc waits for all that it knows to be inside, so for ever if one of
	 * them waits for others. Whole rounds leave without anybody's help. */
	uint64_t n = atomic_load(&b->arrived);
	do {
		if (n & ENDED)
			return EINVAL;
		if (n % b->parties)
			return EBUSY;
	} while (!atomic_compare_exchange_weak(&b->arrived, &n, n | ENDED));
	/* Some of the last round may have come here and not to libc yet. */
	for (int i = 0; atomic_load(&b->left) != n; i++)
		pt_sched_pause(i);
	int err = PT_BASE(barrier_destroy)(&b->barrier);
	/* Last, since from then on the place may be another's. */
	pt_tag_clear(&b->tag);
	return err;
}

void pt_barrier_free(pt_barrier *b)
{
	PT_TAG_UNMAKE(pthread_barrier_destroy(&b->barrier));
	free(b);
}
