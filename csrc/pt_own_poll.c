//go:build darwin

#include "pt_own_poll.h"

#include <errno.h>
#include <time.h>

#include "pt_deadline.h"

#define FIRST_PAUSE INT64_C(10000)
#define LAST_PAUSE INT64_C(1000000)

int pt_own_poll(int (*attempt)(void *), void *object, int busy, int64_t deadline)
{
	for (int64_t pause = FIRST_PAUSE;; pause = 2 * pause < LAST_PAUSE ? 2 * pause : LAST_PAUSE) {
		int answer = attempt(object);
		if (answer != busy)
			return answer;
		int64_t left = pt_deadline_left(deadline);
		if (!left)
			return ETIMEDOUT;
		struct timespec ts = { .tv_nsec = pause < left ? pause : left };
		nanosleep(&ts, NULL); /* a signal shortens it, and that is all right */
	}
}
