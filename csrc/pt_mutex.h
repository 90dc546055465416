/* Mutexes over pthread_mutex_t. */
#ifndef PT_MUTEX_H
#define PT_MUTEX_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "pt_tag.h"

enum pt_mutex_type {
	PT_MUTEX_NORMAL,
	PT_MUTEX_ERRORCHECK,
	PT_MUTEX_RECURSIVE,
	PT_MUTEX_ADAPTIVE, /* ENOTSUP but on glibc and FreeBSD */
};

enum pt_mutex_protocol {
	PT_PROTOCOL_NONE,
	PT_PROTOCOL_INHERIT,
	PT_PROTOCOL_PROTECT,
};

typedef struct pt_mutex_attr {
	int type;
	int protocol;
	int ceiling; /* of PT_PROTOCOL_PROTECT only */
	int robust;
} pt_mutex_attr;

/* What of a pt_mutex_attr was refused. */
enum pt_mutex_step {
	PT_MUTEX_STEP_PLACE, /* none of it: there is no room */
	PT_MUTEX_STEP_TYPE,
	PT_MUTEX_STEP_PROTOCOL,
	PT_MUTEX_STEP_CEILING,
	PT_MUTEX_STEP_ROBUST,
	PT_MUTEX_STEP_INIT, /* each may be, but not together */
};

/* Bits of traits. */
#define PT_TRAIT_OWNED 1u     /* only the thread that locked it may unlock it */
#define PT_TRAIT_ROBUST 2u    /* it outlives its owner */
#define PT_TRAIT_RECURSIVE 4u /* its owner may lock it again */
#define PT_TRAIT_INHERIT 8u   /* PT_PROTOCOL_INHERIT */
#define PT_TRAIT_LISTED 16u   /* while it is held, its owner has it in a list */
#define PT_TRAIT_SIMPLE 32u   /* PT_MUTEX_NORMAL, of one process */
#define PT_TRAIT_PROTECT 64u  /* PT_PROTOCOL_PROTECT */

typedef struct pt_mutex {
	pt_tag tag;
	uint32_t traits;  /* what another process has to know of it */
	atomic_uint held; /* where it is not PT_TRAIT_OWNED: somebody has it */
	_Atomic uint32_t owner; /* where it is PT_TRAIT_LISTED: the thread */
	_Atomic uint32_t depth; /* and how often it has it */
	pthread_mutex_t mutex;
} pt_mutex;

_Static_assert(sizeof(pt_mutex) <= PT_PLACE, "a shared one fits its place");

/* pt_mutex_new makes a mutex. Where it fails, *step says by what: ENOTSUP is
 * what the platform lacks, EINVAL what is out of range. */
int pt_mutex_new(pt_mutex **out, const pt_mutex_attr *attr, int *step);

/* pt_mutex_place makes a mutex that processes share in the memory at m
 * (EEXIST: something is there); pt_mutex_find says whether there is one, as
 * pt_tag_check does. Neither is for pt_mutex_free. */
int pt_mutex_place(pt_mutex *m, const pt_mutex_attr *attr, int *step);
int pt_mutex_find(pt_mutex *m);

/* The three ways to lock. EOWNERDEAD is a success: the caller holds a robust
 * mutex whose last owner ended as such. */
int pt_mutex_lock(pt_mutex *m);
int pt_mutex_trylock(pt_mutex *m);                     /* EBUSY: held */
int pt_mutex_timedlock(pt_mutex *m, int64_t deadline); /* ETIMEDOUT */

/* pt_mutex_unlock refuses a mutex that is free as well as one of another
 * thread's (EPERM). */
int pt_mutex_unlock(pt_mutex *m);

/* pt_mutex_own says whether a PT_TRAIT_LISTED one is the caller's (EPERM: it is
 * not). */
int pt_mutex_own(pt_mutex *m);

/* pt_mutex_consistent says that what a dead owner left behind is in order
 * again (EINVAL: no owner has died). */
int pt_mutex_consistent(pt_mutex *m);

int pt_mutex_ceiling(pt_mutex *m, int *out);               /* EINVAL: none */
int pt_mutex_set_ceiling(pt_mutex *m, int ceiling, int *old);

/* pt_mutex_destroy ends the mutex (EBUSY: held); its memory stays until
 * pt_mutex_free, so a late caller meets an ended mutex and not freed memory. It
 * takes a PT_TRAIT_LISTED one and lets it go to know that nobody has it:
 * whoever may be about to lock such a one must be kept from it meanwhile, else
 * he gets a mutex that ends in his hands, and is not told of a dead owner.
 *
 * A thread has a list, by address, of the robust mutexes that it holds, with
 * musl of all that have owners; it is followed at each lock and unlock, and by
 * the kernel when the thread ends. So the memory of PT_TRAIT_LISTED ones must
 * not go while they are held. pt_mutex_free leaves it where it is then. */
int pt_mutex_destroy(pt_mutex *m);
void pt_mutex_free(pt_mutex *m);

/* A wait on a condition lets the mutex go and has it again: pt_mutex_let_go
 * (EPERM: nobody holds it, or another thread does) and pt_mutex_regained keep
 * the books, by the same thread and in turns. */
int pt_mutex_let_go(pt_mutex *m);
void pt_mutex_regained(pt_mutex *m);

#endif
