//go:build linux || darwin || freebsd

#include "pt_self.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "pt_sched.h"

static pthread_key_t key;
static int key_error;
static _Thread_local int ending;

/* Runs in the ending thread, whose pthread_t is good until it returns. */
static void end(void *arg)
{
	pt_self *s = arg;
	ending = 1;
	atomic_fetch_or(&s->lease, PT_SELF_ENDED);
	for (int i = 0; atomic_load(&s->lease) != PT_SELF_ENDED; i++)
		pt_sched_pause(i);
	pt_self_drop(s);
}

/* Before main, as early as keys can be had: the process may run out of them
 * later. */
__attribute__((constructor(103))) static void init(void)
{
	key_error = pthread_key_create(&key, end);
}

int pt_self_get(pt_self **out)
{
	if (key_error)
		return key_error;
	pt_self *s = pthread_getspecific(key);
	if (!s) {
		if (!(s = calloc(1, sizeof *s)))
			return ENOMEM;
		/* There may be no further round of destructors for a new one. */
		if (ending) {
			atomic_store(&s->lease, PT_SELF_ENDED);
		} else {
			int err = pthread_setspecific(key, s);
			if (err) {
				free(s);
				return err;
			}
			atomic_store(&s->refs, 1); /* the thread's own */
		}
	}
	atomic_fetch_add(&s->refs, 1);
	*out = s;
	return 0;
}

void pt_self_drop(pt_self *s)
{
	if (atomic_fetch_sub(&s->refs, 1) == 1)
		free(s);
}
