/* Signal sets, in a form that no system's numbers or sizes are part of. */
#ifndef PT_SIGSET_H
#define PT_SIGSET_H

#include <signal.h>
#include <stdint.h>

/* Signal n is bit n-1. Signals that the system does not have, or that the C
 * library keeps to itself, are passed over. */
typedef struct pt_sigset {
	uint64_t bits[2];
} pt_sigset;

void pt_sigset_read(sigset_t *out, const pt_sigset *set);

enum pt_sighow {
	PT_SIG_BLOCK,
	PT_SIG_UNBLOCK,
	PT_SIG_SETMASK,
};

/* pt_sigset_mask changes the calling thread's signal mask and gives the one
 * before. EINVAL: no such way. */
int pt_sigset_mask(int how, const pt_sigset *set, pt_sigset *old);

#endif
