/* Records of threads that pt_thread_create did not make: whether such a thread
 * is alive, which nothing else tells. */
#ifndef PT_SELF_H
#define PT_SELF_H

#include <stdatomic.h>
#include <stdint.h>

/* PT_SELF_ENDED is set in a lease once the thread is ending. */
#define PT_SELF_ENDED UINT32_C(0x80000000)

/* Who wants to do something with the thread adds one to the lease, unless it
 * has ended, and takes it off again soon: the thread does not end meanwhile. */
typedef struct pt_self {
	_Atomic uint32_t lease;
	_Atomic uint32_t refs;
} pt_self;

/* pt_self_get gives the calling thread's record: the same one at each call,
 * but in destructors that run after the record's own, where the thread counts
 * as ended. pt_self_drop gives it back. */
int pt_self_get(pt_self **out);
void pt_self_drop(pt_self *s);

#endif
