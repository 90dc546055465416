package pthread

import (
	"fmt"
	"runtime"
	"syscall"
	"time"
)

// use runs a shim on the thread, which does not end meanwhile. The shim should
// not block.
func (t *Thread) use(op string, shim func(id uintptr, tid int) syscall.Errno) error {
	if err := t.known(op); err != nil {
		return err
	}
	tid := t.TID() // before the lease, since it may wait
	life := t.life()
	if !life.take() {
		return &Error{Op: op, Errno: syscall.ESRCH, Detail: "the thread has ended"}
	}
	errno := shim(t.id.Load(), tid)
	life.drop()
	runtime.KeepAlive(t)
	return check(op, errno)
}

// known says why op cannot be done with the handle, whatever the thread does.
func (t *Thread) known(op string) error {
	switch {
	case !Available:
		return ErrUnavailable
	case t == nil:
		return &Error{Op: op, Errno: syscall.EINVAL, Detail: "the *Thread is nil"}
	case t.slot != 0 || t.self != nil:
		return nil
	case t.tid != 0:
		return t.err
	}
	return &Error{Op: op, Errno: syscall.EINVAL, Detail: "the Thread is the zero value: Create and Self make them"}
}

// life gives the lease that ends with the thread: in C's record, for one that
// Create did not make.
func (t *Thread) life() *lease {
	if t.self != nil {
		return shimSelfLease(t.self)
	}
	return &t.own
}

// because adds a detail to an error with that errno and without one.
func because(err error, errno syscall.Errno, format string, args ...any) error {
	if e, ok := err.(*Error); ok && e.Errno == errno && e.Detail == "" {
		e.Detail = fmt.Sprintf(format, args...)
	}
	return err
}

// Kill sends a signal to the thread (pthread_kill); with signal 0 it sends
// none and only says whether the thread is alive. The error is an *Error with
// EINVAL for a number that is no signal's, or that the C library keeps to
// itself (on Linux 32 and 33, and 34 on musl; on FreeBSD 32 to 64).
//
// Where the signal goes is the thread's, what it does the process's: with
// os/signal.Notify it arrives there; without, most signals end the process,
// and SIGSTOP and SIGKILL stop or end it always. A thread that blocks the
// signal (Sigmask) keeps it pending.
func (t *Thread) Kill(sig syscall.Signal) error {
	err := t.use("pthread_kill", func(id uintptr, _ int) syscall.Errno { return shimThreadKill(id, int(sig)) })
	return because(err, syscall.EINVAL, "signal %d (0 to %d, without those from 32 that the C library keeps)", int(sig), lastSignal)
}

// SetName sets the name that the system shows (pthread_setname_np), cut as
// Attr.Name is. The error is an *Error with EINVAL for a name that is empty,
// or begins with a NUL, and ENOTSUP on macOS for another thread than the
// calling one. A panic is reported under Attr.Name all the same.
func (t *Thread) SetName(name string) error {
	const op = "pthread_setname_np"
	cname := systemName(name)
	if cname == "" {
		if err := t.known(op); err != nil {
			return err
		}
		return &Error{Op: op, Errno: syscall.EINVAL, Detail: fmt.Sprintf("name %q is empty", name)}
	}
	return t.use(op, func(id uintptr, _ int) syscall.Errno { return shimThreadSetName(id, cname) })
}

// Name gives the name that the system shows (pthread_getname_np). Both C
// libraries read another thread's name in /proc, so without that it is an
// *Error, such as ENOENT.
func (t *Thread) Name() (string, error) {
	var name string
	err := t.use("pthread_getname_np", func(id uintptr, _ int) (errno syscall.Errno) {
		name, errno = shimThreadName(id)
		return errno
	})
	return name, err
}

// CPUTime gives the processor time that the thread has used, in user code and
// in the system (pthread_getcpuclockid, clock_gettime).
func (t *Thread) CPUTime() (time.Duration, error) {
	var used time.Duration
	err := t.use("pthread_getcpuclockid", func(id uintptr, _ int) (errno syscall.Errno) {
		used, errno = shimThreadCPUTime(id)
		return errno
	})
	return used, err
}
