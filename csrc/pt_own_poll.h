/* Waiting by asking again and again, for what has no wait of its own. */
#ifndef PT_OWN_POLL_H
#define PT_OWN_POLL_H

#include <stdint.h>

/* pt_own_poll calls attempt with the object until it answers something other
 * than busy, which is the result, and pauses in between: 10 us at first, then
 * twice as long each time up to 1 ms. ETIMEDOUT: it still said busy at the
 * deadline (pt_deadline.h; PT_NEVER). */
int pt_own_poll(int (*attempt)(void *), void *object, int busy, int64_t deadline);

#endif
