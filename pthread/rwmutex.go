package pthread

import (
	"errors"
	"fmt"
	"runtime"
	"syscall"
	"time"
)

// Preference is who goes first where both readers and writers want an RWMutex
// (pthread_rwlockattr_setkind_np). POSIX leaves it to the system.
type Preference int

const (
	// PreferReaders lets a reader in whenever no writer holds the lock, past
	// writers that wait: readers without a gap between them keep writers out
	// for ever (PTHREAD_RWLOCK_PREFER_READER_NP). It is what glibc and musl
	// do by default.
	PreferReaders Preference = iota
	// PreferWriters keeps new readers out while a writer waits: writers
	// without a gap between them keep readers out for ever. A thread that
	// holds the lock for reading must not take it for reading again, since it
	// may come to wait for a writer that waits for it
	// (PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP). musl has no such lock.
	// The rwlocks of macOS and FreeBSD prefer writers, whatever is asked for.
	PreferWriters
)

// RWMutexAttr says how NewRWMutex makes a lock (pthread_rwlockattr_t).
type RWMutexAttr struct {
	Prefer Preference
}

// RWMutex is a pthread_rwlock_t: any number of threads hold it for reading, or
// one for writing. It is made by NewRWMutex and must not be copied.
//
// Its waiters block their OS thread. A thread must not take it for writing
// while it holds it for reading: that waits for ever, and neither glibc nor
// musl notices.
//
// Held for writing, it belongs to the OS thread that took it. A goroutine must
// be locked to its thread (runtime.LockOSThread; the bodies of Create are) from
// Lock to Unlock, or it may get EPERM for an Unlock on another thread, and
// another goroutine that comes to run on the same thread EDEADLK where it had
// only to wait. Held for reading, it belongs to nobody: any thread may give up
// one RLock.
//
// An Unlock happens before the return of any later RLock or Lock that
// succeeds, an RUnlock before that of any later Lock.
//
// Where glibc is older than 2.30, TryLock and TryRLock may leave others asleep
// that should go on (glibc bug 23844): do not use them there beside RLock and
// Lock.
type RWMutex struct{ object[cRWMutex] }

// NewRWMutex makes a lock (pthread_rwlock_init). attr may be nil. The error is
// an *Error with ENOTSUP for PreferWriters on musl, and EINVAL for a
// Preference that does not exist.
func NewRWMutex(attr *RWMutexAttr) (*RWMutex, error) {
	if !Available {
		return nil, ErrUnavailable
	}
	prefer, err := attr.checked()
	if err != nil {
		return nil, err
	}
	c, errno := shimRWMutexNew(prefer)
	if errno != 0 {
		return nil, unlessNoPreference(check("pthread_rwlock_init", errno))
	}
	m := &RWMutex{object[cRWMutex]{c: c}}
	runtime.AddCleanup(m, shimRWMutexFree, c)
	return m, nil
}

// NewRWMutex makes a lock that processes share, at an offset of the memory
// (pthread_rwlock_init with PTHREAD_PROCESS_SHARED). The error is an *Error
// with EEXIST where an object is there already, else as for the function
// NewRWMutex. The processes must be of one PID namespace, since it is the
// kernel's number by which a lock knows the thread that writes. A process that
// dies while it holds the lock leaves it held.
func (s *SharedMemory) NewRWMutex(offset int, attr *RWMutexAttr) (*RWMutex, error) {
	prefer, err := attr.checked()
	if err != nil {
		return nil, err
	}
	m, err := placedRWMutex(s, offset, func(c *cRWMutex) syscall.Errno { return shimRWMutexPlace(c, prefer) })
	return m, unlessNoPreference(err)
}

// RWMutex finds the lock that was made at an offset of the memory. The error
// is an *Error with ENOENT where nothing is, EAGAIN while it is being made,
// and EINVAL where something else is.
func (s *SharedMemory) RWMutex(offset int) (*RWMutex, error) {
	return placedRWMutex(s, offset, shimRWMutexFind)
}

func placedRWMutex(s *SharedMemory, offset int, shim func(*cRWMutex) syscall.Errno) (*RWMutex, error) {
	o := new(RWMutex)
	if err := place(&o.object, s, "pthread_rwlock_init", offset, shim); err != nil {
		return nil, err
	}
	return o, nil
}

