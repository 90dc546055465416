package threading

import (
	"errors"

	"github.com/pythreads/pythreads/pthread"
)

// RuntimeError is Python's exception of that name: an operation that the
// state of the object forbids, as releasing a lock that is free. A method
// with an error result returns it, one without panics with it.
type RuntimeError struct {
	Msg string
	Err error // the cause, or nil
}

// Error gives CPython's message, and the cause.
func (e *RuntimeError) Error() string {
	if e.Err == nil {
		return e.Msg
	}
	return e.Msg + ": " + e.Err.Error()
}

// Unwrap gives the cause.
func (e *RuntimeError) Unwrap() error { return e.Err }

// ValueError is Python's exception of that name: an argument of the right
// type with a value that makes no sense, as a negative semaphore. A method
// with an error result returns it, one without panics with it.
type ValueError struct{ Msg string }

// Error gives CPython's message.
func (e *ValueError) Error() string { return e.Msg }

// TypeError is Python's exception of that name: a target that cannot be
// called, or not with the arguments given. It is raised where Python raises
// it, in the thread.
type TypeError struct{ Msg string }

// Error gives the message.
func (e *TypeError) Error() string { return e.Msg }

// SystemExit, when a thread panics with it, ends that thread in silence, as
// Python's exception of that name does. In the function given to Main it ends
// the program with Code.
type SystemExit struct{ Code int }

// Error names the exception.
func (e SystemExit) Error() string { return "SystemExit" }

// PanicError is how the joiner of a thread learns that its body panicked.
type PanicError = pthread.PanicError

// ErrGoexit is how the joiner of a thread learns that its body called
// runtime.Goexit, as testing's FailNow and Fatal do.
var ErrGoexit = pthread.ErrGoexit

// ErrBackend is what SetBackend and Start return for a backend that this
// build does not have.
var ErrBackend = errors.New("threading: backend not available in this build")

var (
	errReleaseUnlocked = &RuntimeError{Msg: "release unlocked lock"}
	errReleaseUnowned  = &RuntimeError{Msg: "cannot release un-acquired lock"}
	errNegativeTimeout = &ValueError{Msg: "timeout value must be a non-negative number"}
)
