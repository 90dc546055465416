#include "pt_thread_os.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

int64_t pt_thread_tid(void)
{
	/* The kernel's name for a thread's CPU clock holds the thread's number,
	 * inverted, above three bits of kind, and the C library makes it without
	 * a system call. */
	clockid_t clock;
	if (pthread_getcpuclockid(pthread_self(), &clock))
		return (int)syscall(SYS_gettid);
	return (int)~(clock >> 3);
}

int pt_thread_setname(uintptr_t id, const char *name)
{
	return pthread_setname_np((pthread_t)id, name);
}

int pt_thread_setcpus(uintptr_t id, const pt_cpus *cpus, size_t size)
{
	return pthread_setaffinity_np((pthread_t)id, size, (const cpu_set_t *)cpus);
}

int pt_thread_getcpus(uintptr_t id, pt_cpus *cpus, size_t size)
{
	return pthread_getaffinity_np((pthread_t)id, size, (cpu_set_t *)cpus);
}

int pt_thread_max_cpus(size_t *size)
{
	/* The system call says how much it wrote; the C libraries keep that to
	 * themselves. */
	for (size_t room = 128;; room *= 2) {
		pt_cpus *cpus = malloc(room);
		if (!cpus)
			return ENOMEM;
		long n = syscall(SYS_sched_getaffinity, 0, room, cpus);
		int err = n < 0 ? errno : 0;
		free(cpus);
		if (!err)
			*size = (size_t)n;
		if (err != EINVAL || room > (1 << 20))
			return err;
	}
}

int pt_thread_bounds(pthread_t t, uintptr_t *addr, size_t *size, size_t *guard)
{
	pthread_attr_t a;
	int err = pthread_getattr_np(t, &a);
	if (err)
		return err;
	void *low;
	err = pthread_attr_getstack(&a, &low, size);
	if (!err)
		err = pthread_attr_getguardsize(&a, guard);
	pthread_attr_destroy(&a);
	if (err)
		return err;
	*addr = (uintptr_t)low;
	return 0;
}
