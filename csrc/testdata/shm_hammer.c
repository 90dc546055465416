/* Two processes pass items on through shared memory; of many who make, destroy
 * or find an object in it, or open a named semaphore, each gets what is his;
 * and what is no shared memory is told as such. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hammer.h"
#include "pt_barrier.h"
#include "pt_sem.h"
#include "pt_shm.h"
#include "pt_tag.h"

#define ITEMS PART(100000)
#define PLACES 16
#define THREADS 4
#define ROUNDS PART(2000)

static char name[64];

static void run(void *(*body)(void *))
{
	pthread_t threads[THREADS];
	for (intptr_t i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, body, (void *)i);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

/* map gives the memory behind fd. */
static void *map(int fd, size_t want)
{
	void *at = NULL;
	size_t size = 0;
#ifdef __APPLE__ /* whole pages */
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	want = (want + page - 1) / page * page;
#endif
	CHECK(pt_shm_map(fd, &at, &size) == 0 && size == want, "map: %zu bytes, not %zu", size, want);
	return at;
}

/* ---- two processes */

enum { LOCK, ROOM, FILLED, SEMS };

typedef struct shared {
	_Alignas(PT_PLACE) char place[SEMS][PT_PLACE];
	int in, out, item[PLACES]; /* guarded by the lock */
} shared;

static pt_sem_shared *sem_at(shared *m, int which)
{
	return (pt_sem_shared *)m->place[which];
}

/* take waits for one of a semaphore, and looks at deadlines by the way. */
static void take(pt_sem *s, int i)
{
	int err = i % 3 == 0 ? pt_sem_wait(s) : pt_sem_timedwait(s, in_nanos(60 * PT_NANOS_PER_SEC));
	CHECK(err == 0, "wait: %d", err);
}

static void consume(int fd)
{
	shared *m = map(fd, sizeof(shared));
	for (int i = 0; i < SEMS; i++)
		CHECK(pt_sem_find(sem_at(m, i)) == 0, "find %d", i);
	for (int i = 0; i < ITEMS; i++) {
		take(&sem_at(m, FILLED)->sem, i);
		take(&sem_at(m, LOCK)->sem, i);
		CHECK(m->item[m->out++ % PLACES] == i, "item %d is another", i);
		pt_sem_post(&sem_at(m, LOCK)->sem);
		pt_sem_post(&sem_at(m, ROOM)->sem);
	}
	CHECK(pt_shm_unmap(m, sizeof(shared)) == 0, "unmap");
}

static void two_processes(void)
{
	const unsigned first[SEMS] = { 1, PLACES, 0 };
	int fd;
	CHECK(pt_shm_anonymous(sizeof(shared), &fd) == 0, "anonymous");
	shared *m = map(fd, sizeof(shared));
	for (int i = 0; i < SEMS; i++) {
		CHECK(pt_sem_find(sem_at(m, i)) == ENOENT, "found what was not made");
		CHECK(pt_sem_place(sem_at(m, i), 0x80000000u) == EINVAL, "a value too large");
		CHECK(pt_sem_place(sem_at(m, i), first[i]) == 0, "place");
		CHECK(pt_sem_place(sem_at(m, i), 7) == EEXIST, "placed twice");
	}
	pid_t child = fork();
	if (child == 0) {
		consume(fd);
		_exit(atomic_load(&broken) ? 1 : 0);
	}
	for (int i = 0; i < ITEMS; i++) {
		take(&sem_at(m, ROOM)->sem, i);
		take(&sem_at(m, LOCK)->sem, i);
		m->item[m->in++ % PLACES] = i;
		pt_sem_post(&sem_at(m, LOCK)->sem);
		pt_sem_post(&sem_at(m, FILLED)->sem);
	}
	int status = -1;
	CHECK(waitpid(child, &status, 0) == child && status == 0, "the consumer's status is %d", status);
	CHECK(m->in == ITEMS && m->out == ITEMS, "%d in, %d out", m->in, m->out);
	CHECK(pt_shm_unmap(m, sizeof(shared)) == 0 && close(fd) == 0, "unmap");
}

/* ---- one of many */

static pt_sem_shared *contested;
static pt_barrier *barrier;
static atomic_int made, destroyed;

static void meet(void)
{
	int serial;
	CHECK(pt_barrier_wait(barrier, &serial) == 0, "barrier");
}

static void *make_and_destroy(void *unused)
{
	(void)unused;
	const uint64_t tag = PT_TAG(PT_KIND_SEM, pt_sem_shared);
	for (int i = 0; i < ROUNDS; i++) {
		int err = pt_sem_place(contested, 1);
		CHECK(err == 0 || err == EEXIST, "place: %d", err);
		if (!err)
			atomic_fetch_add(&made, 1);
		while ((err = pt_sem_find(contested)) == EAGAIN)
			;
		CHECK(err == 0, "find: %d", err);
		meet();
		if (pt_tag_retire(&contested->tag, tag) == 0) {
			CHECK(pt_sem_find(contested) == EAGAIN, "found while it is destroyed");
			CHECK(pt_sem_place(contested, 1) == EEXIST, "placed while another is destroyed");
			CHECK(pt_sem_destroy(&contested->sem) == 0, "destroy");
			atomic_fetch_add(&destroyed, 1);
			pt_tag_settle(&contested->tag, 0);
		}
		meet();
	}
	return NULL;
}

