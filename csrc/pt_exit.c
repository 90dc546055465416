//go:build linux || darwin || freebsd

#include "pt_exit.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

static pthread_key_t key;
static int key_error;
static _Atomic(pt_exit *) ended;

/* Runs in the ending thread. A later destructor that calls pt_exit_watch
 * again gets a new notice and this destructor another round. */
static void on_exit_of_thread(void *arg)
{
	pt_exit *n = arg;
	atomic_store(&n->exited, 1);
	n->next = atomic_load(&ended);
	while (!atomic_compare_exchange_weak(&ended, &n->next, n))
		;
}

/* The Go runtime has a key whose destructor gives the ending thread's
 * identity to the next new thread. Destructors run in the order in which the
 * keys were made, and the runtime makes its own after every constructor; made
 * here, ours runs first, and so a thread is marked as ended before its
 * identity can be seen in another. Made later, a hammer of 160,000 short
 * threads saw 72 taken for a thread that was dead. */
__attribute__((constructor(102))) static void init(void)
{
	key_error = pthread_key_create(&key, on_exit_of_thread);
}

int pt_exit_watch(pt_exit **out)
{
	if (key_error)
		return key_error;
	pt_exit *n = pthread_getspecific(key);
	if (!n) {
		if (!(n = calloc(1, sizeof *n)))
			return ENOMEM;
		int err = pthread_setspecific(key, n);
		if (err) {
			free(n);
			return err;
		}
	}
	*out = n;
	return 0;
}

pt_exit *pt_exit_drain(void)
{
	return atomic_exchange(&ended, NULL);
}

void pt_exit_free(pt_exit *n)
{
	free(n);
}
