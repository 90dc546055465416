package pthread

import (
	"errors"
	"runtime"
	"syscall"
	"time"

	"github.com/pythreads/pythreads/pthread/caller"
)

// Mutex is a pthread_mutex_t. It is made by NewMutex, or by the methods of
// SharedMemory, and must not be copied. Its waiters block their OS thread.
//
// # Owners
//
// A MutexNormal or MutexAdaptive without protocol that is not robust has no
// owner: any goroutine may lock and unlock it. All others belong to the OS
// thread that locked them, and a goroutine must be locked to its thread
// (runtime.LockOSThread; the bodies of Create and calls that come from C are)
// from Lock to Unlock. A goroutine that is not gets an *Error with EPERM from
// Lock, TryLock and TimedLock, before the mutex is taken, and from Cond.Wait.
// A goroutine that unlocks itself from its thread while it holds the mutex is
// not noticed at that moment: its Unlock works if it happens to be on the same
// thread still, else it is an *Error with EPERM and the mutex stays locked.
//
// # Robust mutexes
//
// The owner of a mutex may end without unlocking it: a process that is killed,
// or a thread that simply ends. Everybody else then waits for ever, unless the
// mutex is robust. The next to lock one of those gets it together with an
// *Error with EOWNERDEAD:
//
//	err := m.Lock()
//	if errors.Is(err, syscall.EOWNERDEAD) {
//		repair()              // what m guards: the owner may have been half way
//		err = m.Consistent()  // else it is lost at the Unlock
//	}
//	if err != nil {
//		return err
//	}
//	defer m.Unlock()
//
// The error comes while the mutex is held. TryLock and TimedLock return true
// with it, and a wait on a condition may bring it too. If the new owner does
// not call Consistent, its Unlock makes the mutex unusable: all who wait for
// it, and all who come later, get ENOTRECOVERABLE and do not have it, until
// somebody destroys it and makes another. An owner that ends after EOWNERDEAD
// leaves EOWNERDEAD to the next.
//
// A thread of Create ends with its body. Under a goroutine the OS thread ends
// only where the goroutine ended locked to it. An emulator may not have robust
// mutexes (ENOTSUP).
//
// # Memory order
//
// The n'th Unlock happens before the return of the n+1'th successful Lock, in
// whichever process. What an owner wrote before it died is seen by the one
// that gets EOWNERDEAD.
type Mutex struct {
	object[cMutex]
	holds *holds
}

// NewMutex makes a mutex (pthread_mutex_init). attr may be nil.
func NewMutex(attr *MutexAttr) (*Mutex, error) {
	if !Available {
		return nil, ErrUnavailable
	}
	a, err := attr.checked()
	if err != nil {
		return nil, err
	}
	c, step, errno := shimMutexNew(a)
	if errno != 0 {
		return nil, a.refused(step, errno)
	}
	m := &Mutex{object: object[cMutex]{c: c}, holds: new(holds)}
	runtime.AddCleanup(m, shimMutexFree, c)
	return m, nil
}

// NewMutex makes a mutex that processes share, at an offset of the memory
// (pthread_mutex_init with PTHREAD_PROCESS_SHARED). The error is an *Error with
// EEXIST where an object is there already, else as for the function NewMutex.
//
// One that is not robust stays locked for ever when a process is killed while
// it holds it. While this process holds a robust one, or on musl one with an
// owner, SharedMemory.Close gives EBUSY; a thread that ended as its owner holds
// it until this process locks the mutex again or destroys it.
func (s *SharedMemory) NewMutex(offset int, attr *MutexAttr) (*Mutex, error) {
	a, err := attr.checked()
	if err != nil {
		return nil, err
	}
	var step mutexStep
	m, err := placedMutex(s, offset, func(c *cMutex) (errno syscall.Errno) {
		step, errno = shimMutexPlace(c, a)
		return errno
	})
	if e, ok := err.(*Error); ok && step != stepPlace {
		return nil, a.refused(step, e.Errno)
	}
	return m, err
}

