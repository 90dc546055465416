/* Mutexes keep a sum, semaphores their count, conditions pass every item on
 * once; and what has a deadline is not early. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "hammer.h"
#include "pt_cond.h"
#include "pt_mutex.h"
#include "pt_sem.h"

#define THREADS 4
#define EACH 20000
#define ITEMS 20000
#define PLACES 3

static atomic_long timeouts;

static void run(void *(*body)(void *), int n)
{
	pthread_t threads[2 * THREADS];
	for (intptr_t i = 0; i < n; i++)
		pthread_create(&threads[i], NULL, body, (void *)i);
	for (int i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
}

/* ---- mutex */

static pt_mutex *mutex;
static long sum; /* guarded by mutex */

static void *add(void *arg)
{
	for (int i = 0; i < EACH;) {
		int err;
		switch ((i + (int)(intptr_t)arg) % 3) {
		case 0:
			err = pt_mutex_lock(mutex);
			break;
		case 1:
			if ((err = pt_mutex_trylock(mutex)) == EBUSY)
				err = pt_mutex_lock(mutex);
			break;
		default:
			err = pt_mutex_timedlock(mutex, in_nanos(20000));
		}
		if (err == ETIMEDOUT) {
			atomic_fetch_add(&timeouts, 1);
			continue;
		}
		CHECK(err == 0, "lock: %d", err);
		sum++;
		i++;
		CHECK((err = pt_mutex_unlock(mutex)) == 0, "unlock: %d", err);
	}
	return NULL;
}

static void *foreign_unlock(void *unused)
{
	(void)unused;
	CHECK(pt_mutex_unlock(mutex) == EPERM, "another's mutex could be unlocked");
	CHECK(pt_mutex_trylock(mutex) == EBUSY, "another's mutex could be locked");
	CHECK(pt_mutex_destroy(mutex) == EBUSY, "another's mutex could be destroyed");
	int64_t deadline = in_nanos(2000000);
	CHECK(pt_mutex_timedlock(mutex, deadline) == ETIMEDOUT, "timedlock");
	CHECK(pt_deadline_passed(deadline), "timedlock was early");
	CHECK(pt_mutex_timedlock(mutex, INT64_MIN) == ETIMEDOUT, "timedlock, long past");
	return NULL;
}

static void mutexes(void)
{
	const int types[] = { PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ERRORCHECK, PTHREAD_MUTEX_RECURSIVE };
	for (int i = 0; i < 3; i++) {
		CHECK(pt_mutex_new(&mutex, types[i]) == 0, "mutex_new");
		sum = 0;
		run(add, THREADS);
		CHECK(sum == (long)THREADS * EACH, "type %d: sum %ld", i, sum);

		/* The thread sanitizer reports misuse, though libc answers it. */
		if (types[i] != PTHREAD_MUTEX_NORMAL && !PT_UNDER_TSAN) {
			CHECK(pt_mutex_unlock(mutex) == EPERM, "a free mutex could be unlocked");
			CHECK(pt_mutex_lock(mutex) == 0, "lock");
			int again = pt_mutex_lock(mutex);
			CHECK(again == (types[i] == PTHREAD_MUTEX_RECURSIVE ? 0 : EDEADLK), "locked again: %d", again);
			run(foreign_unlock, 1);
			if (!again)
				pt_mutex_unlock(mutex);
			CHECK(pt_mutex_unlock(mutex) == 0, "unlock");
		}
		CHECK(pt_mutex_destroy(mutex) == 0, "mutex_destroy");
		pt_mutex_free(mutex);
	}
	pt_mutex *none = NULL;
	CHECK(pt_mutex_new(&none, 12345) == EINVAL && !none, "a mutex of unknown type");
}

/* ---- semaphore */

static pt_sem *sem;
static atomic_int inside;

static void *enter(void *arg)
{
	for (int i = 0; i < EACH;) {
		int err;
		switch ((i + (int)(intptr_t)arg) % 3) {
		case 0:
			err = pt_sem_wait(sem);
			break;
		case 1:
			if ((err = pt_sem_trywait(sem)) == EAGAIN)
				err = pt_sem_wait(sem);
			break;
		default:
			err = pt_sem_timedwait(sem, in_nanos(20000));
		}
		if (err == ETIMEDOUT) {
			atomic_fetch_add(&timeouts, 1);
			continue;
		}
		CHECK(err == 0, "sem: %d", err);
		CHECK(atomic_fetch_add(&inside, 1) < 2, "too many inside");
		atomic_fetch_sub(&inside, 1);
		i++;
		CHECK((err = pt_sem_post(sem)) == 0, "post: %d", err);
	}
	return NULL;
}

static void semaphores(void)
{
	int value = -1;
	CHECK(pt_sem_new(&sem, 2) == 0, "sem_new");
	run(enter, THREADS);
	CHECK(pt_sem_value(sem, &value) == 0 && value == 2, "value %d", value);
	pt_sem_wait(sem);
	pt_sem_wait(sem);
	CHECK(pt_sem_trywait(sem) == EAGAIN, "trywait of none");
	int64_t deadline = in_nanos(2000000);
	CHECK(pt_sem_timedwait(sem, deadline) == ETIMEDOUT, "timedwait");
	CHECK(pt_deadline_passed(deadline), "timedwait was early");
	CHECK(pt_sem_timedwait(sem, INT64_MIN) == ETIMEDOUT, "timedwait, long past");
	CHECK(pt_sem_destroy(sem) == 0, "sem_destroy");
	pt_sem_free(sem);

	CHECK(pt_sem_new(&sem, 0x7fffffff) == 0, "sem_new");
	CHECK(pt_sem_post(sem) == EOVERFLOW, "post beyond the largest value");
	pt_sem_destroy(sem);
	pt_sem_free(sem);
	pt_sem *none = NULL;
	CHECK(pt_sem_new(&none, 0x80000000u) == EINVAL && !none, "a value too large");
}

