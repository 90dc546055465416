//go:build linux

#include "rawc.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdlib.h>

#include "team.h"

/* ---- start and join */

typedef struct start_join {
	int64_t n;
	int cpus[2]; /* of the thread and, inherited, of those it starts */
	size_t stack;
	int err;
} start_join;

static void *nothing(void *arg)
{
	return arg;
}

static void start_join_body(void *shared)
{
	start_join *s = shared;
	cpu_set_t both;
	CPU_ZERO(&both);
	for (int i = 0; i < 2; i++)
		CPU_SET((size_t)s->cpus[i], &both);
	if (sched_setaffinity(0, sizeof both, &both)) {
		s->err = errno;
		return;
	}
	pthread_attr_t attr;
	s->err = pthread_attr_init(&attr);
	if (s->err)
		return;
	s->err = pthread_attr_setstacksize(&attr, s->stack);
	for (int64_t i = 0; i < s->n && !s->err; i++) {
		pthread_t t;
		s->err = pthread_create(&t, &attr, nothing, NULL);
		if (!s->err)
			s->err = pthread_join(t, NULL);
	}
	pthread_attr_destroy(&attr);
}

int64_t rawc_start_join(int64_t n, int cpu0, int cpu1, size_t stack)
{
	start_join s = {.n = n, .cpus = {cpu0, cpu1}, .stack = stack};
	int64_t ns = team_run(&(member){cpu0, start_join_body}, 1, &s);
	return s.err ? -s.err : ns;
}

/* ---- one lock, alone and together */

typedef struct locking {
	pthread_mutex_t mutex;
	int64_t rounds;  /* of each thread */
	int64_t counter; /* guarded by mutex */
} locking;

static void locking_body(void *shared)
{
	locking *l = shared;
	for (int64_t i = 0; i < l->rounds; i++) {
		pthread_mutex_lock(&l->mutex);
		l->counter++;
		pthread_mutex_unlock(&l->mutex);
	}
}

static int64_t lock_with(const member *members, int threads, int64_t n)
{
	/* Alone on its cache lines. */
	_Static_assert(sizeof(locking) <= 128, "a lock takes more than two cache lines");
	locking *l = aligned_alloc(128, 128);
	if (!l)
		return -ENOMEM;
	*l = (locking){.mutex = PTHREAD_MUTEX_INITIALIZER, .rounds = n / threads};
	int64_t ns = team_run(members, threads, l);
	if (ns >= 0 && l->counter != l->rounds * threads)
		ns = -EPROTO;
	pthread_mutex_destroy(&l->mutex);
	free(l);
	return ns;
}

int64_t rawc_lock_pair(int64_t n, int cpu)
{
	return lock_with(&(member){cpu, locking_body}, 1, n);
}

int64_t rawc_contend(int64_t n, int cpu0, int cpu1)
{
	return lock_with((member[]){{cpu0, locking_body}, {cpu1, locking_body}}, 2, n);
}

/* ---- there and back */

typedef struct round_trip {
	sem_t there, back;
	int64_t n;
} round_trip;

static void wait_for(sem_t *s)
{
	while (sem_wait(s) && errno == EINTR)
		;
}

static void ping(void *shared)
{
	round_trip *r = shared;
	for (int64_t i = 0; i < r->n; i++) {
		sem_post(&r->there);
		wait_for(&r->back);
	}
}

static void pong(void *shared)
{
	round_trip *r = shared;
	for (int64_t i = 0; i < r->n; i++) {
		wait_for(&r->there);
		sem_post(&r->back);
	}
}

int64_t rawc_round_trip(int64_t n, int cpu0, int cpu1)
{
	round_trip r = {.n = n};
	if (sem_init(&r.there, 0, 0) || sem_init(&r.back, 0, 0))
		return -errno;
	int64_t ns = team_run((member[]){{cpu0, ping}, {cpu1, pong}}, 2, &r);
	sem_destroy(&r.there);
	sem_destroy(&r.back);
	return ns;
}

/* ---- a bounded queue: a mutex and two conditions around a ring */

typedef struct ring {
	pthread_mutex_t mutex;
	pthread_cond_t not_empty, not_full;
	int64_t *items;         /* guarded by mutex, as are the next two */
	int64_t head, len;
	int64_t capacity;
	int64_t n;
	int64_t wrong; /* the consumer's: items out of order */
} ring;

static void put(ring *r, int64_t v)
{
	pthread_mutex_lock(&r->mutex);
	while (r->len == r->capacity)
		pthread_cond_wait(&r->not_full, &r->mutex);
	r->items[(r->head + r->len) % r->capacity] = v;
	r->len++;
	pthread_cond_signal(&r->not_empty);
	pthread_mutex_unlock(&r->mutex);
}

static int64_t get(ring *r)
{
	pthread_mutex_lock(&r->mutex);
	while (r->len == 0)
		pthread_cond_wait(&r->not_empty, &r->mutex);
	int64_t v = r->items[r->head];
	r->head = (r->head + 1) % r->capacity;
	r->len--;
	pthread_cond_signal(&r->not_full);
	pthread_mutex_unlock(&r->mutex);
	return v;
}

static void produce(void *shared)
{
	ring *r = shared;
	for (int64_t i = 0; i < r->n; i++)
		put(r, i);
}

static void consume(void *shared)
{
	ring *r = shared;
	for (int64_t i = 0; i < r->n; i++)
		r->wrong += get(r) != i;
}

int64_t rawc_queue(int64_t n, int64_t capacity, int cpu0, int cpu1)
{
	ring r = {
		.mutex = PTHREAD_MUTEX_INITIALIZER,
		.not_empty = PTHREAD_COND_INITIALIZER,
		.not_full = PTHREAD_COND_INITIALIZER,
		.items = malloc((size_t)capacity * sizeof(int64_t)),
		.capacity = capacity,
		.n = n,
	};
	if (!r.items)
		return -ENOMEM;
	int64_t ns = team_run((member[]){{cpu0, produce}, {cpu1, consume}}, 2, &r);
	if (ns >= 0 && (r.wrong || r.len))
		ns = -EPROTO;
	pthread_cond_destroy(&r.not_empty);
	pthread_cond_destroy(&r.not_full);
	pthread_mutex_destroy(&r.mutex);
	free(r.items);
	return ns;
}
