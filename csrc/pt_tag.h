/* Tags: how processes that share memory know what lies in it. An object that
 * they share begins with one, so that none of them takes it for another kind,
 * for ready while it is being made, or for alive when it was destroyed. */
#ifndef PT_TAG_H
#define PT_TAG_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h> /* __GLIBC__ */

/* PT_PLACE is the room in bytes that every shared object takes, and what its
 * offset is a multiple of. */
#ifdef __APPLE__
#define PT_PLACE 256 /* its pthread_rwlock_t alone takes 200 */
#else
#define PT_PLACE 128
#endif

/* 0: nothing is here. An object in a process's own memory keeps 0. */
typedef _Atomic uint64_t pt_tag;

enum pt_kind {
	PT_KIND_MUTEX = 1,
	PT_KIND_COND,
	PT_KIND_SEM,
	PT_KIND_RWMUTEX,
	PT_KIND_SPIN,
	PT_KIND_BARRIER,
};

/* Objects of two C libraries may have one size and nothing else in common. */
#ifdef __GLIBC__
#define PT_TAG_LIBC 1
#elif defined(__APPLE__)
#define PT_TAG_LIBC 3
#elif defined(__FreeBSD__)
#define PT_TAG_LIBC 4
#else
#define PT_TAG_LIBC 2
#endif

/* PT_TAG_UNMAKE ends an object of libc's whose memory is about to go. FreeBSD
 * keeps all of it elsewhere, and says so if the object has been ended before;
 * the others have nothing outside of it. */
#ifdef __FreeBSD__
#define PT_TAG_UNMAKE(destroy) (void)(destroy)
#else
#define PT_TAG_UNMAKE(destroy) (void)0
#endif

/* PT_TAG is the tag of an object of that kind and C type. The library and the
 * size are in it because processes of different libraries, or word sizes,
 * cannot share it. No tag is below PT_TAG_LEAST. */
#define PT_TAG_LEAST UINT64_C(0x7079746800000000)
#define PT_TAG(kind, type) \
	(PT_TAG_LEAST | (uint64_t)PT_TAG_LIBC << 24 | (uint64_t)(kind) << 16 | (uint64_t)sizeof(type))

/* pt_tag_claim takes a place where nothing is (EEXIST: something is). Then
 * pt_tag_set says what was made there, or pt_tag_clear gives it up. A process
 * that dies between the two leaves it claimed for ever. */
int pt_tag_claim(pt_tag *t);
void pt_tag_set(pt_tag *t, uint64_t tag);
void pt_tag_clear(pt_tag *t);

/* pt_tag_check says whether an object of that tag is ready here (ENOENT:
 * nothing is, EAGAIN: it is being made or destroyed, EINVAL: something else
 * is). */
int pt_tag_check(pt_tag *t, uint64_t tag);

/* pt_tag_retire begins the destruction of the object of that tag, for one
 * caller of all (EINVAL: it is not there any more); nothing can be made here
 * until pt_tag_settle has ended it: with 0, or with the tag if the object
 * stays after all. */
int pt_tag_retire(pt_tag *t, uint64_t tag);
void pt_tag_settle(pt_tag *t, uint64_t tag);

#endif
