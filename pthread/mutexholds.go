package pthread

import (
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"weak"
)

// holds is what this process knows of a mutex that C does not. Who calls
// something after which it may have the mutex is inside, from enter to leave,
// and Destroy closes it while nobody is.
//
// Of a mutex in shared memory that threads keep a list of (csrc/pt_mutex.h) it
// also counts how often this process has it locked. The memory of such a mutex
// must not go while it is held: each hold keeps the shared memory mapped. The
// number is changed by the mutex's owner alone, and at the end of the mutex.
//
// All of it is for those alone who have the memory by object.do.
type holds struct {
	inside lease // ended while it is closed
	n      atomic.Int32
	shared *SharedMemory // nil for a mutex of this process
}

// enter waits while it is closed, which is not for long.
func (h *holds) enter() {
	for turn := 0; !h.inside.take(); turn++ {
		pause(turn)
	}
}

func (h *holds) leave() { h.inside.drop() }

// close says whether nobody is inside, and keeps all out until open.
func (h *holds) close() bool { return h.inside.tryEnd() }

// open lets in again: who entered must look whether the mutex is there still.
func (h *holds) open() { h.inside.state.Store(0) }

// placed has the holds of each mutex in shared memory that somebody has a
// handle of: a process may find one twice, and lock it by one handle and
// unlock it by the other.
var (
	placedMu sync.Mutex
	placed   = map[*cMutex]weak.Pointer[holds]{} // guarded by placedMu
)

// holdsAt gives the holds of a mutex in shared memory.
func holdsAt(s *SharedMemory, c *cMutex) *holds {
	placedMu.Lock()
	defer placedMu.Unlock()
	if h := placed[c].Value(); h != nil && h.shared == s {
		return h
	}
	h := &holds{shared: s}
	placed[c] = weak.Make(h)
	runtime.AddCleanup(h, forgetHolds, c)
	return h
}

func forgetHolds(c *cMutex) {
	placedMu.Lock()
	defer placedMu.Unlock()
	if placed[c].Value() == nil { // else the place has handles again
		delete(placed, c)
	}
}

// counts says whether there are holds to count.
func (h *holds) counts(c *cMutex) bool { return h.shared != nil && shimMutexListed(c) }

// locked counts a lock of the caller's: with errno 0, or EOWNERDEAD, after
// which whoever had it before is dead. Holds that are there already are the
// caller's own if the mutex is recursive; else the dead have left them behind.
func (h *holds) locked(c *cMutex, errno syscall.Errno) {
	if !h.counts(c) {
		return
	}
	if errno == syscall.EOWNERDEAD || !shimMutexRecursive(c) {
		h.dropAll()
	}
	h.add()
}

func (h *holds) add() {
	h.n.Add(1)
	h.shared.users.take()
}

// letGo takes one hold of the caller's back, if there is any; not where another
// process, or another mapping, has locked the mutex in its name. It comes before
// the unlock: then the next owner finds none.
func (h *holds) letGo() bool {
	for {
		n := h.n.Load()
		if n == 0 {
			return false
		}
		if h.n.CompareAndSwap(n, n-1) {
			h.shared.users.drop()
			return true
		}
	}
}

func (h *holds) dropAll() {
	for range h.n.Swap(0) {
		h.shared.users.drop()
	}
}
