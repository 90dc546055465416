package threading

import (
	"context"
	"time"

	"github.com/pythreads/pythreads/threading/internal/park"
)

// Locker is what a Condition needs of its lock. Lock and RLock are Lockers, as
// is a Condition itself; a type of the program's own may be one.
//
// A Condition uses more methods where the lock has them: TryAcquire to find
// out whether it is held, or the three of RLock (ReleaseSave, AcquireRestore,
// IsOwned) for one that can be held more than once.
type Locker interface {
	Acquire() bool
	Release()
}

// saver is the optional part of a Locker that is held more than once.
type saver interface {
	ReleaseSave() any
	AcquireRestore(state any)
	IsOwned() bool
}

// Condition is Python's threading.Condition: a lock, and threads that wait
// for a change of what the lock protects.
//
// The zero value has an RLock of its own; it must not be copied after first
// use. It is a Locker and a sync.Locker by way of its lock. Waiters are woken
// first in first out. Nobody is woken without a notify or a limit, but another
// thread may have come in between, so test what you wait for in a loop, or
// use WaitFor.
//
// A notified thread does not run before the lock is released. Over a Lock or
// an RLock it is not even woken before: it moves from the condition's queue
// to the lock's, and the release wakes it, which saves it from waking up only
// to wait again.
type Condition struct {
	own  RLock  // the lock of a condition that was given none
	l    Locker // nil: own
	list park.List
}

var (
	errWaitUnacquired   = &RuntimeError{Msg: "cannot wait on un-acquired lock"}
	errNotifyUnacquired = &RuntimeError{Msg: "cannot notify on un-acquired lock"}
)

// NewCondition makes a condition over l, which may be shared with other
// conditions; with nil it has an RLock of its own.
func NewCondition(l Locker) *Condition {
	if c, ok := l.(*Condition); ok {
		l = c.locker() // who owns it only the lock itself can tell
	}
	return &Condition{l: l}
}

// locker gives the lock.
func (c *Condition) locker() Locker {
	if c.l == nil {
		return &c.own
	}
	return c.l
}

// Acquire acquires the condition's lock.
func (c *Condition) Acquire() bool { return c.locker().Acquire() }

// Release releases the condition's lock.
func (c *Condition) Release() { c.locker().Release() }

// Lock is Acquire, for sync.Locker.
func (c *Condition) Lock() { c.Acquire() }

// Unlock is Release, for sync.Locker.
func (c *Condition) Unlock() { c.Release() }

// TryAcquire is the lock's TryAcquire. If it has none that is a *TypeError,
// with which it panics.
func (c *Condition) TryAcquire() bool {
	return method[interface{ TryAcquire() bool }](c, "TryAcquire").TryAcquire()
}

// AcquireTimeout is the lock's AcquireTimeout. If it has none that is a
// *TypeError, with which it panics.
func (c *Condition) AcquireTimeout(d time.Duration) bool {
	return method[interface{ AcquireTimeout(time.Duration) bool }](c, "AcquireTimeout").AcquireTimeout(d)
}

// AcquireContext is the lock's AcquireContext. If it has none that is a
// *TypeError, with which it panics.
func (c *Condition) AcquireContext(ctx context.Context) error {
	return method[interface {
		AcquireContext(context.Context) error
	}](c, "AcquireContext").AcquireContext(ctx)
}

// Locked is the lock's Locked. If it has none that is a *TypeError, with
// which it panics.
func (c *Condition) Locked() bool {
	return method[interface{ Locked() bool }](c, "Locked").Locked()
}

// method gives the lock of c as an M, the interface of one of its methods.
func method[M any](c *Condition, name string) M {
	m, ok := c.locker().(M)
	if !ok {
		panic(&TypeError{"the lock of this condition has no method " + name})
	}
	return m
}

// Wait releases the lock, however often it is held, sleeps until it is
// notified, and acquires it again as often. It returns true, as Python's
// does. If the lock is not held it panics with a *RuntimeError. For a Lock,
// which has no owner, "held" means by anybody.
func (c *Condition) Wait() bool { return c.wait(park.Limit{}) }

