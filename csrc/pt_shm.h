/* Memory that processes share: POSIX shared memory objects and anonymous
 * ones. */
#ifndef PT_SHM_H
#define PT_SHM_H

#include <stddef.h>

/* pt_shm_create makes the object of that name, which must not exist (EEXIST),
 * with mode 0600 and size bytes of zeros, for which on Linux it sets the room
 * aside (ENOSPC: there is too little); pt_shm_open opens it. pt_shm_anonymous
 * makes one without a name, whose size nobody can change. Each gives a
 * descriptor that is closed on exec. macOS rounds sizes up to whole pages. */
int pt_shm_create(const char *name, size_t size, int *fd);
int pt_shm_open(const char *name, int *fd);
int pt_shm_anonymous(size_t size, int *fd);
int pt_shm_unlink(const char *name);

/* pt_shm_map maps the whole object behind a descriptor for reading and writing
 * and has the descriptor closed on exec (EAGAIN: it has no size yet, ENODEV:
 * it is no such object, EACCES: it is not open for both). */
int pt_shm_map(int fd, void **at, size_t *size);
int pt_shm_unmap(void *at, size_t size);

#endif
