package pthread

import (
	"runtime"
	"syscall"
	"time"
)

// Sem is an unnamed semaphore of this process (sem_t). It is made by NewSem
// and must not be copied. It has no owner: any thread may post. Its waiters
// block their OS thread. A Post happens before the return of the Wait that it
// lets through.
type Sem struct{ object[cSem] }

// NewSem makes a semaphore with a first value (sem_init). The error is an
// *Error with EINVAL where value is above SEM_VALUE_MAX (2,147,483,647).
func NewSem(value uint32) (*Sem, error) {
	if !Available {
		return nil, ErrUnavailable
	}
	c, errno := shimSemNew(value)
	if errno != 0 {
		return nil, check("sem_init", errno)
	}
	s := &Sem{object[cSem]{c: c}}
	runtime.AddCleanup(s, shimSemFree, c)
	return s, nil
}

// NewSem makes a semaphore that processes share, at an offset of the memory
// (sem_init with pshared). The error is an *Error with EEXIST where an object
// is there already, else as for the function NewSem.
func (s *SharedMemory) NewSem(offset int, value uint32) (*Sem, error) {
	return placedSem(s, "sem_init", offset, func(c *cSem) syscall.Errno { return shimSemPlace(c, value) })
}

// Sem finds the semaphore that was made at an offset of the memory. The error
// is an *Error with ENOENT where nothing is, EAGAIN while it is being made, and
// EINVAL where something else is.
func (s *SharedMemory) Sem(offset int) (*Sem, error) {
	return placedSem(s, "sem_open", offset, shimSemFind)
}

func placedSem(s *SharedMemory, op string, offset int, shim func(*cSem) syscall.Errno) (*Sem, error) {
	o := new(Sem)
	if err := place(&o.object, s, op, offset, shim); err != nil {
		return nil, err
	}
	return o, nil
}

// Wait takes one off the value and blocks while it is zero (sem_wait).
func (s *Sem) Wait() error { return s.do("sem_wait", shimSemWait) }

// TryWait takes one off the value if it is not zero and says whether it did
// (sem_trywait).
func (s *Sem) TryWait() (bool, error) {
	return unless(syscall.EAGAIN, s.do("sem_trywait", shimSemTryWait))
}

// TimedWait is Wait with an end and says whether it took one (sem_timedwait,
// sem_clockwait). The deadline is on the monotonic clock.
func (s *Sem) TimedWait(deadline time.Time) (bool, error) {
	return unless(syscall.ETIMEDOUT, s.do("sem_timedwait", func(c *cSem) syscall.Errno {
		return shimSemTimedWait(c, deadline)
	}))
}

// Post adds one to the value and wakes a waiter (sem_post). The error is an
// *Error with EOVERFLOW at SEM_VALUE_MAX.
func (s *Sem) Post() error { return s.do("sem_post", shimSemPost) }

// Value gives the value at one moment (sem_getvalue).
func (s *Sem) Value() (int, error) {
	var value int
	err := s.do("sem_getvalue", func(c *cSem) (errno syscall.Errno) {
		value, errno = shimSemValue(c)
		return errno
	})
	return value, err
}

// Destroy ends the semaphore (sem_destroy); further use gives EINVAL. Nobody
// may wait on it. One that is dropped without Destroy is freed by the garbage
// collector.
func (s *Sem) Destroy() error {
	return s.destroyOnce("sem_destroy", shimSemDestroy)
}
