//go:build linux

#include "pt_mutex.h"

#include <errno.h>
#include <stdlib.h>

#include "pt_deadline.h"

int pt_mutex_new(pt_mutex **out, int type)
{
	pthread_mutexattr_t attr;
	int err = pthread_mutexattr_init(&attr);
	if (err)
		return err;
	pt_mutex *m = NULL;
	err = pthread_mutexattr_settype(&attr, type);
	if (!err && !(m = calloc(1, sizeof *m)))
		err = ENOMEM;
	if (!err)
		err = pthread_mutex_init(&m->mutex, &attr);
	pthread_mutexattr_destroy(&attr);
	if (err) {
		free(m);
		return err;
	}
	*out = m;
	return 0;
}

int pt_mutex_lock(pt_mutex *m)
{
	return pthread_mutex_lock(&m->mutex);
}

int pt_mutex_trylock(pt_mutex *m)
{
	return pthread_mutex_trylock(&m->mutex);
}

int pt_mutex_timedlock(pt_mutex *m, int64_t deadline)
{
#ifdef PT_HAVE_CLOCKWAIT
	struct timespec ts = pt_deadline_abs(deadline);
	return pthread_mutex_clocklock(&m->mutex, CLOCK_MONOTONIC, &ts);
#else
	for (;;) {
		struct timespec ts = pt_deadline_real(deadline);
		int err = pthread_mutex_timedlock(&m->mutex, &ts);
		if (err != ETIMEDOUT || pt_deadline_passed(deadline))
			return err;
	}
#endif
}

int pt_mutex_unlock(pt_mutex *m)
{
	return pthread_mutex_unlock(&m->mutex);
}

int pt_mutex_destroy(pt_mutex *m)
{
#ifndef __GLIBC__
	/* musl ends a held mutex without a word. */
	int err = pthread_mutex_trylock(&m->mutex);
	if (err)
		return err;
	pthread_mutex_unlock(&m->mutex);
#endif
	return pthread_mutex_destroy(&m->mutex);
}

void pt_mutex_free(pt_mutex *m)
{
	free(m);
}
