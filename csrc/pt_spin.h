/* Locks whose waiters spin, over pthread_spinlock_t, on macOS over
 * pt_own_spinlock_t. */
#ifndef PT_SPIN_H
#define PT_SPIN_H

#include <pthread.h>
#include <stdint.h>

#include "pt_own.h"
#include "pt_tag.h"

typedef struct pt_spin {
	pt_tag tag;
	_Atomic uint32_t held; /* written by those who hold the lock */
	PT_BASE(spinlock_t) lock;
} pt_spin;

_Static_assert(sizeof(pt_spin) <= PT_PLACE, "a shared one fits its place");

int pt_spin_new(pt_spin **out);

/* As pt_sem_place and pt_sem_find. */
int pt_spin_place(pt_spin *s);
int pt_spin_find(pt_spin *s);

int pt_spin_lock(pt_spin *s);
int pt_spin_trylock(pt_spin *s); /* EBUSY */
int pt_spin_unlock(pt_spin *s);  /* EPERM: nobody holds it */

/* As for mutexes: destroy ends it (EBUSY: held), free gives the memory back. */
int pt_spin_destroy(pt_spin *s);
void pt_spin_free(pt_spin *s);

#endif
