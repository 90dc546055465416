/* Spin locks of C11 atomics. */
#ifndef PT_OWN_SPIN_H
#define PT_OWN_SPIN_H

#include <errno.h>
#include <sched.h>
#include <stdatomic.h>

typedef atomic_uint pt_own_spinlock_t;

static inline int pt_own_spin_init(pt_own_spinlock_t *l, int pshared)
{
	(void)pshared; /* any process that has the memory may use it */
	atomic_store_explicit(l, 0, memory_order_relaxed);
	return 0;
}

static inline int pt_own_spin_destroy(pt_own_spinlock_t *l)
{
	(void)l;
	return 0;
}

static inline int pt_own_spin_trylock(pt_own_spinlock_t *l)
{
	return atomic_exchange_explicit(l, 1, memory_order_acquire) ? EBUSY : 0;
}

static inline int pt_own_spin_lock(pt_own_spinlock_t *l)
{
	while (pt_own_spin_trylock(l))
		/* Waits by reading, which leaves the line where it is. Giving way
		 * now and then lets a holder go on that has lost its processor. */
		for (unsigned looks = 1; atomic_load_explicit(l, memory_order_relaxed); looks++) {
#if defined(__aarch64__)
			__asm__ volatile("yield");
#elif defined(__x86_64__)
			__asm__ volatile("pause");
#endif
			if (looks % 256 == 0)
				sched_yield();
		}
	return 0;
}

static inline int pt_own_spin_unlock(pt_own_spinlock_t *l)
{
	atomic_store_explicit(l, 0, memory_order_release);
	return 0;
}

#endif