// WaitTimeout is Wait for d at the most and says whether it was notified.
// Acquiring the lock again is not part of d. If d is not positive it releases
// the lock, acquires it and returns false.
func (c *Condition) WaitTimeout(d time.Duration) bool { return c.wait(park.After(d)) }

// WaitContext is Wait until ctx ends, and then returns ctx.Err; nil if it was
// notified, even if ctx has ended too. The lock is held in either case.
func (c *Condition) WaitContext(ctx context.Context) error {
	if c.wait(park.Within(ctx)) {
		return nil
	}
	return ctx.Err()
}

func (c *Condition) wait(lim park.Limit) bool {
	if !c.owned() {
		panic(errWaitUnacquired)
	}
	w := park.NewWaiter()
	c.list.Lock()
	c.list.Push(w)
	c.list.Unlock()
	asleep := false
	defer func() {
		if !asleep { // the lock could not be released, and panicked
			c.forget(w)
		}
	}()
	var t park.Token
	switch l := c.locker().(type) {
	case *Lock:
		l.Release()
		asleep = true
		t = w.Sleep(&c.list, lim)
		l.reacquire(w, t)
	case *RLock:
		state := l.releaseSave()
		asleep = true
		t = w.Sleep(&c.list, lim)
		l.lock.reacquire(w, t)
		l.restore(state)
	case saver:
		state := l.ReleaseSave()
		asleep = true
		t = w.Sleep(&c.list, lim)
		l.AcquireRestore(state)
	default:
		l.Release()
		asleep = true
		t = w.Sleep(&c.list, lim)
		l.Acquire()
	}
	return t != park.Limited
}

// forget takes a waiter that does not sleep off the list, so that it uses up
// no notify.
func (c *Condition) forget(w *park.Waiter) {
	c.list.Lock()
	defer c.list.Unlock()
	if w.On(&c.list) {
		c.list.Remove(w)
	}
}

// WaitFor waits until pred is true. It looks at once, and after each wake-up,
// with the lock held. It returns true, the last value of pred, as Python's
// wait_for does.
func (c *Condition) WaitFor(pred func() bool) bool { return c.waitFor(pred, park.Limit{}) }

// WaitForTimeout is WaitFor for d at the most, over all its waits, and gives
// the last value of pred.
func (c *Condition) WaitForTimeout(pred func() bool, d time.Duration) bool {
	return c.waitFor(pred, park.After(d))
}

func (c *Condition) waitFor(pred func() bool, lim park.Limit) bool {
	for !pred() {
		if !c.wait(lim) {
			return pred()
		}
	}
	return true
}

// Notify wakes up to n of those who wait, the longest-waiting first; fewer,
// or nobody, if there are fewer, and nobody if n is not positive. If the lock
// is not held it panics with a *RuntimeError.
func (c *Condition) Notify(n int) {
	if !c.owned() {
		panic(errNotifyUnacquired)
	}
	// A waiter pushes itself while it holds the lock, so one that waits is
	// seen here without the guard.
	for ; n > 0 && !c.list.Empty(); n-- {
		c.list.Lock()
		w := c.list.Pop()
		c.list.Unlock()
		if w == nil {
			return
		}
		switch l := c.locker().(type) {
		case *Lock:
			l.enqueue(w)
		case *RLock:
			l.lock.enqueue(w)
		default:
			w.Wake(park.Retry)
		}
	}
}

// NotifyAll wakes all who wait when it is called.
func (c *Condition) NotifyAll() {
	c.list.Lock()
	n := c.list.Len()
	c.list.Unlock()
	c.Notify(n)
}

// owned says whether the lock is held: by the caller where the lock knows.
func (c *Condition) owned() bool {
	switch l := c.locker().(type) {
	case *Lock:
		return l.Locked()
	case *RLock:
		return l.IsOwned()
	case saver:
		return l.IsOwned()
	case interface{ TryAcquire() bool }:
		if !l.TryAcquire() {
			return true
		}
		c.locker().Release()
		return false
	}
	return true
}
