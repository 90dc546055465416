//go:build cgo && (linux || darwin || freebsd)

#include "alien.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct pttest_alien {
	pthread_t id;
	pttest_entry entry;
	uintptr_t body;
	int thread;
	int calls;
};

static void *alien_run(void *arg)
{
	struct pttest_alien *a = arg;
	for (int i = 0; i < a->calls; i++)
		if (!a->entry(a->body, a->thread, i))
			break;
	return NULL;
}

int pttest_start(pttest_alien **out, pttest_entry entry, uintptr_t body, int calls)
{
	pttest_alien *a = malloc(sizeof *a);
	if (!a)
		return ENOMEM;
	*a = (pttest_alien){ .entry = entry, .body = body, .calls = calls };
	int err = pthread_create(&a->id, NULL, alien_run, a);
	if (err) {
		free(a);
		return err;
	}
	*out = a;
	return 0;
}

int pttest_join(pttest_alien *a)
{
	int err = pthread_join(a->id, NULL);
	if (!err)
		free(a);
	return err;
}

struct churn {
	pttest_entry entry;
	uintptr_t body;
	int threads;
	int calls;
	atomic_int next;  /* number of the next thread to be made */
	atomic_int error; /* the last error of a lane, or 0 */
};

static void *lane_run(void *arg)
{
	struct churn *c = arg;
	int thread;
	while ((thread = atomic_fetch_add(&c->next, 1)) < c->threads) {
		struct pttest_alien a = {
			.entry = c->entry, .body = c->body, .thread = thread, .calls = c->calls,
		};
		int err = pthread_create(&a.id, NULL, alien_run, &a);
		if (!err)
			err = pthread_join(a.id, NULL);
		if (err) {
			atomic_store(&c->error, err);
			break;
		}
	}
	return NULL;
}

int pttest_churn(pttest_entry entry, uintptr_t body, int threads, int parallel, int calls)
{
	struct churn c = { .entry = entry, .body = body, .threads = threads, .calls = calls };
	pthread_t *lanes = calloc(parallel, sizeof *lanes);
	if (!lanes)
		return ENOMEM;
	int made = 0, err = 0;
	while (made < parallel && !(err = pthread_create(&lanes[made], NULL, lane_run, &c)))
		made++;
	/* Those that are there do all the work, the error is told all the same. */
	for (int i = 0; i < made; i++)
		pthread_join(lanes[i], NULL);
	free(lanes);
	return err ? err : atomic_load(&c.error);
}
