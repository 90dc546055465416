/* Thousands of short threads: each has one notice, it says "alive" as long as
 * its thread can look, and is drained once. Two drain at the same time. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "hammer.h"
#include "pt_exit.h"

#define LANES 4
#define EACH PART(5000)
#define DRAINERS 2

static atomic_int watched, drained, stop, revived;
static pthread_key_t late;

/* A destructor that asks again, as a library would that enters Go while its
 * thread ends. The notice of before is marked by then, so this is a new one. */
static void ask_again(void *unused)
{
	(void)unused;
	pt_exit *n = NULL;
	CHECK(pt_exit_watch(&n) == 0, "watch in a destructor");
	/* Its address may be the old one's, which may be freed by now. */
	CHECK(n && !atomic_load(&n->exited), "the notice of a destructor is an old one");
	atomic_fetch_add(&watched, 1);
	atomic_fetch_add(&revived, 1);
}

static void *short_life(void *arg)
{
	pt_exit *n = NULL, *again = NULL;
	CHECK(pt_exit_watch(&n) == 0 && n, "watch");
	atomic_fetch_add(&watched, 1);
	CHECK(!atomic_load(&n->exited), "a notice is exited in a thread that lives");
	CHECK(pt_exit_watch(&again) == 0 && again == n, "a thread has two notices");
	if ((intptr_t)arg % 16 == 0)
		pthread_setspecific(late, &late);
	return NULL;
}

static void *lane(void *unused)
{
	(void)unused;
	for (intptr_t i = 0; i < EACH; i++) {
		pthread_t t;
		int err = pthread_create(&t, NULL, short_life, (void *)i);
		CHECK(err == 0, "create: %d", err);
		if (!err)
			pthread_join(t, NULL);
	}
	return NULL;
}

static void drain(void)
{
	for (pt_exit *n = pt_exit_drain(), *next; n; n = next) {
		next = n->next;
		CHECK(atomic_load(&n->exited) == 1, "a notice is drained of a thread that lives");
		/* Drained again, it would be counted twice, or be freed memory. */
		atomic_store(&n->exited, 2);
		pt_exit_free(n);
		atomic_fetch_add(&drained, 1);
	}
}

static void *drainer(void *unused)
{
	(void)unused;
	while (!atomic_load(&stop))
		drain();
	return NULL;
}

int main(void)
{
	/* After the key of pt_exit.c, as everybody's: its destructor runs later. */
	pthread_key_create(&late, ask_again);
	CHECK(pt_exit_drain() == NULL, "notices before the first thread");
	pthread_t lanes[LANES], drainers[DRAINERS];
	for (int i = 0; i < DRAINERS; i++)
		pthread_create(&drainers[i], NULL, drainer, NULL);
	for (int i = 0; i < LANES; i++)
		pthread_create(&lanes[i], NULL, lane, NULL);
	for (int i = 0; i < LANES; i++)
		pthread_join(lanes[i], NULL);
	atomic_store(&stop, 1);
	for (int i = 0; i < DRAINERS; i++)
		pthread_join(drainers[i], NULL);
	drain();

	CHECK(atomic_load(&drained) == atomic_load(&watched), "%d notices, %d drained", atomic_load(&watched), atomic_load(&drained));
	CHECK(pt_exit_drain() == NULL, "notices after the last thread");
	printf("exit_hammer: %d threads, %d notices, %d of them asked for in a destructor, %d drained, %d broken\n",
	       LANES * EACH, atomic_load(&watched), atomic_load(&revived), atomic_load(&drained), atomic_load(&broken));
	return atomic_load(&broken) ? 1 : 0;
}
