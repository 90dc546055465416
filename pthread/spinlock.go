package pthread

import (
	"runtime"
	"syscall"
)

// SpinLock is a pthread_spinlock_t: whoever waits for it does so on a
// processor, in a loop. It is made by NewSpinLock and must not be copied.
//
// It is for sharing a few words with C code that uses such a lock, between
// threads that each have a processor. Everything else is better off with
// another lock, because nothing tells the holder's time on the processor from
// anybody's:
//
//   - The system may take the processor from the holder, and then all who wait
//     burn theirs until it is given back, milliseconds later. With more threads
//     than processors this is the rule. A waiter with a real-time priority may
//     keep the holder off the only processor for ever.
//   - Go's scheduler may do the same to a holder in Go code, and the garbage
//     collector stops it, but neither stops those who wait in C. So hold it
//     for a few instructions, without a call, an allocation or a channel
//     between Lock and Unlock.
//   - Each operation is a call into C, which takes longer than the waiting
//     that such a lock is meant to save. Between Go code, sync.Mutex and
//     sync/atomic are faster, and their waiters hold up nobody.
//
// A SpinLock has no owner: any thread may unlock it, and a thread that locks
// it twice spins for ever. POSIX has no form with a deadline. An Unlock
// happens before the return of the next Lock. On macOS, which has none, it is
// one of this package's, whose waiters give way now and then.
type SpinLock struct{ object[cSpin] }

// NewSpinLock makes a spinlock (pthread_spin_init).
func NewSpinLock() (*SpinLock, error) {
	if !Available {
		return nil, ErrUnavailable
	}
	c, errno := shimSpinNew()
	if errno != 0 {
		return nil, check("pthread_spin_init", errno)
	}
	l := &SpinLock{object[cSpin]{c: c}}
	runtime.AddCleanup(l, shimSpinFree, c)
	return l, nil
}

// NewSpinLock makes a spinlock that processes share, at an offset of the
// memory (pthread_spin_init with PTHREAD_PROCESS_SHARED). The error is an
// *Error with EEXIST where an object is there already. Those who wait for a
// process that died while it held the lock spin for ever.
func (s *SharedMemory) NewSpinLock(offset int) (*SpinLock, error) {
	return placedSpinLock(s, offset, shimSpinPlace)
}

// SpinLock finds the spinlock that was made at an offset of the memory. The
// error is an *Error with ENOENT where nothing is, EAGAIN while it is being
// made, and EINVAL where something else is.
func (s *SharedMemory) SpinLock(offset int) (*SpinLock, error) {
	return placedSpinLock(s, offset, shimSpinFind)
}

func placedSpinLock(s *SharedMemory, offset int, shim func(*cSpin) syscall.Errno) (*SpinLock, error) {
	o := new(SpinLock)
	if err := place(&o.object, s, "pthread_spin_init", offset, shim); err != nil {
		return nil, err
	}
	return o, nil
}

// Lock takes the lock, and keeps a processor busy until it can
// (pthread_spin_lock). The error is an *Error with EINVAL after Destroy.
func (l *SpinLock) Lock() error { return l.do("pthread_spin_lock", shimSpinLock) }

// TryLock takes the lock if it is free and says whether it did
// (pthread_spin_trylock).
func (l *SpinLock) TryLock() (bool, error) {
	return unless(syscall.EBUSY, l.do("pthread_spin_trylock", shimSpinTryLock))
}

// Unlock gives the lock up (pthread_spin_unlock). The error is an *Error with
// EPERM, where POSIX leaves it undefined, if nobody holds it, or EINVAL after
// Destroy. Of several who unlock at the same moment what only one of them
// holds, more than one may succeed.
func (l *SpinLock) Unlock() error { return l.do("pthread_spin_unlock", shimSpinUnlock) }

// Destroy ends the lock (pthread_spin_destroy); further use gives EINVAL. The
// error is an *Error with EBUSY while it is held, which POSIX leaves
// undefined. One that is dropped without Destroy is freed by the garbage
// collector.
func (l *SpinLock) Destroy() error {
	return l.destroyUnlessBusy("pthread_spin_destroy", shimSpinDestroy)
}
