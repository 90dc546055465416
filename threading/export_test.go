package threading

import (
	"fmt"

	"github.com/pythreads/pythreads/threading/internal/park"
)

// Waiting gives how many wait in the queue of x, a pointer to one of this
// package's types. Each of them meets whoever wakes from now on.
func Waiting(x any) int {
	switch x := x.(type) {
	case *Lock:
		return waiting(&x.list)
	case *RLock:
		return waiting(&x.lock.list)
	case *Condition:
		return waiting(&x.list)
	case *Semaphore:
		return waiting(&x.list)
	case *BoundedSemaphore:
		return waiting(&x.list)
	case *Event:
		return waiting(&x.list)
	case *Thread:
		return waiting(&x.done.list)
	}
	panic(fmt.Sprintf("%T has no queue", x))
}

func waiting(l *park.List) int {
	l.Lock()
	defer l.Unlock()
	return l.Len()
}

// Free says whether a lock is as good as new: no bit of a queue is left.
func Free(l *Lock) bool { return l.list.State.Load() == 0 && l.list.Empty() }

// HoldQueue takes the guard of an event's queue.
func HoldQueue(e *Event) (release func()) {
	e.list.Lock()
	return e.list.Unlock
}

// Records gives the number of records of threads and the length of their
// table.
func Records() (live, slots int) {
	threads.mu.Lock()
	defer threads.mu.Unlock()
	return threads.table.live, len(*threads.table.slots.Load())
}

// LastNumber gives the number that was last used to make up a name.
func LastNumber() uint64 { return lastNumber.Load() }
