package park

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/pythreads/pythreads/pthread"
	"github.com/pythreads/pythreads/pthread/caller"
)

// Token is what a waker tells the waiter.
type Token uint32

const (
	// Limited: nobody woke it; the limit came first.
	Limited Token = iota
	// Retry: the way may be free, look again.
	Retry
	// Handed: what it waited for is the waiter's, nothing left to do.
	Handed
)

// epoch is what the age of waits is reckoned from: the time since one moment
// is half the price of the time now.
var epoch = time.Now()

// Waiter is one wait of one thread.
type Waiter struct {
	next, prev *Waiter              // in the ring of its list; guarded by the list's guard
	list       atomic.Pointer[List] // the list it is on, nil off any; changed under the guards of the lists concerned

	since  time.Duration // when the wait began, from epoch
	token  atomic.Uint32 // Limited until Wake
	native bool
	parker pthread.Parker // where a native waiter sleeps
	ch     chan struct{}  // where a goroutine sleeps; holds one wake-up
}

// NewWaiter makes a waiter for the calling thread. Its wait counts from now.
func NewWaiter() *Waiter {
	w := &Waiter{since: time.Since(epoch), native: pthread.Available && caller.Locked()}
	if !w.native {
		w.ch = make(chan struct{}, 1)
	}
	return w
}

// Age says how long the waiter has waited.
func (w *Waiter) Age() time.Duration { return time.Since(epoch) - w.since }

// On says whether the waiter is on l, for which the caller holds the guard.
func (w *Waiter) On(l *List) bool { return w.list.Load() == l }

// Restart makes the wait count from now. The caller has popped the waiter.
func (w *Waiter) Restart() { w.since = time.Since(epoch) }

// Rearm readies a waiter that was woken for another sleep in the same wait.
func (w *Waiter) Rearm() { w.token.Store(uint32(Limited)) }

// Wake wakes the waiter with a token other than Limited. The caller has
// popped it.
func (w *Waiter) Wake(t Token) {
	w.token.Store(uint32(t))
	if w.native {
		w.parker.Unpark()
		return
	}
	w.ch <- struct{}{} // has room: a waiter is woken once a sleep
}

// Sleep sleeps until the waiter is woken or lim comes. l is the list that it
// was pushed on. If the limit comes while it is there still, it is taken off
// and the result is Limited; on another list, or off any, it was chosen by a
// waker, and sleeps on until it is woken.
func (w *Waiter) Sleep(l *List, lim Limit) Token {
	if !lim.Forever() && !w.sleepWithin(lim) {
		l.Lock()
		removed := w.On(l)
		if removed {
			l.Remove(w)
		}
		l.Unlock()
		if removed {
			return Limited
		}
	}
	return w.sleep()
}

// sleep waits for the token.
func (w *Waiter) sleep() Token {
	for w.native {
		if t := Token(w.token.Load()); t != Limited {
			return t
		}
		w.parker.Park()
	}
	<-w.ch
	return Token(w.token.Load())
}

// sleepWithin waits until the token may be there, or the limit has come; it
// takes nothing and says whether the token was first.
func (w *Waiter) sleepWithin(lim Limit) bool {
	if w.native {
		return w.parkWithin(lim)
	}
	var expired <-chan time.Time
	if !lim.deadline.IsZero() {
		timer := time.NewTimer(time.Until(lim.deadline))
		defer timer.Stop()
		expired = timer.C
	}
	var done <-chan struct{}
	if lim.ctx != nil {
		done = lim.ctx.Done()
	}
	select {
	case <-w.ch:
		w.ch <- struct{}{} // sleep takes it
		return true
	case <-expired:
	case <-done:
	}
	return false
}

func (w *Waiter) parkWithin(lim Limit) bool {
	if lim.ctx != nil {
		stop := context.AfterFunc(lim.ctx, w.parker.Unpark)
		defer stop()
	}
	for {
		if Token(w.token.Load()) != Limited {
			return true
		}
		if lim.Reached() {
			return false
		}
		if lim.deadline.IsZero() {
			w.parker.Park()
		} else {
			w.parker.ParkUntil(lim.deadline)
		}
	}
}
