#include "pt_shm_os.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U /* Linux 6.3 */
#endif

/* Without it, the first touch of a page for which a full file system has no
 * room is SIGBUS. */
int pt_shm_reserve(int fd, size_t size)
{
	/* A signal makes it give up and begin anew, and if they come fast
	 * enough, as a profiler's do, it would never end. */
	sigset_t all, old;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	int err = fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, (off_t)size) ? errno : 0;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return err == EOPNOTSUPP || err == ENOSYS ? 0 : err;
}

int pt_shm_anonymous(size_t size, int *fd)
{
	/* Some systems demand that it be not executable, older ones do not
	 * know the word. */
	unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
	int new = memfd_create("pythreads", flags | MFD_NOEXEC_SEAL);
	if (new < 0 && errno == EINVAL)
		new = memfd_create("pythreads", flags);
	if (new < 0)
		return errno;
	int err = pt_shm_resize(new, size);
	if (!err && fcntl(new, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL))
		err = errno;
	if (err) {
		close(new);
		return err;
	}
	*fd = new;
	return 0;
}

int pt_shm_unmap(void *at, size_t size)
{
	return munmap(at, size) ? errno : 0;
}