// checked gives the preference if there is one of that number.
func (a *RWMutexAttr) checked() (Preference, error) {
	if a == nil {
		return PreferReaders, nil
	}
	if a.Prefer < PreferReaders || a.Prefer > PreferWriters {
		return 0, &Error{Op: "pthread_rwlockattr_setkind_np", Errno: syscall.EINVAL, Detail: fmt.Sprintf("unknown preference %d", a.Prefer)}
	}
	return a.Prefer, nil
}

// unlessNoPreference gives err, or what it means if it is the shims' refusal of
// a preference.
func unlessNoPreference(err error) error {
	if errors.Is(err, syscall.ENOTSUP) {
		return &Error{
			Op: "pthread_rwlockattr_setkind_np", Errno: syscall.ENOTSUP,
			Detail: "this C library has no locks that prefer writers; PreferReaders works",
		}
	}
	return err
}

// RLock takes the lock for reading and blocks until it can
// (pthread_rwlock_rdlock). A thread that holds it for reading may do so again,
// but see PreferWriters. The error is an *Error with EDEADLK where the calling
// thread holds it for writing, EAGAIN for too many readers, or EINVAL after
// Destroy.
func (m *RWMutex) RLock() error {
	return m.do("pthread_rwlock_rdlock", shimRWMutexRLock)
}

// TryRLock takes the lock for reading if that needs no waiting and says
// whether it did (pthread_rwlock_tryrdlock). With PreferWriters a writer that
// waits is in the way, too.
func (m *RWMutex) TryRLock() (bool, error) {
	return unless(syscall.EBUSY, m.do("pthread_rwlock_tryrdlock", shimRWMutexTryRLock))
}

// TimedRLock is RLock with an end and says whether it took the lock
// (pthread_rwlock_timedrdlock, pthread_rwlock_clockrdlock). The deadline is on
// the monotonic clock. On macOS it polls, once a millisecond at most.
func (m *RWMutex) TimedRLock(deadline time.Time) (bool, error) {
	return unless(syscall.ETIMEDOUT, m.do("pthread_rwlock_timedrdlock", func(c *cRWMutex) syscall.Errno {
		return shimRWMutexTimedRLock(c, deadline)
	}))
}

// RUnlock gives up one RLock (pthread_rwlock_unlock). The error is an *Error
// with EPERM, where POSIX leaves it undefined, if nobody holds the lock for
// reading, or EINVAL after Destroy. That only others do is not noticed.
func (m *RWMutex) RUnlock() error {
	return m.do("pthread_rwlock_unlock", shimRWMutexRUnlock)
}

// Lock takes the lock for writing and blocks until it can
// (pthread_rwlock_wrlock). The error is an *Error with EDEADLK where the
// calling thread holds it for writing already, or EINVAL after Destroy.
func (m *RWMutex) Lock() error {
	return m.do("pthread_rwlock_wrlock", shimRWMutexLock)
}

// TryLock takes the lock for writing if that needs no waiting and says whether
// it did (pthread_rwlock_trywrlock).
func (m *RWMutex) TryLock() (bool, error) {
	return unless(syscall.EBUSY, m.do("pthread_rwlock_trywrlock", shimRWMutexTryLock))
}

// TimedLock is Lock with an end and says whether it took the lock
// (pthread_rwlock_timedwrlock, pthread_rwlock_clockwrlock). The deadline is on
// the monotonic clock. On macOS it polls, once a millisecond at most.
func (m *RWMutex) TimedLock(deadline time.Time) (bool, error) {
	return unless(syscall.ETIMEDOUT, m.do("pthread_rwlock_timedwrlock", func(c *cRWMutex) syscall.Errno {
		return shimRWMutexTimedLock(c, deadline)
	}))
}

// Unlock gives up the Lock (pthread_rwlock_unlock). The error is an *Error
// with EPERM, where POSIX leaves it undefined, if the calling thread does not
// hold the lock for writing, or EINVAL after Destroy.
func (m *RWMutex) Unlock() error {
	return m.do("pthread_rwlock_unlock", shimRWMutexUnlock)
}

// Destroy ends the lock (pthread_rwlock_destroy); further use gives EINVAL.
// The error is an *Error with EBUSY while it is held, which POSIX leaves
// undefined. One that is dropped without Destroy is freed by the garbage
// collector.
func (m *RWMutex) Destroy() error {
	return m.destroyUnlessBusy("pthread_rwlock_destroy", shimRWMutexDestroy)
}
