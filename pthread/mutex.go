package pthread

import (
	"fmt"
	"runtime"
	"syscall"
	"time"
)

// MutexType is what a mutex does when it is misused or locked again
// (pthread_mutexattr_settype).
type MutexType int

const (
	// MutexNormal does not know its owner: locking it twice blocks for ever,
	// unlocking a mutex of another thread is not noticed
	// (PTHREAD_MUTEX_NORMAL).
	MutexNormal MutexType = iota
	// MutexErrorCheck answers EDEADLK to the first and EPERM to the second
	// (PTHREAD_MUTEX_ERRORCHECK).
	MutexErrorCheck
	// MutexRecursive may be locked again by its owner and counts; EPERM to
	// other threads that unlock it (PTHREAD_MUTEX_RECURSIVE).
	MutexRecursive
)

// MutexAttr says how NewMutex makes a mutex (pthread_mutexattr_t).
type MutexAttr struct {
	Type MutexType
}

// Mutex is a pthread_mutex_t. It is made by NewMutex and must not be copied.
//
// Its waiters block their OS thread. MutexErrorCheck and MutexRecursive
// belong to the OS thread that locked them: a goroutine must be locked to its
// thread (runtime.LockOSThread; the bodies of Create are) from Lock to Unlock.
//
// The n'th Unlock happens before the return of the n+1'th successful Lock.
type Mutex struct{ object[cMutex] }

// NewMutex makes a mutex (pthread_mutex_init). attr may be nil.
func NewMutex(attr *MutexAttr) (*Mutex, error) {
	if !Available {
		return nil, ErrUnavailable
	}
	var a MutexAttr
	if attr != nil {
		a = *attr
	}
	if a.Type < MutexNormal || a.Type > MutexRecursive {
		return nil, &Error{Op: "pthread_mutexattr_settype", Errno: syscall.EINVAL, Detail: fmt.Sprintf("unknown mutex type %d", a.Type)}
	}
	c, errno := shimMutexNew(a.Type)
	if errno != 0 {
		return nil, check("pthread_mutex_init", errno)
	}
	m := &Mutex{object[cMutex]{c: c}}
	runtime.AddCleanup(m, shimMutexFree, c)
	return m, nil
}

// Lock locks the mutex and blocks until it can (pthread_mutex_lock). The
// error is an *Error with EDEADLK where an errorcheck mutex is the caller's
// already, EAGAIN for a recursive one locked too many times, or EINVAL after
// Destroy.
func (m *Mutex) Lock() error {
	return m.do("pthread_mutex_lock", shimMutexLock)
}

// TryLock locks the mutex if that needs no waiting and says whether it did
// (pthread_mutex_trylock).
func (m *Mutex) TryLock() (bool, error) {
	return unless(syscall.EBUSY, m.do("pthread_mutex_trylock", shimMutexTryLock))
}

// TimedLock is Lock with an end and says whether it locked
// (pthread_mutex_timedlock). The deadline is on the monotonic clock.
func (m *Mutex) TimedLock(deadline time.Time) (bool, error) {
	return unless(syscall.ETIMEDOUT, m.do("pthread_mutex_timedlock", func(c *cMutex) syscall.Errno {
		return shimMutexTimedLock(c, deadline)
	}))
}

// Unlock unlocks the mutex (pthread_mutex_unlock). The error is an *Error
// with EPERM where an errorcheck or recursive mutex is not the caller's, or
// EINVAL after Destroy. Unlocking a free MutexNormal is undefined, as in C.
func (m *Mutex) Unlock() error {
	return m.do("pthread_mutex_unlock", shimMutexUnlock)
}

// Destroy ends the mutex (pthread_mutex_destroy); further use gives EINVAL.
// The error is an *Error with EBUSY while it is locked; only a recursive one
// that the caller itself holds goes unnoticed on musl. A mutex that is dropped
// without Destroy is freed by the garbage collector.
func (m *Mutex) Destroy() error {
	err := m.do("pthread_mutex_destroy", shimMutexDestroy)
	if err == nil {
		m.destroyed.Store(true)
	}
	return err
}

// unless makes the two results of a try out of an error: false and no error
// for the errno that only says that it did not work out.
func unless(errno syscall.Errno, err error) (bool, error) {
	if e, ok := err.(*Error); ok && e.Errno == errno {
		return false, nil
	}
	return err == nil, err
}
