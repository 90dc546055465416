package pthread

import (
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"weak"
)

// holds counts how often this process has a mutex locked that threads keep a
// list of (csrc/pt_mutex.h). The memory of such a mutex must not go while it is
// held: each hold keeps the shared memory mapped.
//
// It is changed by those alone who have the memory by object.do.
type holds struct {
	n      atomic.Int32
	shared *SharedMemory // nil for a mutex of this process
}

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

// locked counts a lock of the caller's: with errno 0, or EOWNERDEAD, after
// which whoever had it before is dead. Holds that are there already are the
// caller's own if the mutex is recursive; else the dead have left them behind.
func (h *holds) locked(c *cMutex, errno syscall.Errno) {
	if !shimMutexListed(c) {
		return
	}
	if errno == syscall.EOWNERDEAD || !shimMutexRecursive(c) {
		h.dropAll()
	}
	h.add()
}

// callersOwn says whether the caller holds a recursive mutex, of which C is not
// told. One whose owner is dead is free after that.
func (h *holds) callersOwn(c *cMutex) bool {
	if h.n.Load() == 0 || !shimMutexRecursive(c) {
		return false
	}
	errno := shimMutexTryLock(c)
	if errno == syscall.EOWNERDEAD {
		shimMutexConsistent(c)
	}
	if errno == 0 || errno == syscall.EOWNERDEAD {
		shimMutexUnlock(c)
	}
	return errno == 0
}

func (h *holds) add() {
	h.n.Add(1)
	if h.shared != nil {
		h.shared.users.take()
	}
}

// letGo takes one hold back, if there is any. It comes before the unlock: then
// the next owner finds none.
func (h *holds) letGo(c *cMutex) bool {
	if !shimMutexListed(c) {
		return false
	}
	for {
		n := h.n.Load()
		if n == 0 {
			return false
		}
		if h.n.CompareAndSwap(n, n-1) {
			h.dropped(1)
			return true
		}
	}
}

func (h *holds) dropAll() { h.dropped(h.n.Swap(0)) }

func (h *holds) dropped(n int32) {
	if h.shared != nil {
		for range n {
			h.shared.users.drop()
		}
	}
}

// mutexMemory is what is left of a mutex of this process when nobody has it any
// more.
type mutexMemory struct {
	c     *cMutex
	holds *holds
}

// free gives it back, unless it is held. The goroutine that dropped the mutex
// may have left it to the very thread that this runs on.
func (m mutexMemory) free() {
	if !m.holds.callersOwn(m.c) {
		shimMutexFree(m.c)
	}
}
