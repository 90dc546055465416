/* Deadlines: an absolute time of PT_CLOCK in nanoseconds. */
#ifndef PT_DEADLINE_H
#define PT_DEADLINE_H

#include <stdint.h>
#include <time.h>

/* PT_UNDER_TSAN says whether the thread sanitizer is on, or, defined by hand,
 * another tool that is as ignorant. Those of gcc 12 and
 * clang 14 know none of glibc's functions that take a clock: to them a lock
 * that was got so is free, and a thread that was joined so still there. */
#if defined(__SANITIZE_THREAD__)
#define PT_UNDER_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define PT_UNDER_TSAN 1
#endif
#endif
#ifndef PT_UNDER_TSAN
#define PT_UNDER_TSAN 0
#endif

/* glibc 2.30 brought waits that take a clock (pthread_mutex_clocklock,
 * sem_clockwait). Elsewhere (musl, FreeBSD) the wait takes CLOCK_REALTIME, and since
 * that clock may be stepped, a time-out is believed only once
 * pt_deadline_passed agrees. */
#if defined(__GLIBC__) && defined(__GLIBC_PREREQ)
#if __GLIBC_PREREQ(2, 30) && !PT_UNDER_TSAN
#define PT_HAVE_CLOCKWAIT 1
#endif
#endif

/* PT_CLOCK is the clock of all deadlines: CLOCK_MONOTONIC, but for macOS, where
 * that goes on while the machine sleeps and the system's own waits do not. */
#ifdef __APPLE__
#define PT_CLOCK CLOCK_UPTIME_RAW
#else
#define PT_CLOCK CLOCK_MONOTONIC
#endif

#define PT_NANOS_PER_SEC INT64_C(1000000000)

/* PT_NEVER is a deadline that does not come. */
#define PT_NEVER INT64_MAX

/* pt_deadline_abs gives deadline as a point of PT_CLOCK. */
struct timespec pt_deadline_abs(int64_t deadline);

/* pt_deadline_left gives the nanoseconds from now to deadline, 0 if it has
 * passed. */
int64_t pt_deadline_left(int64_t deadline);

/* pt_deadline_real gives deadline as the point of CLOCK_REALTIME that is as
 * far from now. */
struct timespec pt_deadline_real(int64_t deadline);

/* pt_deadline_passed says whether PT_CLOCK has reached deadline. */
int pt_deadline_passed(int64_t deadline);

#endif
