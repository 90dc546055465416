package threading

import (
	"context"
	"runtime"
	"time"

	"github.com/pythreads/pythreads/threading/internal/park"
)

// Lock is Python's threading.Lock: a lock without an owner, which any thread
// may release.
//
// The zero value is unlocked; a Lock must not be copied after first use. It
// is a sync.Locker. A thread that acquires it twice blocks for ever, unless
// another releases it.
//
// Waiters queue first in first out, but a thread that comes just as the lock
// is released may take it before the waiter that was woken for it has got its
// processor back. A waiter that has waited for more than a millisecond is
// handed the lock. (In strict order every hand-over would cost a wake-up, which
// takes some hundred times as long as a short critical section.)
//
// What came before a Release happens before the return of the Acquire that
// takes the lock next.
type Lock struct{ list park.List }

// NewLock makes an unlocked lock.
func NewLock() *Lock { return new(Lock) }

// The bits of a Lock's state. The legal values:
//
//	lockHeld lockQueued lockWaking
//	   0         0          0       free
//	   1         0          0       held
//	   1         1          0       held; a release must wake one
//	   *         *          1       a woken waiter has yet to look
//	   0         1          1       free, others wait behind the woken one
//
// lockQueued is changed under the list's guard only, except that finding it
// set for an empty list is no fault. lockWaking is set with the wake-up and
// cleared by the woken thread when it takes the lock, sleeps again or gives
// up; while it is set, a release wakes nobody else.
const (
	lockHeld = 1 << iota
	lockQueued
	lockWaking
)

// handOffAge is how long a waiter may be overtaken by newcomers.
const handOffAge = time.Millisecond

// Acquire acquires the lock and blocks until it can. It returns true, as
// Python's does; Lock is the same without a result.
func (l *Lock) Acquire() bool {
	if !l.list.State.CompareAndSwap(0, lockHeld) {
		l.acquireWait()
	}
	return true
}

// acquireWait is apart so that Acquire can be inlined.
func (l *Lock) acquireWait() { l.acquireSlow(nil, park.Limit{}) }

// TryAcquire acquires the lock if it is free and says whether it did:
// acquire(blocking=False).
func (l *Lock) TryAcquire() bool {
	for {
		s := l.list.State.Load()
		if s&lockHeld != 0 {
			return false
		}
		if l.list.State.CompareAndSwap(s, s|lockHeld) {
			return true
		}
	}
}

// AcquireTimeout acquires the lock and says whether it could within d:
// acquire(timeout=d). With 0 it tries once. A negative d is a *ValueError,
// with which it panics.
func (l *Lock) AcquireTimeout(d time.Duration) bool {
	if d < 0 {
		panic(errNegativeTimeout)
	}
	return l.TryAcquire() || d > 0 && l.acquireSlow(nil, park.After(d))
}

// AcquireContext acquires the lock unless ctx ends first; then it returns
// ctx.Err and the lock is not acquired. A free lock is acquired whatever the
// state of ctx.
func (l *Lock) AcquireContext(ctx context.Context) error {
	if l.TryAcquire() || l.acquireSlow(nil, park.Within(ctx)) {
		return nil
	}
	return ctx.Err()
}

// acquireSlow acquires the lock within lim and says whether it did. w is nil,
// or a waiter of the caller's that was woken with park.Retry.
func (l *Lock) acquireSlow(w *park.Waiter, lim park.Limit) bool {
	state := &l.list.State
	waking := uint32(0) // lockWaking if it is ours to clear
	if w != nil {
		waking = lockWaking
	}
	for {
		if l.spin(waking) {
			return true
		}
		fresh := w == nil
		if fresh {
			w = park.NewWaiter()
		} else {
			w.Rearm()
		}
		l.list.Lock()
		for {
			s := state.Load()
			switch {
			case s&lockHeld == 0:
				if state.CompareAndSwap(s, (s|lockHeld)&^waking) {
					l.list.Unlock()
					return true
				}
				continue
			case !fresh && lim.Reached():
				// Woken, overtaken, out of time. The holder's release sees
				// lockWaking gone and wakes the next.
				if state.CompareAndSwap(s, s&^waking) {
					l.list.Unlock()
					return false
				}
				continue
			case !state.CompareAndSwap(s, (s|lockQueued)&^waking):
				continue
			}
			break
		}
		if fresh {
			l.list.Push(w)
		} else {
			l.list.PushFront(w)
		}
		l.list.Unlock()
		switch w.Sleep(&l.list, lim) {
		case park.Handed:
			return true
		case park.Limited:
			return false
		}
		waking = lockWaking
	}
}

