/* Readers see whole what writers write, spinlocks keep a sum, the parties of a
 * barrier meet; in one process and between two. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hammer.h"
#include "pt_barrier.h"
#include "pt_rwmutex.h"
#include "pt_spin.h"

#define THREADS 4
#define EACH PART(10000)
#define SPINS PART(5000)
#define ROUNDS PART(1000)

static atomic_long timeouts;

static void run(void *(*body)(void *), int n)
{
	pthread_t threads[THREADS];
	for (intptr_t i = 0; i < n; i++)
		pthread_create(&threads[i], NULL, body, (void *)i);
	for (int i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
}

/* What the locks guard, and the locks of two processes, each in its place. */
struct guarded {
	long a, b;  /* by the lock, always the same */
	long sum;   /* by the spinlock */
	long at[2]; /* by the barrier: the round that each process is in */
	atomic_long serials;
};

union place {
	pt_rwmutex lock;
	pt_spin spin;
	pt_barrier barrier;
	struct guarded guarded;
	char room[PT_PLACE];
};

static pt_rwmutex *lock;
static pt_spin *spin;
static pt_barrier *barrier;
static struct guarded *guarded;

/* ---- readers and writers */

/* One in four writes. */
static void *read_or_write(void *arg)
{
	int me = (int)(intptr_t)arg;
	for (int i = 0; i < EACH;) {
		int write = (i + me) % 4 == 0, err;
		switch ((i / 4 + me) % (HAMMER_PART == 1 ? 3 : 2)) { /* helgrind misses timed locks */
		case 0:
			err = write ? pt_rwmutex_wrlock(lock) : pt_rwmutex_rdlock(lock);
			break;
		case 1:
			err = write ? pt_rwmutex_trywrlock(lock) : pt_rwmutex_tryrdlock(lock);
			if (err == EBUSY)
				err = write ? pt_rwmutex_wrlock(lock) : pt_rwmutex_rdlock(lock);
			break;
		default:
			err = write ? pt_rwmutex_timedwrlock(lock, in_nanos(20000))
				    : pt_rwmutex_timedrdlock(lock, in_nanos(20000));
		}
		if (err == ETIMEDOUT) {
			atomic_fetch_add(&timeouts, 1);
			continue;
		}
		CHECK(err == 0, "lock: %d", err);
		CHECK(guarded->a == guarded->b, "a torn read: %ld and %ld", guarded->a, guarded->b);
		if (write) {
			guarded->a++;
			if (i % 64 == 0)
				sched_yield(); /* and so others come to wait */
			guarded->b++;
		}
		err = write ? pt_rwmutex_wrunlock(lock) : pt_rwmutex_rdunlock(lock);
		CHECK(err == 0, "unlock: %d", err);
		i++;
	}
	return NULL;
}

static void *meets_writer(void *unused)
{
	(void)unused;
	CHECK(pt_rwmutex_tryrdlock(lock) == EBUSY, "tryrdlock past a writer");
	CHECK(pt_rwmutex_trywrlock(lock) == EBUSY, "trywrlock past a writer");
	CHECK(pt_rwmutex_rdunlock(lock) == EPERM, "a writer's lock unlocked as a reader's");
	CHECK(pt_rwmutex_wrunlock(lock) == EPERM, "another writer's lock unlocked");
	CHECK(pt_rwmutex_destroy(lock) == EBUSY, "a writer's lock destroyed");
	int64_t deadline = in_nanos(2000000);
	CHECK(pt_rwmutex_timedrdlock(lock, deadline) == ETIMEDOUT, "timedrdlock");
	CHECK(pt_deadline_passed(deadline), "timedrdlock was early");
	deadline = in_nanos(2000000);
	CHECK(pt_rwmutex_timedwrlock(lock, deadline) == ETIMEDOUT, "timedwrlock");
	CHECK(pt_deadline_passed(deadline), "timedwrlock was early");
	CHECK(pt_rwmutex_timedwrlock(lock, INT64_MIN) == ETIMEDOUT, "timedwrlock, long past");
	return NULL;
}

