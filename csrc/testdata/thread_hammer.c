/* Many threads from many creators: each runs once, under its own slot and as
 * its attributes say, and is joined or detached; and at most PT_BIRTHS are
 * being born at a time. Then threads that pt_thread_create did not make, which
 * end while others look at them. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hammer.h"
#include "pt_self.h"
#include "pt_thread.h"

#define CREATORS 6
#define EACH PART(800)
#define STACK (256 << 10)
#define OWN_STACK (2 << 20) /* the thread sanitizer wants most of it */

/* What became of a slot. */
static struct fate {
	atomic_int runs;
	atomic_int ended;
	_Atomic uintptr_t id;
	_Atomic size_t stack;
} fates[CREATORS * EACH];

static atomic_int asked;      /* pt_thread_create begun or refused */
static atomic_int born, most; /* between entry and pt_thread_begin */
static pthread_key_t key;
static atomic_int late_slots;
static pt_cpus *every_cpu; /* of this process */
static size_t cpus_size;

/* After the entry the slot may be another thread's. */
static void in_destructor(void *unused)
{
	(void)unused;
	if (pt_thread_slot() != 0)
		atomic_fetch_add(&late_slots, 1);
}

/* What macOS has not: a name for another thread, sets of processors. What none
 * but Linux has: policies that anybody may have. */
#ifdef __APPLE__
#define HAS_ALL 0
#else
#define HAS_ALL 1
#endif
#ifdef __linux__
#define HAS_POLICIES 1
#else
#define HAS_POLICIES 0
#endif

/* What can be asked of a thread that is alive, by itself or another. */
static void look_at(uintptr_t id, int64_t tid)
{
	CHECK(pt_thread_kill(id, 0) == 0, "kill 0");
	CHECK(pt_thread_kill(id, 33) == EINVAL, "a signal of the C library");
	CHECK(pt_thread_setname(id, "looked at") == 0 || !HAS_ALL, "setname");
	char name[PT_THREAD_NAME];
	CHECK(pt_thread_getname(id, name) == 0, "getname");
	int64_t ns;
	CHECK(pt_thread_cputime(id, &ns) == 0 && ns >= 0, "cputime");
	if (HAS_ALL) {
		pt_cpus *cpus = malloc(cpus_size);
		CHECK(pt_thread_getcpus(id, cpus, cpus_size) == 0 && memcmp(cpus, every_cpu, cpus_size) == 0, "cpus");
		CHECK(pt_thread_setcpus(id, cpus, cpus_size) == 0, "setcpus");
		free(cpus);
	}
	pt_sched s;
	CHECK(pt_sched_get(id, tid, &s) == 0 && pt_sched_set(id, &s) == 0 && pt_sched_nice(tid, s.nice) == 0, "sched");
	uintptr_t addr;
	size_t size, guard, used;
	CHECK(pt_thread_stack(id, &addr, &size, &guard, &used) == 0 && used > 0 && used <= size, "stack");
}

static int policy_of(uintptr_t slot)
{
	if (!HAS_POLICIES)
		return PT_POLICY_INHERIT;
	static const int some[] = { PT_POLICY_BATCH, PT_POLICY_IDLE, PT_POLICY_OTHER };
	return slot % 11 < 3 ? some[slot % 11] : PT_POLICY_INHERIT;
}

static const pt_sigset usr1 = { { UINT64_C(1) << (SIGUSR1 - 1), 0 } };

static void entry(uintptr_t slot)
{
	struct fate *f = &fates[slot - 1];
	int n = atomic_fetch_add(&born, 1) + 1, m = atomic_load(&most);
	while (n > m && !atomic_compare_exchange_weak(&most, &m, n))
		;
	if (slot % 7 == 0)
		sched_yield();
	/* Before the permit goes, or the next one is counted with this one. */
	atomic_fetch_sub(&born, 1);

	uintptr_t id;
	int64_t tid;
	CHECK(pt_thread_begin(slot % 2 ? "hammered" : NULL, &id, &tid) == 0, "begin");
	if (pt_thread_set_up())
		return; /* one of those that are to be refused */
	CHECK(tid == pt_thread_tid() && tid > 0, "tid %lld", (long long)tid);
	CHECK(id == pt_thread_self(), "id of slot %zu", (size_t)slot);
	CHECK(pt_thread_slot() == slot, "slot %zu", (size_t)slot);

	uintptr_t addr;
	size_t size, guard, used;
	CHECK(pt_thread_stack(id, &addr, &size, &guard, &used) == 0, "stack");
	uintptr_t here = (uintptr_t)&size;
#ifndef __SANITIZE_ADDRESS__ /* which may keep locals elsewhere */
	CHECK(here >= addr && here < addr + size, "a local outside of the stack");
#else
	(void)here;
#endif
	pt_sched sched;
	CHECK(pt_sched_get(id, tid, &sched) == 0, "sched");
	int policy = policy_of(slot);
	CHECK(sched.policy == (policy == PT_POLICY_INHERIT ? PT_POLICY_OTHER : policy), "policy %d of slot %zu", sched.policy, (size_t)slot);
	pt_sigset mask, none = { { 0, 0 } };
	CHECK(pt_sigset_mask(PT_SIG_BLOCK, &none, &mask) == 0, "mask");
	CHECK(mask.bits[0] == (slot % 4 ? 0 : usr1.bits[0]) && mask.bits[1] == 0, "mask of slot %zu", (size_t)slot);
	if (slot % 16 == 1)
		look_at(id, tid);

	pthread_setspecific(key, &key);
	atomic_store(&f->stack, size);
	atomic_store(&f->id, id);
	atomic_fetch_add(&f->runs, 1);
	atomic_fetch_add(&f->ended, 1);
}

