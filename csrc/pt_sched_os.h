/* What the sources of pt_sched.h say to each other. */
#ifndef PT_SCHED_OS_H
#define PT_SCHED_OS_H

#include "pt_sched.h"

/* pt_sched_name gives in *policy the enum pt_policy of the system's number of
 * a policy (ENOTSUP, and that number: there is none for it). */
int pt_sched_name(int native, int *policy);

#endif
