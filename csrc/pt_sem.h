/* Semaphores over sem_t; on macOS, which has none without a name, over
 * pt_own_sem. */
#ifndef PT_SEM_H
#define PT_SEM_H

#include <semaphore.h>
#include <stdint.h>

#include "pt_tag.h"

#ifdef __APPLE__
#include "pt_own_sem.h"
typedef struct pt_sem {
	sem_t *named; /* NULL: it is own */
	pt_own_sem own;
} pt_sem;
#else
/* Not a struct around it: that of a name lies in memory of the C library's. */
typedef sem_t pt_sem;
#endif

/* One that processes share in their memory. */
typedef struct pt_sem_shared {
	pt_tag tag;
	pt_sem sem;
} pt_sem_shared;

_Static_assert(sizeof(pt_sem_shared) <= PT_PLACE, "a shared semaphore fits its place");

int pt_sem_new(pt_sem **out, unsigned value); /* EINVAL: over SEM_VALUE_MAX */

/* pt_sem_init is pt_sem_new in memory of the caller's. It is destroyed, and not
 * freed. */
int pt_sem_init(pt_sem *s, int shared, unsigned value);

/* pt_sem_place makes a semaphore in the memory at s (EEXIST: something is
 * there); pt_sem_find says whether there is one, as pt_tag_check does. It is
 * destroyed between pt_tag_retire and pt_tag_settle, and not freed. */
int pt_sem_place(pt_sem_shared *s, unsigned value);
int pt_sem_find(pt_sem_shared *s);

/* pt_sem_open opens the semaphore of that name, or with O_CREAT in flag makes
 * it, with that mode less the umask; close is its end in this process. All who
 * open it in one process may get the same pointer, and each closes it. */
int pt_sem_open(pt_sem **out, const char *name, int flag, unsigned mode, unsigned value);
int pt_sem_close(pt_sem *s);
int pt_sem_unlink(const char *name);

int pt_sem_wait(pt_sem *s);
int pt_sem_trywait(pt_sem *s);                     /* EAGAIN: zero */
int pt_sem_timedwait(pt_sem *s, int64_t deadline); /* ETIMEDOUT */
int pt_sem_post(pt_sem *s);                        /* EOVERFLOW */
int pt_sem_value(pt_sem *s, int *out); /* ENOTSUP: of a named one on macOS */

/* As for mutexes: destroy ends it, free gives the memory back. */
int pt_sem_destroy(pt_sem *s);
void pt_sem_free(pt_sem *s);

#endif
