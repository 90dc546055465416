/* What macOS lacks and is made in csrc, hammered on any system: threads take,
 * wait and end, and the counts must come out right. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hammer.h"
#include "pt_own_barrier.h"
#include "pt_own_cond.h"
#include "pt_own_join.h"
#include "pt_own_poll.h"
#include "pt_own_sem.h"
#include "pt_own_spin.h"

#ifndef __APPLE__
/* Nothing of the library's needs them here, so they are no part of it. */
#define init init_of_joins
#define waiter waiter_of_barrier
#include "pt_own_barrier.c"
#undef waiter
#include "pt_own_cond.c"
#include "pt_own_join.c"
#include "pt_own_poll.c"
#include "pt_own_sem.c"
#undef init
#endif

#define THREADS 4
#define ROUNDS PART(4000)
#define POLLED PART(300) /* a wait by asking takes a millisecond */
#define SHORT INT64_C(300000)
#define LONG (60 * PT_NANOS_PER_SEC)

static long sum;

static void run_all(void *(*body)(void *), void *arg)
{
	pthread_t t[THREADS];
	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&t[i], NULL, body, arg))
			abort();
	for (int i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
}

/* ---- spin locks */

static pt_own_spinlock_t spin;
static long guarded;

static void *spins(void *arg)
{
	(void)arg;
	for (int i = 0; i < ROUNDS; i++) {
		if (i % 3 == 0)
			while (pt_own_spin_trylock(&spin) == EBUSY)
				sched_yield();
		else
			pt_own_spin_lock(&spin);
		guarded++;
		pt_own_spin_unlock(&spin);
	}
	return NULL;
}

static void hammer_spin(void)
{
	pt_own_spin_init(&spin, PTHREAD_PROCESS_PRIVATE);
	run_all(spins, NULL);
	CHECK(guarded == (long)THREADS * ROUNDS, "spin: %ld", guarded);
	CHECK(pt_own_spin_trylock(&spin) == 0 && pt_own_spin_trylock(&spin) == EBUSY, "spin: try");
	pt_own_spin_unlock(&spin);
	pt_own_spin_destroy(&spin);
	sum += guarded;
}

/* ---- semaphores: half of the threads post what the others take */

struct sems {
	pt_own_sem sem;
	int rounds;
	atomic_int turn;
	atomic_long taken;
};

static void *posts_or_waits(void *arg)
{
	struct sems *s = arg;
	int posts = atomic_fetch_add(&s->turn, 1) % 2;
	for (int i = 0; i < s->rounds; i++) {
		if (posts) {
			CHECK(pt_own_sem_post(&s->sem) == 0, "sem: post");
			continue;
		}
		int err;
		do
			err = i % 3 == 0   ? pt_own_sem_trywait(&s->sem)
			      : i % 3 == 1 ? pt_own_sem_timedwait(&s->sem, in_nanos(SHORT))
					   : pt_own_sem_timedwait(&s->sem, PT_NEVER);
		while (err == EAGAIN || err == ETIMEDOUT);
		CHECK(err == 0, "sem: wait says %d", err);
		atomic_fetch_add(&s->taken, 1);
	}
	return NULL;
}

static void hammer_sem(int shared, int rounds)
{
	struct sems s = { .rounds = rounds };
	CHECK(pt_own_sem_init(&s.sem, shared, PT_OWN_SEM_MAX + 1u) == EINVAL, "sem: too great a value");
	CHECK(pt_own_sem_init(&s.sem, shared, 0) == 0, "sem: init");
	int64_t deadline = in_nanos(SHORT);
	CHECK(pt_own_sem_timedwait(&s.sem, deadline) == ETIMEDOUT && pt_deadline_passed(deadline), "sem: early");
	CHECK(pt_own_sem_timedwait(&s.sem, INT64_MIN) == ETIMEDOUT, "sem: past");
	run_all(posts_or_waits, &s);
	CHECK(s.taken == (long)THREADS / 2 * rounds && pt_own_sem_value(&s.sem) == 0, "sem: %ld taken", s.taken);
	CHECK(pt_own_sem_destroy(&s.sem) == 0, "sem: destroy");
	CHECK(pt_own_sem_init(&s.sem, shared, PT_OWN_SEM_MAX) == 0 && pt_own_sem_post(&s.sem) == EOVERFLOW, "sem: overflow");
	CHECK(pt_own_sem_destroy(&s.sem) == 0, "sem: destroy a full one");
	sum += s.taken;
}

