/* What the hammers share: how they tell a broken invariant, and the time. */
#ifndef HAMMER_H
#define HAMMER_H

#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "pt_deadline.h"

/* HAMMER_PART is for tools that make a program so much slower: it does one
 * part in so many of its work. PART gives that, of a number of rounds. */
#ifndef HAMMER_PART
#define HAMMER_PART 1
#endif
#define PART(n) ((n) / HAMMER_PART > 10 ? (n) / HAMMER_PART : 10)

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
	clock_gettime(PT_CLOCK, &ts);
	return ts.tv_sec * PT_NANOS_PER_SEC + ts.tv_nsec + ns;
}

#endif
