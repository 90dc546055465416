/* Mutexes keep a sum, semaphores their count, conditions pass every item on
 * once; what has a deadline is not early; and robust mutexes outlive their
 * owners, be they threads or processes. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

#include "hammer.h"
#include "pt_cond.h"
#include "pt_mutex.h"
#include "pt_sem.h"

#define THREADS 4
#define EACH PART(20000)
#define ITEMS PART(20000)
#define PLACES 3
#define KILLS PART(200)

static atomic_long timeouts, locks;
static atomic_int kills, rescues;

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

/* new_mutex makes a mutex, or says that there are none such. */
static int new_mutex(pt_mutex_attr attr)
{
	int step = -1, err = pt_mutex_new(&mutex, &attr, &step);
	CHECK(!err || err == ENOTSUP, "mutex_new: %d, step %d", err, step);
	return !err;
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

static void one_mutex(pt_mutex_attr attr)
{
	if (!new_mutex(attr))
		return;
	int owned = mutex->traits & PT_TRAIT_OWNED;
	sum = 0;
	run(add, THREADS);
	CHECK(sum == (long)THREADS * EACH, "type %d: sum %ld", attr.type, sum);
	atomic_fetch_add(&locks, sum);
	CHECK(owned || pt_mutex_unlock(mutex) == EPERM, "a free mutex could be unlocked");

	/* The thread sanitizer reports misuse, though libc answers it. */
	if (owned && !PT_UNDER_TSAN) {
		CHECK(pt_mutex_unlock(mutex) == EPERM, "a free mutex could be unlocked");
		CHECK(pt_mutex_lock(mutex) == 0, "lock");
		int again = pt_mutex_trylock(mutex), recursive = attr.type == PT_MUTEX_RECURSIVE;
		CHECK(recursive ? !again : again == EBUSY || again == EDEADLK, "locked again: %d", again);
		if (attr.type == PT_MUTEX_ERRORCHECK)
			CHECK(pt_mutex_lock(mutex) == EDEADLK, "an errorcheck mutex was locked again");
		run(foreign_unlock, 1);
		if (!again)
			pt_mutex_unlock(mutex);
		CHECK(pt_mutex_unlock(mutex) == 0, "unlock");
	}
	CHECK(pt_mutex_destroy(mutex) == 0, "mutex_destroy");
	pt_mutex_free(mutex);
}

static void mutexes(void)
{
	for (int type = PT_MUTEX_NORMAL; type <= PT_MUTEX_ADAPTIVE; type++) {
		one_mutex((pt_mutex_attr){ .type = type });
		one_mutex((pt_mutex_attr){ .type = type, .robust = 1 });
		one_mutex((pt_mutex_attr){ .type = type, .protocol = PT_PROTOCOL_INHERIT });
	}
	one_mutex((pt_mutex_attr){ .robust = 1, .protocol = PT_PROTOCOL_INHERIT });
	pt_mutex *none = NULL;
	int step = -1;
	CHECK(pt_mutex_new(&none, &(pt_mutex_attr){ .type = 12345 }, &step) == EINVAL && !none && step == PT_MUTEX_STEP_TYPE,
	      "a mutex of unknown type");
	CHECK(pt_mutex_new(&none, &(pt_mutex_attr){ .protocol = 12345 }, &step) == EINVAL && !none && step == PT_MUTEX_STEP_PROTOCOL,
	      "a mutex of unknown protocol");
}

/* ---- robust mutex: its owner is a thread that ends, or a process that is
 * killed */

static void *take_and_end(void *unused)
{
	(void)unused;
	CHECK(pt_mutex_lock(mutex) == 0, "lock");
	return NULL;
}

static void freed_while_held(int depth)
{
	for (int i = 0; i < depth; i++)
		CHECK(pt_mutex_lock(mutex) == 0, "lock");
	for (int i = 0; i < depth; i++) {
		CHECK(pt_mutex_own(mutex) == 0, "it is another's");
		CHECK(pt_mutex_destroy(mutex) == EBUSY, "a held mutex could be destroyed");
		pt_mutex_free(mutex);
		CHECK(pt_mutex_unlock(mutex) == 0, "unlock");
	}
	CHECK(pt_mutex_own(mutex) == EPERM, "a free one has an owner");
	CHECK(pt_mutex_unlock(mutex) == EPERM, "a free mutex could be unlocked");
	pt_mutex_free(mutex);
}

static void dead_threads(int protocol)
{
	/* Not under the thread sanitizer, to which who ends with a mutex has
	 * made a mistake. */
	if (PT_UNDER_TSAN || !new_mutex((pt_mutex_attr){ .protocol = protocol, .robust = 1 }))
		return;
	for (int i = 0; i < 100; i++) {
		run(take_and_end, 1);
		int err = i % 3 == 0   ? pt_mutex_lock(mutex)
			  : i % 3 == 1 ? pt_mutex_trylock(mutex)
				       : pt_mutex_timedlock(mutex, in_nanos(PT_NANOS_PER_SEC));
		CHECK(err == EOWNERDEAD, "after the death of an owner: %d", err);
		CHECK(pt_mutex_consistent(mutex) == 0, "consistent");
		CHECK(pt_mutex_consistent(mutex) == EINVAL, "consistent, once more");
		CHECK(pt_mutex_unlock(mutex) == 0, "unlock");
		CHECK(pt_mutex_lock(mutex) == 0 && pt_mutex_unlock(mutex) == 0, "as if nothing had been");
	}
	run(take_and_end, 1);
	CHECK(pt_mutex_lock(mutex) == EOWNERDEAD, "lock");
	CHECK(pt_mutex_unlock(mutex) == 0, "unlock");
	/* Each more than once: one that is lost must not be taken either. */
	for (int i = 0; i < 3; i++) {
		CHECK(pt_mutex_trylock(mutex) == ENOTRECOVERABLE, "trylock of a lost one");
		CHECK(pt_mutex_timedlock(mutex, in_nanos(PT_NANOS_PER_SEC)) == ENOTRECOVERABLE, "timedlock of a lost one");
		CHECK(pt_mutex_lock(mutex) == ENOTRECOVERABLE, "lock of a lost one");
	}
	CHECK(pt_mutex_destroy(mutex) == 0, "mutex_destroy");
	pt_mutex_free(mutex);

	/* What is freed in the hands of a thread is freed without its memory. */
	if (!new_mutex((pt_mutex_attr){ .protocol = protocol, .robust = 1 }))
		return;
	freed_while_held(1);
	if (new_mutex((pt_mutex_attr){ .type = PT_MUTEX_RECURSIVE, .protocol = protocol, .robust = 1 }))
		freed_while_held(3);
	if (!new_mutex((pt_mutex_attr){ .type = PT_MUTEX_RECURSIVE, .protocol = protocol, .robust = 1 }))
		return;
	run(take_and_end, 1);
	CHECK(pt_mutex_destroy(mutex) == 0, "the dead hold nothing");
	pt_mutex_free(mutex);
}

/* What processes share: the two numbers are the same while nobody has the
 * mutex. */
struct shared {
	_Alignas(PT_PLACE) pt_mutex mutex;
	_Alignas(PT_PLACE) pt_cond cond;
	atomic_int held;
	int x, y;
};

static void killed_processes(int protocol)
{
	struct shared *s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(s != MAP_FAILED, "mmap");
	int step, err = pt_mutex_place(&s->mutex, &(pt_mutex_attr){ .protocol = protocol, .robust = 1 }, &step);
	if (err == ENOTSUP) {
		CHECK(pt_mutex_find(&s->mutex) == ENOENT, "something was left behind");
		munmap(s, sizeof *s);
		return;
	}
	CHECK(err == 0, "mutex_place: %d", err);
	CHECK(pt_mutex_place(&s->mutex, &(pt_mutex_attr){ 0 }, &step) == EEXIST && step == PT_MUTEX_STEP_PLACE, "placed twice");
	CHECK(pt_cond_find(&s->cond) == ENOENT && pt_cond_place(&s->cond) == 0, "cond_place");
	CHECK(pt_mutex_find(&s->mutex) == 0 && pt_cond_find(&s->cond) == 0, "not found");
	CHECK(pt_cond_find((pt_cond *)(void *)&s->mutex) == EINVAL, "a mutex is no condition");
	for (int i = 0; i < KILLS; i++) {
		atomic_store(&s->held, 0);
		pid_t child = fork();
		if (child == 0) {
			if (pt_mutex_lock(&s->mutex))
				_exit(1);
			s->x++;
			atomic_store(&s->held, 1);
			for (;;)
				pause();
		}
		CHECK(child > 0, "fork");
		int status;
		while (!atomic_load(&s->held) && waitpid(child, &status, WNOHANG) == 0)
			sched_yield();
		CHECK(atomic_load(&s->held), "the child could not lock");
		CHECK(pt_mutex_trylock(&s->mutex) == EBUSY, "the child does not hold it");
		kill(child, SIGKILL);
		/* The thread sanitizer knows of EOWNERDEAD from the plain lock only. */
		err = PT_UNDER_TSAN ? pt_mutex_lock(&s->mutex)
				    : pt_mutex_timedlock(&s->mutex, in_nanos(60 * PT_NANOS_PER_SEC));
		CHECK(err == EOWNERDEAD && s->x == s->y + 1, "after a kill: %d, %d and %d", err, s->x, s->y);
		s->y = s->x;
		CHECK(pt_mutex_consistent(&s->mutex) == 0 && pt_mutex_unlock(&s->mutex) == 0, "consistent");
		waitpid(child, &status, 0);
		atomic_fetch_add(&kills, 1);
	}
	CHECK(s->x == KILLS, "%d of %d", s->x, KILLS);

	/* By turns with a process that lives. */
	pid_t child = fork();
	for (int i = 0; i < 2000; i++) {
		err = pt_mutex_lock(&s->mutex);
		while (!err && s->x % 2 != (child == 0))
			err = pt_cond_wait(&s->cond, &s->mutex);
		s->x++;
		if (err || pt_cond_signal(&s->cond) || pt_mutex_unlock(&s->mutex)) {
			if (child == 0)
				_exit(1);
			CHECK(0, "turn %d", i);
			break;
		}
	}
	if (child == 0)
		_exit(0);
	int status = -1;
	waitpid(child, &status, 0);
	CHECK(status == 0 && s->x == KILLS + 4000, "turns of two processes: %d, %d", status, s->x);
	CHECK(pt_cond_destroy(&s->cond) == 0 && pt_cond_find(&s->cond) == ENOENT, "cond_destroy");
	CHECK(pt_mutex_destroy(&s->mutex) == 0 && pt_mutex_find(&s->mutex) == ENOENT, "mutex_destroy");
	munmap(s, sizeof *s);
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

/* ---- condition: a buffer of few places. glibc before 2.42 may lose a wake-up
 * (bug 25847); no hammer may hang for that, take it for ours, or pass over one
 * of ours. */

static pt_cond *not_full, *not_empty;
static int buffer[PLACES], filled, taken; /* guarded by mutex */
static int seen[THREADS / 2 * ITEMS];     /* likewise */
static int turn, waiting_full, waiting_empty; /* likewise */
static int (*due)(void);                  /* says whether somebody waits for what is there */
static atomic_int watching;

#define WATCH_TICKS 50 /* of 100 ms without a step are a lost wake-up */

static void *watch(void *unused)
{
	(void)unused;
	for (int last = -1, ticks = 0; atomic_load(&watching);) {
		nanosleep(&(struct timespec){ .tv_nsec = PT_NANOS_PER_SEC / 10 }, NULL);
		pt_mutex_lock(mutex);
		int now = taken + turn;
		ticks = now == last && due() ? ticks + 1 : 0;
		last = now;
		if (ticks == WATCH_TICKS) {
			ticks = 0;
			atomic_fetch_add(&rescues, 1);
			pt_cond_broadcast(not_full);
			pt_cond_broadcast(not_empty);
		}
		pt_mutex_unlock(mutex);
	}
	return NULL;
}

/* run_watched is run with somebody who makes up for lost wake-ups. */
static void run_watched(void *(*body)(void *), int (*is_due)(void))
{
	pthread_t watcher;
	due = is_due;
	atomic_store(&watching, 1);
	pthread_create(&watcher, NULL, watch, NULL);
	run(body, THREADS);
	atomic_store(&watching, 0);
	pthread_join(watcher, NULL);
}

/* judge takes rescues for what the C library is known for, or not. */
static void judge(void)
{
	int known = 0;
#ifdef __GLIBC__
	int major = 0, minor = 0;
	sscanf(gnu_get_libc_version(), "%d.%d", &major, &minor);
	known = major == 2 && minor < 42;
#endif
	CHECK(known || !atomic_load(&rescues), "%d wake-ups were lost", atomic_load(&rescues));
}

/* Half of the waits have a deadline that will not come. */
static void cond_wait(pt_cond *c, int *waiting)
{
	++*waiting;
	int err = taken % 2 ? pt_cond_wait(c, mutex)
			    : pt_cond_timedwait(c, mutex, in_nanos(3600 * PT_NANOS_PER_SEC));
	--*waiting;
	CHECK(err == 0, "cond_wait: %d", err);
}

static int buffer_due(void)
{
	return (waiting_full && filled < PLACES) ||
	       (waiting_empty && (filled || taken == THREADS / 2 * ITEMS));
}

static void *pass_on(void *arg)
{
	int me = (int)(intptr_t)arg;
	if (me < THREADS / 2) {
		for (int i = 0; i < ITEMS; i++) {
			pt_mutex_lock(mutex);
			while (filled == PLACES)
				cond_wait(not_full, &waiting_full);
			buffer[filled++] = me * ITEMS + i;
			CHECK(pt_cond_signal(not_empty) == 0, "signal");
			pt_mutex_unlock(mutex);
		}
		return NULL;
	}
	pt_mutex_lock(mutex);
	while (taken < THREADS / 2 * ITEMS) {
		if (!filled) {
			cond_wait(not_empty, &waiting_empty);
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

static int turn_due(void)
{
	return turn < THREADS * 500;
}

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
	CHECK(new_mutex((pt_mutex_attr){ .type = PT_MUTEX_ERRORCHECK }), "mutex_new");
	CHECK(pt_cond_new(&not_full) == 0 && pt_cond_new(&not_empty) == 0, "cond_new");
	run_watched(pass_on, buffer_due);
	int wrong = 0, err;
	for (int i = 0; i < THREADS / 2 * ITEMS; i++)
		wrong += seen[i] != 1;
	CHECK(!wrong && !filled, "%d items lost or doubled, %d left", wrong, filled);
	run_watched(take_turns, turn_due);
	CHECK(turn == THREADS * 500, "turn %d", turn);

	judge();

	CHECK(PT_UNDER_TSAN || pt_cond_wait(not_full, mutex) == EPERM, "a wait without the mutex");
	pt_mutex_lock(mutex);
	int64_t deadline = in_nanos(2000000);
	while ((err = pt_cond_timedwait(not_full, mutex, deadline)) == 0)
		; /* for no reason, as POSIX allows */
	CHECK(err == ETIMEDOUT && pt_deadline_passed(deadline), "cond_timedwait: %d", err);
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
	killed_processes(PT_PROTOCOL_NONE);
	killed_processes(PT_PROTOCOL_INHERIT);
	mutexes();
	dead_threads(PT_PROTOCOL_NONE);
	dead_threads(PT_PROTOCOL_INHERIT);
	semaphores();
	conditions();
	printf("sync_hammer: %ld locks, %d kills, %d entries, %d items, %ld time-outs, %d rescues, %d broken\n",
	       atomic_load(&locks), atomic_load(&kills), THREADS * EACH, THREADS / 2 * ITEMS, atomic_load(&timeouts),
	       atomic_load(&rescues), atomic_load(&broken));
	return atomic_load(&broken) ? 1 : 0;
}