static void *create(void *arg)
{
	uintptr_t first = (uintptr_t)arg * EACH;
	/* For one thread at a time, and so for those that are joined. */
	void *own_stack = aligned_alloc(1 << 14, OWN_STACK);
	for (int i = 0; i < EACH; i++) {
		uintptr_t slot = first + i + 1, id = 0;
		struct fate *f = &fates[slot - 1];
		pt_thread_attr attr = {
			.stack_size = i % 3 ? STACK : 0,
			.guard_size = i % 5 ? PT_GUARD_DEFAULT : 0,
			.detached = i % 4 == 3,
			.has_sigmask = slot % 4 == 0,
			.sigmask = usr1,
			.policy = policy_of(slot),
		};
		if (i % 8 == 0) {
			attr.stack = (uintptr_t)own_stack;
			attr.stack_size = OWN_STACK;
			attr.guard_size = PT_GUARD_DEFAULT;
		}
		int pinned = HAS_ALL && i % 9 == 0;
		atomic_fetch_add(&asked, 1);
		int err = pt_thread_create(&id, &attr, pinned ? every_cpu : NULL, pinned ? cpus_size : 0, slot);
		CHECK(err == 0, "create: %d", err);
		if (err)
			continue;
		switch (i % 4) {
		case 0: /* at once */
			while ((err = pt_thread_timedjoin(id, in_nanos(5 * PT_NANOS_PER_SEC / 1000))) == ETIMEDOUT)
				;
			break;
		case 1: /* after a poll that is free to find it alive or ended */
			err = pt_thread_timedjoin(id, 0);
			if (err == ETIMEDOUT)
				err = pt_thread_timedjoin(id, INT64_MAX);
			break;
		case 2:
			err = pt_thread_detach(id);
			break;
		}
		CHECK(err == 0, "join or detach, way %d: %d", i % 4, err);
		if (i % 4 < 2) {
			CHECK(atomic_load(&f->runs) == 1, "joined slot %zu ran %d times", (size_t)slot, atomic_load(&f->runs));
			CHECK(atomic_load(&f->id) == id, "slot %zu has two ids", (size_t)slot);
			CHECK(attr.stack || !attr.stack_size || atomic_load(&f->stack) >= STACK, "slot %zu has too small a stack", (size_t)slot);
		}
	}
	free(own_stack);
	return NULL;
}

#define FOREIGN PART(3000)
#define LOOKERS 3

/* A thread with a record, whose reference is the looker's. */
struct foreign {
	pt_self *self;
	uintptr_t id;
	int64_t tid;
};
static _Atomic(struct foreign *) shown;
static atomic_int seen_alive, seen_ended, all_ended;

static void *be_foreign(void *unused)
{
	(void)unused;
	struct foreign *f = malloc(sizeof *f);
	pt_self *again = NULL;
	f->id = pt_thread_self();
	f->tid = pt_thread_tid();
	CHECK(pt_self_get(&f->self) == 0 && pt_self_get(&again) == 0 && again == f->self, "two records");
	if (again)
		pt_self_drop(again);
	f = atomic_exchange(&shown, f);
	if (f) { /* nobody has looked */
		pt_self_drop(f->self);
		free(f);
	}
	sched_yield();
	return NULL;
}

static int take(pt_self *s)
{
	uint32_t l = atomic_load(&s->lease);
	do {
		if (l & PT_SELF_ENDED)
			return 0;
	} while (!atomic_compare_exchange_weak(&s->lease, &l, l + 1));
	return 1;
}

static void *look(void *unused)
{
	(void)unused;
	while (!atomic_load(&all_ended)) {
		struct foreign *f = atomic_exchange(&shown, NULL);
		if (!f) {
			sched_yield();
			continue;
		}
		while (take(f->self)) {
			look_at(f->id, f->tid);
			atomic_fetch_sub(&f->self->lease, 1);
			atomic_fetch_add(&seen_alive, 1);
		}
		atomic_fetch_add(&seen_ended, 1);
		pt_self_drop(f->self);
		free(f);
	}
	return NULL;
}

static void *make_foreign(void *unused)
{
	(void)unused;
	for (int i = 0; i < FOREIGN; i++) {
		pthread_t t;
		if (pthread_create(&t, NULL, be_foreign, NULL) == 0)
			pthread_join(t, NULL);
	}
	return NULL;
}

