/* The scenarios of the benchmarks in plain C. Each returns the nanoseconds
 * that the loop took, or an errno value negated; EPROTO says that the loop
 * ran and came to a wrong result. */
#ifndef RAWC_H
#define RAWC_H

#include <stddef.h>
#include <stdint.h>

int64_t rawc_start_join(int64_t n, int cpu0, int cpu1, size_t stack);
int64_t rawc_lock_pair(int64_t n, int cpu);
int64_t rawc_contend(int64_t n, int cpu0, int cpu1);
int64_t rawc_round_trip(int64_t n, int cpu0, int cpu1);
int64_t rawc_queue(int64_t n, int64_t capacity, int cpu0, int cpu1);

/* rawc_libc names the C library. */
const char *rawc_libc(void);

#endif
