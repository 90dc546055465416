#include "pt_shm_os.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

int pt_shm_reserve(int fd, size_t size)
{
	/* posix_fallocate sets the size of such an object and takes no room. */
	(void)fd, (void)size;
	return 0;
}

int pt_shm_anonymous(size_t size, int *fd)
{
	int new = memfd_create("pythreads", MFD_CLOEXEC | MFD_ALLOW_SEALING);
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
	/* The C library knows the locks that processes share by their addresses
	 * and does not forget those of memory that goes. So the addresses are
	 * not given back: other memory would have the old locks there. */
	void *m = mmap(at, size, PROT_NONE, MAP_GUARD | MAP_FIXED, -1, 0);
	return m == MAP_FAILED ? errno : 0;
}
