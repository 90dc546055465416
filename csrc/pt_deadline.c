//go:build linux || darwin || freebsd

#include "pt_deadline.h"

static int64_t now(clockid_t clock)
{
	struct timespec ts;
	clock_gettime(clock, &ts);
	return ts.tv_sec * PT_NANOS_PER_SEC + ts.tv_nsec;
}

struct timespec pt_deadline_abs(int64_t deadline)
{
	/* The waits refuse negative times (EINVAL); one that is long past
	 * is as past as any. */
	if (deadline < 0)
		deadline = 0;
	struct timespec ts = {
		.tv_sec = deadline / PT_NANOS_PER_SEC,
		.tv_nsec = deadline % PT_NANOS_PER_SEC,
	};
	return ts;
}

struct timespec pt_deadline_real(int64_t deadline)
{
	/* Past is past, and the least of all deadlines less the time now would
	 * wrap around to the far future. */
	if (deadline < 0)
		deadline = 0;
	int64_t real = now(CLOCK_REALTIME), left = deadline - now(PT_CLOCK);
	if (left > INT64_MAX - real)
		left = INT64_MAX - real;
	return pt_deadline_abs(real + left);
}

int pt_deadline_passed(int64_t deadline)
{
	return now(PT_CLOCK) >= deadline;
}

int64_t pt_deadline_left(int64_t deadline)
{
	int64_t at = now(PT_CLOCK);
	return deadline > at ? deadline - at : 0;
}
