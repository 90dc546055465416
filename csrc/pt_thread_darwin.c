#include "pt_thread_os.h"

#include <errno.h>
#include <mach/mach.h>

#include "pt_deadline.h"

int64_t pt_thread_tid(void)
{
	uint64_t tid;
	return pthread_threadid_np(NULL, &tid) ? 0 : (int64_t)tid;
}

int pt_thread_setname(uintptr_t id, const char *name)
{
	if (!pthread_equal((pthread_t)id, pthread_self()))
		return ENOTSUP;
	/* This one sets errno. */
	return pthread_setname_np(name) ? errno : 0;
}

int pt_thread_setcpus(uintptr_t id, const pt_cpus *cpus, size_t size)
{
	(void)id, (void)cpus, (void)size;
	return ENOTSUP;
}

int pt_thread_getcpus(uintptr_t id, pt_cpus *cpus, size_t size)
{
	(void)id, (void)cpus, (void)size;
	return ENOTSUP;
}

int pt_thread_max_cpus(size_t *size)
{
	(void)size;
	return ENOTSUP;
}

static int64_t nanoseconds(time_value_t t)
{
	return t.seconds * PT_NANOS_PER_SEC + t.microseconds * INT64_C(1000);
}

int pt_thread_cputime(uintptr_t id, int64_t *ns)
{
	thread_basic_info_data_t info;
	mach_msg_type_number_t count = THREAD_BASIC_INFO_COUNT;
	mach_port_t port = pthread_mach_thread_np((pthread_t)id);
	if (thread_info(port, THREAD_BASIC_INFO, (thread_info_t)&info, &count) != KERN_SUCCESS)
		return ESRCH;
	*ns = nanoseconds(info.user_time) + nanoseconds(info.system_time);
	return 0;
}

int pt_thread_bounds(pthread_t t, uintptr_t *addr, size_t *size, size_t *guard)
{
	/* It gives the top of the stack. The guard's size is nobody's to know. */
	uintptr_t top = (uintptr_t)pthread_get_stackaddr_np(t);
	*size = pthread_get_stacksize_np(t);
	*addr = top - *size;
	*guard = 0;
	return 0;
}