// A thread looks lockSpins times for the lock, and pauses for spinPause
// between two looks, before it sleeps: altogether a fraction of a wake-up. Long
// pauses beat frequent looks, since each look takes the cache line away from
// the holder, who meanwhile gets several turns out of it: with a producer and
// a consumer at one queue, 10 looks at 100 took 90 ns an item, 100 looks at 10
// took 140, no look at all 170.
const (
	lockSpins = 10
	spinPause = 100
)

var multicore = runtime.NumCPU() > 1

// spin tries to take the lock for a moment.
func (l *Lock) spin(waking uint32) bool {
	for i := 0; ; i++ {
		s := l.list.State.Load()
		if s&lockHeld == 0 {
			if l.list.State.CompareAndSwap(s, (s|lockHeld)&^waking) {
				return true
			}
			continue
		}
		if !multicore || i >= lockSpins {
			return false
		}
		park.Pause(spinPause)
	}
}

// Release releases the lock; any thread may. Releasing a free lock is a
// *RuntimeError, with which it panics.
func (l *Lock) Release() {
	if !l.list.State.CompareAndSwap(lockHeld, 0) {
		l.releaseSlow()
	}
}

func (l *Lock) releaseSlow() {
	state := &l.list.State
	for {
		s := state.Load()
		if s&lockHeld == 0 {
			panic(errReleaseUnlocked)
		}
		if s&lockQueued == 0 || s&lockWaking != 0 {
			// Nobody waits, or one is on its way that will look.
			if state.CompareAndSwap(s, s&^lockHeld) {
				return
			}
			continue
		}
		l.list.Lock()
		w := l.list.Pop()
		if w == nil { // it gave up
			state.And(^uint32(lockQueued))
			l.list.Unlock()
			continue
		}
		gone := uint32(0)
		if l.list.Empty() {
			gone = lockQueued
		}
		handOff := w.Age() > handOffAge
		for {
			s := state.Load()
			if s&lockHeld == 0 {
				// Another thread has released the lock since we looked. It, or
				// the one that it woke, sees to those who wait.
				l.list.PushFront(w)
				l.list.Unlock()
				panic(errReleaseUnlocked)
			}
			next := s &^ gone
			if !handOff {
				next = next&^lockHeld | lockWaking
			}
			if state.CompareAndSwap(s, next) {
				break
			}
		}
		l.list.Unlock()
		if handOff {
			w.Wake(park.Handed)
		} else {
			w.Wake(park.Retry)
		}
		return
	}
}

// enqueue has a sleeping waiter that is off any list acquire the lock when it
// is released: it wakes up with the lock, or to try for it. If nobody holds
// the lock it is woken at once.
func (l *Lock) enqueue(w *park.Waiter) {
	l.list.Lock()
	for {
		s := l.list.State.Load()
		if s&lockHeld == 0 {
			l.list.Unlock()
			w.Wake(park.Retry)
			return
		}
		if l.list.State.CompareAndSwap(s, s|lockQueued) {
			w.Restart()
			l.list.Push(w)
			l.list.Unlock()
			return
		}
	}
}

// reacquire acquires the lock after a sleep that may have been ended by
// enqueue; w is the sleeper and t what it was woken with.
func (l *Lock) reacquire(w *park.Waiter, t park.Token) {
	switch t {
	case park.Limited:
		l.Acquire()
	case park.Retry:
		l.acquireSlow(w, park.Limit{})
	}
}

// Locked says whether the lock is held by anybody.
func (l *Lock) Locked() bool { return l.list.State.Load()&lockHeld != 0 }

// Lock is Acquire, for sync.Locker.
func (l *Lock) Lock() { l.Acquire() }

// Unlock is Release, for sync.Locker.
func (l *Lock) Unlock() { l.Release() }
