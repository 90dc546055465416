//go:build linux || darwin || freebsd

#include "pt_shm_os.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int pt_shm_resize(int fd, size_t size)
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
	int err = pt_shm_reserve(new, size);
	if (!err)
		err = pt_shm_resize(new, size);
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
	/* That of shared memory has no kind on macOS. */
	if (!S_ISREG(st.st_mode) && (st.st_mode & S_IFMT))
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
