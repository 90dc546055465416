package pthread

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"syscall"
	"time"
)

// Sem is a semaphore (sem_t): of this process (NewSem), in a SharedMemory
// (its methods NewSem and Sem), or under a name that any process may open
// (OpenSem). It must not be copied. It has no owner: any thread of any process
// that has it may post, and what a process has taken is lost when it dies. Its
// waiters block their OS thread. A Post happens before the return of the Wait
// that it lets through.
//
// macOS has no semaphores but named ones, so the others are of this package's
// making there: one of a process is a mutex and a condition, and one in shared
// memory polls, once a millisecond at most. A named one polls in TimedWait, has
// no Value (ENOTSUP), begins with 32,767 at most (EINVAL), and has no upper end
// that Post would tell of.
type Sem struct {
	object[cSem]
	name    string // "" but for a named one
	users   lease  // who uses a named one, which ends at Close
	cleanup runtime.Cleanup
}

// maxSemValue is SEM_VALUE_MAX, the same wherever there are shims, but for
// named ones on macOS.
const maxSemValue = math.MaxInt32

// NewSem makes a semaphore of this process with a first value (sem_init). The
// error is an *Error with EINVAL where value is above SEM_VALUE_MAX
// (2,147,483,647).
func NewSem(value uint32) (*Sem, error) {
	if !Available {
		return nil, ErrUnavailable
	}
	if err := checkSemValue("sem_init", value); err != nil {
		return nil, err
	}
	c, errno := shimSemNew(value)
	if errno != 0 {
		return nil, check("sem_init", errno)
	}
	s := &Sem{object: object[cSem]{c: c}}
	runtime.AddCleanup(s, shimSemFree, c)
	return s, nil
}

// NewSem makes a semaphore that processes share, at an offset of the memory
// (sem_init with pshared). The error is an *Error with EEXIST where an object
// is there already, else as for the function NewSem.
func (s *SharedMemory) NewSem(offset int, value uint32) (*Sem, error) {
	if !Available {
		return nil, ErrUnavailable
	}
	if err := checkSemValue("sem_init", value); err != nil {
		return nil, err
	}
	return placedSem(s, "sem_init", offset, func(c *cSemShared) syscall.Errno { return shimSemPlace(c, value) })
}

// Sem finds the semaphore that was made at an offset of the memory. The error
// is an *Error with ENOENT where nothing is, EAGAIN while it is being made or
// destroyed, and EINVAL where something else is.
func (s *SharedMemory) Sem(offset int) (*Sem, error) {
	return placedSem(s, "sem_open", offset, shimSemFind)
}

func placedSem(s *SharedMemory, op string, offset int, shim func(*cSemShared) syscall.Errno) (*Sem, error) {
	var o object[cSemShared]
	if err := place(&o, s, op, offset, shim); err != nil {
		return nil, err
	}
	return &Sem{object: object[cSem]{c: shimSemIn(o.c), shared: o.shared, tagAt: o.tagAt, tag: o.tag}}, nil
}

// OpenSem opens the semaphore of that name (sem_open). With the flag 0 it must
// exist; with os.O_CREATE it is made if it does not, and perm and value are
// for this case alone; with os.O_CREATE|os.O_EXCL it must not exist. The bits
// of perm, less the umask, say who may open it: that takes both read and write
// permission. Names are as for CreateSharedMemory, and stay until UnlinkSem.
//
// Those who open one name share one semaphore, within a process too, and each
// has a Sem to close. Musl lets a process have 256 names open.
//
// The error is an *Error: ENOENT where it must exist, EEXIST where it must
// not, EACCES where the caller may not, EINVAL for another flag, a name that
// will not do, a perm with other bits, a value above SEM_VALUE_MAX, and
// ENAMETOOLONG.
func OpenSem(name string, flag int, perm os.FileMode, value uint32) (*Sem, error) {
	const op = "sem_open"
	if !Available {
		return nil, ErrUnavailable
	}
	cname, err := ipcName(op, name)
	if err != nil {
		return nil, err
	}
	switch flag {
	case 0:
	case os.O_CREATE, os.O_CREATE | os.O_EXCL:
		if perm&^os.ModePerm != 0 {
			return nil, &Error{Op: op, Errno: syscall.EINVAL, Detail: fmt.Sprintf("mode %v (it must be permission bits alone)", perm)}
		}
		if err := checkSemValue(op, value); err != nil {
			return nil, err
		}
	default:
		return nil, &Error{Op: op, Errno: syscall.EINVAL, Detail: fmt.Sprintf("flag %#x (it must be 0, os.O_CREATE or os.O_CREATE|os.O_EXCL)", flag)}
	}
	c, errno := shimSemOpen(cname, flag, uint32(perm), value)
	if errno != 0 {
		return nil, &Error{Op: op, Errno: errno, Detail: fmt.Sprintf("opening the semaphore %q", name)}
	}
	s := &Sem{object: object[cSem]{c: c}, name: name}
	s.cleanup = runtime.AddCleanup(s, func(c *cSem) { shimSemClose(c) }, c)
	return s, nil
}

