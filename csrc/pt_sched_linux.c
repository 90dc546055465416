#include "pt_sched_os.h"

#include <errno.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* By system calls: glibc's pthread_getschedparam gives what it was told last
 * and not what another process has set since, and musl's sched_getscheduler is
 * there to refuse. */
int pt_sched_get(uintptr_t id, int64_t tid, pt_sched *s)
{
	(void)id;
	struct sched_param p;
	long policy = syscall(SYS_sched_getscheduler, (int)tid);
	if (policy < 0 || syscall(SYS_sched_getparam, (int)tid, &p))
		return errno;
	s->priority = p.sched_priority;
	errno = 0; /* -1 is a nice value, too */
	s->nice = getpriority(PRIO_PROCESS, (id_t)tid);
	if (errno)
		return errno;
#ifdef SCHED_RESET_ON_FORK
	policy &= ~SCHED_RESET_ON_FORK;
#endif
	return pt_sched_name((int)policy, &s->policy);
}

int pt_sched_nice(int64_t tid, int nice)
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
