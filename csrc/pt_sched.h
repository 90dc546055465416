/* Scheduling policies and priorities. */
#ifndef PT_SCHED_H
#define PT_SCHED_H

#include <stdint.h>

enum pt_policy {
	PT_POLICY_INHERIT, /* the creator's; for pt_thread_create alone */
	PT_POLICY_OTHER,
	PT_POLICY_FIFO,
	PT_POLICY_RR,
	PT_POLICY_BATCH,
	PT_POLICY_IDLE,
};

typedef struct pt_sched {
	int policy; /* enum pt_policy */
	int priority;
	int nice;
} pt_sched;

/* pt_sched_range gives the priorities of a policy. EINVAL: no such policy. */
int pt_sched_range(int policy, int *min, int *max);

/* pt_sched_set sets the policy and priority of a thread, not its nice value. */
int pt_sched_set(uintptr_t id, const pt_sched *s);

/* pt_sched_get asks the kernel. ENOTSUP: *policy is the kernel's number of a
 * policy that there is none of these for. */
int pt_sched_get(int tid, pt_sched *s);

/* pt_sched_nice sets a thread's nice value if it is another. */
int pt_sched_nice(int tid, int nice);

void pt_sched_yield(void);

#endif
