package threading

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/pythreads/pythreads/pthread/caller"
)

// RLock is Python's threading.RLock: a re-entrant lock. The thread that holds
// it may acquire it again; it is free when it was released as often.
//
// The owner is the goroutine, be it a thread's body or any other. The zero
// value is unlocked; an RLock must not be copied after first use. It is a
// sync.Locker. Waiting, order and memory are as for Lock.
type RLock struct {
	lock  Lock
	owner atomic.Uint64 // goroutine id of the holder, 0 if free; set by it
	depth int           // the holder's only
}

// NewRLock makes an unlocked re-entrant lock.
func NewRLock() *RLock { return new(RLock) }

// Acquire acquires the lock, or acquires it once more, and blocks until it
// can. It returns true, as Python's does.
func (l *RLock) Acquire() bool {
	me := caller.ID()
	if l.owner.Load() == me {
		l.depth++
		return true
	}
	l.lock.Acquire()
	return l.own(me)
}

// own notes that the caller has acquired the inner lock.
func (l *RLock) own(me uint64) bool {
	l.owner.Store(me)
	l.depth = 1
	return true
}

// TryAcquire acquires the lock if it is free or the caller's and says whether
// it did: acquire(blocking=False).
func (l *RLock) TryAcquire() bool {
	me := caller.ID()
	if l.owner.Load() == me {
		l.depth++
		return true
	}
	return l.lock.TryAcquire() && l.own(me)
}

// AcquireTimeout acquires the lock and says whether it could within d. With 0
// it tries once. A negative d is a *ValueError, with which it panics.
func (l *RLock) AcquireTimeout(d time.Duration) bool {
	if d < 0 {
		panic(errNegativeTimeout)
	}
	return l.TryAcquire() || l.lock.AcquireTimeout(d) && l.own(caller.ID())
}

// AcquireContext acquires the lock unless ctx ends first; then it returns
// ctx.Err and the lock is not acquired.
func (l *RLock) AcquireContext(ctx context.Context) error {
	if l.TryAcquire() {
		return nil
	}
	if err := l.lock.AcquireContext(ctx); err != nil {
		return err
	}
	l.own(caller.ID())
	return nil
}

// Release releases the lock once. Releasing it in a thread that does not hold
// it is a *RuntimeError, with which it panics.
func (l *RLock) Release() {
	if !l.IsOwned() {
		panic(errReleaseUnowned)
	}
	if l.depth--; l.depth == 0 {
		l.owner.Store(0)
		l.lock.Release()
	}
}

// rlockState is what ReleaseSave gives.
type rlockState struct {
	owner uint64
	depth int
}

// ReleaseSave releases the lock however often it was acquired and gives a
// value for AcquireRestore (Python's _release_save). In a thread that does not
// hold it, it panics with a *RuntimeError.
func (l *RLock) ReleaseSave() any { return l.releaseSave() }

func (l *RLock) releaseSave() rlockState {
	if !l.IsOwned() {
		panic(errReleaseUnowned)
	}
	s := rlockState{l.owner.Load(), l.depth}
	l.depth = 0
	l.owner.Store(0)
	l.lock.Release()
	return s
}

// AcquireRestore acquires the lock and takes on the owner and depth that
// ReleaseSave gave (Python's _acquire_restore).
func (l *RLock) AcquireRestore(state any) {
	l.lock.Acquire()
	l.restore(state.(rlockState))
}

// restore takes the state on; the caller holds the inner lock.
func (l *RLock) restore(s rlockState) {
	l.owner.Store(s.owner)
	l.depth = s.depth
}

// IsOwned says whether the calling thread holds the lock.
func (l *RLock) IsOwned() bool { return l.owner.Load() == caller.ID() }

// RecursionCount says how often the calling thread has acquired the lock; 0
// if it does not hold it.
func (l *RLock) RecursionCount() int {
	if !l.IsOwned() {
		return 0
	}
	return l.depth
}

// Locked says whether the lock is held by anybody.
func (l *RLock) Locked() bool { return l.lock.Locked() }

// Lock is Acquire, for sync.Locker.
func (l *RLock) Lock() { l.Acquire() }

// Unlock is Release, for sync.Locker.
func (l *RLock) Unlock() { l.Release() }
