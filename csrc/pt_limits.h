/* Limits: what the C library allows, and which one it is. */
#ifndef PT_LIMITS_H
#define PT_LIMITS_H

int pt_limits_keys(int *out);                  /* PTHREAD_KEYS_MAX */
int pt_limits_destructor_iterations(int *out); /* PTHREAD_DESTRUCTOR_ITERATIONS */

/* pt_limits_libc gives constants; the version is empty where the library does
 * not tell it. On macOS and FreeBSD, where the library is the system's, it is
 * the system's. */
int pt_limits_libc(const char **name, const char **version);

#endif
