/* Thousands of short threads with values: each tells its end once, as it was
 * told to, with its values still there, and before the keys that were made
 * later do anything. Others make and delete keys meanwhile. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "hammer.h"
#include "pt_key.h"

#define LANES 4
#define EACH PART(3000)
#define KEYS 3
#define DRAINERS 2

static pthread_key_t keys[KEYS], late;
static atomic_int called, noted, drained, revived, stop;
static _Thread_local intptr_t number;
static _Thread_local int ends;

static uintptr_t value(int key)
{
	return (uintptr_t)number * KEYS + key + 1;
}

static uintptr_t get(int key)
{
	int any;
	return pt_key_get(keys[key], &any);
}

/* The end of a thread, as a caller would write it: values are taken away, and
 * those that come anew are waited for, for some rounds. */
static void on_end(pt_key_thread *t)
{
	pt_key_thread *self = NULL;
	CHECK(pt_key_thread_self(&self, 1) == 0 && self == t, "an ending thread has another record");
	CHECK(t->calls, "a thread calls that was not to");
	ends++;
	for (int round = 0; round < PT_KEY_ROUNDS; round++)
		for (int i = 0; i < KEYS; i++) {
			if (ends == 1)
				CHECK(get(i) == value(i), "round %d: a value is gone before its end", round);
			pt_key_set(keys[i], 0);
			CHECK(get(i) == 0, "a value is there after its end");
			pt_key_set(keys[i], value(i));
		}
	for (int i = 0; i < KEYS; i++)
		pt_key_set(keys[i], 0);
	atomic_fetch_add(&called, 1);
}

/* As the destructor of a library that uses a key while its thread ends. */
static void come_back(void *arg)
{
	CHECK(ends == (arg == &late), "a thread told its end %d times before a later key", ends);
	if ((intptr_t)number % 32 == 0 && arg == &late) {
		pt_key_thread *t;
		CHECK(pt_key_thread_self(&t, 1) == 0 && t->calls, "a new record");
		atomic_fetch_add(&revived, 1);
	}
}

static void *short_life(void *arg)
{
	number = (intptr_t)arg;
	int calls = number % 3 != 0;
	pt_key_thread *t = NULL, *again = NULL;
	CHECK(pt_key_thread_self(&t, calls) == 0 && t && t->calls == calls, "a record");
	CHECK(pt_key_thread_self(&again, !calls) == 0 && again == t && t->calls == calls, "a thread has two records");
	for (int i = 0; i < KEYS; i++) {
		CHECK(get(i) == 0, "a new thread has a value");
		CHECK(pt_key_set(keys[i], value(i)) == 0, "set");
	}
	for (int i = 0; i < KEYS; i++)
		CHECK(get(i) == value(i), "another's value");
	if (calls)
		pthread_setspecific(late, &late);
	else
		atomic_fetch_add(&noted, 1);
	return NULL;
}

static void *lane(void *arg)
{
	for (intptr_t i = 0; i < EACH; i++) {
		pthread_t t;
		int err = pthread_create(&t, NULL, short_life, (void *)(i * LANES + (intptr_t)arg));
		CHECK(err == 0, "create: %d", err);
		if (!err)
			pthread_join(t, NULL);
	}
	return NULL;
}

static void drain(void)
{
	for (pt_key_thread *t = pt_key_drain(), *next; t; t = next) {
		next = t->next;
		CHECK(!t->calls, "a thread is noted that called");
		pt_key_thread_free(t);
		atomic_fetch_add(&drained, 1);
	}
}

static void *drainer(void *unused)
{
	(void)unused;
	while (!atomic_load(&stop)) {
		drain();
		sched_yield();
	}
	return NULL;
}

static void *maker(void *unused)
{
	(void)unused;
	while (!atomic_load(&stop)) {
		pthread_key_t k;
		int any, err = pt_key_create(&k);
		CHECK(err == 0, "make a key: %d", err);
		if (err)
			break;
		CHECK(pt_key_get(k, &any) == 0, "a new key has a value");
		CHECK(pt_key_set(k, 1) == 0 && pt_key_get(k, &any) == 1, "the value of a new key");
		CHECK(pt_key_delete(k) == 0, "delete a key");
		sched_yield();
	}
	return NULL;
}

static int exhaust(void)
{
	int n = 0, err = 0, max = pt_key_max();
	pthread_key_t *all = calloc(max + 1, sizeof *all);
	while (n <= max && !(err = pt_key_create(&all[n])))
		n++;
	CHECK(err == EAGAIN, "%d keys of %d, then %d", n, max, err);
	for (int i = 0; i < n; i++)
		CHECK(pt_key_delete(all[i]) == 0, "delete key %d", i);
	free(all);
	return n;
}

int main(void)
{
	pt_key_set_end(on_end);
	for (int i = 0; i < KEYS; i++)
		CHECK(pt_key_create(&keys[i]) == 0, "create a key");
	pthread_key_create(&late, come_back);
	int many = exhaust();
	pthread_t lanes[LANES], drainers[DRAINERS], makers[2];
	for (int i = 0; i < DRAINERS; i++)
		pthread_create(&drainers[i], NULL, drainer, NULL);
	for (int i = 0; i < 2; i++)
		pthread_create(&makers[i], NULL, maker, NULL);
	for (intptr_t i = 0; i < LANES; i++)
		pthread_create(&lanes[i], NULL, lane, (void *)i);
	for (int i = 0; i < LANES; i++)
		pthread_join(lanes[i], NULL);
	atomic_store(&stop, 1);
	for (int i = 0; i < DRAINERS; i++)
		pthread_join(drainers[i], NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(makers[i], NULL);
	drain();
	CHECK(exhaust() == many, "keys are lost");

	int all = LANES * EACH;
	CHECK(atomic_load(&noted) == atomic_load(&drained), "%d threads noted, %d drained", atomic_load(&noted), atomic_load(&drained));
	CHECK(atomic_load(&called) + atomic_load(&noted) == all + atomic_load(&revived), "%d threads, %d calls, %d notes", all, atomic_load(&called), atomic_load(&noted));
	printf("key_hammer: %d threads, %d told by a call (%d of them twice), %d noted, %d keys at once, %d broken\n",
	       all, atomic_load(&called), atomic_load(&revived), atomic_load(&drained), many, atomic_load(&broken));
	return atomic_load(&broken) ? 1 : 0;
}
