//go:build darwin || freebsd

#include "pt_sched_os.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>

/* The nice value is the process's here: all threads have the same. */
static int process_nice(int *nice)
{
	errno = 0; /* -1 is a nice value, too */
	*nice = getpriority(PRIO_PROCESS, 0);
	return errno;
}

int pt_sched_get(uintptr_t id, int64_t tid, pt_sched *s)
{
	(void)tid;
	int native;
	struct sched_param p;
	int err = pthread_getschedparam((pthread_t)id, &native, &p);
	if (!err)
		err = process_nice(&s->nice);
	if (err)
		return err;
	s->priority = p.sched_priority;
	return pt_sched_name(native, &s->policy);
}

int pt_sched_nice(int64_t tid, int nice)
{
	(void)tid;
	int now, err = process_nice(&now);
	if (err)
		return err;
	return now == nice ? 0 : ENOTSUP;
}
