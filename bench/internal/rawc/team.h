/* A team: one or two pinned threads that begin together and are timed. */
#ifndef RAWC_TEAM_H
#define RAWC_TEAM_H

#include <stdint.h>

typedef struct member {
	int cpu;
	void (*body)(void *shared);
} member;

/* team_run runs the members' bodies with shared, each on a thread of its own
 * pinned to its CPU, and gives the nanoseconds from the first beginning to the
 * last end, or an errno value negated. */
int64_t team_run(const member *members, int n, void *shared);

#endif
