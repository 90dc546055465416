package threading

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pythreads/pythreads/pthread/caller"
	"github.com/pythreads/pythreads/threading/internal/park"
)

// Thread is Python's threading.Thread: something that runs beside the rest of
// the program.
//
// It is made by NewThread, runs from Start on, once, and may be joined any
// number of times by any number of threads. It must not be copied. All its
// methods may be called from any thread.
//
// What came before Start happens before the target; what the target did
// happens before the return of a Join that waited for it.
type Thread struct {
	made      bool // by NewThread or adopt
	dummy     bool // of a thread that this package did not start
	tid       int  // of the main thread and of dummies; 0 if not known
	backend   Backend
	stackSize int
	target    any   // taken by the thread
	args      []any // likewise

	naming sync.Mutex // not a Lock, as the registry's is not
	name   string     // guarded by naming
	daemon atomic.Bool

	state atomic.Uint32
	ident atomic.Uint64          // 0 before Start
	os    atomic.Pointer[native] // set before Start returns; nil on a goroutine
	err   error                  // how it ended; written before done
	done  Event                  // the body is over and the thread off the registry

	ring   links  // in the registry; guarded by its lock
	record record // the registry's, of a thread that this package started
}

// The states of a Thread, in this order.
const (
	threadInitial  = iota
	threadStarting // Start has begun
	threadStarted  // it runs, or Start is through
	threadStopped
	threadFailed // Start was refused
)

var (
	// lastNumber counts the names that were made up.
	lastNumber atomic.Uint64
	// lastIdent counts the idents that were given.
	lastIdent atomic.Uint64
)

var (
	errNotMade        = &RuntimeError{Msg: "thread.__init__() not called"}
	errStartedTwice   = &RuntimeError{Msg: "threads can only be started once"}
	errStartedFailed  = &RuntimeError{Msg: "thread already started"}
	errJoinUnstarted  = &RuntimeError{Msg: "cannot join thread before it is started"}
	errJoinSelf       = &RuntimeError{Msg: "cannot join current thread"}
	errJoinDummy      = &RuntimeError{Msg: "cannot join a dummy thread"}
	errDaemonOfActive = &RuntimeError{Msg: "cannot set daemon status of active thread"}
)

// NewThread makes a thread that will call target when it is started. target
// is a func() or, with WithArgs, any function; nil does nothing. As in Python
// a target that cannot be called is not refused here: it fails in the thread,
// with a *TypeError.
func NewThread(target any, opts ...Option) *Thread {
	t := &Thread{made: true, target: target}
	t.daemon.Store(inheritedDaemon())
	for _, opt := range opts {
		opt(t)
	}
	if t.name == "" {
		t.name = "Thread-" + strconv.FormatUint(lastNumber.Add(1), 10)
	}
	return t
}

// inheritedDaemon gives the caller's daemon flag, without making a dummy of
// it: dummies are daemons.
func inheritedDaemon() bool {
	t := threads.current()
	return t == nil || t.Daemon()
}

// Start starts the thread. When it returns, the thread is alive or over
// already, and has its ident and native id.
//
// A second call is a *RuntimeError. So is a refusal by the system, "can't
// start new thread", which unwraps to the system's error; the thread is then
// not listed anywhere and cannot be started again. The error is ErrBackend
// for a backend that this build does not have, and a *ValueError for a stack
// size that Python would refuse; neither uses the thread up.
func (t *Thread) Start() error {
	b := t.backend
	if b == 0 {
		b = GetBackend()
	}
	switch err := b.check(); {
	case !t.made:
		return errNotMade
	case err != nil:
		return err
	}
	if err := checkStackSize(t.stackSize); err != nil {
		return err
	}
	if !t.state.CompareAndSwap(threadInitial, threadStarting) {
		if t.state.Load() == threadFailed {
			return errStartedFailed
		}
		return errStartedTwice
	}
	t.ident.Store(lastIdent.Add(1))
	threads.launch(t)
	if b == Goroutine {
		go t.bootstrap()
	} else if err := t.startNative(); err != nil {
		threads.abort(t)
		t.state.Store(threadFailed)
		t.done.Set()
		return &RuntimeError{Msg: "can't start new thread", Err: err}
	}
	t.state.CompareAndSwap(threadStarting, threadStarted)
	return nil
}

// bootstrap is the thread: all that runs in it.
func (t *Thread) bootstrap() {
	t.record = record{ref: caller.Self(), thread: t}
	threads.enter(&t.record)
	t.state.CompareAndSwap(threadStarting, threadStarted)
	returned := false
	defer func() {
		threads.leave(&t.record)
		t.state.Store(threadStopped)
		t.done.Set()
		t.passAway()
	}()
	// Apart from the rest, which has to be done even if the except hook calls
	// Goexit.
	defer func() {
		if !returned {
			t.failed(recover()) // nil: Goexit
		}
	}()
	t.Run()
	returned = true
}

