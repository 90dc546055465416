/* Memory that processes share: POSIX shared memory objects and anonymous
 * ones. */
#ifndef PT_SHM_H
#define PT_SHM_H

#include <stddef.h>

/* pt_shm_create makes the object of that name, which must not exist (EEXIST),
 * with mode 0600 and size bytes of zeros; pt_shm_open opens it; both give a
 * descriptor that is closed on exec. pt_shm_anonymous makes one without a
 * name, for a descriptor to be handed on. */
int pt_shm_create(const char *name, size_t size, int *fd);
int pt_shm_open(const char *name, int *fd);
int pt_shm_anonymous(size_t size, int *fd);
int pt_shm_unlink(const char *name);

/* pt_shm_map maps the whole object (EINVAL: it is empty) for reading and
 * writing. */
int pt_shm_map(int fd, void **at, size_t *size);
int pt_shm_unmap(void *at, size_t size);

#endif
