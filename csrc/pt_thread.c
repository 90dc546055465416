//go:build linux || darwin || freebsd

#include "pt_thread_os.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#ifdef __FreeBSD__
#include <pthread_np.h>
#endif

#include "pt_deadline.h"
#include "pt_own.h"
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

static int init_attr(pthread_attr_t *a, const pt_thread_attr *attr, const sigset_t *mask)
{
	int err = 0;
#ifdef HAVE_ATTR_SIGMASK
	err = pthread_attr_setsigmask_np(a, mask);
#else
	(void)mask;
#endif
	if (!err && attr->stack)
		err = pthread_attr_setstack(a, (void *)attr->stack, attr->stack_size);
	else if (!err && attr->stack_size)
		err = pthread_attr_setstacksize(a, attr->stack_size);
	if (!err && attr->guard_size != PT_GUARD_DEFAULT)
		err = pthread_attr_setguardsize(a, attr->guard_size);
	if (!err && attr->detached)
		err = pthread_attr_setdetachstate(a, PTHREAD_CREATE_DETACHED);
	if (!err && attr->scope_process)
		err = pthread_attr_setscope(a, PTHREAD_SCOPE_PROCESS);
	return err;
}

/* create is pthread_create with a signal mask. Where that cannot be said in
 * the attributes, the creator has the mask for a moment and the thread
 * inherits it. */
static int create(pthread_t *t, const pthread_attr_t *a, const sigset_t *mask, void *(*body)(void *), void *arg)
{
#ifdef HAVE_ATTR_SIGMASK
	(void)mask;
	return pthread_create(t, a, body, arg);
#else
	sigset_t old;
	pthread_sigmask(SIG_SETMASK, mask, &old);
	int err = PT_BASE(create)(t, a, body, arg);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return err;
#endif
}

/* What a thread has to set up for itself, in its creator's memory: the creator
 * waits until it is done. */
struct setup {
	uintptr_t slot;
	const pt_thread_attr *attr;
	const pt_cpus *cpus;
	size_t size;
	int err;
	pt_sem done;
};

static _Thread_local struct setup *own_setup;

static void *run_with_setup(void *arg)
{
	own_setup = arg;
	return run((void *)own_setup->slot);
}

int pt_thread_set_up(void)
{
	struct setup *s = own_setup;
	if (!s)
		return 0;
	own_setup = NULL;
	uintptr_t self = pt_thread_self();
	int err = 0;
	if (s->cpus)
		err = pt_thread_setcpus(self, s->cpus, s->size);
	if (!err && s->attr->policy != PT_POLICY_INHERIT)
		err = pt_sched_set(self, &(pt_sched){ .policy = s->attr->policy, .priority = s->attr->priority });
	s->err = err;
	pt_sem_post(&s->done); /* s is gone from here on */
	return err;
}

int pt_thread_create(uintptr_t *id, const pt_thread_attr *attr, const pt_cpus *cpus, size_t size, uintptr_t slot)
{
	sigset_t mask = initial_mask;
	if (attr->has_sigmask)
		pt_sigset_read(&mask, &attr->sigmask);
	pthread_attr_t a;
	int err = pthread_attr_init(&a);
	if (err)
		return err;
	err = init_attr(&a, attr, &mask);
	if (!err)
		err = pt_sem_wait(births);
	if (err) {
		pthread_attr_destroy(&a);
		return err;
	}
	struct setup s = { .slot = slot, .attr = attr, .cpus = cpus, .size = size };
	int has_setup = cpus || attr->policy != PT_POLICY_INHERIT;
	pthread_t t;
	if (has_setup) {
		err = pt_sem_init(&s.done, 0, 0);
		if (!err && (err = create(&t, &a, &mask, run_with_setup, &s)))
			pt_sem_destroy(&s.done);
	} else {
		err = create(&t, &a, &mask, run, (void *)slot);
	}
	pthread_attr_destroy(&a);
	if (err) {
		pt_sem_post(births);
	} else if (has_setup) {
		pt_sem_wait(&s.done);
		pt_sem_destroy(&s.done);
		err = s.err;
		if (err && !attr->detached)
			PT_BASE(join)(t, NULL);
	}
	if (!err)
		*id = (uintptr_t)t;
	return err;
}

