package pthread

import (
	"runtime"
	"sync"
)

// ExitNotice tells when an OS thread that C made has ended. Go has no such
// notice, and the runtime hands the goroutine of an ended C thread to the next
// new one, id and all; so whoever keeps records of C threads by goroutine
// needs it.
type ExitNotice struct{ c *cExit }

// watched finds the notice of a thread that was watched before, and keeps it
// until the thread has ended: C has it in its thread-specific data.
var (
	watchedMu sync.Mutex
	watched   = map[*cExit]*ExitNotice{} // guarded by watchedMu
)

// WatchExit gives the exit notice of the calling OS thread: the same one at
// each call. The caller must be locked to the thread.
//
// The notice works by a thread-specific key that is older than the Go
// runtime's, so it is given before the thread's goroutine can serve another.
func WatchExit() (*ExitNotice, error) {
	if !Available {
		return nil, ErrUnavailable
	}
	c, errno := shimExitWatch()
	if errno != 0 {
		return nil, check("pthread_setspecific", errno)
	}
	watchedMu.Lock()
	defer watchedMu.Unlock()
	n := watched[c]
	if n == nil {
		n = &ExitNotice{c}
		watched[c] = n
	}
	return n, nil
}

// Exited says whether the thread has ended. It costs one load.
func (n *ExitNotice) Exited() bool {
	exited := shimExited(n.c)
	runtime.KeepAlive(n)
	return exited
}

// DrainExits calls f with the notice of each watched thread that has ended
// since the last drain. It costs one atomic operation when there is none.
func DrainExits(f func(*ExitNotice)) {
	shimExitDrain(func(c *cExit) {
		watchedMu.Lock()
		n := watched[c]
		delete(watched, c)
		watchedMu.Unlock()
		// Others may look at the notice still, so C's part of it goes with
		// Go's.
		runtime.AddCleanup(n, shimExitFree, c)
		f(n)
	})
}
