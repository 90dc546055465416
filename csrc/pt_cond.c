//go:build linux

#include "pt_cond.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "pt_deadline.h"

/* initialize makes the condition in c, all of it but the tag. */
static int initialize(pt_cond *c, int shared)
{
	pthread_condattr_t attr;
	int err = pthread_condattr_init(&attr);
	if (err)
		return err;
	err = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	if (!err)
		err = pthread_condattr_setpshared(&attr, shared);
	if (!err)
		err = pthread_cond_init(&c->cond, &attr);
	pthread_condattr_destroy(&attr);
	return err;
}

int pt_cond_new(pt_cond **out)
{
	pt_cond *c = calloc(1, sizeof *c);
	if (!c)
		return ENOMEM;
	int err = initialize(c, PTHREAD_PROCESS_PRIVATE);
	if (err) {
		free(c);
		return err;
	}
	*out = c;
	return 0;
}

int pt_cond_place(pt_cond *c)
{
	int err = pt_tag_claim(&c->tag);
	if (err)
		return err;
	err = initialize(c, PTHREAD_PROCESS_SHARED);
	if (err)
		pt_tag_clear(&c->tag);
	else
		pt_tag_set(&c->tag, PT_TAG(PT_KIND_COND, pt_cond));
	return err;
}

int pt_cond_find(pt_cond *c)
{
	return pt_tag_check(&c->tag, PT_TAG(PT_KIND_COND, pt_cond));
}

int pt_cond_wait(pt_cond *c, pt_mutex *m)
{
	int err = pt_mutex_let_go(m);
	if (err)
		return err;
	err = pthread_cond_wait(&c->cond, &m->mutex);
	pt_mutex_regained(m);
	return err;
}

int pt_cond_timedwait(pt_cond *c, pt_mutex *m, int64_t deadline)
{
	int err = pt_mutex_let_go(m);
	if (err)
		return err;
	struct timespec ts = pt_deadline_abs(deadline);
	err = pthread_cond_timedwait(&c->cond, &m->mutex, &ts);
	pt_mutex_regained(m);
	return err;
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
	/* In this order: it waits for those who were woken and are on their way
	 * out, and the place is not free before. */
	int err = pthread_cond_destroy(&c->cond);
	if (!err)
		pt_tag_clear(&c->tag);
	return err;
}

void pt_cond_free(pt_cond *c)
{
	free(c);
}
