//go:build linux

#include "pt_thread.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "pt_deadline.h"
#include "pt_sem.h"

#if defined(__GLIBC__) && defined(__GLIBC_PREREQ)
#if __GLIBC_PREREQ(2, 31) && !PT_UNDER_TSAN
#define HAVE_CLOCKJOIN 1
#endif
#if __GLIBC_PREREQ(2, 32)
#define HAVE_ATTR_SIGMASK 1
#endif
#endif

static pt_entry entry;
static pt_sem *births;
static sigset_t initial_mask;
static _Thread_local uintptr_t self_slot;

/* Before main, so that the mask is the one the process was started with. */
__attribute__((constructor)) static void init(void)
{
	pthread_sigmask(SIG_SETMASK, NULL, &initial_mask);
	if (pt_sem_new(&births, PT_BIRTHS))
		abort();
}

void pt_thread_set_entry(pt_entry e)
{
	entry = e;
}

static void *run(void *slot)
{
	self_slot = (uintptr_t)slot;
	entry(self_slot);
	/* Another thread may have the slot by now, and the destructors of
	 * thread-specific data, which run next, may enter Go and ask. */
	self_slot = 0;
	return NULL;
}

static int init_attr(pthread_attr_t *a, const pt_thread_attr *attr)
{
	int err = 0;
#ifdef HAVE_ATTR_SIGMASK
	err = pthread_attr_setsigmask_np(a, &initial_mask);
#endif
	if (!err && attr->stack_size)
		err = pthread_attr_setstacksize(a, attr->stack_size);
	if (!err && attr->guard_size != PT_GUARD_DEFAULT)
		err = pthread_attr_setguardsize(a, attr->guard_size);
	if (!err && attr->detached)
		err = pthread_attr_setdetachstate(a, PTHREAD_CREATE_DETACHED);
	return err;
}

/* create is pthread_create with the initial signal mask. Where that cannot be
 * said in the attributes, the creator has the mask for a moment and the thread
 * inherits it. */
static int create(pthread_t *t, const pthread_attr_t *a, uintptr_t slot)
{
#ifdef HAVE_ATTR_SIGMASK
	return pthread_create(t, a, run, (void *)slot);
#else
	sigset_t old;
	pthread_sigmask(SIG_SETMASK, &initial_mask, &old);
	int err = pthread_create(t, a, run, (void *)slot);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return err;
#endif
}

int pt_thread_create(uintptr_t *id, const pt_thread_attr *attr, uintptr_t slot)
{
	pthread_attr_t a;
	int err = pthread_attr_init(&a);
	if (err)
		return err;
	err = init_attr(&a, attr);
	if (!err)
		err = pt_sem_wait(births);
	if (!err) {
		pthread_t t;
		err = create(&t, &a, slot);
		if (err)
			pt_sem_post(births);
		else
			*id = (uintptr_t)t;
	}
	pthread_attr_destroy(&a);
	return err;
}

int pt_thread_begin(const char *name, uintptr_t *id, int *tid)
{
	int err = pt_sem_post(births);
	if (err)
		return err;
	if (name)
		pthread_setname_np(pthread_self(), name);
	*id = pt_thread_self();
	*tid = pt_thread_tid();
	return 0;
}

/* How often to look: about 20 us, the cost of being woken on another
 * processor. Giving the processor up in between lets the thread end that is
 * waited for where both have one processor. It takes about a tenth off the
 * time from creating a short thread to having joined it. */
#define JOIN_LOOKS 60

int pt_thread_tryjoin(uintptr_t id)
{
	for (int i = 0; i < JOIN_LOOKS; i++) {
		int err = pthread_tryjoin_np((pthread_t)id, NULL);
		if (err != EBUSY)
			return err;
		sched_yield();
	}
	return EBUSY;
}

int pt_thread_timedjoin(uintptr_t id, int64_t deadline)
{
#ifdef HAVE_CLOCKJOIN
	struct timespec ts = pt_deadline_abs(deadline);
	return pthread_clockjoin_np((pthread_t)id, NULL, CLOCK_MONOTONIC, &ts);
#else
	for (;;) {
		struct timespec ts = pt_deadline_real(deadline);
		int err = pthread_timedjoin_np((pthread_t)id, NULL, &ts);
		if (err != ETIMEDOUT || pt_deadline_passed(deadline))
			return err;
	}
#endif
}

int pt_thread_detach(uintptr_t id)
{
	return pthread_detach((pthread_t)id);
}

uintptr_t pt_thread_self(void)
{
	return (uintptr_t)pthread_self();
}

uintptr_t pt_thread_slot(void)
{
	return self_slot;
}

int pt_thread_tid(void)
{
	/* The kernel's name for a thread's CPU clock holds the thread's number,
	 * inverted, above three bits of kind, and the C library makes it without
	 * a system call. */
	clockid_t clock;
	if (pthread_getcpuclockid(pthread_self(), &clock))
		return (int)syscall(SYS_gettid);
	return (int)~(clock >> 3);
}

int pt_thread_stack(uintptr_t *addr, size_t *size, size_t *guard)
{
	pthread_attr_t a;
	int err = pthread_getattr_np(pthread_self(), &a);
	if (err)
		return err;
	void *low;
	err = pthread_attr_getstack(&a, &low, size);
	if (!err)
		err = pthread_attr_getguardsize(&a, guard);
	pthread_attr_destroy(&a);
	*addr = (uintptr_t)low;
	return err;
}

int pt_thread_default_stack(size_t *size)
{
	pthread_attr_t a;
	int err = pthread_attr_init(&a);
	if (err)
		return err;
	err = pthread_attr_getstacksize(&a, size);
	pthread_attr_destroy(&a);
	return err;
}

int pt_thread_min_stack(size_t *size)
{
	/* Asked at run time: on machines with large vector registers it is
	 * more than the constant PTHREAD_STACK_MIN. */
	long n = sysconf(_SC_THREAD_STACK_MIN);
	if (n < 0)
		return ENOTSUP;
	*size = (size_t)n;
	return 0;
}

void pt_thread_halt(void)
{
	for (;;)
		pause();
}