/* Whoever has taken the one post frees the semaphore while the post returns. */
static void *posts_once(void *sem)
{
	pt_own_sem_post(sem);
	return NULL;
}

static void hammer_sem_end(void)
{
	for (int i = 0; i < PART(2000); i++) {
		pt_own_sem *s = calloc(1, sizeof *s);
		pthread_t t;
		if (!s || pt_own_sem_init(s, 0, 0) || pthread_create(&t, NULL, posts_once, s))
			abort();
		if (i % 2)
			while (pt_own_sem_trywait(s))
				sched_yield();
		else
			pt_own_sem_timedwait(s, PT_NEVER);
		CHECK(pt_own_sem_destroy(s) == 0, "sem: end");
		free(s);
		pthread_join(t, NULL);
	}
}

/* ---- barriers: nobody is a round ahead of another */

struct rounds {
	pt_own_barrier_t barrier;
	int n;
	atomic_int turn;
	atomic_int at[THREADS];
	atomic_int serials;
};

static void *meets(void *arg)
{
	struct rounds *r = arg;
	int me = atomic_fetch_add(&r->turn, 1);
	for (int i = 1; i <= r->n; i++) {
		atomic_store(&r->at[me], i);
		int serial = pt_own_barrier_wait(&r->barrier);
		CHECK(serial == 0 || serial == PT_OWN_BARRIER_SERIAL_THREAD, "barrier: %d", serial);
		if (serial)
			atomic_fetch_add(&r->serials, 1);
		for (int k = 0; k < THREADS; k++) {
			int at = atomic_load(&r->at[k]);
			CHECK(at == i || at == i + 1, "barrier: round %d and %d", i, at);
		}
	}
	return NULL;
}

static void hammer_barrier(int pshared, int n)
{
	struct rounds r = { .n = n };
	CHECK(pt_own_barrier_init(&r.barrier, pshared, 0) == EINVAL, "barrier: of nobody");
	CHECK(pt_own_barrier_init(&r.barrier, pshared, THREADS) == 0, "barrier: init");
	run_all(meets, &r);
	CHECK(r.serials == n, "barrier: %d serial ones", r.serials);
	CHECK(pt_own_barrier_destroy(&r.barrier) == 0, "barrier: destroy");
	sum += r.serials;
}

/* One of a round that is complete frees the barrier, which others leave. */
struct leaving {
	pt_own_barrier_t barrier;
	pt_own_sem serial;
};

static void *leaves(void *arg)
{
	struct leaving *l = arg;
	if (pt_own_barrier_wait(&l->barrier))
		pt_own_sem_post(&l->serial);
	return NULL;
}

static void hammer_barrier_end(int pshared)
{
	for (int i = 0; i < PART(500); i++) {
		struct leaving l;
		pthread_t t[2];
		if (pt_own_barrier_init(&l.barrier, pshared, 2) || pt_own_sem_init(&l.serial, 0, 0))
			abort();
		for (int k = 0; k < 2; k++)
			if (pthread_create(&t[k], NULL, leaves, &l))
				abort();
		pt_own_sem_timedwait(&l.serial, PT_NEVER);
		CHECK(pt_own_barrier_destroy(&l.barrier) == 0, "barrier: end");
		memset(&l.barrier, 0xff, sizeof l.barrier);
		for (int k = 0; k < 2; k++)
			pthread_join(t[k], NULL);
		pt_own_sem_destroy(&l.serial);
	}
}

/* ---- conditions: a token goes round; the mutexes of two kinds take turns */

struct ring {
	pt_own_cond cond;
	pthread_mutex_t mutex;
	unsigned kind;
	int rounds;
	int next; /* guarded by mutex, as is the next */
	int turn;
};

