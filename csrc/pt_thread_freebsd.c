#include "pt_thread_os.h"

#include <errno.h>
#include <pthread_np.h>
#include <sys/param.h>
#include <sys/cpuset.h>

int64_t pt_thread_tid(void)
{
	return pthread_getthreadid_np();
}

int pt_thread_setname(uintptr_t id, const char *name)
{
	return pthread_setname_np((pthread_t)id, name);
}

/* there keeps of a set what the process may have at all: one more is an error
 * here, and not passed over. */
static int there(cpuset_t *cpus)
{
	cpuset_t all;
	if (cpuset_getaffinity(CPU_LEVEL_CPUSET, CPU_WHICH_PID, -1, sizeof all, &all))
		return errno;
	CPU_AND(cpus, cpus, &all);
	return CPU_EMPTY(cpus) ? EINVAL : 0;
}

int pt_thread_setcpus(uintptr_t id, const pt_cpus *cpus, size_t size)
{
	if (size != sizeof(cpuset_t))
		return EINVAL;
	cpuset_t set = *(const cpuset_t *)cpus;
	int err = there(&set);
	return err ? err : pthread_setaffinity_np((pthread_t)id, size, &set);
}

int pt_thread_getcpus(uintptr_t id, pt_cpus *cpus, size_t size)
{
	if (size != sizeof(cpuset_t))
		return EINVAL;
	return pthread_getaffinity_np((pthread_t)id, size, (cpuset_t *)cpus);
}

int pt_thread_max_cpus(size_t *size)
{
	*size = sizeof(cpuset_t);
	return 0;
}

int pt_thread_bounds(pthread_t t, uintptr_t *addr, size_t *size, size_t *guard)
{
	pthread_attr_t a;
	int err = pthread_attr_init(&a);
	if (err)
		return err;
	void *low;
	err = pthread_attr_get_np(t, &a);
	if (!err)
		err = pthread_attr_getstack(&a, &low, size);
	if (!err)
		err = pthread_attr_getguardsize(&a, guard);
	pthread_attr_destroy(&a);
	if (err)
		return err;
	*addr = (uintptr_t)low;
	return 0;
}
