//go:build linux || darwin || freebsd

#include "pt_spin.h"

#include <errno.h>
#include <stdlib.h>

int pt_spin_new(pt_spin **out)
{
	pt_spin *s = calloc(1, sizeof *s);
	if (!s)
		return ENOMEM;
	int err = PT_BASE(spin_init)(&s->lock, PTHREAD_PROCESS_PRIVATE);
	if (err) {
		free(s);
		return err;
	}
	*out = s;
	return 0;
}

int pt_spin_place(pt_spin *s)
{
	int err = pt_tag_claim(&s->tag);
	if (err)
		return err;
	atomic_store(&s->held, 0);
	err = PT_BASE(spin_init)(&s->lock, PTHREAD_PROCESS_SHARED);
	if (err)
		pt_tag_clear(&s->tag);
	else
		pt_tag_set(&s->tag, PT_TAG(PT_KIND_SPIN, pt_spin));
	return err;
}

int pt_spin_find(pt_spin *s)
{
	return pt_tag_check(&s->tag, PT_TAG(PT_KIND_SPIN, pt_spin));
}

static int holding(pt_spin *s, int err)
{
	if (!err)
		atomic_store_explicit(&s->held, 1, memory_order_relaxed);
	return err;
}

int pt_spin_lock(pt_spin *s)
{
	return holding(s, PT_BASE(spin_lock)(&s->lock));
}

int pt_spin_trylock(pt_spin *s)
{
	return holding(s, PT_BASE(spin_trylock)(&s->lock));
}

int pt_spin_unlock(pt_spin *s)
{
	/* Not an exchange, which would cost as much as the lock itself. */
	if (!atomic_load_explicit(&s->held, memory_order_relaxed))
		return EPERM;
	atomic_store_explicit(&s->held, 0, memory_order_relaxed);
	return PT_BASE(spin_unlock)(&s->lock);
}

int pt_spin_destroy(pt_spin *s)
{
	/* libc ends a held one without a word. */
	int err = PT_BASE(spin_trylock)(&s->lock);
	if (err)
		return err;
	PT_BASE(spin_unlock)(&s->lock);
	err = PT_BASE(spin_destroy)(&s->lock);
	/* Last, since from then on the place may be another's. */
	pt_tag_clear(&s->tag);
	return err;
}

void pt_spin_free(pt_spin *s)
{
	PT_TAG_UNMAKE(pthread_spin_destroy(&s->lock));
	free(s);
}
