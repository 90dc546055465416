/* What the hammers share: how they tell a broken invariant, and the time. */
#ifndef HAMMER_H
#define HAMMER_H

#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "pt_deadline.h"

static atomic_int broken;

#define CHECK(condition, ...)                                  \
	do {                                                   \
		if (!(condition)) {                            \
			atomic_fetch_add(&broken, 1);          \
			fprintf(stderr, "broken: " __VA_ARGS__); \
			fputc('\n', stderr);                   \
		}                                              \
	} while (0)

/* in_nanos gives the deadline that is so far from now. */
static inline int64_t in_nanos(int64_t ns)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * PT_NANOS_PER_SEC + ts.tv_nsec + ns;
}

#endif
