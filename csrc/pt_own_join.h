/* Joining with an end: threads with a record, which tells when they are about
 * to be gone. All that are made by pt_own_create are joined or detached by
 * these functions. */
#ifndef PT_OWN_JOIN_H
#define PT_OWN_JOIN_H

#include <pthread.h>
#include <stdint.h>

int pt_own_create(pthread_t *t, const pthread_attr_t *a, void *(*body)(void *), void *arg);

/* A thread tells of its end in its last round but one of destructors of
 * thread-specific data; pthread_join after that is short. ESRCH: it was not
 * made here, or is joined or detached. EINVAL: it is being joined. EDEADLK: it
 * is the caller. */
int pt_own_join(pthread_t t, void **result);
int pt_own_timedjoin(pthread_t t, int64_t deadline); /* ETIMEDOUT */
int pt_own_tryjoin(pthread_t t);                     /* EBUSY */
int pt_own_detach(pthread_t t);

#endif
