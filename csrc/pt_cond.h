/* Condition variables over pthread_cond_t, on PT_CLOCK; on macOS over
 * pt_own_cond. */
#ifndef PT_COND_H
#define PT_COND_H

#include <pthread.h>
#include <stdint.h>

#include "pt_mutex.h"

#ifdef __APPLE__
#include "pt_own_cond.h"
typedef pt_own_cond pt_cond_base;
#else
typedef pthread_cond_t pt_cond_base;
#endif

typedef struct pt_cond {
	pt_tag tag;
	pt_cond_base cond;
} pt_cond;

_Static_assert(sizeof(pt_cond) <= PT_PLACE, "a shared one fits its place");

int pt_cond_new(pt_cond **out);

/* pt_cond_place makes a condition variable that processes share in the memory
 * at c (EEXIST: something is there); pt_cond_find says whether there is one,
 * as pt_tag_check does. Neither is for pt_cond_free. */
int pt_cond_place(pt_cond *c);
int pt_cond_find(pt_cond *c);

/* EPERM: the caller does not hold m. A robust m answers as pt_mutex_lock does:
 * with EOWNERDEAD, which is told before ETIMEDOUT, it is held; with
 * ENOTRECOVERABLE it is not. */
int pt_cond_wait(pt_cond *c, pt_mutex *m);
int pt_cond_timedwait(pt_cond *c, pt_mutex *m, int64_t deadline); /* ETIMEDOUT */
int pt_cond_signal(pt_cond *c);
int pt_cond_broadcast(pt_cond *c);

/* As for mutexes: destroy ends it, free gives the memory back. */
int pt_cond_destroy(pt_cond *c);
void pt_cond_free(pt_cond *c);

#endif
