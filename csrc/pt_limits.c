//go:build linux

#include "pt_limits.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <gnu/libc-version.h>
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
