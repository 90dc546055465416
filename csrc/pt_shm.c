//go:build linux

#include "pt_shm.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* sized gives the new object behind fd its size, or closes it. */
static int sized(int fd, size_t size, int *out)
{
	int err;
	while ((err = ftruncate(fd, (off_t)size) ? errno : 0) == EINTR)
		;
	if (err)
		close(fd);
	else
		*out = fd;
	return err;
}

int pt_shm_create(const char *name, size_t size, int *fd)
{
	int new = shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0600);
	if (new < 0)
		return errno;
	int err = sized(new, size, fd);
	if (err)
		shm_unlink(name);
	return err;
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
	int new = memfd_create("pythreads", MFD_CLOEXEC);
	return new < 0 ? errno : sized(new, size, fd);
}

int pt_shm_unlink(const char *name)
{
	return shm_unlink(name) ? errno : 0;
}

int pt_shm_map(int fd, void **at, size_t *size)
{
	struct stat st;
	if (fstat(fd, &st))
		return errno;
	if (st.st_size <= 0)
		return EINVAL;
	void *m = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (m == MAP_FAILED)
		return errno;
	*at = m;
	*size = (size_t)st.st_size;
	return 0;
}

int pt_shm_unmap(void *at, size_t size)
{
	return munmap(at, size) ? errno : 0;
}
