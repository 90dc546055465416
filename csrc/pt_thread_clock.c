//go:build linux || freebsd

#include "pt_thread.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "pt_deadline.h"

int pt_thread_cputime(uintptr_t id, int64_t *ns)
{
	clockid_t clock;
	int err = pthread_getcpuclockid((pthread_t)id, &clock);
	if (err)
		return err;
	struct timespec ts;
	if (clock_gettime(clock, &ts))
		return errno;
	*ns = ts.tv_sec * PT_NANOS_PER_SEC + ts.tv_nsec;
	return 0;
}
