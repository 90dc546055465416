package park

import (
	"runtime"
	"sync/atomic"
)

// List is what waits for one thing, first in first out, and 32 bits that are
// the thing's own. It is 16 bytes on 64-bit machines; the zero value is an
// empty list. It must not be copied once used.
type List struct {
	State atomic.Uint32 // not the list's: for the user, so that a lock is no larger than this
	guard atomic.Uint32
	head  atomic.Pointer[Waiter] // of a ring; stored under the guard, may be read without
}

// Lock takes the guard.
func (l *List) Lock() {
	if !l.guard.CompareAndSwap(0, 1) {
		l.lockSlow()
	}
}

func (l *List) lockSlow() {
	for i := 0; ; i++ {
		if l.guard.Load() == 0 && l.guard.CompareAndSwap(0, 1) {
			return
		}
		// The holder needs a few instructions. Unless it lost its processor.
		if i < 32 {
			Pause(16)
		} else {
			runtime.Gosched()
		}
	}
}

// Unlock releases the guard.
func (l *List) Unlock() { l.guard.Store(0) }

// Empty says whether nobody waits. Without the guard it is sound for a waker
// that has made its change before: a waiter that it misses has yet to look
// at the change.
func (l *List) Empty() bool { return l.head.Load() == nil }

// Push puts w at the end. The caller holds the guard.
func (l *List) Push(w *Waiter) {
	w.list.Store(l)
	head := l.head.Load()
	if head == nil {
		w.next, w.prev = w, w
		l.head.Store(w)
		return
	}
	w.next, w.prev = head, head.prev
	head.prev.next = w
	head.prev = w
}

// PushFront puts w before all others, for one that was woken in vain and
// keeps its place. The caller holds the guard.
func (l *List) PushFront(w *Waiter) {
	l.Push(w)
	l.head.Store(w) // the ring's end is the place before its head
}

// Pop takes the first off the list, nil if nobody waits. The caller holds the
// guard, and wakes the waiter once it has released it.
func (l *List) Pop() *Waiter {
	w := l.head.Load()
	if w != nil {
		l.Remove(w)
	}
	return w
}

// Remove takes w, which is on the list, off it. The caller holds the guard.
func (l *List) Remove(w *Waiter) {
	if w.next == w {
		l.head.Store(nil)
	} else {
		w.prev.next, w.next.prev = w.next, w.prev
		if l.head.Load() == w {
			l.head.Store(w.next)
		}
	}
	w.next, w.prev = nil, nil
	w.list.Store(nil)
}

// Len counts those who wait. The caller holds the guard.
func (l *List) Len() int {
	n := 0
	for w := l.head.Load(); w != nil; {
		n++
		if w = w.next; w == l.head.Load() {
			break
		}
	}
	return n
}

// WakeAll pops and wakes everybody who waits now. The caller holds the guard,
// which WakeAll releases before it wakes anybody.
func (l *List) WakeAll(t Token) {
	first := l.head.Load()
	if first == nil {
		l.Unlock()
		return
	}
	// The ring is cut open into a chain that is ours alone: popped one by one
	// they would be waited for by newcomers pushed in between.
	first.prev.next = nil
	for w := first; w != nil; w = w.next {
		w.list.Store(nil)
	}
	l.head.Store(nil)
	l.Unlock()
	for w := first; w != nil; {
		next := w.next // before the wake-up, after which w is its owner's
		w.next, w.prev = nil, nil
		w.Wake(t)
		w = next
	}
}
