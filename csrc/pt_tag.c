//go:build linux || darwin || freebsd

#include "pt_tag.h"

#include <errno.h>

#define CLAIMED 1
#define RETIRED 2

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
	if (found == CLAIMED || found == RETIRED)
		return EAGAIN;
	return found == 0 ? ENOENT : EINVAL;
}

int pt_tag_retire(pt_tag *t, uint64_t tag)
{
	return atomic_compare_exchange_strong(t, &tag, RETIRED) ? 0 : EINVAL;
}

void pt_tag_settle(pt_tag *t, uint64_t tag)
{
	uint64_t retired = RETIRED;
	atomic_compare_exchange_strong(t, &retired, tag);
}
