//go:build linux

#include "rawc.h"

#ifdef __GLIBC__
#include <gnu/libc-version.h>

const char *rawc_libc(void)
{
	static char name[32] = "glibc ";
	const char *version = gnu_get_libc_version();
	int i = 0;
	for (; i + 7 < (int)sizeof name && version[i]; i++)
		name[6 + i] = version[i];
	name[6 + i] = 0;
	return name;
}
#else
/* musl defines nothing to know it by; on Linux it is what is left. */
const char *rawc_libc(void)
{
	return "musl";
}
#endif
