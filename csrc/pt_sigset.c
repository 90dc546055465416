//go:build linux || darwin || freebsd

#include "pt_sigset.h"

#include <errno.h>
#include <pthread.h>

#define BITS (8 * (int)sizeof(uint64_t))

static int is_in(const pt_sigset *set, int sig)
{
	return set->bits[(sig - 1) / BITS] >> ((sig - 1) % BITS) & 1;
}

/* The last signal that the system, and a set, can have. */
static int last(void)
{
#ifdef SIGRTMAX
	return SIGRTMAX < 2 * BITS ? SIGRTMAX : 2 * BITS;
#else
	return NSIG - 1;
#endif
}

void pt_sigset_read(sigset_t *out, const pt_sigset *set)
{
	sigemptyset(out);
	for (int sig = 1; sig <= last(); sig++)
		if (is_in(set, sig))
			sigaddset(out, sig);
}

static void write_set(pt_sigset *out, const sigset_t *set)
{
	*out = (pt_sigset){ { 0, 0 } };
	for (int sig = 1; sig <= last(); sig++)
		if (sigismember(set, sig) == 1)
			out->bits[(sig - 1) / BITS] |= UINT64_C(1) << ((sig - 1) % BITS);
}

int pt_sigset_mask(int how, const pt_sigset *set, pt_sigset *old)
{
	static const int hows[] = {
		[PT_SIG_BLOCK] = SIG_BLOCK,
		[PT_SIG_UNBLOCK] = SIG_UNBLOCK,
		[PT_SIG_SETMASK] = SIG_SETMASK,
	};
	if (how < 0 || how > PT_SIG_SETMASK)
		return EINVAL;
	sigset_t s, before;
	pt_sigset_read(&s, set);
	int err = pthread_sigmask(hows[how], &s, &before);
	if (!err)
		write_set(old, &before);
	return err;
}
