package threading

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"

	"github.com/pythreads/pythreads/threading/internal/park"
)

// Main runs fn as Python runs a program: it waits for all threads that are
// not daemons before it returns, whether fn returned or panicked. It belongs
// at the beginning of main, whose goroutine it wires to the process's main
// OS thread; threads then sleep and wake natively there too.
//
// If fn panics, Main prints the panic as ExceptHook would, waits, and ends
// the process with status 1; so it does for a runtime.Goexit. If fn panics
// with a SystemExit, it waits and ends the process with that code. Otherwise
// it returns.
//
// Go ends a process without regard to C: no atexit functions of C run and
// its buffers are not flushed. Daemons stop where they are.
//
// Without Main the process ends when main returns, as in all Go programs.
func Main(fn func()) {
	if threads.current() != mainThread {
		panic(&RuntimeError{Msg: "Main must be called by the main goroutine"})
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if tid, ok := GetNativeID(); ok && tid != mainThread.tid {
		fmt.Fprintln(os.Stderr, "threading.Main: the main goroutine has left the process's main OS thread; call Main first in main")
	}
	returned := false
	defer func() {
		code := 0
		if !returned {
			code = mainFailed(recover()) // nil: Goexit
		}
		mainThread.state.Store(threadStopped)
		mainThread.done.Set()
		joinAll()
		if !returned {
			os.Exit(code)
		}
	}()
	fn()
	returned = true
}

// mainFailed reports that the function given to Main did not return, and gives
// the exit status that this asks for: v is what was recovered.
func mainFailed(v any) (code int) {
	switch e := v.(type) {
	case SystemExit:
		return e.Code
	case nil:
		v = ErrGoexit
	}
	fmt.Fprintf(os.Stderr, "Exception in thread %s:\n%s\n", mainThread.Name(), describe(v, debug.Stack()))
	return 1
}

// joinAll waits until no thread but daemons is left, those that are started
// meanwhile included.
func joinAll() {
	for left := true; left; {
		left = false
		for _, t := range Enumerate() {
			if t != mainThread && !t.Daemon() {
				left = true
				t.wait(park.Limit{})
			}
		}
	}
}
