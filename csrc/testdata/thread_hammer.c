/* Many threads from many creators: each runs once, under its own slot, and is
 * joined or detached; and at most PT_BIRTHS are being born at a time. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "hammer.h"
#include "pt_thread.h"

#define CREATORS 6
#define EACH 800
#define STACK (256 << 10)

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

/* After the entry the slot may be another thread's. */
static void in_destructor(void *unused)
{
	(void)unused;
	if (pt_thread_slot() != 0)
		atomic_fetch_add(&late_slots, 1);
}

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
	int tid;
	CHECK(pt_thread_begin(slot % 2 ? "hammered" : NULL, &id, &tid) == 0, "begin");
	CHECK(tid == pt_thread_tid() && tid > 0, "tid %d", tid);
	CHECK(id == pt_thread_self(), "id of slot %zu", (size_t)slot);
	CHECK(pt_thread_slot() == slot, "slot %zu", (size_t)slot);

	uintptr_t addr;
	size_t size, guard;
	CHECK(pt_thread_stack(&addr, &size, &guard) == 0, "stack");
	uintptr_t here = (uintptr_t)&size;
#ifndef __SANITIZE_ADDRESS__ /* which may keep locals elsewhere */
	CHECK(here >= addr && here < addr + size, "a local outside of the stack");
#else
	(void)here;
#endif
	pthread_setspecific(key, &key);
	atomic_store(&f->stack, size);
	atomic_store(&f->id, id);
	atomic_fetch_add(&f->runs, 1);
	atomic_fetch_add(&f->ended, 1);
}

static void *create(void *arg)
{
	uintptr_t first = (uintptr_t)arg * EACH;
	for (int i = 0; i < EACH; i++) {
		uintptr_t slot = first + i + 1, id = 0;
		struct fate *f = &fates[slot - 1];
		pt_thread_attr attr = {
			.stack_size = i % 3 ? STACK : 0,
			.guard_size = i % 5 ? PT_GUARD_DEFAULT : 0,
			.detached = i % 4 == 3,
		};
		atomic_fetch_add(&asked, 1);
		int err = pt_thread_create(&id, &attr, slot);
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
			CHECK(!attr.stack_size || atomic_load(&f->stack) >= STACK, "slot %zu has too small a stack", (size_t)slot);
		}
	}
	return NULL;
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
		CHECK(pt_thread_create(&id, &impossible, 1) != 0, "an impossible stack was granted");
	}

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

	printf("thread_hammer: %d threads from %d creators, at most %d births at a time, %d broken\n",
	       atomic_load(&asked), CREATORS, atomic_load(&most), atomic_load(&broken));
	return atomic_load(&broken) ? 1 : 0;
}