// Mutex finds the mutex that was made at an offset of the memory, with the
// attributes that it was made with. The error is an *Error with ENOENT where
// nothing is, EAGAIN while it is being made, and EINVAL where something else
// is.
func (s *SharedMemory) Mutex(offset int) (*Mutex, error) {
	return placedMutex(s, offset, shimMutexFind)
}

func placedMutex(s *SharedMemory, offset int, shim func(*cMutex) syscall.Errno) (*Mutex, error) {
	m := new(Mutex)
	if err := place(&m.object, s, "pthread_mutex_init", offset, shim); err != nil {
		return nil, err
	}
	m.holds = holdsAt(s, m.c)
	return m, nil
}

// Lock locks the mutex and blocks until it can (pthread_mutex_lock).
//
// The error is an *Error. With EOWNERDEAD the caller holds the mutex (see
// Mutex); else it does not: EDEADLK where an errorcheck mutex is the caller's
// already, EAGAIN for a recursive one locked too many times, ENOTRECOVERABLE
// for a robust one that was given up, EPERM for a mutex with an owner and a
// goroutine that is not locked to its thread, EINVAL or EPERM where a thread
// cannot have the ceiling of ProtocolProtect, EINVAL after Destroy.
func (m *Mutex) Lock() error {
	if m.plain() && !unwired(m.c) {
		errno := shimMutexLock(m.c)
		runtime.KeepAlive(m)
		if errno == 0 {
			return nil
		}
		return explained(check("pthread_mutex_lock", errno))
	}
	return m.lock("pthread_mutex_lock", lockWired)
}

func lockWired(c *cMutex) syscall.Errno {
	if unwired(c) {
		return errnoUnwired
	}
	return shimMutexLock(c)
}

// TryLock locks the mutex if that needs no waiting and says whether it did
// (pthread_mutex_trylock). It did with the error EOWNERDEAD too. Where an
// errorcheck mutex is the caller's own it is false, on glibc with EDEADLK if
// the mutex is robust or has a protocol.
func (m *Mutex) TryLock() (bool, error) {
	return gotUnless(syscall.EBUSY, m.lock("pthread_mutex_trylock", tryLockWired))
}

func tryLockWired(c *cMutex) syscall.Errno {
	if unwired(c) {
		return errnoUnwired
	}
	return shimMutexTryLock(c)
}

// TimedLock is Lock with an end and says whether it locked
// (pthread_mutex_timedlock, pthread_mutex_clocklock). It did with the error
// EOWNERDEAD too. The deadline is on the monotonic clock, also where glibc or
// the kernel wait for a mutex with inheritance by the wall clock only: such a
// wait is taken up again if it ends early. On macOS it polls, once a millisecond
// at most, and answers EDEADLK for any mutex with an owner that is the calling
// thread's own and not recursive.
func (m *Mutex) TimedLock(deadline time.Time) (bool, error) {
	return gotUnless(syscall.ETIMEDOUT, m.lock("pthread_mutex_timedlock", func(c *cMutex) syscall.Errno {
		if unwired(c) {
			return errnoUnwired
		}
		return shimMutexTimedLock(c, deadline)
	}))
}

// Unlock unlocks the mutex (pthread_mutex_unlock). The error is an *Error with
// EPERM where a mutex with an owner is not the calling OS thread's, and where
// any other is not locked at all, which POSIX leaves undefined; EINVAL after
// Destroy. Of two calls at once on a mutex without owner that is locked once,
// both may return nil, and what the mutex is then is undefined.
func (m *Mutex) Unlock() error {
	if m.plain() {
		errno := shimMutexUnlock(m.c)
		runtime.KeepAlive(m)
		if errno == 0 {
			return nil
		}
		return explained(check("pthread_mutex_unlock", errno))
	}
	return m.unlock("pthread_mutex_unlock")
}

// Consistent says that what a robust mutex guards is in order again after its
// owner has died (pthread_mutex_consistent). The caller must be the one that
// got EOWNERDEAD, and hold the mutex still; who else calls is not told apart
// on glibc. The error is an *Error with EINVAL where no owner has died, or the
// mutex is not robust.
func (m *Mutex) Consistent() error {
	return explained(m.do("pthread_mutex_consistent", shimMutexConsistent))
}