static void *passes_on(void *arg)
{
	struct ring *r = arg;
	pthread_mutex_lock(&r->mutex);
	int me = r->turn++;
	for (int i = 0; i < r->rounds; i++) {
		while (r->next != me) {
			int64_t deadline = i % 2 ? in_nanos(SHORT) : PT_NEVER;
			int err = pt_own_cond_timedwait(&r->cond, &r->mutex, r->kind, deadline);
			CHECK(!err || (err == ETIMEDOUT && pt_deadline_passed(deadline)), "cond: %d", err);
		}
		r->next = (me + 1) % THREADS;
		pt_own_cond_broadcast(&r->cond);
	}
	pthread_mutex_unlock(&r->mutex);
	return NULL;
}

static void hammer_cond(int shared)
{
	struct ring r = { .next = 0 };
	CHECK(pt_own_cond_init(&r.cond, shared) == 0, "cond: init");
	for (int way = 0; way < 2; way++) {
		/* Of the first kind it is at once, of the other it polls. */
		pthread_mutexattr_t a;
		pthread_mutexattr_init(&a);
		pthread_mutexattr_settype(&a, way ? PTHREAD_MUTEX_ERRORCHECK : PTHREAD_MUTEX_NORMAL);
		pthread_mutex_init(&r.mutex, &a);
		pthread_mutexattr_destroy(&a);
		r.kind = way ? PT_OWN_OTHER : PT_OWN_SIMPLE;
		r.rounds = way || shared ? POLLED / 4 : ROUNDS / 4;
		r.next = r.turn = 0;
		run_all(passes_on, &r);
		CHECK(r.next == 0, "cond: the token is at %d", r.next);
		sum += r.rounds;
		pthread_mutex_destroy(&r.mutex);
	}
	CHECK(pt_own_cond_signal(&r.cond) == 0, "cond: signal");
	CHECK(pt_own_cond_destroy(&r.cond) == 0, "cond: destroy");
}

/* ---- polling */

static int attempt(void *mutex)
{
	return pthread_mutex_trylock(mutex);
}

struct polled {
	pthread_mutex_t mutex;
	long n;
};

static void *polls(void *arg)
{
	struct polled *p = arg;
	for (int i = 0; i < POLLED; i++) {
		CHECK(pt_own_poll(attempt, &p->mutex, EBUSY, in_nanos(LONG)) == 0, "poll: lock");
		p->n++;
		pthread_mutex_unlock(&p->mutex);
	}
	return NULL;
}

static void hammer_poll(void)
{
	struct polled p = { .mutex = PTHREAD_MUTEX_INITIALIZER };
	run_all(polls, &p);
	CHECK(p.n == (long)THREADS * POLLED, "poll: %ld", p.n);
	pthread_mutex_lock(&p.mutex);
	for (int64_t ns = 0; ns < 4 * SHORT; ns += SHORT) {
		int64_t deadline = in_nanos(ns);
		CHECK(pt_own_poll(attempt, &p.mutex, EBUSY, deadline) == ETIMEDOUT && pt_deadline_passed(deadline), "poll: early");
	}
	pthread_mutex_unlock(&p.mutex);
	sum += p.n;
}

/* ---- joins */

static pthread_key_t late; /* its destructor waits for the gate */
static pt_own_sem gate;

static void ends_late(void *arg)
{
	pt_own_sem_timedwait(arg, PT_NEVER);
}

static void *returns(void *arg)
{
	return arg;
}

static void *returns_late(void *arg)
{
	pthread_setspecific(late, &gate);
	return arg;
}

static atomic_int run_detached;

static void *counts(void *arg)
{
	atomic_fetch_add(&run_detached, 1);
	return arg;
}

