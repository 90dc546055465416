//go:build linux || darwin || freebsd

#include "pt_mutex.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#ifdef __linux__
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include "pt_deadline.h"
#include "pt_thread.h"
#ifdef __APPLE__
#include "pt_own_poll.h"
#endif

static int set_type(pthread_mutexattr_t *attr, int type)
{
	switch (type) {
	case PT_MUTEX_NORMAL:
		return pthread_mutexattr_settype(attr, PTHREAD_MUTEX_NORMAL);
	case PT_MUTEX_ERRORCHECK:
		return pthread_mutexattr_settype(attr, PTHREAD_MUTEX_ERRORCHECK);
	case PT_MUTEX_RECURSIVE:
		return pthread_mutexattr_settype(attr, PTHREAD_MUTEX_RECURSIVE);
	case PT_MUTEX_ADAPTIVE:
#if defined(__GLIBC__) || defined(__FreeBSD__)
		return pthread_mutexattr_settype(attr, PTHREAD_MUTEX_ADAPTIVE_NP);
#else
		return ENOTSUP;
#endif
	}
	return EINVAL;
}

static int set_protocol(pthread_mutexattr_t *attr, int protocol)
{
	switch (protocol) {
	case PT_PROTOCOL_NONE:
		return 0;
	case PT_PROTOCOL_INHERIT:
		return pthread_mutexattr_setprotocol(attr, PTHREAD_PRIO_INHERIT);
	case PT_PROTOCOL_PROTECT:
		return pthread_mutexattr_setprotocol(attr, PTHREAD_PRIO_PROTECT);
	}
	return EINVAL;
}

#ifdef __APPLE__
/* There every number up to 999 will do for a ceiling. */
static int is_priority(int ceiling)
{
	return ceiling >= sched_get_priority_min(SCHED_FIFO) && ceiling <= sched_get_priority_max(SCHED_FIFO);
}
#endif

static int set_ceiling(pthread_mutexattr_t *attr, const pt_mutex_attr *a)
{
	if (a->protocol != PT_PROTOCOL_PROTECT)
		return 0;
#ifdef __APPLE__
	if (!is_priority(a->ceiling))
		return EINVAL;
#endif
#if defined(__GLIBC__) || defined(__APPLE__) || defined(__FreeBSD__)
	return pthread_mutexattr_setprioceiling(attr, a->ceiling);
#else
	(void)attr;
	return ENOTSUP; /* musl has no such function */
#endif
}

static int set_robust(pthread_mutexattr_t *attr, int robust)
{
	if (!robust)
		return 0;
#ifdef __APPLE__
	(void)attr;
	return ENOTSUP;
#else
#ifdef __linux__
	/* libc takes it for granted on newer platforms, but an emulated kernel
	 * cannot see the lists. */
	void *head;
	size_t size;
	if (syscall(SYS_get_robust_list, 0, &head, &size) && errno == ENOSYS)
		return ENOTSUP;
#endif
	return pthread_mutexattr_setrobust(attr, PTHREAD_MUTEX_ROBUST);
#endif
}

/* ---- the books: written by those who hold the mutex, so no stronger order is
 * needed than its own */

static uint32_t self(void)
{
	return (uint32_t)pt_thread_tid();
}

static int is_own(pt_mutex *m)
{
	return atomic_load_explicit(&m->owner, memory_order_relaxed) == self();
}

static uint32_t depth(pt_mutex *m)
{
	return atomic_load_explicit(&m->depth, memory_order_relaxed);
}

static void note_owner(pt_mutex *m, uint32_t owner, uint32_t times)
{
	atomic_store_explicit(&m->owner, owner, memory_order_relaxed);
	atomic_store_explicit(&m->depth, times, memory_order_relaxed);
}

int pt_mutex_own(pt_mutex *m)
{
	return is_own(m) ? 0 : EPERM;
}