// PrioCeiling gives the priority ceiling (pthread_mutex_getprioceiling). The
// error is an *Error with EINVAL for a mutex without ProtocolProtect.
func (m *Mutex) PrioCeiling() (int, error) {
	ceiling := 0
	err := m.do("pthread_mutex_getprioceiling", func(c *cMutex) (errno syscall.Errno) {
		ceiling, errno = shimMutexCeiling(c)
		return errno
	})
	return ceiling, explained(err)
}

// SetPrioCeiling sets another priority ceiling and gives the old one
// (pthread_mutex_setprioceiling). It locks the mutex for that, and blocks while
// another thread holds it. The error is an *Error with EINVAL for a ceiling
// that is no priority of SCHED_FIFO, or a mutex without ProtocolProtect.
func (m *Mutex) SetPrioCeiling(ceiling int) (old int, err error) {
	const op = "pthread_mutex_setprioceiling"
	if int(int32(ceiling)) != ceiling {
		return 0, &Error{Op: op, Errno: syscall.EINVAL, Detail: detailCeiling}
	}
	err = m.enter(op, func(c *cMutex) (errno syscall.Errno) {
		old, errno = shimMutexSetCeiling(c, ceiling)
		return errno
	})
	return old, explained(err)
}

// Destroy ends the mutex (pthread_mutex_destroy); further use gives EINVAL, in
// all processes that share it. The error is an *Error with EBUSY while it is
// locked, or while another call destroys it; and for a robust or shared one
// while another call of this process is about to lock it, or waits on a
// condition with it. A robust one whose owner has died can be destroyed. A
// mutex that is dropped without Destroy is freed by the garbage collector.
func (m *Mutex) Destroy() error {
	return explained(m.destroyUnlessBusy("pthread_mutex_destroy", func(c *cMutex) syscall.Errno {
		if !m.guarded(c) {
			return shimMutexDestroy(c)
		}
		if !m.holds.close() {
			return syscall.EBUSY
		}
		defer m.holds.open()
		if m.over() {
			return errnoOver
		}
		errno := shimMutexDestroy(c)
		if errno == 0 {
			m.holds.dropAll()
			m.destroyed.Store(true) // before others may enter
		}
		return errno
	}))
}

// errnoUnwired is what the shims of locking answer to a goroutine that may be
// on another thread when it unlocks; no system has such an errno.
const errnoUnwired = syscall.Errno(1 << 20)

// errnoOver is what they answer once the mutex was destroyed.
const errnoOver = syscall.Errno(1 << 21)

// unwired says whether the caller must not have the mutex. It asks C's memory
// and not m: another process may have put another mutex there.
func unwired(c *cMutex) bool { return shimMutexOwned(c) && !caller.Locked() }

// plain says whether do would find nothing to do, and there are no holds to
// count. Lock and Unlock are too short for that to cost nothing.
func (m *Mutex) plain() bool {
	return m.c != nil && m.shared == nil && !m.destroyed.Load() && !shimMutexListed(m.c)
}

// guarded says whether Destroy keeps out who may be about to have the mutex:
// its memory may go then, or is in a list while the mutex is held.
func (m *Mutex) guarded(c *cMutex) bool { return m.shared != nil || shimMutexListed(c) }

// over says whether the mutex was destroyed since do looked.
func (m *Mutex) over() bool {
	return m.destroyed.Load() || m.shared != nil && m.tagAt.Load() != m.tag
}

// enter is do for a shim after which the caller may have the mutex.
func (m *Mutex) enter(op string, shim func(*cMutex) syscall.Errno) error {
	return m.do(op, func(c *cMutex) syscall.Errno {
		if !m.guarded(c) {
			return shim(c)
		}
		m.holds.enter()
		defer m.holds.leave()
		if m.over() {
			return errnoOver
		}
		return shim(c)
	})
}

