//go:build linux || darwin || freebsd

#include "pt_rwmutex.h"

#include <errno.h>
#include <stdlib.h>

#include "pt_deadline.h"
#include "pt_own_poll.h"
#include "pt_thread.h"

static int init(pt_rwmutex *m, int prefer_writers, int pshared)
{
	pthread_rwlockattr_t attr;
	int err = pthread_rwlockattr_init(&attr);
	if (err)
		return err;
	if (prefer_writers) {
#ifdef __GLIBC__
		/* What glibc calls PREFER_WRITER_NP prefers readers. */
		err = pthread_rwlockattr_setkind_np(&attr, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
#elif !defined(__APPLE__) && !defined(__FreeBSD__) /* where all do */
		err = ENOTSUP;
#endif
	}
	if (!err)
		err = pthread_rwlockattr_setpshared(&attr, pshared);
	if (!err) {
		atomic_store(&m->writer, 0);
		atomic_store(&m->readers, 0);
		err = pthread_rwlock_init(&m->lock, &attr);
	}
	pthread_rwlockattr_destroy(&attr);
	return err;
}

int pt_rwmutex_new(pt_rwmutex **out, int prefer_writers)
{
	pt_rwmutex *m = calloc(1, sizeof *m);
	if (!m)
		return ENOMEM;
	int err = init(m, prefer_writers, PTHREAD_PROCESS_PRIVATE);
	if (err) {
		free(m);
		return err;
	}
	*out = m;
	return 0;
}

int pt_rwmutex_place(pt_rwmutex *m, int prefer_writers)
{
	int err = pt_tag_claim(&m->tag);
	if (err)
		return err;
	err = init(m, prefer_writers, PTHREAD_PROCESS_SHARED);
	if (err)
		pt_tag_clear(&m->tag);
	else
		pt_tag_set(&m->tag, PT_TAG(PT_KIND_RWMUTEX, pt_rwmutex));
	return err;
}

int pt_rwmutex_find(pt_rwmutex *m)
{
	return pt_tag_check(&m->tag, PT_TAG(PT_KIND_RWMUTEX, pt_rwmutex));
}

/* ---- who holds it: written by those who hold the lock, so no stronger order
 * is needed than the lock's own */

/* The number of the thread, by which glibc knows a writer, too: an unlock by
 * another thread than the writer's it takes for a reader's, and the lock is
 * broken. Kept, since asking the kernel takes longer than locking. */
static _Thread_local uint32_t known_self;

static uint32_t self(void)
{
	if (!known_self)
		known_self = (uint32_t)pt_thread_tid();
	return known_self;
}

/* The one thread of a new process is another than the one that forked. */
static void forget_self(void)
{
	known_self = 0;
}

__attribute__((constructor)) static void watch_forks(void)
{
	pthread_atfork(NULL, NULL, forget_self);
}

static int is_own(pt_rwmutex *m)
{
	return atomic_load_explicit(&m->writer, memory_order_relaxed) == self();
}

static int reading(pt_rwmutex *m, int err)
{
	if (!err)
		atomic_fetch_add_explicit(&m->readers, 1, memory_order_relaxed);
	return err;
}

static int writing(pt_rwmutex *m, int err)
{
	if (!err)
		atomic_store_explicit(&m->writer, self(), memory_order_relaxed);
	return err;
}

/* ---- locking */

int pt_rwmutex_rdlock(pt_rwmutex *m)
{
	if (is_own(m))
		return EDEADLK;
	return reading(m, pthread_rwlock_rdlock(&m->lock));
}

int pt_rwmutex_tryrdlock(pt_rwmutex *m)
{
	return reading(m, pthread_rwlock_tryrdlock(&m->lock));
}

int pt_rwmutex_wrlock(pt_rwmutex *m)
{
	if (is_own(m))
		return EDEADLK;
	return writing(m, pthread_rwlock_wrlock(&m->lock));
}

int pt_rwmutex_trywrlock(pt_rwmutex *m)
{
	return writing(m, pthread_rwlock_trywrlock(&m->lock));
}

#ifdef PT_HAVE_CLOCKWAIT
static int timed(pt_rwmutex *m, int64_t deadline,
		 int (*clocklock)(pthread_rwlock_t *, clockid_t, const struct timespec *))
{
	struct timespec ts = pt_deadline_abs(deadline);
	return clocklock(&m->lock, CLOCK_MONOTONIC, &ts);
}

#define TIMED(way) pthread_rwlock_clock##way
#elif defined(__APPLE__)
static int attempt_rdlock(void *lock)
{
	return pthread_rwlock_tryrdlock(lock);
}

static int attempt_wrlock(void *lock)
{
	return pthread_rwlock_trywrlock(lock);
}

static int timed(pt_rwmutex *m, int64_t deadline, int (*attempt)(void *))
{
	return pt_own_poll(attempt, &m->lock, EBUSY, deadline);
}

#define TIMED(way) attempt_##way
#else
static int timed(pt_rwmutex *m, int64_t deadline,
		 int (*timedlock)(pthread_rwlock_t *, const struct timespec *))
{
	for (;;) {
		struct timespec ts = pt_deadline_real(deadline);
		int err = timedlock(&m->lock, &ts);
		if (err != ETIMEDOUT || pt_deadline_passed(deadline))
			return err;
	}
}

#define TIMED(way) pthread_rwlock_timed##way
#endif

int pt_rwmutex_timedrdlock(pt_rwmutex *m, int64_t deadline)
{
	if (is_own(m))
		return EDEADLK;
	return reading(m, timed(m, deadline, TIMED(rdlock)));
}

int pt_rwmutex_timedwrlock(pt_rwmutex *m, int64_t deadline)
{
	if (is_own(m))
		return EDEADLK;
	return writing(m, timed(m, deadline, TIMED(wrlock)));
}

int pt_rwmutex_rdunlock(pt_rwmutex *m)
{
	uint32_t n = atomic_load_explicit(&m->readers, memory_order_relaxed);
	do
		if (!n)
			return EPERM;
	while (!atomic_compare_exchange_weak_explicit(&m->readers, &n, n - 1, memory_order_relaxed, memory_order_relaxed));
	return pthread_rwlock_unlock(&m->lock);
}

int pt_rwmutex_wrunlock(pt_rwmutex *m)
{
	if (!is_own(m))
		return EPERM;
	atomic_store_explicit(&m->writer, 0, memory_order_relaxed);
	return pthread_rwlock_unlock(&m->lock);
}

/* ---- its end */

int pt_rwmutex_destroy(pt_rwmutex *m)
{
	/* libc ends a held one without a word. */
	int err = pthread_rwlock_trywrlock(&m->lock);
	if (err)
		return err;
	pthread_rwlock_unlock(&m->lock);
	err = pthread_rwlock_destroy(&m->lock);
	/* Last, since from then on the place may be another's. */
	pt_tag_clear(&m->tag);
	return err;
}

void pt_rwmutex_free(pt_rwmutex *m)
{
	PT_TAG_UNMAKE(pthread_rwlock_destroy(&m->lock));
	free(m);
}
