/* Threads read what nobody writes and are interrupted at any moment around the
 * beginning of that. Each gives up, and no system call after the region's end
 * is interrupted. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "hammer.h"
#include "pt_interrupt.h"

#define VICTIMS 4
#define ROUNDS PART(3000)

typedef struct {
	atomic_int state; /* of the round; see below */
	uintptr_t id;     /* written before INSIDE */
	int silent, served, serve;
	unsigned seed;
	int interrupted, sends;
	pthread_t victim, sender;
	int mask_first; /* the signal is blocked outside the regions */
} pair;

/* INSIDE and OUTSIDE are the victim's to say, QUIET the sender's: it sends
 * nothing more in this round. */
enum { OUTSIDE, INSIDE, LEAVING, QUIET, END };

static int is_blocked(int sig)
{
	sigset_t now;
	pthread_sigmask(SIG_SETMASK, NULL, &now);
	return sigismember(&now, sig);
}

static void spin(unsigned *seed)
{
	*seed = *seed * 1103515245 + 12345;
	for (volatile unsigned i = *seed >> 16 & 0x3fff; i; i--)
		;
}

static void *victim(void *arg)
{
	pair *p = arg;
	unsigned seed = p->seed;
	int sig;
	char c;
	CHECK(pt_interrupt_signal(&sig) == 0, "no signal");
	if (p->mask_first) {
		sigset_t set;
		sigemptyset(&set);
		sigaddset(&set, sig);
		pthread_sigmask(SIG_BLOCK, &set, NULL);
	}
	for (int i = 0; i < ROUNDS; i++) {
		int blocked = -1, inner = -1;
		uintptr_t again;
		CHECK(pt_interrupt_begin(&p->id, &blocked) == 0, "begin");
		CHECK(blocked == p->mask_first, "the mask was %d", blocked);
		if (i % 4 == 0) {
			CHECK(pt_interrupt_begin(&again, &inner) == 0 && again == p->id && inner == 0, "begin again");
			CHECK(pt_interrupt_end(inner) == 0, "end within");
		}
		CHECK(!is_blocked(sig), "the signal is blocked inside");
		atomic_store(&p->state, INSIDE);
		spin(&seed);
		CHECK(read(p->silent, &c, 1) < 0 && errno == EINTR, "round %d: a read that is not served ends", i);
		p->interrupted++;
		atomic_store(&p->state, LEAVING);
		while (atomic_load(&p->state) != QUIET)
			sched_yield();
		CHECK(pt_interrupt_end(blocked) == 0, "end");
		CHECK(is_blocked(sig) == p->mask_first, "the mask is another after the end");
		/* The sender serves it when it likes. */
		atomic_store(&p->state, OUTSIDE);
		int n = (int)read(p->served, &c, 1);
		CHECK(n == 1, "round %d: a system call after the end: %d", i, n < 0 ? errno : n);
	}
	atomic_store(&p->state, END);
	return NULL;
}

static void *sender(void *arg)
{
	pair *p = arg;
	unsigned seed = p->seed + 1;
	struct timespec patience = { 0, 0 };
	for (int served = 1;;) {
		switch (atomic_load(&p->state)) {
		case INSIDE:
			served = 0;
			spin(&seed);
			CHECK(pt_interrupt_send(p->id) == 0, "send");
			p->sends++;
			patience.tv_nsec = patience.tv_nsec * 2 + 1000;
			nanosleep(&patience, NULL);
			break;
		case LEAVING:
			patience.tv_nsec = 0;
			atomic_store(&p->state, QUIET);
			break;
		case OUTSIDE:
			if (!served) {
				served = 1;
				CHECK(write(p->serve, "", 1) == 1, "serve");
			}
			break;
		case END:
			return NULL;
		}
		sched_yield();
	}
}

static void other_handler(int sig)
{
	(void)sig;
	CHECK(0, "a signal of another's was sent");
}

int main(void)
{
#ifdef SIGRTMAX
	/* The two highest are somebody's, of which one has it ignored. */
	signal(SIGRTMAX, other_handler);
	signal(SIGRTMAX - 1, SIG_IGN);
	const int best = SIGRTMAX - 2;
#else
	signal(SIGIO, other_handler);
	const int best = SIGINFO;
#endif
	int sig, again, blocked;
	uintptr_t self;
	CHECK(pt_interrupt_signal(&sig) == 0 && sig == best, "signal %d was chosen", sig);
	CHECK(pt_interrupt_signal(&again) == 0 && again == sig, "another signal the second time");

	/* Its handling is put right where nobody has it, and given up where
	 * somebody has. */
	signal(sig, SIG_IGN);
	CHECK(pt_interrupt_begin(&self, &blocked) == 0, "begin after it was ignored");
	CHECK(pt_interrupt_send(self) == 0, "send to oneself");
	CHECK(pt_interrupt_end(blocked) == 0, "end");
	signal(sig, other_handler);
	CHECK(pt_interrupt_begin(&self, &blocked) == EBUSY, "begin with a signal of another's");
	CHECK(pt_interrupt_send(self) == EBUSY, "send a signal of another's");
	pt_interrupt_spare(sig);
	CHECK(pt_interrupt_begin(&self, &blocked) == 0, "begin with a handler that is to spare");
	CHECK(pt_interrupt_end(blocked) == 0, "end");

	static pair pairs[VICTIMS];
	for (int i = 0; i < VICTIMS; i++) {
		pair *p = &pairs[i];
		int silent[2], served[2];
		CHECK(pipe(silent) == 0 && pipe(served) == 0, "pipe");
		p->silent = silent[0];
		p->served = served[0];
		p->serve = served[1];
		p->seed = (unsigned)i * 7919;
		p->mask_first = i % 2;
		pthread_create(&p->victim, NULL, victim, p);
		pthread_create(&p->sender, NULL, sender, p);
	}
	int interrupted = 0, sends = 0;
	for (int i = 0; i < VICTIMS; i++) {
		pthread_join(pairs[i].victim, NULL);
		pthread_join(pairs[i].sender, NULL);
		interrupted += pairs[i].interrupted;
		sends += pairs[i].sends;
	}
	printf("interrupt_hammer: %d reads interrupted by %d sends of signal %d, %d broken\n",
	       interrupted, sends, sig, atomic_load(&broken));
	return atomic_load(&broken) ? 1 : 0;
}