/* ---- condition: a buffer of few places, waits bounded since glibc before
 * 2.42 may lose a wake-up (bug 25847) */

static pt_cond *not_full, *not_empty;
static int buffer[PLACES], filled, taken; /* guarded by mutex */
static int seen[THREADS / 2 * ITEMS];     /* likewise */

static void cond_wait(pt_cond *c)
{
	int64_t deadline = in_nanos(PT_NANOS_PER_SEC / 2);
	int err = pt_cond_timedwait(c, mutex, deadline);
	if (err == ETIMEDOUT) {
		CHECK(pt_deadline_passed(deadline), "cond_timedwait was early");
		atomic_fetch_add(&timeouts, 1);
		err = 0;
	}
	CHECK(err == 0, "cond_timedwait: %d", err);
}

static void *pass_on(void *arg)
{
	int me = (int)(intptr_t)arg;
	if (me < THREADS / 2) {
		for (int i = 0; i < ITEMS; i++) {
			pt_mutex_lock(mutex);
			while (filled == PLACES)
				cond_wait(not_full);
			buffer[filled++] = me * ITEMS + i;
			CHECK(pt_cond_signal(not_empty) == 0, "signal");
			pt_mutex_unlock(mutex);
		}
		return NULL;
	}
	pt_mutex_lock(mutex);
	while (taken < THREADS / 2 * ITEMS) {
		if (!filled) {
			cond_wait(not_empty);
			continue;
		}
		seen[buffer[--filled]]++;
		if (++taken == THREADS / 2 * ITEMS)
			CHECK(pt_cond_broadcast(not_empty) == 0, "broadcast");
		CHECK(pt_cond_signal(not_full) == 0, "signal");
	}
	pt_mutex_unlock(mutex);
	return NULL;
}

static int turn; /* guarded by mutex */

/* In turns, by waits without deadline; all are woken, all but one sleep on. */
static void *take_turns(void *arg)
{
	int me = (int)(intptr_t)arg;
	pt_mutex_lock(mutex);
	for (int i = 0; i < 500; i++) {
		while (turn % THREADS != me)
			CHECK(pt_cond_wait(not_empty, mutex) == 0, "cond_wait");
		turn++;
		CHECK(pt_cond_broadcast(not_empty) == 0, "broadcast");
	}
	pt_mutex_unlock(mutex);
	return NULL;
}

static void conditions(void)
{
	CHECK(pt_mutex_new(&mutex, PTHREAD_MUTEX_ERRORCHECK) == 0, "mutex_new");
	CHECK(pt_cond_new(&not_full) == 0 && pt_cond_new(&not_empty) == 0, "cond_new");
	run(pass_on, THREADS);
	int wrong = 0;
	for (int i = 0; i < THREADS / 2 * ITEMS; i++)
		wrong += seen[i] != 1;
	CHECK(!wrong && !filled, "%d items lost or doubled, %d left", wrong, filled);
	run(take_turns, THREADS);
	CHECK(turn == THREADS * 500, "turn %d", turn);

	pt_mutex_lock(mutex);
	CHECK(pt_cond_timedwait(not_full, mutex, INT64_MIN) == ETIMEDOUT, "cond_timedwait, long past");
	CHECK(pt_mutex_unlock(mutex) == 0, "the mutex is not held after a time-out");
	CHECK(pt_cond_destroy(not_full) == 0 && pt_cond_destroy(not_empty) == 0, "cond_destroy");
	pt_cond_free(not_full);
	pt_cond_free(not_empty);
	CHECK(pt_mutex_destroy(mutex) == 0, "mutex_destroy");
	pt_mutex_free(mutex);
}

/* ---- the sums that deadlines are made of, where only one libc needs them too */

static void deadlines(void)
{
	const int64_t all[] = { INT64_MIN, INT64_MIN + 1, -1, 0, 1, in_nanos(0), in_nanos(3600 * PT_NANOS_PER_SEC), INT64_MAX };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct timespec now, mono = pt_deadline_abs(all[i]), real = pt_deadline_real(all[i]);
		clock_gettime(CLOCK_REALTIME, &now);
		CHECK(mono.tv_sec >= 0 && mono.tv_nsec >= 0 && mono.tv_nsec < PT_NANOS_PER_SEC, "abs of %lld", (long long)all[i]);
		CHECK(real.tv_sec >= 0 && real.tv_nsec >= 0 && real.tv_nsec < PT_NANOS_PER_SEC, "real of %lld", (long long)all[i]);
		int past = real.tv_sec < now.tv_sec || (real.tv_sec == now.tv_sec && real.tv_nsec <= now.tv_nsec);
		CHECK(past == pt_deadline_passed(all[i]), "%lld is past by one clock only", (long long)all[i]);
	}
}

int main(void)
{
	deadlines();
	mutexes();
	semaphores();
	conditions();
	printf("sync_hammer: %d locks, %d entries, %d items, %ld time-outs, %d broken\n",
	       3 * THREADS * EACH, THREADS * EACH, THREADS / 2 * ITEMS, atomic_load(&timeouts), atomic_load(&broken));
	return atomic_load(&broken) ? 1 : 0;
}
