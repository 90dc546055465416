#include "pt_shm_os.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int pt_shm_reserve(int fd, size_t size)
{
	(void)fd, (void)size; /* there is no way */
	return 0;
}

int pt_shm_anonymous(size_t size, int *fd)
{
	/* One with a name that nobody guesses, and that is gone at once. */
	char name[32];
	int new, err;
	do {
		snprintf(name, sizeof name, "/pythreads.%08x%08x", (unsigned)arc4random(), (unsigned)arc4random());
		new = shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0600);
		err = new < 0 ? errno : 0;
	} while (err == EEXIST || err == EINTR);
	if (err)
		return err;
	shm_unlink(name);
	err = pt_shm_resize(new, size);
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
