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

/* pt_sched_range gives the priorities of a policy. EINVAL: no such policy;
 * ENOTSUP: this system has it not. */
int pt_sched_range(int policy, int *min, int *max);

/* pt_sched_set sets the policy and priority of a thread, not its nice value. */
int pt_sched_set(uintptr_t id, const pt_sched *s);

/* pt_sched_get asks the kernel; on macOS and FreeBSD it asks libc, and the nice
 * value is the process's. tid is pt_thread_tid's. ENOTSUP: *policy is the
 * system's number of a policy that there is none of these for. */
int pt_sched_get(uintptr_t id, int64_t tid, pt_sched *s);

/* pt_sched_nice sets a thread's nice value if it is another. ENOTSUP: threads
 * have none of their own here. */
int pt_sched_nice(int64_t tid, int nice);

void pt_sched_yield(void);

/* pt_sched_pause is for a loop that waits for another thread's next few steps,
 * with the number of the turn, from 0. */
void pt_sched_pause(int turn);

#endif