static void *meets_reader(void *unused)
{
	(void)unused;
	CHECK(pt_rwmutex_trywrlock(lock) == EBUSY, "trywrlock past a reader");
	CHECK(pt_rwmutex_wrunlock(lock) == EPERM, "a reader's lock unlocked as a writer's");
	CHECK(pt_rwmutex_destroy(lock) == EBUSY, "a reader's lock destroyed");
	CHECK(pt_rwmutex_rdlock(lock) == 0 && pt_rwmutex_rdunlock(lock) == 0, "a second reader");
	CHECK(pt_rwmutex_timedrdlock(lock, INT64_MIN) == 0 && pt_rwmutex_rdunlock(lock) == 0, "no need of time");
	return NULL;
}

static void *write_once(void *unused)
{
	(void)unused;
	CHECK(pt_rwmutex_wrlock(lock) == 0 && pt_rwmutex_wrunlock(lock) == 0, "a writer that waits");
	return NULL;
}

/* A writer waits once no reader gets in any more, and so will the next one. */
static void writers_first(void)
{
	pthread_t writer;
	CHECK(pt_rwmutex_rdlock(lock) == 0, "rdlock");
	pthread_create(&writer, NULL, write_once, NULL);
	int err;
	while ((err = pt_rwmutex_tryrdlock(lock)) == 0) {
		pt_rwmutex_rdunlock(lock);
		sched_yield();
	}
	CHECK(err == EBUSY, "tryrdlock: %d", err);
	CHECK(pt_rwmutex_timedrdlock(lock, in_nanos(1000000)) == ETIMEDOUT, "a reader got past a writer");
	CHECK(pt_rwmutex_rdunlock(lock) == 0, "rdunlock");
	pthread_join(writer, NULL);
}

static void rwmutexes(void)
{
	for (int prefer_writers = 0; prefer_writers < 2; prefer_writers++) {
		int err = pt_rwmutex_new(&lock, prefer_writers);
		if (err == ENOTSUP && prefer_writers)
			continue;
		CHECK(err == 0, "rwmutex_new: %d", err);
		*guarded = (struct guarded){ 0 };
		run(read_or_write, THREADS);
		CHECK(guarded->a == (long)THREADS * EACH / 4, "sum %ld", guarded->a);

		CHECK(pt_rwmutex_wrunlock(lock) == EPERM && pt_rwmutex_rdunlock(lock) == EPERM, "a free lock unlocked");
		CHECK(pt_rwmutex_wrlock(lock) == 0, "wrlock");
		CHECK(pt_rwmutex_wrlock(lock) == EDEADLK, "a writer's second wrlock");
		CHECK(pt_rwmutex_rdlock(lock) == EDEADLK, "a writer's rdlock");
		CHECK(pt_rwmutex_timedwrlock(lock, in_nanos(PT_NANOS_PER_SEC)) == EDEADLK, "a writer's timedwrlock");
		CHECK(pt_rwmutex_timedrdlock(lock, in_nanos(PT_NANOS_PER_SEC)) == EDEADLK, "a writer's timedrdlock");
		run(meets_writer, 1);
		CHECK(pt_rwmutex_wrunlock(lock) == 0, "wrunlock");
		CHECK(pt_rwmutex_rdlock(lock) == 0, "rdlock");
		run(meets_reader, 1);
		CHECK(pt_rwmutex_rdunlock(lock) == 0, "rdunlock");
		if (prefer_writers)
			writers_first();
		CHECK(pt_rwmutex_destroy(lock) == 0, "rwmutex_destroy");
		pt_rwmutex_free(lock);
	}
}

/* ---- spinlocks */

