//go:build linux || darwin || freebsd

#include "pt_cond.h"

#include <errno.h>
#include <stdlib.h>

#include "pt_clockcond.h"

/* The condition below, and how one waits on it until a deadline or PT_NEVER. */
#ifdef __APPLE__
#define BASE(verb) pt_own_cond_##verb

static int initialize(pt_cond *c, int shared)
{
	return pt_own_cond_init(&c->cond, shared == PTHREAD_PROCESS_SHARED);
}

static int wait_until(pt_cond *c, pt_mutex *m, int64_t deadline)
{
	unsigned kind = m->traits & PT_TRAIT_SIMPLE ? PT_OWN_SIMPLE : PT_OWN_OTHER;
	return pt_own_cond_timedwait(&c->cond, &m->mutex, kind, deadline);
}
#else
#define BASE(verb) pthread_cond_##verb

static int initialize(pt_cond *c, int shared)
{
	return pt_clockcond_init(&c->cond, shared);
}

static inline int wait_until(pt_cond *c, pt_mutex *m, int64_t deadline)
{
	if (deadline == PT_NEVER)
		return pthread_cond_wait(&c->cond, &m->mutex);
	return pt_clockcond_timedwait(&c->cond, &m->mutex, deadline);
}
#endif

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
	err = wait_until(c, m, PT_NEVER);
	pt_mutex_regained(m);
	return err;
}

int pt_cond_timedwait(pt_cond *c, pt_mutex *m, int64_t deadline)
{
	int err = pt_mutex_let_go(m);
	if (err)
		return err;
	err = wait_until(c, m, deadline);
	pt_mutex_regained(m);
	return err;
}

int pt_cond_signal(pt_cond *c)
{
	return BASE(signal)(&c->cond);
}

int pt_cond_broadcast(pt_cond *c)
{
	return BASE(broadcast)(&c->cond);
}

int pt_cond_destroy(pt_cond *c)
{
	/* In this order: it waits for those who were woken and are on their way
	 * out, and the place is not free before. */
	int err = BASE(destroy)(&c->cond);
	if (!err)
		pt_tag_clear(&c->tag);
	return err;
}

void pt_cond_free(pt_cond *c)
{
	PT_TAG_UNMAKE(pthread_cond_destroy(&c->cond));
	free(c);
}
