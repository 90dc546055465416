/* Mutexes over pthread_mutex_t. */
#ifndef PT_MUTEX_H
#define PT_MUTEX_H

#include <pthread.h>
#include <stdint.h>

#include "pt_tag.h"

typedef struct pt_mutex {
	pt_tag tag;
	pthread_mutex_t mutex;
} pt_mutex;

_Static_assert(sizeof(pt_mutex) <= PT_PLACE, "a shared one fits its place");

/* pt_mutex_new makes a mutex of type PTHREAD_MUTEX_NORMAL, _ERRORCHECK or
 * _RECURSIVE. */
int pt_mutex_new(pt_mutex **out, int type);

int pt_mutex_lock(pt_mutex *m);
int pt_mutex_trylock(pt_mutex *m);                     /* EBUSY: held */
int pt_mutex_timedlock(pt_mutex *m, int64_t deadline); /* ETIMEDOUT */
int pt_mutex_unlock(pt_mutex *m);

/* pt_mutex_destroy ends the mutex (EBUSY: held; on musl not told of a
 * recursive one that the caller itself holds); its memory stays until
 * pt_mutex_free, so a late caller meets an ended mutex and not freed memory. */
int pt_mutex_destroy(pt_mutex *m);
void pt_mutex_free(pt_mutex *m);

#endif
