package threading

import (
	"context"
	"math"
	"sync/atomic"
	"time"

	"github.com/pythreads/pythreads/threading/internal/park"
)

// Semaphore is Python's threading.Semaphore: a counter that is never
// negative; Acquire takes one off and blocks while it is 0, Release adds.
//
// It is made by NewSemaphore; the zero value has the value 0. It must not be
// copied after first use. It is a sync.Locker. Waiters queue first in first
// out; a newcomer may be quicker than a woken one, but not once that has
// waited for more than a millisecond. What came before a Release happens
// before the return of an Acquire that it lets through.
type Semaphore struct {
	value atomic.Int64
	list  park.List
}

var (
	errNegativeSemaphore = &ValueError{"semaphore initial value must be >= 0"}
	errReleaseNone       = &ValueError{"n must be one or more"}
	errReleasedTooOften  = &ValueError{"Semaphore released too many times"}
)

// NewSemaphore makes a semaphore. A negative value is a *ValueError, with
// which it panics.
func NewSemaphore(value int) *Semaphore {
	s := new(Semaphore)
	s.init(value)
	return s
}

func (s *Semaphore) init(value int) {
	if value < 0 {
		panic(errNegativeSemaphore)
	}
	s.value.Store(int64(value))
}

// Acquire takes one off the value and blocks until it can. It returns true,
// as Python's does.
func (s *Semaphore) Acquire() bool { return s.TryAcquire() || s.wait(park.Limit{}) }

// TryAcquire takes one off the value if it is not 0 and says whether it did.
func (s *Semaphore) TryAcquire() bool {
	for {
		v := s.value.Load()
		if v == 0 {
			return false
		}
		if s.value.CompareAndSwap(v, v-1) {
			return true
		}
	}
}

// AcquireTimeout takes one off the value and says whether it could within d.
// If d is not positive it tries once.
func (s *Semaphore) AcquireTimeout(d time.Duration) bool {
	return s.TryAcquire() || d > 0 && s.wait(park.After(d))
}

// AcquireContext takes one off the value unless ctx ends first; then it
// returns ctx.Err and has taken nothing.
func (s *Semaphore) AcquireContext(ctx context.Context) error {
	if s.TryAcquire() || s.wait(park.Within(ctx)) {
		return nil
	}
	return ctx.Err()
}

func (s *Semaphore) wait(lim park.Limit) bool {
	w := park.NewWaiter()
	push := s.list.Push
	for {
		s.list.Lock()
		push(w)
		// Release may have seen the list empty just before: then it had
		// added to the value.
		got := s.TryAcquire()
		if got {
			s.list.Remove(w)
		}
		s.list.Unlock()
		if got {
			return true
		}
		switch w.Sleep(&s.list, lim) {
		case park.Handed:
			return true
		case park.Limited:
			return false
		}
		if s.TryAcquire() {
			return true
		}
		if lim.Reached() {
			return false
		}
		// Overtaken: again, before the others.
		w.Rearm()
		push = s.list.PushFront
	}
}

// Release adds one to the value, or n, and wakes as many waiters. Any thread
// may call it. n below 1 is a *ValueError, with which it panics.
func (s *Semaphore) Release(n ...int) { s.release(count(n), math.MaxInt64) }

// count gives the optional argument of Release.
func count(n []int) int64 {
	if len(n) == 0 {
		return 1
	}
	if n[0] < 1 {
		panic(errReleaseNone)
	}
	return int64(n[0])
}

// release adds n to the value unless it then exceeds bound.
func (s *Semaphore) release(n, bound int64) {
	for {
		v := s.value.Load()
		if n > bound-v {
			panic(errReleasedTooOften)
		}
		if s.value.CompareAndSwap(v, v+n) {
			break
		}
	}
	for ; n > 0 && !s.list.Empty(); n-- {
		s.list.Lock()
		w := s.list.Pop()
		s.list.Unlock()
		if w == nil {
			return
		}
		if w.Age() > handOffAge && s.TryAcquire() {
			w.Wake(park.Handed)
		} else {
			w.Wake(park.Retry)
		}
	}
}

// Value gives the value at one moment. Python has no such method; it is in
// what repr shows.
func (s *Semaphore) Value() int { return int(s.value.Load()) }

// Locked says whether Acquire would block now.
func (s *Semaphore) Locked() bool { return s.value.Load() == 0 }

// Lock is Acquire, for sync.Locker.
func (s *Semaphore) Lock() { s.Acquire() }

// Unlock is Release, for sync.Locker.
func (s *Semaphore) Unlock() { s.Release() }

// BoundedSemaphore is Python's threading.BoundedSemaphore: a Semaphore whose
// value never exceeds the one it was made with, since a Release too many is
// most often a bug.
type BoundedSemaphore struct {
	Semaphore
	bound int64
}

// NewBoundedSemaphore makes a semaphore with value as its bound too. A
// negative value is a *ValueError, with which it panics.
func NewBoundedSemaphore(value int) *BoundedSemaphore {
	s := &BoundedSemaphore{bound: int64(value)}
	s.init(value)
	return s
}

// Release adds one to the value, or n, and wakes as many waiters. Exceeding
// the bound is a *ValueError, with which it panics, and the value stays.
func (s *BoundedSemaphore) Release(n ...int) { s.release(count(n), s.bound) }

// Unlock is Release, for sync.Locker.
func (s *BoundedSemaphore) Unlock() { s.Release() }
