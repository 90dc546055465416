/* Locks for many readers or one writer, over pthread_rwlock_t. */
#ifndef PT_RWMUTEX_H
#define PT_RWMUTEX_H

#include <pthread.h>
#include <stdint.h>

#include "pt_tag.h"

typedef struct pt_rwmutex {
	pt_tag tag;
	_Atomic uint32_t writer;  /* the thread that holds it for writing, or 0 */
	_Atomic uint32_t readers; /* how many hold it for reading */
	pthread_rwlock_t lock;
} pt_rwmutex;

_Static_assert(sizeof(pt_rwmutex) <= PT_PLACE, "a shared one fits its place");

/* pt_rwmutex_new makes a lock; with prefer_writers one that lets no reader
 * past a writer that waits (ENOTSUP: musl has none; macOS and
 * FreeBSD have no others). */
int pt_rwmutex_new(pt_rwmutex **out, int prefer_writers);

/* As pt_sem_place and pt_sem_find. */
int pt_rwmutex_place(pt_rwmutex *m, int prefer_writers);
int pt_rwmutex_find(pt_rwmutex *m);

/* EDEADLK: the thread holds it for writing; EAGAIN: too many readers. */
int pt_rwmutex_rdlock(pt_rwmutex *m);
int pt_rwmutex_tryrdlock(pt_rwmutex *m);                     /* EBUSY */
int pt_rwmutex_timedrdlock(pt_rwmutex *m, int64_t deadline); /* ETIMEDOUT */
int pt_rwmutex_wrlock(pt_rwmutex *m);
int pt_rwmutex_trywrlock(pt_rwmutex *m);                     /* EBUSY */
int pt_rwmutex_timedwrlock(pt_rwmutex *m, int64_t deadline); /* ETIMEDOUT */

/* Two for what POSIX has one for, so that what it leaves undefined has an
 * answer. */
int pt_rwmutex_rdunlock(pt_rwmutex *m); /* EPERM: nobody holds it for reading */
int pt_rwmutex_wrunlock(pt_rwmutex *m); /* EPERM: the thread does not for writing */

/* As for mutexes: destroy ends it (EBUSY: held), free gives the memory back. */
int pt_rwmutex_destroy(pt_rwmutex *m);
void pt_rwmutex_free(pt_rwmutex *m);

#endif