/* initialize makes the mutex in m, all of it but the tag. */
static int initialize(pt_mutex *m, const pt_mutex_attr *a, int shared, int *step)
{
	pthread_mutexattr_t attr;
	*step = PT_MUTEX_STEP_INIT;
	int err = pthread_mutexattr_init(&attr);
	if (err)
		return err;
	if ((err = set_type(&attr, a->type)))
		*step = PT_MUTEX_STEP_TYPE;
	else if ((err = set_protocol(&attr, a->protocol)))
		*step = PT_MUTEX_STEP_PROTOCOL;
	else if ((err = set_ceiling(&attr, a)))
		*step = PT_MUTEX_STEP_CEILING;
	else if ((err = set_robust(&attr, a->robust)))
		*step = PT_MUTEX_STEP_ROBUST;
	else if (!(err = pthread_mutexattr_setpshared(&attr, shared)))
		err = pthread_mutex_init(&m->mutex, &attr);
	pthread_mutexattr_destroy(&attr);
	m->traits = 0;
	if (a->robust)
		m->traits |= PT_TRAIT_OWNED | PT_TRAIT_ROBUST;
	if (a->type == PT_MUTEX_RECURSIVE)
		m->traits |= PT_TRAIT_OWNED | PT_TRAIT_RECURSIVE;
	if (a->protocol == PT_PROTOCOL_INHERIT)
		m->traits |= PT_TRAIT_OWNED | PT_TRAIT_INHERIT;
	if (a->protocol == PT_PROTOCOL_PROTECT)
		m->traits |= PT_TRAIT_PROTECT;
	if (a->type == PT_MUTEX_ERRORCHECK || a->protocol == PT_PROTOCOL_PROTECT)
		m->traits |= PT_TRAIT_OWNED;
#ifdef __GLIBC__
	uint32_t listed = PT_TRAIT_ROBUST;
#else
	uint32_t listed = PT_TRAIT_OWNED;
#endif
	if (m->traits & listed)
		m->traits |= PT_TRAIT_LISTED;
	if (a->type == PT_MUTEX_NORMAL && shared == PTHREAD_PROCESS_PRIVATE)
		m->traits |= PT_TRAIT_SIMPLE;
#ifdef __FreeBSD__
	m->traits |= PT_TRAIT_OWNED; /* it knows none without */
#endif
	note_owner(m, 0, 0);
	atomic_store(&m->held, 0);
	return err == ENOSYS ? ENOTSUP : err; /* a kernel without the means */
}

int pt_mutex_new(pt_mutex **out, const pt_mutex_attr *attr, int *step)
{
	*step = PT_MUTEX_STEP_PLACE;
	pt_mutex *m = calloc(1, sizeof *m);
	if (!m)
		return ENOMEM;
	int err = initialize(m, attr, PTHREAD_PROCESS_PRIVATE, step);
	if (err) {
		free(m);
		return err;
	}
	*out = m;
	return 0;
}

int pt_mutex_place(pt_mutex *m, const pt_mutex_attr *attr, int *step)
{
	*step = PT_MUTEX_STEP_PLACE;
	int err = pt_tag_claim(&m->tag);
	if (err)
		return err;
	err = initialize(m, attr, PTHREAD_PROCESS_SHARED, step);
	if (err)
		pt_tag_clear(&m->tag);
	else
		pt_tag_set(&m->tag, PT_TAG(PT_KIND_MUTEX, pt_mutex));
	return err;
}

int pt_mutex_find(pt_mutex *m)
{
	return pt_tag_check(&m->tag, PT_TAG(PT_KIND_MUTEX, pt_mutex));
}

/* How often this thread had the mutex before it waited on a condition: FreeBSD
 * lets a recursive one go all at once. A thread waits on one at a time. */
static _Thread_local uint32_t depth_before;

void pt_mutex_regained(pt_mutex *m)
{
	atomic_store_explicit(&m->held, 1, memory_order_relaxed);
	if (m->traits & PT_TRAIT_LISTED)
		note_owner(m, self(), depth_before);
}

/* Whoever holds the mutex has the word to himself, so no more than a look at
 * it is needed: libc would take the unlock of a free mutex and count wrong
 * from then on. A condition of macOS that meets a mutex of another thread's is
 * broken from then on. */
int pt_mutex_let_go(pt_mutex *m)
{
	if (m->traits & PT_TRAIT_LISTED) {
		if (!is_own(m))
			return EPERM;
		depth_before = depth(m);
		note_owner(m, depth_before > 1 ? self() : 0, depth_before - 1);
		return 0;
	}
	if (m->traits & PT_TRAIT_OWNED)
		return 0; /* libc knows better */
	if (!atomic_load_explicit(&m->held, memory_order_relaxed))
		return EPERM;
	atomic_store_explicit(&m->held, 0, memory_order_relaxed);
	return 0;
}

/* locked notes what came of an attempt to lock. A dead owner has left its name
 * behind, which may be another thread's by now. */
static int locked(pt_mutex *m, int err)
{
	if (err && err != EOWNERDEAD)
		return err;
	atomic_store_explicit(&m->held, 1, memory_order_relaxed);
	if (m->traits & PT_TRAIT_LISTED)
		note_owner(m, self(), !err && is_own(m) ? depth(m) + 1 : 1);
	return err;
}

int pt_mutex_lock(pt_mutex *m)
{
	return locked(m, pthread_mutex_lock(&m->mutex));
}

/* try_lock is pthread_mutex_trylock without a fault of glibc's: there it takes
 * a robust mutex that is not recoverable, says so, and keeps it, and all who
 * come later wait for ever. A lock whose time is over does not. */
