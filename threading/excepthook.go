package threading

import (
	"fmt"
	"os"
	"runtime/debug"
	"sync/atomic"
)

// ExceptHookArgs describes an uncaught panic to the except hook.
type ExceptHookArgs struct {
	Value  any     // what was given to panic; ErrGoexit for a runtime.Goexit
	Stack  []byte  // the trace at the panic
	Thread *Thread // the thread; nil if it has no Thread object
}

var exceptHook atomic.Pointer[func(ExceptHookArgs)]

// SetExceptHook has hook called, in place of ExceptHook, for every panic that
// leaves a thread's target, SystemExit included, and for every
// runtime.Goexit in one. It runs in the failing thread, which is still alive.
// nil restores ExceptHook.
func SetExceptHook(hook func(ExceptHookArgs)) {
	if hook == nil {
		exceptHook.Store(nil)
		return
	}
	exceptHook.Store(&hook)
}

// ExceptHook is the except hook unless another is set: it writes the thread's
// name, the value and the trace to stderr. A SystemExit it ignores.
func ExceptHook(args ExceptHookArgs) {
	if _, exit := args.Value.(SystemExit); exit {
		return
	}
	name := fmt.Sprint(GetIdent())
	if args.Thread != nil {
		name = args.Thread.Name()
	}
	fmt.Fprintf(os.Stderr, "Exception in thread %s:\n%s\n", name, describe(args.Value, args.Stack))
}

// describe gives a panic as the runtime shows it.
func describe(value any, stack []byte) string {
	if value == ErrGoexit {
		return fmt.Sprintf("runtime.Goexit called (t.FailNow or t.Fatal in a thread?)\n\n%s", stack)
	}
	return fmt.Sprintf("panic: %v\n\n%s", value, stack)
}

// failed notes the error for the joiners and reports that the target did not
// return: v is what was recovered, nil for a Goexit.
func (t *Thread) failed(v any) {
	args := ExceptHookArgs{Value: v, Stack: debug.Stack(), Thread: t}
	switch v.(type) {
	case nil:
		args.Value, t.err = ErrGoexit, ErrGoexit
	case SystemExit:
	default:
		t.err = &PanicError{Thread: t.Name(), Value: v, Stack: args.Stack}
	}
	callExceptHook(args)
}

// callExceptHook calls the hook. If that panics too the thread still ends in
// order.
func callExceptHook(args ExceptHookArgs) {
	defer func() {
		switch v := recover().(type) {
		case nil, SystemExit:
		default:
			fmt.Fprintf(os.Stderr, "Exception in threading.excepthook:\n%s\n", describe(v, debug.Stack()))
		}
	}()
	if hook := exceptHook.Load(); hook != nil {
		(*hook)(args)
		return
	}
	ExceptHook(args)
}
