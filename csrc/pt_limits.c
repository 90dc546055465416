//go:build linux || darwin || freebsd

#include "pt_limits.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

#if defined(__GLIBC__)
#include <gnu/libc-version.h>
#elif defined(__APPLE__) || defined(__FreeBSD__)
#include <sys/types.h>
#include <sys/sysctl.h>
#endif

/* A limit that does not exist is an error too: no system here lacks one. */
static int limit(int name, int *out)
{
	long n = sysconf(name);
	if (n < 0 || n > INT_MAX)
		return ENOTSUP;
	*out = (int)n;
	return 0;
}

int pt_limits_keys(int *out)
{
	return limit(_SC_THREAD_KEYS_MAX, out);
}

int pt_limits_destructor_iterations(int *out)
{
	return limit(_SC_THREAD_DESTRUCTOR_ITERATIONS, out);
}

int pt_limits_libc(const char **name, const char **version)
{
#if defined(__GLIBC__)
	*name = "glibc";
	*version = gnu_get_libc_version();
#elif defined(__APPLE__) || defined(__FreeBSD__)
#ifdef __APPLE__
	*name = "macOS";
	static const char key[] = "kern.osproductversion";
#else
	*name = "FreeBSD";
	static const char key[] = "kern.osrelease";
#endif
	/* It has the thread's own memory until the next call. */
	static _Thread_local char text[64];
	size_t room = sizeof text - 1;
	if (sysctlbyname(key, text, &room, NULL, 0))
		text[0] = 0;
	*version = text;
#elif defined(__BIONIC__)
	*name = "bionic";
	*version = "";
#else
	/* The one that defines no macro of its own. */
	*name = "musl";
	*version = "";
#endif
	return 0;
}
