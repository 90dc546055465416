//go:build linux

#include "pt_tag.h"

#include <errno.h>

#define CLAIMED 1

int pt_tag_claim(pt_tag *t)
{
	uint64_t nothing = 0;
	return atomic_compare_exchange_strong(t, &nothing, CLAIMED) ? 0 : EEXIST;
}

void pt_tag_set(pt_tag *t, uint64_t tag)
{
	atomic_store(t, tag);
}

void pt_tag_clear(pt_tag *t)
{
	atomic_store(t, 0);
}

int pt_tag_check(pt_tag *t, uint64_t tag)
{
	uint64_t found = atomic_load(t);
	if (found == tag)
		return 0;
	return found == 0 ? ENOENT : found == CLAIMED ? EAGAIN : EINVAL;
}
