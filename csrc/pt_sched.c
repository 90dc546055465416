//go:build linux

#include "pt_sched.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static const int policies[] = {
	[PT_POLICY_OTHER] = SCHED_OTHER,
	[PT_POLICY_FIFO] = SCHED_FIFO,
	[PT_POLICY_RR] = SCHED_RR,
	[PT_POLICY_BATCH] = SCHED_BATCH,
	[PT_POLICY_IDLE] = SCHED_IDLE,
};

static int is_policy(int policy)
{
	return policy > PT_POLICY_INHERIT && policy <= PT_POLICY_IDLE;
}

int pt_sched_range(int policy, int *min, int *max)
{
	if (!is_policy(policy))
		return EINVAL;
	*min = sched_get_priority_min(policies[policy]);
	*max = sched_get_priority_max(policies[policy]);
	return *min < 0 || *max < 0 ? errno : 0;
}

int pt_sched_set(uintptr_t id, const pt_sched *s)
{
	if (!is_policy(s->policy))
		return EINVAL;
	struct sched_param p = { .sched_priority = s->priority };
	return pthread_setschedparam((pthread_t)id, policies[s->policy], &p);
}

/* By system calls: glibc's pthread_getschedparam gives what it was told last
 * and not what another process has set since, and musl's sched_getscheduler is
 * there to refuse. */
int pt_sched_get(int tid, pt_sched *s)
{
	struct sched_param p;
	long policy = syscall(SYS_sched_getscheduler, tid);
	if (policy < 0 || syscall(SYS_sched_getparam, tid, &p))
		return errno;
	s->priority = p.sched_priority;
	errno = 0; /* -1 is a nice value, too */
	s->nice = getpriority(PRIO_PROCESS, (id_t)tid);
	if (errno)
		return errno;
#ifdef SCHED_RESET_ON_FORK
	policy &= ~SCHED_RESET_ON_FORK;
#endif
	for (s->policy = PT_POLICY_OTHER; s->policy <= PT_POLICY_IDLE; s->policy++)
		if (policies[s->policy] == policy)
			return 0;
	s->policy = (int)policy;
	return ENOTSUP;
}

int pt_sched_nice(int tid, int nice)
{
	errno = 0;
	int now = getpriority(PRIO_PROCESS, (id_t)tid);
	if (errno)
		return errno;
	/* Who may not set it may set something else all the same. */
	if (now != nice && setpriority(PRIO_PROCESS, (id_t)tid, nice))
		return errno;
	return 0;
}

void pt_sched_yield(void)
{
	sched_yield();
}