static void hammer_foreign(void)
{
	pthread_t makers[2], lookers[LOOKERS];
	for (int i = 0; i < LOOKERS; i++)
		pthread_create(&lookers[i], NULL, look, NULL);
	for (int i = 0; i < 2; i++)
		pthread_create(&makers[i], NULL, make_foreign, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(makers[i], NULL);
	atomic_store(&all_ended, 1);
	for (int i = 0; i < LOOKERS; i++)
		pthread_join(lookers[i], NULL);
	struct foreign *f = atomic_exchange(&shown, NULL);
	if (f) {
		CHECK(!take(f->self), "a thread that was joined is alive");
		pt_self_drop(f->self);
		free(f);
	}
	CHECK(atomic_load(&seen_alive) > 0 && atomic_load(&seen_ended) > 0, "looked at %d alive, %d ended",
	      atomic_load(&seen_alive), atomic_load(&seen_ended));
}

int main(void)
{
	size_t least, standard;
	CHECK(pt_thread_min_stack(&least) == 0 && least > 0, "min_stack");
	CHECK(pt_thread_default_stack(&standard) == 0 && standard >= least, "default_stack");
	CHECK(pt_thread_slot() == 0, "main has a slot");

	/* Refused, and the permit is given back each time. */
	pt_thread_set_entry(entry);
	pt_thread_attr impossible = { .stack_size = (size_t)1 << 60, .guard_size = PT_GUARD_DEFAULT };
	for (int i = 0; i < 3 * PT_BIRTHS; i++) {
		uintptr_t id;
		CHECK(pt_thread_create(&id, &impossible, NULL, 0, 1) != 0, "an impossible stack was granted");
	}

	CHECK(pt_thread_max_cpus(&cpus_size) == (HAS_ALL ? 0 : ENOTSUP), "max_cpus");
	if (!HAS_ALL)
		cpus_size = sizeof *every_cpu;
	every_cpu = malloc(cpus_size);
	CHECK(pt_thread_getcpus(pt_thread_self(), every_cpu, cpus_size) == (HAS_ALL ? 0 : ENOTSUP), "getcpus");
	pt_cpus *no_cpu = calloc(1, cpus_size);
	pt_thread_attr refused = { .guard_size = PT_GUARD_DEFAULT };
#ifndef __FreeBSD__ /* which takes one scope for the other */
	pt_thread_attr system_only = { .guard_size = PT_GUARD_DEFAULT, .scope_process = 1 };
#endif
	for (int i = 0; i < 3 * PT_BIRTHS; i++) {
		uintptr_t id;
		refused.detached = i % 2;
		CHECK(pt_thread_create(&id, &refused, no_cpu, cpus_size, 1) == (HAS_ALL ? EINVAL : ENOTSUP), "a thread without a processor");
#ifndef __FreeBSD__
		CHECK(pt_thread_create(&id, &system_only, NULL, 0, 1) == ENOTSUP, "a scope that there is not");
#endif
	}
	free(no_cpu);
	int least_priority, greatest;
	CHECK(pt_sched_range(PT_POLICY_FIFO, &least_priority, &greatest) == 0 && least_priority < greatest, "range");
	CHECK(pt_sched_range(PT_POLICY_INHERIT, &least_priority, &greatest) == EINVAL, "range of no policy");
	pt_sigset set = { { 0, 0 } }, old;
	CHECK(pt_sigset_mask(PT_SIG_SETMASK + 1, &set, &old) == EINVAL, "an unknown way");

	pthread_key_create(&key, in_destructor);
	pthread_t creators[CREATORS];
	for (uintptr_t i = 0; i < CREATORS; i++)
		pthread_create(&creators[i], NULL, create, (void *)i);
	for (int i = 0; i < CREATORS; i++)
		pthread_join(creators[i], NULL);

	/* The detached ones end when they like. */
	int64_t patience = in_nanos(60 * PT_NANOS_PER_SEC);
	int ended;
	do {
		ended = 0;
		for (int i = 0; i < CREATORS * EACH; i++)
			ended += atomic_load(&fates[i].ended);
		sched_yield();
	} while (ended < CREATORS * EACH && !pt_deadline_passed(patience));
	for (int i = 0; i < CREATORS * EACH; i++)
		CHECK(atomic_load(&fates[i].runs) == 1, "slot %d ran %d times", i + 1, atomic_load(&fates[i].runs));
	CHECK(atomic_load(&most) <= PT_BIRTHS, "%d births at a time", atomic_load(&most));
	CHECK(atomic_load(&late_slots) == 0, "%d threads kept their slot after the entry", atomic_load(&late_slots));

	hammer_foreign();
	free(every_cpu);

	printf("thread_hammer: %d threads from %d creators, at most %d births at a time; %d foreign ones, %d looks; %d broken\n",
	       atomic_load(&asked), CREATORS, atomic_load(&most), 2 * FOREIGN, atomic_load(&seen_alive), atomic_load(&broken));
	return atomic_load(&broken) ? 1 : 0;
}