// UnlinkSem takes the name of a semaphore away (sem_unlink). Who has it open
// keeps it, and another may be made under the name. The error is an *Error
// with ENOENT where there is none and EACCES where the caller may not.
func UnlinkSem(name string) error {
	if !Available {
		return ErrUnavailable
	}
	cname, err := ipcName("sem_unlink", name)
	if err != nil {
		return err
	}
	if errno := shimSemUnlink(cname); errno != 0 {
		return &Error{Op: "sem_unlink", Errno: errno, Detail: fmt.Sprintf("unlinking the semaphore %q", name)}
	}
	return nil
}

func checkSemValue(op string, value uint32) error {
	if value <= maxSemValue {
		return nil
	}
	return &Error{Op: op, Errno: syscall.EINVAL, Detail: fmt.Sprintf("a value of %d (at most %d)", value, maxSemValue)}
}

// do is object's, and holds off Close.
func (s *Sem) do(op string, shim func(*cSem) syscall.Errno) error {
	if s.name != "" {
		if !s.users.take() {
			return s.closed(op)
		}
		defer s.users.drop()
	}
	return s.object.do(op, shim)
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

// Destroy ends a semaphore without a name, for all processes that share it
// (sem_destroy); further use gives EINVAL. Nobody may wait on it. One of this
// process that is dropped without Destroy is freed by the garbage collector. A
// named one has Close and UnlinkSem instead: an *Error with EINVAL.
func (s *Sem) Destroy() error {
	if s.name != "" {
		return &Error{Op: "sem_destroy", Errno: syscall.EINVAL, Detail: fmt.Sprintf("the semaphore has the name %q: use Close, and UnlinkSem", s.name)}
	}
	return s.destroyOnce("sem_destroy", shimSemDestroy)
}

// Close ends a named semaphore for this Sem alone (sem_close); further use of
// it gives EINVAL. The error is an *Error with EBUSY while a call on the Sem
// has not returned, which POSIX leaves undefined, and then nothing has
// happened; and with EINVAL when it is closed already or has no name: Destroy
// is for these. One that is dropped without Close is closed by the garbage
// collector.
func (s *Sem) Close() error {
	const op = "sem_close"
	if s.name == "" {
		return &Error{Op: op, Errno: syscall.EINVAL, Detail: "the semaphore has no name: use Destroy"}
	}
	if !s.users.tryEnd() {
		if s.users.ended() {
			return s.closed(op)
		}
		return &Error{Op: op, Errno: syscall.EBUSY, Detail: fmt.Sprintf("a call on the semaphore %q has not returned", s.name)}
	}
	s.cleanup.Stop()
	errno := shimSemClose(s.c)
	runtime.KeepAlive(s) // or the cleanup might have begun before Stop
	return check(op, errno)
}

// closed is the error of op on a named semaphore after Close.
func (s *Sem) closed(op string) error {
	return &Error{Op: op, Errno: syscall.EINVAL, Detail: fmt.Sprintf("the semaphore %q was closed", s.name)}
}
