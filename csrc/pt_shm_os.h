/* What the sources of pt_shm.h say to each other. */
#ifndef PT_SHM_OS_H
#define PT_SHM_OS_H

#include "pt_shm.h"

/* pt_shm_reserve sets room aside for an object that has no size yet, where the
 * system can. */
int pt_shm_reserve(int fd, size_t size);

/* pt_shm_resize is ftruncate. */
int pt_shm_resize(int fd, size_t size);

#endif
