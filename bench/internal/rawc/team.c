//go:build linux

#include "team.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <time.h>

enum { MAX_TEAM = 2 };

/* The line where the members wait for each other. Not a barrier, since those
 * who have come must be able to go home if one could not be made. */
typedef struct start_line {
	sem_t ready, go;
	int cancelled; /* written before go, read after */
} start_line;

typedef struct runner {
	const member *member;
	void *shared;
	start_line *line;
	int err;
	int64_t begin, end; /* the thread's until it is joined */
} runner;

static int64_t now(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static void wait_for(sem_t *s)
{
	while (sem_wait(s) && errno == EINTR)
		;
}

static void *run(void *arg)
{
	runner *r = arg;
	cpu_set_t set;
	CPU_ZERO(&set);
	CPU_SET((size_t)r->member->cpu, &set);
	/* 0 is the calling thread, on every C library. */
	if (sched_setaffinity(0, sizeof set, &set))
		r->err = errno;
	sem_post(&r->line->ready);
	wait_for(&r->line->go);
	if (r->line->cancelled)
		return NULL;
	r->begin = now();
	r->member->body(r->shared);
	r->end = now();
	return NULL;
}

int64_t team_run(const member *members, int n, void *shared)
{
	if (n > MAX_TEAM)
		return -EINVAL;
	start_line line = {.cancelled = 0};
	if (sem_init(&line.ready, 0, 0) || sem_init(&line.go, 0, 0))
		return -errno;
	runner runners[MAX_TEAM];
	pthread_t threads[MAX_TEAM];
	int err = 0, made = 0;
	while (made < n && !err) {
		runners[made] = (runner){.member = &members[made], .shared = shared, .line = &line};
		err = pthread_create(&threads[made], NULL, run, &runners[made]);
		if (!err)
			made++;
	}
	for (int i = 0; i < made; i++)
		wait_for(&line.ready);
	/* All who came have tried their CPU by now. One that did not get it
	 * would measure something else. */
	for (int i = 0; i < made; i++)
		if (runners[i].err)
			err = runners[i].err;
	line.cancelled = err != 0;
	for (int i = 0; i < made; i++)
		sem_post(&line.go);
	int64_t begin = INT64_MAX, end = 0;
	for (int i = 0; i < made; i++) {
		pthread_join(threads[i], NULL);
		if (runners[i].begin < begin)
			begin = runners[i].begin;
		if (runners[i].end > end)
			end = runners[i].end;
	}
	sem_destroy(&line.ready);
	sem_destroy(&line.go);
	return err ? -err : end - begin;
}
