/* Unnamed semaphores over sem_t. */
#ifndef PT_SEM_H
#define PT_SEM_H

#include <semaphore.h>
#include <stdint.h>

typedef struct pt_sem {
	sem_t sem;
} pt_sem;

int pt_sem_new(pt_sem **out, unsigned value); /* EINVAL: over SEM_VALUE_MAX */
int pt_sem_wait(pt_sem *s);
int pt_sem_trywait(pt_sem *s);                     /* EAGAIN: zero */
int pt_sem_timedwait(pt_sem *s, int64_t deadline); /* ETIMEDOUT */
int pt_sem_post(pt_sem *s);                        /* EOVERFLOW */
int pt_sem_value(pt_sem *s, int *out);

/* As for mutexes: destroy ends it, free gives the memory back. */
int pt_sem_destroy(pt_sem *s);
void pt_sem_free(pt_sem *s);

#endif