static void *open_and_close(void *unused)
{
	(void)unused;
	for (int i = 0; i < ROUNDS; i++) {
		pt_sem *s = NULL;
		int err = pt_sem_open(&s, name, O_CREAT, 0600, 0);
		CHECK(err == 0, "sem_open: %d", err);
		if (err)
			continue;
		CHECK(pt_sem_post(s) == 0, "post");
		CHECK(pt_sem_close(s) == 0, "sem_close");
	}
	return NULL;
}

static void one_of_many(void)
{
	int fd;
	CHECK(pt_shm_anonymous(PT_PLACE, &fd) == 0, "anonymous");
	contested = map(fd, PT_PLACE);
	CHECK(pt_barrier_new(&barrier, THREADS) == 0, "barrier_new");
	run(make_and_destroy);
	CHECK(pt_barrier_destroy(barrier) == 0, "barrier_destroy");
	pt_barrier_free(barrier);
	CHECK(atomic_load(&made) == ROUNDS, "made %d times", atomic_load(&made));
	CHECK(atomic_load(&destroyed) == ROUNDS, "destroyed %d times", atomic_load(&destroyed));
	const uint64_t tag = PT_TAG(PT_KIND_SEM, pt_sem_shared);
	CHECK(pt_sem_place(contested, 1) == 0 && pt_tag_retire(&contested->tag, tag) == 0, "retire");
	pt_tag_settle(&contested->tag, tag);
	CHECK(pt_sem_find(contested) == 0, "not found, and was not destroyed after all");
	CHECK(pt_shm_unmap(contested, PT_PLACE) == 0 && close(fd) == 0, "unmap");

	pt_sem *kept = NULL, *none = NULL;
	int value = 0;
	CHECK(pt_sem_open(&none, name, 0, 0, 0) == ENOENT && !none, "opened what was not made");
	CHECK(pt_sem_open(&kept, name, O_CREAT | O_EXCL, 0600, 0) == 0, "sem_open");
	CHECK(pt_sem_open(&none, name, O_CREAT | O_EXCL, 0600, 0) == EEXIST && !none, "made twice");
	run(open_and_close);
	while (pt_sem_trywait(kept) == 0)
		value++;
	CHECK(value == THREADS * ROUNDS, "value %d", value);
	CHECK(pt_sem_close(kept) == 0 && pt_sem_unlink(name) == 0, "sem_close and sem_unlink");
	CHECK(pt_sem_unlink(name) == ENOENT, "unlinked twice");
}

/* ---- what is there, and what it is */

static void memory(void)
{
	int fd, same, pipes[2];
	void *at = NULL;
	size_t size;
	CHECK(pt_shm_open(name, &fd) == ENOENT, "opened what was not made");
#ifndef __APPLE__ /* which looks for so much room for a long time */
	CHECK(pt_shm_create(name, (size_t)1 << 52, &fd) != 0, "too much room");
#endif
	CHECK(pt_shm_create(name, 12345, &fd) == 0, "create");
	CHECK(pt_shm_create(name, 12345, &same) == EEXIST, "made twice");
	CHECK(pt_shm_open(name, &same) == 0, "open");
	char *a = map(fd, 12345), *b = map(same, 12345);
	CHECK(a && b && a != b && !a[12344], "the maps");
	a[12344] = 1;
	CHECK(b[12344] == 1, "not the same memory");
	CHECK(pt_shm_unmap(b, 12345) == 0 && pt_shm_unmap(a, 12345) == 0, "unmap");
#ifndef __APPLE__ /* where a size stays */
	CHECK(ftruncate(fd, 0) == 0 && pt_shm_map(same, &at, &size) == EAGAIN, "mapped nothing");
#endif
	CHECK(pt_shm_unlink(name) == 0 && pt_shm_unlink(name) == ENOENT, "unlink");
	CHECK(close(fd) == 0 && close(same) == 0, "close");
	CHECK(pt_shm_map(fd, &at, &size) == EBADF, "mapped a closed descriptor");
	CHECK(pipe(pipes) == 0 && pt_shm_map(pipes[0], &at, &size) == ENODEV, "mapped a pipe");
	close(pipes[0]);
	close(pipes[1]);
	CHECK(pt_shm_anonymous(100, &fd) == 0, "anonymous");
	CHECK(ftruncate(fd, 0) != 0 && ftruncate(fd, 1000) != 0, "the size is not sealed");
	CHECK(fcntl(fd, F_GETFD) == FD_CLOEXEC, "not closed on exec");
	close(fd);
}

int main(void)
{
	snprintf(name, sizeof name, "/pt-%ld-%llx", (long)getpid(), (long long)in_nanos(0));
	two_processes(); /* first: no thread, no fault of fork's */
	one_of_many();
	memory();
	printf("shm_hammer: %d items, %d objects, %d times opened, %d broken\n",
	       ITEMS, ROUNDS, THREADS * ROUNDS, atomic_load(&broken));
	return atomic_load(&broken) ? 1 : 0;
}
