//go:build linux

#include "pt_shm.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U /* Linux 6.3 */
#endif

/* reserve sets room aside for an object that has no size yet. Without it, the
 * first touch of a page for which a full file system has no room is SIGBUS. */
static int reserve(int fd, size_t size)
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

static int resize(int fd, size_t size)
{
	int err;
	while ((err = ftruncate(fd, (off_t)size) ? errno : 0) == EINTR)
		;
	return err;
}

int pt_shm_create(const char *name, size_t size, int *fd)
{
	int new = shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0600);
	if (new < 0)
		return errno;
	/* The size last: who opens it meanwhile finds none and knows. */
	int err = reserve(new, size);
	if (!err)
		err = resize(new, size);
	if (err) {
		shm_unlink(name);
		close(new);
		return err;
	}
	*fd = new;
	return 0;
}

int pt_shm_open(const char *name, int *fd)
{
	int old = shm_open(name, O_RDWR, 0);
	if (old < 0)
		return errno;
	*fd = old;
	return 0;
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
	int err = resize(new, size);
	if (!err && fcntl(new, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL))
		err = errno;
	if (err) {
		close(new);
		return err;
	}
	*fd = new;
	return 0;
}

int pt_shm_unlink(const char *name)
{
	int err = shm_unlink(name) ? errno : 0;
	return err == EPERM ? EACCES : err; /* as POSIX has it, musl has not */
}

int pt_shm_map(int fd, void **at, size_t *size)
{
	struct stat st;
	if (fstat(fd, &st))
		return errno;
	if (!S_ISREG(st.st_mode))
		return ENODEV;
	if (st.st_size <= 0)
		return EAGAIN;
	if ((uintmax_t)st.st_size > PTRDIFF_MAX)
		return ENOMEM;
	void *m = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (m == MAP_FAILED)
		return errno;
	int flags = fcntl(fd, F_GETFD);
	if (flags < 0 || fcntl(fd, F_SETFD, flags | FD_CLOEXEC)) {
		int err = errno;
		munmap(m, (size_t)st.st_size);
		return err;
	}
	*at = m;
	*size = (size_t)st.st_size;
	return 0;
}

int pt_shm_unmap(void *at, size_t size)
{
	return munmap(at, size) ? errno : 0;
}
