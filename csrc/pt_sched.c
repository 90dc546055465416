//go:build linux || darwin || freebsd

#include "pt_sched_os.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <time.h>

/* -1: the system has no such policy. */
#if !defined(SCHED_BATCH) || !defined(SCHED_IDLE)
#define SCHED_BATCH -1
#define SCHED_IDLE -1
#endif

static const int policies[] = {
	[PT_POLICY_OTHER] = SCHED_OTHER,
	[PT_POLICY_FIFO] = SCHED_FIFO,
	[PT_POLICY_RR] = SCHED_RR,
	[PT_POLICY_BATCH] = SCHED_BATCH,
	[PT_POLICY_IDLE] = SCHED_IDLE,
};

/* known says whether there is a policy (EINVAL: nowhere, ENOTSUP: not here). */
static int known(int policy)
{
	if (policy <= PT_POLICY_INHERIT || policy > PT_POLICY_IDLE)
		return EINVAL;
	return policies[policy] < 0 ? ENOTSUP : 0;
}

int pt_sched_name(int native, int *policy)
{
	for (*policy = PT_POLICY_OTHER; *policy <= PT_POLICY_IDLE; ++*policy)
		if (policies[*policy] == native && native >= 0)
			return 0;
	*policy = native;
	return ENOTSUP;
}

int pt_sched_range(int policy, int *min, int *max)
{
	int err = known(policy);
	if (err)
		return err;
	*min = sched_get_priority_min(policies[policy]);
	*max = sched_get_priority_max(policies[policy]);
	return *min < 0 || *max < 0 ? errno : 0;
}

int pt_sched_set(uintptr_t id, const pt_sched *s)
{
	int err = known(s->policy);
	if (err)
		return err;
	struct sched_param p = { .sched_priority = s->priority };
	return pthread_setschedparam((pthread_t)id, policies[s->policy], &p);
}

void pt_sched_yield(void)
{
	sched_yield();
}

void pt_sched_pause(int turn)
{
	/* Yielding alone would keep out one of lower priority. */
	if (turn < 100)
		sched_yield();
	else
		nanosleep(&(struct timespec){ .tv_nsec = 50000 }, NULL);
}
