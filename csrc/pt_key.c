//go:build linux || darwin || freebsd

#include "pt_key.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

static pt_key_end end_of_thread;
static pthread_key_t threads; /* the calling thread's pt_key_thread */
static int threads_error;
static _Atomic(pt_key_thread *) ended;

static void on_end(void *arg)
{
	pt_key_thread *t = arg;
	if (t->calls) {
		/* The thread has no value of this key any more. With its old one
		 * back, what is set from here on is found by the same caller. */
		pthread_setspecific(threads, t);
		end_of_thread(t);
		pthread_setspecific(threads, NULL);
		free(t);
		return;
	}
	t->next = atomic_load(&ended);
	while (!atomic_compare_exchange_weak(&ended, &t->next, t))
		;
}

/* As for the key of pt_exit.c: made here, it is older than that of the Go
 * runtime, and the thread still has its identity in Go when it tells its end.
 * Told later, each end would have to ask the runtime for a new one. It is the
 * oldest of all, since what runs in Go now may ask who it is. */
__attribute__((constructor(101))) static void init(void)
{
	threads_error = pthread_key_create(&threads, on_end);
}

void pt_key_set_end(pt_key_end end)
{
	end_of_thread = end;
}

int pt_key_create(pthread_key_t *key)
{
	return pthread_key_create(key, NULL);
}

int pt_key_delete(pthread_key_t key)
{
	return pthread_key_delete(key);
}

int pt_key_max(void)
{
	return (int)sysconf(_SC_THREAD_KEYS_MAX);
}

uintptr_t pt_key_get(pthread_key_t key, int *any_ended)
{
	*any_ended = atomic_load_explicit(&ended, memory_order_relaxed) != NULL;
	return (uintptr_t)pthread_getspecific(key);
}

int pt_key_set(pthread_key_t key, uintptr_t value)
{
	return pthread_setspecific(key, (void *)value);
}

int pt_key_thread_self(pt_key_thread **out, int calls)
{
	if (threads_error)
		return threads_error;
	pt_key_thread *t = pthread_getspecific(threads);
	if (!t) {
		if (!(t = calloc(1, sizeof *t)))
			return ENOMEM;
		t->calls = calls;
		int err = pthread_setspecific(threads, t);
		if (err) {
			free(t);
			return err;
		}
	}
	*out = t;
	return 0;
}

pt_key_thread *pt_key_drain(void)
{
	return atomic_exchange(&ended, NULL);
}

void pt_key_thread_free(pt_key_thread *t)
{
	free(t);
}
