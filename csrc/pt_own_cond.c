//go:build darwin

#include "pt_own_cond.h"

#include <errno.h>

#include "pt_clockcond.h"
#include "pt_own_poll.h"

int pt_own_cond_init(pt_own_cond *c, int shared)
{
	atomic_store(&c->kind, shared ? PT_OWN_SHARED : PT_OWN_UNKNOWN);
	atomic_store(&c->wakes, 0);
	return shared ? 0 : pt_clockcond_init(&c->cond, PTHREAD_PROCESS_PRIVATE);
}

/* Who polls. */
struct waiter {
	pt_own_cond *cond;
	unsigned wakes; /* how many there were when it let the mutex go */
};

static int is_woken(void *arg)
{
	struct waiter *w = arg;
	return atomic_load(&w->cond->wakes) != w->wakes ? 0 : EBUSY;
}

static int poll_for_wake(pt_own_cond *c, pthread_mutex_t *m, int64_t deadline)
{
	struct waiter w = { c, atomic_load(&c->wakes) };
	int err = pthread_mutex_unlock(m);
	if (err)
		return err;
	err = pt_own_poll(is_woken, &w, EBUSY, deadline);
	int mutex_err = pthread_mutex_lock(m);
	return mutex_err ? mutex_err : err;
}

int pt_own_cond_timedwait(pt_own_cond *c, pthread_mutex_t *m, unsigned kind, int64_t deadline)
{
	unsigned known = PT_OWN_UNKNOWN;
	if (!atomic_compare_exchange_strong(&c->kind, &known, kind) && known != kind)
		return poll_for_wake(c, m, deadline);
	if (deadline == PT_NEVER)
		return pthread_cond_wait(&c->cond, m);
	return pt_clockcond_timedwait(&c->cond, m, deadline);
}

/* Counts a wake-up for those who poll, all of them, and says whether others
 * may sleep. */
static int others_sleep(pt_own_cond *c)
{
	atomic_fetch_add(&c->wakes, 1);
	unsigned kind = atomic_load(&c->kind);
	return kind != PT_OWN_SHARED && kind != PT_OWN_UNKNOWN;
}

int pt_own_cond_signal(pt_own_cond *c)
{
	return others_sleep(c) ? pthread_cond_signal(&c->cond) : 0;
}

int pt_own_cond_broadcast(pt_own_cond *c)
{
	return others_sleep(c) ? pthread_cond_broadcast(&c->cond) : 0;
}

int pt_own_cond_destroy(pt_own_cond *c)
{
	return atomic_load(&c->kind) == PT_OWN_SHARED ? 0 : pthread_cond_destroy(&c->cond);
}
