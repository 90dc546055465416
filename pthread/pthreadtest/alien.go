package pthreadtest

import (
	"fmt"
	"runtime/debug"
	"sync"
)

// Panic is the value of the panic by which a test learns that a function
// which a C thread called has panicked.
type Panic struct {
	Value any    // what the function panicked with
	Stack []byte // where
}

// Error gives the value and the trace of the thread that panicked.
func (p *Panic) Error() string {
	return fmt.Sprintf("panic in a function called by a C thread: %v\n\n%s", p.Value, p.Stack)
}

// Unwrap gives the value if it is an error, else nil.
func (p *Panic) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}

// Go starts a C thread that calls fn once. wait returns when the thread has
// ended (pthread_join); it must be called, and only the first call waits.
func Go(fn func()) (wait func()) {
	return Calls(1, func(int) { fn() })
}

// Calls starts a C thread that calls fn with 0 to n-1, and is in C between
// two calls. wait is as for Go.
func Calls(n int, fn func(i int)) (wait func()) {
	b := &body{fn: func(_, call int) { fn(call) }}
	join := start(b, n)
	return sync.OnceFunc(func() {
		join()
		b.rethrow()
	})
}

// Churn makes so many threads in all, one after the other in so many parallel
// lanes, and waits for them. Each calls fn as often as calls says. C starts a
// lane's next thread the moment it has joined the last one, without a look at
// Go: no harder way is known to make the runtime hand the identity of an
// ended thread to the next.
func Churn(threads, parallel, calls int, fn func(thread, call int)) {
	b := &body{fn: fn}
	churn(b, threads, parallel, calls)
	b.rethrow()
}

// body is what C threads call, and the first panic in it.
type body struct {
	fn       func(thread, call int)
	mu       sync.Mutex
	panicked *Panic // guarded by mu
}

// call runs the function for C and says whether the thread shall go on.
func (b *body) call(thread, call int) (ok bool) {
	defer func() {
		if v := recover(); v != nil {
			b.mu.Lock()
			defer b.mu.Unlock()
			if b.panicked == nil {
				b.panicked = &Panic{v, debug.Stack()}
			}
		}
	}()
	b.fn(thread, call)
	return true
}

func (b *body) rethrow() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.panicked != nil {
		panic(b.panicked)
	}
}
