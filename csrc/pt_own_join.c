//go:build darwin

#include "pt_own_join.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "pt_clockcond.h"

/* The record of a thread that can be joined, in a list that its pthread_t
 * leads to. All of it is guarded by lock, but for what the thread alone has:
 * body, arg and rounds. */
struct record {
	struct record *next;
	pthread_t id;
	void *(*body)(void *);
	void *arg;
	int rounds; /* of destructors it has gone through */
	int ended;
	int joining;
	int detached;
	pthread_cond_t changed;
};

#define LISTS 256

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct record *lists[LISTS];
static pthread_key_t key; /* the calling thread's record */
static int key_error;

/* Where a record is linked, or would be. */
static struct record **place_of(pthread_t t)
{
	uintptr_t n = (uintptr_t)t >> 12; /* it is an address, of nearly whole pages */
	struct record **at = &lists[(n ^ n >> 8) % LISTS];
	while (*at && !pthread_equal((*at)->id, t))
		at = &(*at)->next;
	return at;
}

static void drop(struct record *r)
{
	pthread_cond_destroy(&r->changed);
	free(r);
}

/* The last round but one of destructors: the last is for what must come after
 * all others, such as a sanitizer's. */
#define END_ROUND (PTHREAD_DESTRUCTOR_ITERATIONS - 1)

/* Runs in the ending thread, in each round up to that. */
static void on_end(void *arg)
{
	struct record *r = arg;
	if (++r->rounds < END_ROUND && !pthread_setspecific(key, r))
		return;
	pthread_mutex_lock(&lock);
	r->ended = 1;
	int detached = r->detached;
	pthread_cond_broadcast(&r->changed);
	pthread_mutex_unlock(&lock);
	if (detached)
		drop(r);
}

__attribute__((constructor(101))) static void init(void)
{
	key_error = pthread_key_create(&key, on_end);
}

static void *run(void *arg)
{
	struct record *r = arg;
	int untold = pthread_setspecific(key, r);
	void *result = r->body(r->arg);
	if (untold) {
		r->rounds = END_ROUND;
		on_end(r);
	}
	return result;
}

int pt_own_create(pthread_t *t, const pthread_attr_t *a, void *(*body)(void *), void *arg)
{
	int detached = 0;
	if (a)
		pthread_attr_getdetachstate(a, &detached);
	if (detached == PTHREAD_CREATE_DETACHED && a)
		return pthread_create(t, a, body, arg);
	if (key_error)
		return key_error;
	struct record *r = calloc(1, sizeof *r);
	if (!r)
		return ENOMEM;
	int err = pt_clockcond_init(&r->changed, PTHREAD_PROCESS_PRIVATE);
	if (err) {
		free(r);
		return err;
	}
	r->body = body;
	r->arg = arg;
	/* Under the lock: who hears of the thread, from itself, is to find it. */
	pthread_mutex_lock(&lock);
	err = pthread_create(t, a, run, r);
	if (!err) {
		r->id = *t;
		*place_of(*t) = r;
	}
	pthread_mutex_unlock(&lock);
	if (err)
		drop(r);
	return err;
}

static int join_until(pthread_t t, int64_t deadline, void **result)
{
	if (pthread_equal(t, pthread_self()))
		return EDEADLK;
	pthread_mutex_lock(&lock);
	struct record *r = *place_of(t);
	int err = !r ? ESRCH : r->joining ? EINVAL : 0;
	if (err) {
		pthread_mutex_unlock(&lock);
		return err;
	}
	r->joining = 1;
	while (!r->ended && !err)
		err = pt_clockcond_timedwait(&r->changed, &lock, deadline);
	r->joining = 0;
	if (r->ended)
		*place_of(t) = r->next;
	int ended = r->ended;
	pthread_mutex_unlock(&lock);
	if (!ended)
		return err;
	drop(r);
	return pthread_join(t, result);
}

int pt_own_join(pthread_t t, void **result)
{
	return join_until(t, PT_NEVER, result);
}

int pt_own_timedjoin(pthread_t t, int64_t deadline)
{
	return join_until(t, deadline, NULL);
}

int pt_own_tryjoin(pthread_t t)
{
	int err = join_until(t, 0, NULL);
	return err == ETIMEDOUT ? EBUSY : err;
}

int pt_own_detach(pthread_t t)
{
	pthread_mutex_lock(&lock);
	struct record **at = place_of(t), *r = *at;
	int err = !r ? ESRCH : r->joining ? EINVAL : 0;
	int ended = 0;
	if (!err) {
		*at = r->next;
		ended = r->ended;
		r->detached = 1;
		/* Before the thread can see it and be gone. */
		err = pthread_detach(t);
	}
	pthread_mutex_unlock(&lock);
	if (ended)
		drop(r);
	return err;
}
