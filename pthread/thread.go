package pthread

import (
	"fmt"
	"os"
	"runtime/debug"
	"sync/atomic"
	"syscall"
	"time"
)

// Thread is a handle of a POSIX thread (pthread_t). It is made by Create or
// Self, is safe for use by any number of goroutines, and must not be copied.
//
// POSIX leaves the misuse of a pthread_t undefined: joining twice, joining a
// detached thread, using one that has ended. A Thread knows its state, and
// each of these is an error here.
type Thread struct {
	name  string
	start func() any // the body; taken by the thread
	slot  uintptr    // its number in slots; 0 for a thread that is not ours

	begun latch          // opens once id and tid are set
	id    atomic.Uintptr // pthread_t
	tid   int            // written by the thread before begun

	claim    atomic.Uint32 // claimNone, claimJoined or claimDetached
	over     atomic.Bool   // the body is over
	result   any           // written before over, read after
	err      error         // likewise
	reported atomic.Bool   // its panic was printed
}

// Who looks after the end of a thread; it leaves claimNone once.
const (
	claimNone     = iota
	claimJoined   // a Join has begun
	claimDetached // nobody will join it
)

// Create starts a thread that runs start (pthread_create). attr may be nil.
//
// The thread takes signals as the process did when it was started, whatever
// the creator has blocked. It inherits the creator's OS thread's CPU affinity
// and scheduling policy; a goroutine that cares about these must be locked to
// its OS thread.
//
// A refusal by the system is an *Error with EAGAIN (too many threads, or no
// memory for the stack). At most four threads at a time are between their
// creation and their first step in Go, since the Go runtime takes newcomers
// one by one and a crowd of them slows down all; Create may wait for that.
//
// A panic in start ends the thread, not the process, and is Join's error
// (*PanicError). runtime.Goexit in start cannot end a thread that Go did not
// make: it is reported on stderr, Join returns ErrGoexit, and the thread
// sleeps for the rest of the process.
func Create(attr *Attr, start func() any) (*Thread, error) {
	if !Available {
		return nil, ErrUnavailable
	}
	a, err := attr.checked()
	if err != nil {
		return nil, err
	}
	t := &Thread{name: a.Name, start: start}
	if a.Detached {
		t.claim.Store(claimDetached)
	}
	t.slot = slots.put(t)
	id, errno := shimThreadCreate(a, t.slot)
	if errno != 0 {
		slots.drop(t.slot)
		return nil, &Error{Op: "pthread_create", Errno: errno, Detail: createDetail(a)}
	}
	t.id.Store(id) // the thread itself may have stored the same before
	return t, nil
}

// createDetail says with a refused creation what was asked for.
func createDetail(a *Attr) string {
	size := a.StackSize
	if size == 0 {
		size, _ = shimThreadDefaultStack()
	}
	return fmt.Sprintf("can't start new thread with a stack of %d bytes", size)
}

// enter is where a new thread comes from C.
func enter(slot uintptr) {
	t := slots.get(slot)
	id, tid, errno := shimThreadBegin(systemName(t.name))
	if errno != 0 {
		panic(check("pt_thread_begin", errno))
	}
	t.id.Store(id)
	t.tid = tid
	t.begun.open()
	t.run()
}

// run runs the body and settles how it ended.
func (t *Thread) run() {
	returned := false
	defer func() {
		if returned {
			t.finish()
			return
		}
		if v := recover(); v != nil {
			t.err = &PanicError{Thread: t.name, Value: v, Stack: debug.Stack()}
			t.finish()
			return
		}
		// Neither returned nor panicked: Goexit. Unwinding further is fatal in
		// the runtime, and ending the pthread in C would leave Go frames on
		// its stack, so it never leaves here.
		t.err = ErrGoexit
		fmt.Fprintf(os.Stderr, "pthread: runtime.Goexit called in the body of thread %q (t.FailNow or t.Fatal?): the thread sleeps from now on\n", t.name)
		t.finish()
		shimThreadHalt()
	}()
	start := t.start
	t.start = nil // the handle keeps nothing alive that only the body needs
	t.result = start()
	returned = true
}

// finish announces the end of the body.
func (t *Thread) finish() {
	// In this order: once the slot is free the next thread may have it, and
	// must not be taken for this one by Join.
	t.over.Store(true)
	t.reportUnseen()
	slots.drop(t.slot)
}