int pt_thread_begin(const char *name, uintptr_t *id, int64_t *tid)
{
	int err = pt_sem_post(births);
	if (err)
		return err;
	*id = pt_thread_self();
	if (name)
		pt_thread_setname(*id, name);
	*tid = pt_thread_tid();
	return 0;
}

/* How often to look: about 20 us, the cost of being woken on another
 * processor. Giving the processor up in between lets the thread end that is
 * waited for where both have one processor. It takes about a tenth off the
 * time from creating a short thread to having joined it. */
#define JOIN_LOOKS 60

static inline int look(pthread_t t)
{
#if defined(__linux__)
	return pthread_tryjoin_np(t, NULL);
#elif defined(__APPLE__)
	return pt_own_tryjoin(t);
#else
	int err = pthread_timedjoin_np(t, NULL, &(struct timespec){ 0 });
	return err == ETIMEDOUT ? EBUSY : err;
#endif
}

int pt_thread_tryjoin(uintptr_t id)
{
	for (int i = 0; i < JOIN_LOOKS; i++) {
		int err = look((pthread_t)id);
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
#elif defined(__APPLE__)
	return pt_own_timedjoin((pthread_t)id, deadline);
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
	return PT_BASE(detach)((pthread_t)id);
}

uintptr_t pt_thread_self(void)
{
	return (uintptr_t)pthread_self();
}

uintptr_t pt_thread_slot(void)
{
	return self_slot;
}

int pt_thread_kill(uintptr_t id, int sig)
{
#ifdef SIGRTMIN
	/* glibc refuses these itself, musl and FreeBSD do not. */
	if (sig > 31 && sig < SIGRTMIN)
		return EINVAL;
#endif
	return pthread_kill((pthread_t)id, sig);
}

int pt_thread_getname(uintptr_t id, char name[PT_THREAD_NAME])
{
	return pthread_getname_np((pthread_t)id, name, PT_THREAD_NAME);
}

/* mapped says whether there is memory at a page. */
static int mapped(uintptr_t at, size_t page)
{
	unsigned char in_memory;
	return mincore((void *)at, page, (void *)&in_memory) == 0;
}

/* first_mapped gives the lowest page of a stack that there is. The main
 * thread's grows downward and need not have reached its lowest address yet. */
static uintptr_t first_mapped(uintptr_t low, uintptr_t high, size_t page)
{
	while (low < high && !mapped(low, page)) {
		uintptr_t middle = low + (high - low) / 2 / page * page;
		if (mapped(middle, page))
			high = middle;
		else
			low = middle + page;
	}
	return low;
}

/* first_touched gives the lowest page that is in memory; high if none is. */
static uintptr_t first_touched(uintptr_t low, uintptr_t high, size_t page)
{
	unsigned char in_memory[1024];
	while (low < high) {
		size_t n = (high - low) / page;
		if (n > sizeof in_memory)
			n = sizeof in_memory;
		if (mincore((void *)low, n * page, (void *)in_memory))
			return high;
		for (size_t i = 0; i < n; i++)
			if (in_memory[i] & 1)
				return low + i * page;
		low += n * page;
	}
	return high;
}

int pt_thread_stack(uintptr_t id, uintptr_t *addr, size_t *size, size_t *guard, size_t *used)
{
	int err = pt_thread_bounds((pthread_t)id, addr, size, guard);
	if (err)
		return err;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	/* Memory of the caller's need not be whole pages. A part of a page that
	 * it begins with may have been touched by others. */
	uintptr_t first = (*addr + page - 1) / page * page, top = *addr + *size, last = (top + page - 1) / page * page;
	uintptr_t touched = first_touched(first_mapped(first, last, page), last, page);
	*used = touched < top ? top - touched : 0;
	return 0;
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