// lock runs a shim that locks the mutex.
func (m *Mutex) lock(op string, shim func(*cMutex) syscall.Errno) error {
	return explained(m.enter(op, func(c *cMutex) syscall.Errno {
		errno := shim(c)
		if errno == 0 || errno == syscall.EOWNERDEAD {
			m.holds.locked(c, errno)
		}
		return errno
	}))
}

// unlock runs the shim that unlocks the mutex.
func (m *Mutex) unlock(op string) error {
	return explained(m.do(op, func(c *cMutex) syscall.Errno {
		if !m.holds.counts(c) {
			return shimMutexUnlock(c)
		}
		// The thread that has the mutex is asked for twice.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if errno := shimMutexOwn(c); errno != 0 {
			return errno
		}
		held := m.holds.letGo()
		errno := shimMutexUnlock(c)
		if errno != 0 && held {
			m.holds.add()
		}
		return errno
	}))
}

// wait runs a shim that lets the mutex go, sleeps, and has it again.
func (m *Mutex) wait(op string, shim func(*cMutex) syscall.Errno) error {
	return explained(m.enter(op, func(c *cMutex) syscall.Errno {
		if unwired(c) {
			return errnoUnwired
		}
		if !m.holds.counts(c) {
			return shim(c)
		}
		if errno := shimMutexOwn(c); errno != 0 {
			return errno
		}
		held := m.holds.letGo()
		errno := shim(c)
		if errno == syscall.EOWNERDEAD {
			m.holds.locked(c, errno)
		} else if held && errno != syscall.ENOTRECOVERABLE {
			m.holds.add()
		}
		return errno
	}))
}

const detailCeiling = "the ceiling must be a priority of SCHED_FIFO, and the mutex one of ProtocolProtect"

// explained says what an errno means here.
func explained(err error) error {
	if err == nil {
		return nil
	}
	e, ok := err.(*Error)
	if !ok || e.Detail != "" {
		return err
	}
	switch e.Errno {
	case errnoUnwired:
		e.Errno, e.Detail = syscall.EPERM, "the calling goroutine is not locked to its OS thread (runtime.LockOSThread)"
	case errnoOver:
		return destroyed(e.Op)
	case syscall.EPERM:
		switch {
		case e.Op == "pthread_mutex_lock" || e.Op == "pthread_mutex_trylock" || e.Op == "pthread_mutex_timedlock":
			e.Detail = "the thread may not have the priority of the mutex's ceiling"
		default:
			e.Detail = "the calling OS thread does not hold the mutex; a mutex with an owner is unlocked by the thread that locked it, to which its goroutine must stay locked (runtime.LockOSThread)"
		}
	case syscall.EBUSY:
		e.Detail = "the mutex is locked, or another call is about to lock it, waits with it or destroys it"
	case syscall.EDEADLK:
		e.Detail = "the calling OS thread holds the mutex already"
	case syscall.EOWNERDEAD:
		e.Detail = "the mutex is held: put in order what it guards and call Consistent"
	case syscall.ENOTRECOVERABLE:
		e.Detail = "after the death of an owner it was unlocked without Consistent"
	case syscall.EINVAL:
		switch e.Op {
		case "pthread_mutex_consistent":
			e.Detail = "no owner of the mutex has died, or it is not robust"
		case "pthread_mutex_getprioceiling":
			e.Detail = "the mutex is not one of ProtocolProtect"
		case "pthread_mutex_setprioceiling":
			e.Detail = detailCeiling
		}
	}
	return err
}

// gotUnless is unless for a lock: with EOWNERDEAD it is held.
func gotUnless(errno syscall.Errno, err error) (bool, error) {
	got, err := unless(errno, err)
	return got || errors.Is(err, syscall.EOWNERDEAD), err
}

// unless makes the two results of a try out of an error: false and no error
// for the errno that only says that it did not work out.
func unless(errno syscall.Errno, err error) (bool, error) {
	if e, ok := err.(*Error); ok && e.Errno == errno {
		return false, nil
	}
	return err == nil, err
}
