#include "pt_sem.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/types.h>

#include "pt_deadline.h"
#include "pt_own_poll.h"

/* sem_* say -1 and errno; the shims say the errno. */
static int code(int ret)
{
	return ret ? errno : 0;
}

int pt_sem_init(pt_sem *s, int shared, unsigned value)
{
	s->named = NULL;
	return pt_own_sem_init(&s->own, shared, value);
}

int pt_sem_new(pt_sem **out, unsigned value)
{
	pt_sem *s = calloc(1, sizeof *s);
	if (!s)
		return ENOMEM;
	int err = pt_sem_init(s, 0, value);
	if (err) {
		free(s);
		return err;
	}
	*out = s;
	return 0;
}

int pt_sem_place(pt_sem_shared *s, unsigned value)
{
	int err = pt_tag_claim(&s->tag);
	if (err)
		return err;
	err = pt_sem_init(&s->sem, 1, value);
	if (err)
		pt_tag_clear(&s->tag);
	else
		pt_tag_set(&s->tag, PT_TAG(PT_KIND_SEM, pt_sem_shared));
	return err;
}

int pt_sem_find(pt_sem_shared *s)
{
	return pt_tag_check(&s->tag, PT_TAG(PT_KIND_SEM, pt_sem_shared));
}

int pt_sem_open(pt_sem **out, const char *name, int flag, unsigned mode, unsigned value)
{
	pt_sem *s = calloc(1, sizeof *s);
	if (!s)
		return ENOMEM;
	int err;
	do {
		s->named = sem_open(name, flag, (mode_t)mode, value);
		err = s->named == SEM_FAILED ? errno : 0;
	} while (err == EINTR);
	if (err)
		free(s);
	else
		*out = s;
	return err;
}

int pt_sem_close(pt_sem *s)
{
	int err = code(sem_close(s->named));
	free(s);
	return err;
}

int pt_sem_unlink(const char *name)
{
	return code(sem_unlink(name));
}

/* The wait of a named one for pt_own_poll. */
static int attempt(void *named)
{
	int err;
	while ((err = code(sem_trywait(named))) == EINTR)
		;
	return err;
}

int pt_sem_wait(pt_sem *s)
{
	if (!s->named)
		return pt_own_sem_timedwait(&s->own, PT_NEVER);
	int err;
	while ((err = code(sem_wait(s->named))) == EINTR)
		;
	return err;
}

int pt_sem_trywait(pt_sem *s)
{
	return s->named ? attempt(s->named) : pt_own_sem_trywait(&s->own);
}

int pt_sem_timedwait(pt_sem *s, int64_t deadline)
{
	return s->named ? pt_own_poll(attempt, s->named, EAGAIN, deadline) : pt_own_sem_timedwait(&s->own, deadline);
}

int pt_sem_post(pt_sem *s)
{
	if (!s->named)
		return pt_own_sem_post(&s->own);
	int err;
	while ((err = code(sem_post(s->named))) == EINTR)
		;
	return err;
}

int pt_sem_value(pt_sem *s, int *out)
{
	if (s->named)
		return ENOTSUP;
	*out = pt_own_sem_value(&s->own);
	return 0;
}

int pt_sem_destroy(pt_sem *s)
{
	return pt_own_sem_destroy(&s->own);
}

void pt_sem_free(pt_sem *s)
{
	free(s);
}
