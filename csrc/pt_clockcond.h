/* Conditions (pthread_cond_t) that time their waits by PT_CLOCK. */
#ifndef PT_CLOCKCOND_H
#define PT_CLOCKCOND_H

#include <errno.h>
#include <pthread.h>

#include "pt_deadline.h"

static inline int pt_clockcond_init(pthread_cond_t *c, int pshared)
{
	pthread_condattr_t attr;
	int err = pthread_condattr_init(&attr);
	if (err)
		return err;
#ifndef __APPLE__
	err = pthread_condattr_setclock(&attr, PT_CLOCK);
#endif
	if (!err)
		err = pthread_condattr_setpshared(&attr, pshared);
	if (!err)
		err = pthread_cond_init(c, &attr);
	pthread_condattr_destroy(&attr);
	return err;
}

/* pt_clockcond_timedwait is pthread_cond_timedwait until a deadline. */
static inline int pt_clockcond_timedwait(pthread_cond_t *c, pthread_mutex_t *m, int64_t deadline)
{
#ifdef __APPLE__
	/* No longer than a day at a time, which fits whatever it is counted in
	 * on the way. What ends early ends as any wait may, woken by nobody. To
	 * wait on here could lose a wake-up that came in between. */
	const int64_t day = 24 * 60 * 60 * PT_NANOS_PER_SEC;
	int64_t left = pt_deadline_left(deadline);
	struct timespec ts = pt_deadline_abs(left < day ? left : day);
	int err = pthread_cond_timedwait_relative_np(c, m, &ts);
	return err == ETIMEDOUT && !pt_deadline_passed(deadline) ? 0 : err;
#else
	struct timespec ts = pt_deadline_abs(deadline);
	return pthread_cond_timedwait(c, m, &ts);
#endif
}

#endif
