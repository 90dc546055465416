//go:build linux

#include "pt_cond.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "pt_deadline.h"

int pt_cond_new(pt_cond **out)
{
	pthread_condattr_t attr;
	int err = pthread_condattr_init(&attr);
	if (err)
		return err;
	pt_cond *c = NULL;
	err = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	if (!err && !(c = calloc(1, sizeof *c)))
		err = ENOMEM;
	if (!err)
		err = pthread_cond_init(&c->cond, &attr);
	pthread_condattr_destroy(&attr);
	if (err) {
		free(c);
		return err;
	}
	*out = c;
	return 0;
}

int pt_cond_wait(pt_cond *c, pt_mutex *m)
{
	return pthread_cond_wait(&c->cond, &m->mutex);
}

int pt_cond_timedwait(pt_cond *c, pt_mutex *m, int64_t deadline)
{
	struct timespec ts = pt_deadline_abs(deadline);
	return pthread_cond_timedwait(&c->cond, &m->mutex, &ts);
}

int pt_cond_signal(pt_cond *c)
{
	return pthread_cond_signal(&c->cond);
}

int pt_cond_broadcast(pt_cond *c)
{
	return pthread_cond_broadcast(&c->cond);
}

int pt_cond_destroy(pt_cond *c)
{
	return pthread_cond_destroy(&c->cond);
}

void pt_cond_free(pt_cond *c)
{
	free(c);
}