static int try_lock(pt_mutex *m)
{
#ifdef __GLIBC__
	if ((m->traits & (PT_TRAIT_ROBUST | PT_TRAIT_INHERIT)) == PT_TRAIT_ROBUST) {
		struct timespec past = { 0 };
		int err = pthread_mutex_timedlock(&m->mutex, &past);
		return err == ETIMEDOUT ? EBUSY : err;
	}
#endif
	return pthread_mutex_trylock(&m->mutex);
}

int pt_mutex_trylock(pt_mutex *m)
{
	return locked(m, try_lock(m));
}

#ifdef __APPLE__
static int attempt(void *mutex)
{
	return pthread_mutex_trylock(mutex);
}

int pt_mutex_timedlock(pt_mutex *m, int64_t deadline)
{
	/* To ask for it again and again would never tell. */
	if ((m->traits & PT_TRAIT_OWNED) && !(m->traits & PT_TRAIT_RECURSIVE) && is_own(m))
		return EDEADLK;
	return locked(m, pt_own_poll(attempt, &m->mutex, EBUSY, deadline));
}
#else
int pt_mutex_timedlock(pt_mutex *m, int64_t deadline)
{
#ifdef PT_HAVE_CLOCKWAIT
	/* EINVAL: glibc before 2.35, and Linux before 5.14, wait for a mutex with
	 * inheritance by CLOCK_REALTIME only. */
	struct timespec mono = pt_deadline_abs(deadline);
	int no = pthread_mutex_clocklock(&m->mutex, CLOCK_MONOTONIC, &mono);
	if (no != EINVAL)
		return locked(m, no);
#endif
	for (;;) {
		struct timespec real = pt_deadline_real(deadline);
		int err = pthread_mutex_timedlock(&m->mutex, &real);
		if (err != ETIMEDOUT || pt_deadline_passed(deadline))
			return locked(m, err);
	}
}
#endif

int pt_mutex_unlock(pt_mutex *m)
{
	int err = pt_mutex_let_go(m);
	return err ? err : pthread_mutex_unlock(&m->mutex);
}

int pt_mutex_consistent(pt_mutex *m)
{
#ifdef __APPLE__
	(void)m;
	return EINVAL; /* none is robust */
#else
	return pthread_mutex_consistent(&m->mutex);
#endif
}

int pt_mutex_ceiling(pt_mutex *m, int *out)
{
#ifdef __APPLE__
	if (!(m->traits & PT_TRAIT_PROTECT))
		return EINVAL;
#endif
	return pthread_mutex_getprioceiling(&m->mutex, out);
}

int pt_mutex_set_ceiling(pt_mutex *m, int ceiling, int *old)
{
#ifdef __APPLE__
	if (!(m->traits & PT_TRAIT_PROTECT) || !is_priority(ceiling))
		return EINVAL;
#endif
	return pthread_mutex_setprioceiling(&m->mutex, ceiling, old);
}

/* free_of_owners says whether nobody holds the mutex (EBUSY: somebody does). */
static int free_of_owners(pt_mutex *m)
{
	int err = pt_mutex_trylock(m);
	if (err == ENOTRECOVERABLE)
		return 0; /* nor ever will */
	if (err == EDEADLK || err == EAGAIN)
		return EBUSY; /* the caller does */
	if (err && err != EOWNERDEAD)
		return err;
	if ((m->traits & PT_TRAIT_LISTED) && depth(m) > 1) {
		err = pt_mutex_unlock(m);
		return err ? err : EBUSY; /* the caller does, and may have it again */
	}
	if (err == EOWNERDEAD && (err = pt_mutex_consistent(m)))
		return err;
	return pt_mutex_unlock(m);
}

int pt_mutex_destroy(pt_mutex *m)
{
	int err;
#ifdef __GLIBC__
	int look = m->traits & PT_TRAIT_LISTED; /* held ones of which it ends */
#else
	int look = 1; /* musl ends all */
#endif
	if (look && (err = free_of_owners(m)))
		return err;
	/* A thread that waits for it, against the rules, will find itself its
	 * owner. It must stay one that can be asked for until the memory goes. */
	if ((m->traits & PT_TRAIT_LISTED) && atomic_load(&m->tag) == 0)
		return 0;
	err = pthread_mutex_destroy(&m->mutex);
	if (!err)
		pt_tag_clear(&m->tag);
	return err;
}

void pt_mutex_free(pt_mutex *m)
{
	if ((m->traits & PT_TRAIT_LISTED) && free_of_owners(m))
		return;
	PT_TAG_UNMAKE(pthread_mutex_destroy(&m->mutex));
	free(m);
}
