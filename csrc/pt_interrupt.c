//go:build linux || darwin || freebsd

#include "pt_interrupt.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

typedef void (*handler)(int);

static handler spare = SIG_DFL;
static pthread_mutex_t choosing = PTHREAD_MUTEX_INITIALIZER;
static atomic_int chosen; /* 0: not yet */

static void do_nothing(int sig)
{
	(void)sig;
}

static handler handler_of(int sig)
{
	struct sigaction a;
	return sigaction(sig, NULL, &a) ? SIG_ERR : a.sa_handler;
}

/* On the stack for signals, since the thread may be on a small one of another
 * language's, and without SA_RESTART, which is the whole purpose. */
static int install(int sig)
{
	struct sigaction a = { .sa_handler = do_nothing, .sa_flags = SA_ONSTACK };
	sigemptyset(&a.sa_mask);
	return sigaction(sig, &a, NULL) ? errno : 0;
}

static sigset_t only(int sig)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, sig);
	return set;
}

/* An emulator may let a signal be handled that it cannot send. */
static int can_be_sent(int sig)
{
	sigset_t set = only(sig), old;
	pthread_sigmask(SIG_UNBLOCK, &set, &old);
	int err = pthread_kill(pthread_self(), sig);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return err == 0;
}

static int take(int sig)
{
	struct sigaction before;
	if (sigaction(sig, NULL, &before) || install(sig))
		return 0;
	if (can_be_sent(sig))
		return 1;
	sigaction(sig, &before, NULL);
	return 0;
}

/* candidate gives the signals that will do, the best first, and 0 at the end. */
static int candidate(int i)
{
#ifdef SIGRTMAX
	return SIGRTMAX - i >= SIGRTMIN ? SIGRTMAX - i : 0;
#else
	/* macOS has no real-time signals. These do nothing by default, so one
	 * that comes while the handler is being changed does no harm. Next to
	 * nothing uses the first; the second is control-T in a terminal. */
	static const int harmless[] = { SIGIO, SIGINFO, 0 };
	return harmless[i];
#endif
}

static int choose(void)
{
	for (int ignored = 0; ignored <= 1; ignored++)
		for (int i = 0, sig; (sig = candidate(i)); i++) {
			handler h = handler_of(sig);
			int is_free = ignored ? h == SIG_IGN : h == SIG_DFL || h == spare;
			if (is_free && take(sig))
				return sig;
		}
	return 0;
}

void pt_interrupt_spare(int sig)
{
	handler h = handler_of(sig);
	if (h != SIG_ERR && h != SIG_IGN)
		spare = h;
}

int pt_interrupt_signal(int *sig)
{
	int s = atomic_load(&chosen);
	if (!s) {
		pthread_mutex_lock(&choosing);
		if (!(s = atomic_load(&chosen))) {
			s = choose();
			atomic_store(&chosen, s);
		}
		pthread_mutex_unlock(&choosing);
	}
	*sig = s;
	return s ? 0 : EBUSY;
}

/* ready sees to it that the signal does what it is for. A runtime that thinks
 * the signal is its own may have put back what was there before, or our
 * handler with flags of its own. */
static int ready(int *sig)
{
	int err = pt_interrupt_signal(sig);
	if (err)
		return err;
	struct sigaction a;
	if (sigaction(*sig, NULL, &a))
		return errno;
	if (a.sa_handler == do_nothing && (a.sa_flags & SA_ONSTACK) && !(a.sa_flags & SA_RESTART))
		return 0;
	if (a.sa_handler == do_nothing || a.sa_handler == SIG_DFL || a.sa_handler == SIG_IGN || a.sa_handler == spare)
		return install(*sig);
	return EBUSY;
}

int pt_interrupt_begin(uintptr_t *thread, int *blocked)
{
	int sig, err = ready(&sig);
	if (err)
		return err;
	sigset_t set = only(sig), old;
	err = pthread_sigmask(SIG_UNBLOCK, &set, &old);
	if (err)
		return err;
	*thread = (uintptr_t)pthread_self();
	*blocked = sigismember(&old, sig);
	return 0;
}

int pt_interrupt_send(uintptr_t thread)
{
	int sig, err = ready(&sig);
	return err ? err : pthread_kill((pthread_t)thread, sig);
}

int pt_interrupt_end(int blocked)
{
	/* What was sent is pending by now at the latest, and is delivered where a
	 * system call returns with the signal unblocked. In the call that blocks
	 * it, it would stay. */
	sigset_t set = only(atomic_load(&chosen));
	int err = pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	if (!err && blocked)
		err = pthread_sigmask(SIG_BLOCK, &set, NULL);
	return err;
}
