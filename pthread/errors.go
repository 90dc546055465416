package pthread

import (
	"errors"
	"fmt"
	"syscall"
)

// Error is a refusal by the system, or by this package on the system's behalf.
//
// It unwraps to its Errno, so errors.Is(err, syscall.EDEADLK) and the like
// work.
type Error struct {
	Op     string        // the POSIX function, as in "pthread_create"
	Errno  syscall.Errno // what it returned
	Detail string        // the value that was wrong and what would be right, or ""
}

// Error gives "pthread: OP: what the errno means", with the detail in
// parentheses.
func (e *Error) Error() string {
	if e.Detail == "" {
		return fmt.Sprintf("pthread: %s: %v", e.Op, e.Errno)
	}
	return fmt.Sprintf("pthread: %s: %v (%s)", e.Op, e.Errno, e.Detail)
}

// Unwrap gives the Errno.
func (e *Error) Unwrap() error { return e.Errno }

// ErrUnavailable is what every operation returns in a build without POSIX
// threads: one made with CGO_ENABLED=0, without a C compiler, or for a
// platform that the shims are not written for.
var ErrUnavailable = errors.New("pthread: not available: this program was built without cgo or for a platform other than Linux, macOS and FreeBSD (install a C compiler and build with CGO_ENABLED=1)")

// ErrGoexit is what Join returns for a thread whose body called
// runtime.Goexit, as testing's FailNow and Fatal do.
var ErrGoexit = errors.New("pthread: runtime.Goexit called in the body of the thread")

// PanicError is what Join returns for a thread whose body panicked.
type PanicError struct {
	Thread string // the thread's name
	Value  any    // what was given to panic
	Stack  []byte // the trace of the thread at the panic
}

// Error gives the value and the trace.
func (e *PanicError) Error() string {
	return fmt.Sprintf("pthread: panic in thread %q: %v\n\n%s", e.Thread, e.Value, e.Stack)
}

// Unwrap gives the value if it is an error, else nil.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// check makes the error of op out of errno; nil for 0.
func check(op string, errno syscall.Errno) error {
	if errno == 0 {
		return nil
	}
	return &Error{Op: op, Errno: errno}
}
