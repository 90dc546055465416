package pthread

import (
	"sync"
	"sync/atomic"
)

// latch is a one-shot event that any number of goroutines may wait for. It is
// for what has nearly always happened already: opening costs one atomic
// operation when nobody waits, and a waiter blocks as a goroutine does.
type latch struct {
	state atomic.Uint32 // latchShut, latchAwaited or latchOpen
	mu    sync.Mutex
	cond  *sync.Cond // guarded by mu; made by the first waiter
}

const (
	latchShut    = iota
	latchAwaited // shut, and somebody waits
	latchOpen
)

func (l *latch) open() {
	if l.state.Swap(latchOpen) == latchAwaited {
		l.mu.Lock()
		defer l.mu.Unlock()
		// nil: the waiter that announced itself has yet to take mu, and will
		// find the latch open.
		if l.cond != nil {
			l.cond.Broadcast()
		}
	}
}

func (l *latch) wait() {
	if l.state.Load() == latchOpen {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cond == nil {
		l.cond = sync.NewCond(&l.mu)
	}
	// The announcement fails only if the latch is open or announced already;
	// after it, open takes mu before it broadcasts, so it finds us in Wait.
	l.state.CompareAndSwap(latchShut, latchAwaited)
	for l.state.Load() != latchOpen {
		l.cond.Wait()
	}
}
