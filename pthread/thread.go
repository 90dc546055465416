package pthread

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"syscall"
)

// Thread is a handle of a POSIX thread (pthread_t). It is made by Create or
// Self, is safe for use by any number of goroutines, and must not be copied.
//
// POSIX leaves the misuse of a pthread_t undefined: joining twice, joining a
// detached thread, using one that has ended. A Thread knows its state, and
// each of these is an error here. A method that looks at or changes the thread
// (Kill, SetName, Affinity and so on) keeps it from ending for as long as it
// takes. Where the thread has ended, be it joined, detached or halted in
// Goexit, and whoever made it, the method's error is an *Error with ESRCH; a
// thread of Create has ended in this sense when its body is over. The methods
// of a nil *Thread and of the zero Thread give an *Error with EINVAL.
//
// There are no pthread_cancel and pthread_exit: a body ends by returning.
type Thread struct {
	name  string
	start func() any // the body; taken by the thread
	mask  *SigSet    // what it is to block; nil: nothing of its own
	setUp bool       // it has a policy or processors of its own
	slot  uintptr    // its number in slots; 0 for a thread that is not ours
	self  *cSelf     // the record of a thread that is not ours

	begun latch          // opens once id and tid are set
	id    atomic.Uintptr // pthread_t
	tid   int            // written by the thread before begun

	claim    atomic.Uint32 // one of the claims of join.go
	own      lease         // ends when the body is over; see life
	result   any           // written before own ends, read after
	err      error         // likewise; else why a thread that is not ours has no record
	reported atomic.Bool   // its panic was printed
}

// Create starts a thread that runs start (pthread_create). attr may be nil.
//
// Unless attr says otherwise, the thread takes signals as the process did when
// it was started, whatever the creator has blocked, and inherits the creator's
// OS thread's CPU affinity and scheduling policy; a goroutine that cares about
// these must be locked to its OS thread. Threads that the Go runtime starts
// for itself inherit nothing from a thread of Create.
//
// What is wrong with attr is an *Error with EINVAL, or with ENOTSUP where this
// system cannot do it. A refusal by the system is an *Error with EAGAIN (too
// many threads, or no memory for the stack) or EPERM (no right to the policy);
// the body has not run then. At most four threads at a time are between their
// creation and their first step in Go, since the Go runtime takes newcomers
// one by one and a crowd of them slows down all; Create may wait for that.
//
// A thread that C made gets into Go once the program's initialization is over.
// So what is created in a package's init function starts later, and to wait for
// it there, by Join or Reserve or in Create itself where attr has a policy or
// processors, is to wait for ever.
//
// A panic in start ends the thread, not the process, and is Join's error
// (*PanicError). runtime.Goexit in start cannot end a thread that Go did not
// make: it is reported on stderr, Join returns ErrGoexit, and the thread
// sleeps for the rest of the process.
func Create(attr *Attr, start func() any) (*Thread, error) {
	if !Available {
		return nil, ErrUnavailable
	}
	a, cpus, err := attr.checked()
	if err != nil {
		return nil, err
	}
	t := &Thread{name: a.Name, start: start, mask: a.SigMask}
	t.setUp = cpus != nil || a.Policy != PolicyInherit
	if a.Detached {
		t.claim.Store(claimDetached)
	}
	t.slot = slots.put(t)
	id, errno := shimThreadCreate(&a, cpus, t.slot)
	if errno != 0 {
		slots.drop(t.slot)
		return nil, &Error{Op: "pthread_create", Errno: errno, Detail: createDetail(&a, errno)}
	}
	t.id.Store(id) // the thread itself may have stored the same before
	return t, nil
}

// createDetail says with a refused creation what was asked for.
func createDetail(a *Attr, errno syscall.Errno) string {
	switch {
	case errno == syscall.EPERM && a.Policy != PolicyInherit:
		return noRight(a.Policy, a.Priority)
	case errno == syscall.EINVAL && a.Affinity != nil:
		return noneOf(a.Affinity)
	case a.Scope == ScopeProcess && errno == syscall.ENOTSUP:
		return "this system has ScopeSystem only"
	}
	size := a.StackSize
	if size == 0 {
		size, _ = shimThreadDefaultStack()
	}
	return fmt.Sprintf("can't start new thread with a stack of %d bytes", size)
}

// enter is where a new thread comes from C.
func enter(slot uintptr) {
	// The goroutine of a C thread is locked to it as it is. But only where
	// LockOSThread was called does the runtime start its own threads from
	// elsewhere; from here they would inherit policy and processors, which the
	// thread gets after this.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	t := slots.get(slot)
	id, tid, errno := shimThreadBegin(systemName(t.name))
	if errno != 0 {
		panic(check("pt_thread_begin", errno))
	}
	t.id.Store(id)
	t.tid = tid
	if t.setUp && shimThreadSetUp() != 0 {
		return // Create tells of it, and nobody has the handle
	}
	if t.mask != nil {
		t.mask.enforce()
	}
	t.begun.open()
	t.run()
}

// run runs the body and settles how it ended.
func (t *Thread) run() {
	settled := false
	defer func() {
		if settled {
			return
		}
		// The body neither returned nor panicked: Goexit, and what its deferred
		// calls panic with does not stop that. Unwinding further is fatal in the
		// runtime, and ending the pthread in C would leave Go frames on its
		// stack, so it never leaves here.
		t.err = ErrGoexit
		fmt.Fprintf(os.Stderr, "pthread: runtime.Goexit called in the body of thread %q (t.FailNow or t.Fatal?): the thread sleeps from now on\n", t.name)
		t.finish()
		shimThreadHalt()
	}()
	t.call()
	settled = true
	t.finish()
}

// call calls the body and recovers from its panic.
func (t *Thread) call() {
	returned := false
	defer func() {
		if returned {
			return
		}
		if v := recover(); v != nil {
			t.err = &PanicError{Thread: t.name, Value: v, Stack: debug.Stack()}
		}
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
	t.own.end()
	t.reportUnseen()
	slots.drop(t.slot)
}

// reportUnseen prints the panic of a thread that nobody will join. The thread
// calls it once it is over, and Detach once it has the claim, so the later of
// the two sees both.
func (t *Thread) reportUnseen() {
	if !t.own.ended() || t.claim.Load() != claimDetached {
		return
	}
	if _, panicked := t.err.(*PanicError); panicked && t.reported.CompareAndSwap(false, true) {
		fmt.Fprintln(os.Stderr, t.err)
	}
}
