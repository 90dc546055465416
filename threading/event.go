package threading

import (
	"context"
	"time"

	"github.com/pythreads/pythreads/threading/internal/park"
)

// Event is Python's threading.Event: a flag that threads can wait for.
//
// The zero value is an event with the flag unset; it must not be copied after
// first use. What came before a Set happens before the return of a wait that
// it lets through.
type Event struct{ list park.List }

// NewEvent makes an event with the flag unset.
func NewEvent() *Event { return new(Event) }

const eventSet = 1

// IsSet gives the flag.
func (e *Event) IsSet() bool { return e.list.State.Load() == eventSet }

// Set sets the flag and wakes all that wait: each of them returns true, even
// if the flag is cleared right after.
func (e *Event) Set() {
	// Both under the guard: were the list cut later, a waiter that came after
	// a Clear in between would be woken by a Set that was over before it came.
	e.list.Lock()
	e.list.State.Store(eventSet)
	e.list.WakeAll(park.Handed)
}

// Clear unsets the flag.
func (e *Event) Clear() { e.list.State.Store(0) }

// Wait blocks until the flag is set. It returns true, as Python's does.
func (e *Event) Wait() bool { return e.IsSet() || e.wait(park.Limit{}) }

// WaitTimeout blocks until the flag is set, for d at the most, and says
// whether it was. If d is not positive it gives the flag.
func (e *Event) WaitTimeout(d time.Duration) bool {
	return e.IsSet() || d > 0 && e.wait(park.After(d))
}

// WaitContext blocks until the flag is set, or until ctx ends and then
// returns ctx.Err.
func (e *Event) WaitContext(ctx context.Context) error {
	if e.IsSet() || e.wait(park.Within(ctx)) {
		return nil
	}
	return ctx.Err()
}

func (e *Event) wait(lim park.Limit) bool {
	w := park.NewWaiter()
	e.list.Lock()
	if e.IsSet() { // since the caller looked; the Set did not see us
		e.list.Unlock()
		return true
	}
	e.list.Push(w)
	e.list.Unlock()
	return w.Sleep(&e.list, lim) != park.Limited
}