// reportUnseen prints the panic of a thread that nobody will join. The thread
// calls it once it is over, and Detach once it has the claim, so the later of
// the two sees both.
func (t *Thread) reportUnseen() {
	if !t.over.Load() || t.claim.Load() != claimDetached {
		return
	}
	if _, panicked := t.err.(*PanicError); panicked && t.reported.CompareAndSwap(false, true) {
		fmt.Fprintln(os.Stderr, t.err)
	}
}

// Join waits until the thread has ended and gives what its body returned
// (pthread_join). The OS thread is gone when it returns.
//
// The error is a *PanicError if the body panicked, ErrGoexit if it called
// runtime.Goexit, and an *Error with EDEADLK for the calling thread itself,
// with EINVAL for a thread that is detached, that was joined before or is
// being joined, or that Create did not make. It blocks the calling OS thread,
// not only the goroutine. What the body did happens before Join's return. A
// Goexit is noticed within a second.
func (t *Thread) Join() (any, error) {
	if t.slot == 0 {
		return nil, &Error{Op: "pthread_join", Errno: syscall.EINVAL, Detail: "the thread was not made by Create"}
	}
	if !t.over.Load() && shimThreadSlot() == t.slot {
		return nil, &Error{Op: "pthread_join", Errno: syscall.EDEADLK, Detail: "a thread can't join itself"}
	}
	if err := t.take("pthread_join", claimJoined); err != nil {
		return nil, err
	}
	// Waiting for the OS thread itself is one sleep and one wake-up; waiting
	// for a word of ours first would make it two. But a thread that halted in
	// Goexit never ends, so look for that now and then.
	id := t.id.Load()
	errno := shimThreadTryJoin(id)
	for patience := 10 * time.Millisecond; errno == syscall.EBUSY || errno == syscall.ETIMEDOUT; patience = min(2*patience, time.Second) {
		if t.over.Load() && t.err == ErrGoexit {
			return nil, t.err
		}
		errno = shimThreadTimedJoin(id, time.Now().Add(patience))
	}
	if errno != 0 {
		return nil, check("pthread_join", errno)
	}
	return t.result, t.err
}

// Detach lets the thread go: nobody can join it, and the system frees it by
// itself when it ends (pthread_detach). The error is an *Error with EINVAL if
// the thread is detached or joined already, or was not made by Create.
func (t *Thread) Detach() error {
	if t.slot == 0 {
		return &Error{Op: "pthread_detach", Errno: syscall.EINVAL, Detail: "the thread was not made by Create"}
	}
	if err := t.take("pthread_detach", claimDetached); err != nil {
		return err
	}
	t.reportUnseen()
	return check("pthread_detach", shimThreadDetach(t.id.Load()))
}

// take makes claim the thread's, unless somebody was here before.
func (t *Thread) take(op string, claim uint32) error {
	if t.claim.CompareAndSwap(claimNone, claim) {
		return nil
	}
	detail := "the thread is joined already"
	if t.claim.Load() == claimDetached {
		detail = "the thread is detached"
	}
	return &Error{Op: op, Errno: syscall.EINVAL, Detail: detail}
}

// Self gives the calling thread (pthread_self): the one handle of a thread
// that Create made, else a new handle with ID and TID only. The answer is
// about the OS thread; a goroutine that is not locked to one may be on
// another by the time it looks. It is nil where Available is false.
func Self() *Thread {
	if !Available {
		return nil
	}
	if t := slots.get(shimThreadSlot()); t != nil {
		return t
	}
	t := &Thread{tid: shimThreadTID()}
	t.id.Store(shimThreadSelf())
	t.begun.open()
	return t
}

// ID gives the pthread_t as a number. It may be given to another thread once
// this one has been joined, or has ended detached.
func (t *Thread) ID() uintptr { return t.id.Load() }

// TID gives the kernel's number of the thread (gettid), as in
// /proc/self/task. It waits for a thread that has not taken its first step.
func (t *Thread) TID() int {
	t.begun.wait()
	return t.tid
}

// Stack describes the stack of C frames of a thread.
type Stack struct {
	Addr  uintptr // its lowest address
	Size  int     // in bytes, as the system knows it
	Guard int     // bytes of protected memory below it
}

// Stack gives the calling thread's stack (pthread_getattr_np). Only the
// thread itself can ask; for another it is an *Error with EINVAL.
func (t *Thread) Stack() (Stack, error) {
	if !Available {
		return Stack{}, ErrUnavailable
	}
	if shimThreadTID() != t.TID() {
		return Stack{}, &Error{Op: "pthread_getattr_np", Errno: syscall.EINVAL, Detail: "only the thread itself can ask for its stack"}
	}
	s, errno := shimThreadStack()
	return s, check("pthread_getattr_np", errno)
}
