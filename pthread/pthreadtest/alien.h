/* Threads of C's own that call back. */
#ifndef PTTEST_ALIEN_H
#define PTTEST_ALIEN_H

#include <stdint.h>

/* pttest_entry is what the threads call; a thread goes on as long as it
 * returns something other than 0. */
typedef int (*pttest_entry)(uintptr_t body, int thread, int call);

typedef struct pttest_alien pttest_alien;

/* pttest_start starts a thread that makes so many calls, pttest_join waits for
 * its end. Both return 0 or an errno value. */
int pttest_start(pttest_alien **out, pttest_entry entry, uintptr_t body, int calls);
int pttest_join(pttest_alien *alien);

/* pttest_churn makes threads, each of which makes so many calls, and returns
 * when all have ended. So many of them are alive at a time as parallel says;
 * as many more make and join them and call nothing. */
int pttest_churn(pttest_entry entry, uintptr_t body, int threads, int parallel, int calls);

#endif