static void *creates_and_joins(void *arg)
{
	(void)arg;
	for (int i = 0; i < PART(600); i++) {
		pthread_t t;
		CHECK(pt_own_create(&t, NULL, returns, &sum) == 0, "join: create");
		void *result = &sum;
		int err;
		switch (i % 4) {
		case 0:
			while ((err = pt_own_tryjoin(t)) == EBUSY)
				sched_yield();
			break;
		case 1:
			while ((err = pt_own_timedjoin(t, in_nanos(SHORT))) == ETIMEDOUT)
				;
			break;
		case 2:
			err = pt_own_detach(t);
			break;
		default:
			result = NULL;
			err = pt_own_join(t, &result);
		}
		CHECK(err == 0 && result == &sum, "join: %d", err);
	}
	return NULL;
}

static void hammer_join(void)
{
	run_all(creates_and_joins, NULL);
	CHECK(pt_own_join(pthread_self(), NULL) == EDEADLK, "join: itself");

	/* A thread that is still in its destructors has not ended. */
	pthread_t t;
	pthread_key_create(&late, ends_late);
	pt_own_sem_init(&gate, 0, 0);
	CHECK(pt_own_create(&t, NULL, returns_late, NULL) == 0, "join: create");
	int64_t deadline = in_nanos(SHORT);
	CHECK(pt_own_timedjoin(t, deadline) == ETIMEDOUT && pt_deadline_passed(deadline), "join: early");
	CHECK(pt_own_tryjoin(t) == EBUSY, "join: try");
	pt_own_sem_post(&gate);
	CHECK(pt_own_timedjoin(t, in_nanos(LONG)) == 0, "join: late");
	pt_own_sem_destroy(&gate);
	pthread_key_delete(late);

	/* Those that are born detached have no record. */
	pthread_attr_t a;
	pthread_attr_init(&a);
	pthread_attr_setdetachstate(&a, PTHREAD_CREATE_DETACHED);
	for (int i = 0; i < 20; i++)
		CHECK(pt_own_create(&t, &a, counts, NULL) == 0, "join: create a detached one");
	pthread_attr_destroy(&a);
	while (atomic_load(&run_detached) < 20)
		sched_yield();
	sum += PART(600);
}

/* ---- two processes, with the memory at two addresses */

struct place {
	pt_own_sem sem;
	pt_own_barrier_t barrier;
	pt_own_spinlock_t spin;
	long n;
};

static void uses(struct place *p)
{
	for (int i = 0; i < POLLED; i++) {
		pt_own_sem_timedwait(&p->sem, PT_NEVER);
		pt_own_spin_lock(&p->spin);
		p->n++;
		pt_own_spin_unlock(&p->spin);
		pt_own_sem_post(&p->sem);
		if (i % 50 == 0)
			pt_own_barrier_wait(&p->barrier);
	}
	pt_own_barrier_wait(&p->barrier);
}

static void hammer_processes(void)
{
	struct place *p = mmap(NULL, sizeof *p, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANON, -1, 0);
	if (p == MAP_FAILED)
		abort();
	pt_own_sem_init(&p->sem, 1, 1);
	pt_own_barrier_init(&p->barrier, PTHREAD_PROCESS_SHARED, 2);
	pt_own_spin_init(&p->spin, PTHREAD_PROCESS_SHARED);
	pid_t child = fork();
	if (child < 0)
		abort();
	uses(p);
	if (!child)
		_exit(0);
	int status;
	CHECK(waitpid(child, &status, 0) == child && status == 0, "processes: status %d", status);
	CHECK(p->n == 2L * POLLED, "processes: %ld", p->n);
	sum += p->n;
	munmap(p, sizeof *p);
}

int main(void)
{
	hammer_processes(); /* first, while there is one thread to fork */
	hammer_spin();
	hammer_sem(0, ROUNDS);
	hammer_sem(1, POLLED);
	hammer_sem_end();
	hammer_barrier(PTHREAD_PROCESS_PRIVATE, ROUNDS);
	hammer_barrier(PTHREAD_PROCESS_SHARED, POLLED);
	hammer_barrier_end(PTHREAD_PROCESS_PRIVATE);
	hammer_barrier_end(PTHREAD_PROCESS_SHARED);
	hammer_cond(0);
	hammer_cond(1);
	hammer_poll();
	hammer_join();
	printf("own_hammer: %ld of everything, %d broken\n", sum, atomic_load(&broken));
	return broken != 0;
}
