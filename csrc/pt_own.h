/* What macOS lacks of POSIX threads and is made here of what it has. The names
 * are those of POSIX with another prefix, so that a shim is written once:
 * PT_BASE(barrier_wait) is pthread_barrier_wait where there is one. The sources
 * are for any system, built where they are needed, and by tests. */
#ifndef PT_OWN_H
#define PT_OWN_H

#ifdef __APPLE__
#include "pt_own_barrier.h"
#include "pt_own_join.h"
#include "pt_own_spin.h"
#define PT_BASE(name) pt_own_##name
#else
#include <pthread.h>
#define PT_BASE(name) pthread_##name
#endif

#endif
