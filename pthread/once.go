package pthread

import (
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/pythreads/pythreads/pthread/caller"
)

// Once is what pthread_once_t is for: something that is to be done once, by
// whoever comes first. The zero value is ready (PTHREAD_ONCE_INIT); a Once must
// not be copied.
//
// It is not made of pthread_once, which would call Go from within C. A panic
// on its way to the caller of Do would have to pass the C frames between, and
// could only jump over them, after which the pthread_once_t stays in progress
// and all who come wait for ever. So there is no C in a Once. It
// works in every build, its waiters block as goroutines do, and C code cannot
// share it.
//
// sync.Once differs in what an init that does not return leaves behind: to
// sync.Once that was the one time, to POSIX and to this type it was none.
type Once struct {
	done   atomic.Bool
	runner atomic.Uint64 // the goroutine that runs init, or 0
	mu     sync.Mutex    // held by the runner
}

// Do calls init unless that has been done (pthread_once). A caller that comes
// while another one runs its init waits for it. When Do returns, init has been
// done, and happened before the return.
//
// An init that panics, or ends its goroutine by runtime.Goexit, leaves the Once
// as if that Do had never been called, as POSIX says of an init that is
// cancelled: the panic goes on to the caller, and of those who wait, or else
// the next to come, one calls the init that it brought.
//
// An init that calls Do on its own Once waits for itself, in POSIX for ever.
// Here Do panics with an *Error that has EDEADLK. What it cannot know is an
// init that waits for another goroutine or thread that waits in Do.
func (o *Once) Do(init func()) {
	if !o.done.Load() {
		o.wait(init)
	}
}

// wait is apart so that Do is inlined.
func (o *Once) wait(init func()) {
	self := caller.ID()
	if o.runner.Load() == self {
		panic(&Error{Op: "pthread_once", Errno: syscall.EDEADLK, Detail: "init called Do on the Once that it is the init of"})
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.done.Load() {
		return
	}
	o.runner.Store(self)
	defer o.runner.Store(0)
	init()
	o.done.Store(true)
}
