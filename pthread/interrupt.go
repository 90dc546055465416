package pthread

import (
	"context"
	"runtime"
	"syscall"
	"time"
)

// Interruptible calls call, and when ctx ends before that returns, it breaks
// off the system call in C that blocks it: the call fails with EINTR. The
// result is call's. If ctx has ended already, call is not called, and the
// result is context.Cause(ctx).
//
// call runs on the calling goroutine, which is locked to its OS thread for
// the duration; that may be any kind of thread. It is interrupted by a signal
// (InterruptSignal), which is sent to the thread again and again until call
// has returned: one that comes just before the thread blocks would be lost. No
// signal is left over when Interruptible returns, so no later system call
// fails for it. Within call, a second Interruptible is broken off by the end of
// either context.
//
// It takes the C code's help, since POSIX threads cannot be stopped from
// outside without leaving behind what they hold. The code must give up when a
// system call fails with EINTR: a loop that tries again on EINTR never ends,
// nor does code that computes, or waits where signals interrupt nothing, such
// as pthread_mutex_lock, pthread_cond_wait and the waits of this package. And
// what it holds it must release on that way, too. A function in C
//
//	int read_one(int fd, char *c)
//	{
//		ssize_t n = read(fd, c, 1);
//		return n < 0 ? -errno : (int)n;
//	}
//
// is called so:
//
//	err := pthread.Interruptible(ctx, func() error {
//		if n := C.read_one(fd, &c); n < 0 {
//			return syscall.Errno(-n)
//		}
//		return nil
//	})
//	if errors.Is(err, syscall.EINTR) && ctx.Err() != nil {
//		err = context.Cause(ctx)
//	}
//
// Go's own functions try again on EINTR and are not interrupted, and other
// signals may interrupt a system call as well.
//
// The error is call's, context.Cause(ctx), or an *Error with EBUSY where there
// is no signal to interrupt with: each that will do has a handler, or C code
// has since taken the one that was chosen. call was not called then.
func Interruptible(ctx context.Context, call func() error) error {
	if !Available {
		return ErrUnavailable
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	thread, blocked, errno := shimInterruptBegin()
	if errno != 0 {
		return noInterruptSignal(errno)
	}
	i := interrupter{thread: thread, returned: make(chan struct{}), gone: make(chan struct{})}
	stop := context.AfterFunc(ctx, i.run)
	defer func() { // even if call panics
		sent := !stop()
		if sent {
			close(i.returned)
			<-i.gone
		}
		if sent || blocked {
			shimInterruptEnd(blocked)
		}
	}()
	return call()
}

// InterruptSignal gives the signal by which Interruptible interrupts. It is
// chosen once, when it is first needed: the highest real-time signal that has
// no handler but the Go runtime's, so one that C code handles is left alone.
// macOS has no real-time signals; there it is SIGIO, else SIGINFO, which do
// nothing unless they are handled.
// It is unblocked in a thread only while that is in Interruptible's call,
// unless it was before, and its handler does nothing.
//
// The signal is not the program's any more: what package os/signal does with
// it, by name or with all signals, has no effect. Notify gets nothing of it,
// and where Ignore or Reset change its handling, the next use of Interruptible
// puts it right; an interrupt that is on its way then is sent again.
//
// The error is an *Error with EBUSY where each of them has a handler.
func InterruptSignal() (syscall.Signal, error) {
	if !Available {
		return 0, ErrUnavailable
	}
	sig, errno := shimInterruptSignal()
	if errno != 0 {
		return 0, noInterruptSignal(errno)
	}
	return sig, nil
}

func noInterruptSignal(errno syscall.Errno) error {
	return &Error{Op: "sigaction", Errno: errno, Detail: "no signal is free to interrupt threads with, or the one chosen was taken since"}
}

// interrupter interrupts one call on one thread.
type interrupter struct {
	thread   uintptr
	returned chan struct{} // closed when the call has returned
	gone     chan struct{} // closed when nothing will be sent any more
}

// How long a call may take to return before it is interrupted again.
const (
	firstPatience = time.Millisecond
	lastPatience  = 100 * time.Millisecond
)

func (i *interrupter) run() {
	defer close(i.gone)
	for patience := firstPatience; ; patience = min(2*patience, lastPatience) {
		select {
		case <-i.returned:
			return
		default:
		}
		// What goes wrong here may go right the next time, and there is nobody
		// to tell.
		shimInterruptSend(i.thread)
		select {
		case <-i.returned:
			return
		case <-time.After(patience):
		}
	}
}
