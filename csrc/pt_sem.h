/* Semaphores over sem_t. */
#ifndef PT_SEM_H
#define PT_SEM_H

#include <semaphore.h>
#include <stdint.h>

#include "pt_tag.h"

typedef struct pt_sem {
	pt_tag tag;
	sem_t sem;
} pt_sem;

_Static_assert(sizeof(pt_sem) <= PT_PLACE, "a shared semaphore fits its place");

int pt_sem_new(pt_sem **out, unsigned value); /* EINVAL: over SEM_VALUE_MAX */

/* pt_sem_place makes a semaphore that processes share in the memory at s
 * (EEXIST: something is there); pt_sem_find says whether there is one, as
 * pt_tag_check does. Neither is for pt_sem_free. */
int pt_sem_place(pt_sem *s, unsigned value);
int pt_sem_find(pt_sem *s);

int pt_sem_wait(pt_sem *s);
int pt_sem_trywait(pt_sem *s);                     /* EAGAIN: zero */
int pt_sem_timedwait(pt_sem *s, int64_t deadline); /* ETIMEDOUT */
int pt_sem_post(pt_sem *s);                        /* EOVERFLOW */
int pt_sem_value(pt_sem *s, int *out);

/* As for mutexes: destroy ends it, free gives the memory back. */
int pt_sem_destroy(pt_sem *s);
void pt_sem_free(pt_sem *s);

#endif
