//go:build linux || freebsd

#include "pt_sem.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/types.h>

#include "pt_deadline.h"

/* sem_* say -1 and errno; the shims say the errno. */
static int code(int ret)
{
	return ret ? errno : 0;
}

int pt_sem_init(pt_sem *s, int shared, unsigned value)
{
	return code(sem_init(s, shared, value));
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
	pt_sem *s;
	int err;
	do {
		s = sem_open(name, flag, (mode_t)mode, value);
		err = s == SEM_FAILED ? errno : 0;
	} while (err == EINTR);
	if (!err)
		*out = s;
	return err;
}

int pt_sem_close(pt_sem *s)
{
	return code(sem_close(s));
}

int pt_sem_unlink(const char *name)
{
	int err = code(sem_unlink(name));
	return err == EPERM ? EACCES : err; /* as POSIX has it, musl has not */
}

int pt_sem_wait(pt_sem *s)
{
	int err;
	while ((err = code(sem_wait(s))) == EINTR)
		;
	return err;
}

int pt_sem_trywait(pt_sem *s)
{
	int err;
	while ((err = code(sem_trywait(s))) == EINTR)
		;
	return err;
}

int pt_sem_timedwait(pt_sem *s, int64_t deadline)
{
	for (;;) {
#ifdef PT_HAVE_CLOCKWAIT
		struct timespec ts = pt_deadline_abs(deadline);
		int err = code(sem_clockwait(s, CLOCK_MONOTONIC, &ts));
#else
		struct timespec ts = pt_deadline_real(deadline);
		int err = code(sem_timedwait(s, &ts));
		if (err == ETIMEDOUT && !pt_deadline_passed(deadline))
			continue;
#endif
		if (err != EINTR)
			return err;
	}
}

int pt_sem_post(pt_sem *s)
{
	return code(sem_post(s));
}

int pt_sem_value(pt_sem *s, int *out)
{
	return code(sem_getvalue(s, out));
}

int pt_sem_destroy(pt_sem *s)
{
	return code(sem_destroy(s));
}

void pt_sem_free(pt_sem *s)
{
	free(s);
}
