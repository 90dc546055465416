/* Tags: how processes that share memory know what lies in it. An object that
 * they share begins with one, so that none of them takes it for another kind,
 * for ready while it is being made, or for alive when it was destroyed. */
#ifndef PT_TAG_H
#define PT_TAG_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

/* PT_PLACE is the room in bytes that every shared object takes, and what its
 * offset is a multiple of. */
#define PT_PLACE 128

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

/* PT_TAG is the tag of an object of that kind and C type. The size is in it
 * because processes of different word sizes, or C libraries, cannot share. */
#define PT_TAG(kind, type) \
	(UINT64_C(0x7079746800000000) | (uint64_t)(kind) << 16 | (uint64_t)sizeof(type))

/* pt_tag_claim takes a place where nothing is (EEXIST: something is). Then
 * pt_tag_set says what was made there, or pt_tag_clear gives it up. */
int pt_tag_claim(pt_tag *t);
void pt_tag_set(pt_tag *t, uint64_t tag);
void pt_tag_clear(pt_tag *t);

/* pt_tag_check says whether an object of that tag is ready here (ENOENT:
 * nothing is, EAGAIN: it is being made, EINVAL: something else is). */
int pt_tag_check(pt_tag *t, uint64_t tag);

#endif
