//go:build cgo && (linux || darwin || freebsd)

#include "block.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

int pttest_read(int fd)
{
	char c;
	ssize_t n = read(fd, &c, 1);
	return n < 0 ? -errno : (int)n;
}

static atomic_int caught[129]; /* for any system's signals */

static void count(int sig)
{
	atomic_fetch_add(&caught[sig], 1);
}

int pttest_catch(int sig)
{
	struct sigaction a = { .sa_handler = count, .sa_flags = SA_ONSTACK | SA_RESTART };
	sigemptyset(&a.sa_mask);
	return sigaction(sig, &a, NULL) ? errno : 0;
}

int pttest_caught(int sig)
{
	return atomic_load(&caught[sig]);
}