static void *add(void *arg)
{
	for (int i = 0; i < SPINS; i++) {
		int err = (i + (int)(intptr_t)arg) % 2 ? pt_spin_trylock(spin) : EBUSY;
		if (err == EBUSY)
			err = pt_spin_lock(spin);
		CHECK(err == 0, "spin_lock: %d", err);
		guarded->sum++;
		CHECK((err = pt_spin_unlock(spin)) == 0, "spin_unlock: %d", err);
	}
	return NULL;
}

static void spinlocks(void)
{
	CHECK(pt_spin_new(&spin) == 0, "spin_new");
	guarded->sum = 0;
	run(add, THREADS);
	CHECK(guarded->sum == (long)THREADS * SPINS, "sum %ld", guarded->sum);
	CHECK(pt_spin_unlock(spin) == EPERM, "a free spinlock unlocked");
	CHECK(pt_spin_lock(spin) == 0 && pt_spin_trylock(spin) == EBUSY, "spin_trylock of a held one");
	CHECK(pt_spin_destroy(spin) == EBUSY, "a held spinlock destroyed");
	CHECK(pt_spin_unlock(spin) == 0 && pt_spin_destroy(spin) == 0, "spin_destroy");
	pt_spin_free(spin);
}

/* ---- barriers */

static atomic_long here;

static void *meet(void *arg)
{
	int last = 0;
	for (long round = 0; round < ROUNDS; round++) {
		atomic_fetch_add(&here, 1);
		int err = pt_barrier_wait(barrier, &last);
		CHECK(err == 0, "barrier_wait: %d", err);
		atomic_fetch_add(&guarded->serials, last);
		/* All of this round, and of the next one those that were faster. */
		long n = atomic_load(&here);
		CHECK(n >= (round + 1) * THREADS && n < (round + 2) * THREADS, "%ld in round %ld", n, round);
	}
	/* While others may not have left yet, which is right by POSIX, but not by
	 * the thread sanitizer. */
	if (last && !PT_UNDER_TSAN)
		CHECK(pt_barrier_destroy(barrier) == 0, "barrier_destroy");
	return arg;
}

static void *meet_once(void *arg)
{
	int serial;
	int err = pt_barrier_wait(barrier, &serial);
	CHECK(err == 0, "barrier_wait: %d", err);
	return arg;
}

static void barriers(void)
{
	int serial;
	CHECK(pt_barrier_new(&barrier, THREADS) == 0, "barrier_new");
	atomic_store(&guarded->serials, 0);
	run(meet, THREADS);
	CHECK(atomic_load(&guarded->serials) == ROUNDS, "%ld serials", atomic_load(&guarded->serials));
	if (PT_UNDER_TSAN)
		pt_barrier_destroy(barrier);
	CHECK(pt_barrier_wait(barrier, &serial) == EINVAL, "waited at a barrier that has ended");
	CHECK(pt_barrier_destroy(barrier) == EINVAL, "destroyed twice");
	pt_barrier_free(barrier);

	pthread_t waiter;
	CHECK(pt_barrier_new(&barrier, 2) == 0, "barrier_new");
	pthread_create(&waiter, NULL, meet_once, NULL);
	while (!atomic_load(&barrier->arrived))
		sched_yield();
	CHECK(pt_barrier_destroy(barrier) == EBUSY, "destroyed under a waiter");
	meet_once(NULL);
	pthread_join(waiter, NULL);
	CHECK(pt_barrier_destroy(barrier) == 0, "barrier_destroy");
	pt_barrier_free(barrier);
	pt_barrier *none = NULL;
	CHECK(pt_barrier_new(&none, 0) == EINVAL && !none, "a barrier of nobody");
}

/* ---- two processes, of one thread each */

static void half(int me)
{
	read_or_write((void *)(intptr_t)me);
	add((void *)(intptr_t)me);
	for (long round = 1; round <= ROUNDS; round++) {
		int serial;
		guarded->at[me] = round;
		CHECK(pt_barrier_wait(barrier, &serial) == 0, "barrier_wait");
		atomic_fetch_add(&guarded->serials, serial);
		CHECK(guarded->at[1 - me] == round, "the other is in round %ld, not %ld", guarded->at[1 - me], round);
		CHECK(pt_barrier_wait(barrier, &serial) == 0, "barrier_wait");
	}
}