// Run calls the target with its arguments, and drops them. Start runs it in
// the new thread; called directly it runs in the caller.
func (t *Thread) Run() {
	target, args := t.target, t.args
	t.target, t.args = nil, nil
	call(target, args)
}

// Join waits until the thread is over. Its OS thread has ended too by then,
// except after a Goexit.
//
// The error is a *PanicError if the target panicked and ErrGoexit if it
// called runtime.Goexit; Python has nothing of the kind. It is a
// *RuntimeError where the thread was not started, is the caller, or is a
// dummy. Joining the main thread waits for the end of the function that was
// given to Main.
func (t *Thread) Join() error {
	if err := t.joinable(); err != nil {
		return err
	}
	t.wait(park.Limit{})
	return t.err
}

// JoinTimeout is Join for d at the most and says whether the thread is over.
// If d is not positive it does not wait. Where Join returns a *RuntimeError
// it panics with it.
func (t *Thread) JoinTimeout(d time.Duration) bool {
	if err := t.joinable(); err != nil {
		panic(err)
	}
	return (d > 0 || t.done.IsSet()) && t.wait(park.After(d))
}

// JoinContext is Join until ctx ends, and then returns ctx.Err.
func (t *Thread) JoinContext(ctx context.Context) error {
	if err := t.joinable(); err != nil {
		return err
	}
	if !t.wait(park.Within(ctx)) {
		return ctx.Err()
	}
	return t.err
}

// joinable says why the caller cannot join the thread, if it cannot.
func (t *Thread) joinable() error {
	switch s := t.state.Load(); {
	case !t.made:
		return errNotMade
	case t.dummy:
		return errJoinDummy
	case s == threadInitial, s == threadStarting, s == threadFailed:
		return errJoinUnstarted
	case s == threadStarted && threads.current() == t:
		return errJoinSelf
	}
	return nil
}

// wait waits within lim until the thread is over.
func (t *Thread) wait(lim park.Limit) bool {
	if os := t.os.Load(); os != nil && lim.Forever() && caller.Locked() {
		os.join() // asleep in the system's join: one wake-up in place of two
	}
	if !t.done.IsSet() && !t.done.wait(lim) {
		return false
	}
	t.bury()
	return true
}

// IsAlive says whether the thread runs: from before Start returns until just
// after its target does.
func (t *Thread) IsAlive() bool { return t.state.Load() == threadStarted }

// Name gives the name. It means nothing to this package; several threads may
// have the same.
func (t *Thread) Name() string {
	t.naming.Lock()
	defer t.naming.Unlock()
	return t.name
}

// SetName sets the name, at any time.
func (t *Thread) SetName(name string) {
	t.naming.Lock()
	defer t.naming.Unlock()
	t.name = name
}

// Daemon says whether the program may end while the thread runs.
func (t *Thread) Daemon() bool { return t.daemon.Load() }

// SetDaemon sets the daemon flag. Once the thread was started that is a
// *RuntimeError.
func (t *Thread) SetDaemon(daemon bool) error {
	switch s := t.state.Load(); {
	case !t.made:
		return errNotMade
	case s != threadInitial && s != threadFailed:
		return errDaemonOfActive
	}
	t.daemon.Store(daemon)
	return nil
}

// Ident gives the thread's ident, false before Start. It is a number other
// than 0 that no other living thread has; it is kept after the end.
func (t *Thread) Ident() (uint64, bool) {
	ident := t.ident.Load()
	return ident, ident != 0
}

// NativeID gives the kernel's number of the OS thread; false before Start,
// and for a goroutine, which has none. It is kept after the end.
func (t *Thread) NativeID() (int, bool) {
	if os := t.os.Load(); os != nil {
		return os.thread.TID(), true
	}
	return t.tid, t.tid != 0
}

// String gives what Python's repr does: <Thread(NAME, STATE)>, where the
// state is "initial", "started IDENT" or "stopped IDENT", with "daemon".
func (t *Thread) String() string {
	class := "Thread"
	switch {
	case t == mainThread:
		class = "MainThread"
	case t.dummy:
		class = "DummyThread"
	}
	status := [...]string{"initial", "initial", "started", "stopped", "stopped"}[t.state.Load()]
	if t.Daemon() {
		status += " daemon"
	}
	if ident, ok := t.Ident(); ok {
		status += fmt.Sprintf(" %d", ident)
	}
	return fmt.Sprintf("<%s(%s, %s)>", class, t.Name(), status)
}