static void two_processes(union place *places)
{
	int serial;
	lock = &places[1].lock;
	spin = &places[2].spin;
	barrier = &places[3].barrier;
	CHECK(pt_rwmutex_find(lock) == ENOENT && pt_spin_find(spin) == ENOENT && pt_barrier_find(barrier) == ENOENT, "found nothing");
	CHECK(pt_rwmutex_place(lock, 0) == 0 && pt_spin_place(spin) == 0 && pt_barrier_place(barrier, 2) == 0, "place");
	CHECK(pt_rwmutex_place(lock, 0) == EEXIST && pt_spin_place(spin) == EEXIST && pt_barrier_place(barrier, 2) == EEXIST, "place twice");
	CHECK(pt_rwmutex_find((pt_rwmutex *)spin) == EINVAL && pt_spin_find((pt_spin *)barrier) == EINVAL
	      && pt_barrier_find((pt_barrier *)lock) == EINVAL, "found something else");
	/* As a thread that is known, which its copy in the child must not be. */
	CHECK(pt_rwmutex_wrlock(lock) == 0 && pt_rwmutex_wrunlock(lock) == 0, "wrlock");
	pid_t child = fork();
	if (child == 0) {
		pt_barrier_wait(barrier, &serial);
		CHECK(pt_rwmutex_wrunlock(lock) == EPERM, "the parent's lock unlocked");
		CHECK(pt_rwmutex_timedrdlock(lock, INT64_MIN) == ETIMEDOUT, "timedrdlock past another process");
		pt_barrier_wait(barrier, &serial);
		CHECK(pt_rwmutex_find(lock) == 0 && pt_spin_find(spin) == 0 && pt_barrier_find(barrier) == 0, "find");
		half(1);
		_exit(atomic_load(&broken) ? 1 : 0);
	}
	CHECK(pt_rwmutex_wrlock(lock) == 0, "wrlock");
	pt_barrier_wait(barrier, &serial);
	pt_barrier_wait(barrier, &serial);
	CHECK(pt_rwmutex_wrunlock(lock) == 0, "wrunlock");
	half(0);
	int status;
	CHECK(waitpid(child, &status, 0) == child && status == 0, "the child left with %d", status);
	CHECK(guarded->a == 2 * EACH / 4 && guarded->sum == 2 * SPINS, "sums %ld, %ld", guarded->a, guarded->sum);
	CHECK(atomic_load(&guarded->serials) == ROUNDS, "%ld serials", atomic_load(&guarded->serials));
	CHECK(pt_rwmutex_destroy(lock) == 0 && pt_spin_destroy(spin) == 0 && pt_barrier_destroy(barrier) == 0, "destroy");
	CHECK(pt_rwmutex_find(lock) == ENOENT && pt_spin_find(spin) == ENOENT && pt_barrier_find(barrier) == ENOENT, "found after its end");
	CHECK(pt_barrier_place(barrier, 1) == 0 && pt_barrier_destroy(barrier) == 0, "a place used again");
}

int main(void)
{
	union place *places = mmap(NULL, 4 * sizeof *places, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (places == MAP_FAILED) {
		perror("mmap");
		return 1;
	}
	guarded = &places[0].guarded;
	two_processes(places); /* first, while there is one thread to fork */
	rwmutexes();
	spinlocks();
	barriers();
	printf("rw_hammer: %d reads and writes, %d spins, %d meetings, %ld time-outs, %d broken\n",
	       2 * THREADS * EACH, THREADS * SPINS, ROUNDS, atomic_load(&timeouts), atomic_load(&broken));
	return atomic_load(&broken) ? 1 : 0;
}
