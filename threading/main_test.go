package threading_test

import (
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/pthread"
	"github.com/pythreads/pythreads/pthread/pthreadtest"
	"github.com/pythreads/pythreads/threading"
	"github.com/pythreads/pythreads/threading/threadtest"
)

// children are scenarios that need a process of their own; the files that
// have some fill it.
var children = map[string]func(){}

func TestMain(m *testing.M) { threadtest.Main(m, children) }

// A short wait, and one that no test sees the end of.
const (
	moment = 5 * time.Millisecond
	ages   = time.Hour
)

// guard has the test fail if it hangs or leaves a thread behind.
func guard(t testing.TB) {
	t.Helper()
	threadtest.NoLeak(t)
	threadtest.Watchdog(t, 3*time.Minute)
}

// onBackends runs fn, guarded, as a subtest on each backend.
func onBackends(t *testing.T, fn func(t *testing.T)) {
	t.Helper()
	threadtest.Backends(t, func(t *testing.T, _ threading.Backend) {
		guard(t)
		fn(t)
	})
}

// start starts a thread.
func start(t testing.TB, target any, opts ...threading.Option) *threading.Thread {
	t.Helper()
	th := threading.NewThread(target, opts...)
	require.NoError(t, th.Start())
	return th
}

// startAll starts n threads, each with its number.
func startAll(t testing.TB, n int, target func(i int)) []*threading.Thread {
	t.Helper()
	threads := make([]*threading.Thread, n)
	for i := range threads {
		threads[i] = start(t, func() { target(i) })
	}
	return threads
}

// join joins threads whose targets must have returned.
func join(t testing.TB, threads ...*threading.Thread) {
	t.Helper()
	for _, th := range threads {
		require.NoError(t, th.Join())
	}
}

// inThread runs target in a thread and waits for it.
func inThread(t testing.TB, target func()) {
	t.Helper()
	join(t, start(t, target))
}

// queued waits until n threads are in the queue of x.
func queued(t testing.TB, x any, n int) {
	t.Helper()
	require.True(t, threadtest.Eventually(func() bool { return threading.Waiting(x) == n }),
		"%d wait, want %d", threading.Waiting(x), n)
}

// reaches waits until a counter is n.
func reaches(t testing.TB, n int64, counter *atomic.Int64) {
	t.Helper()
	require.True(t, threadtest.Eventually(func() bool { return counter.Load() == n }), "%d, want %d", counter.Load(), n)
}

// panicsWith checks that fn panics with an E that says msg.
func panicsWith[E error](t testing.TB, msg string, fn func()) {
	t.Helper()
	defer func() {
		t.Helper()
		err, ok := recover().(error)
		if assert.True(t, ok, "no panic with an error") {
			isError[E](t, msg, err)
		}
	}()
	fn()
}

// isError checks that err is an E that says msg.
func isError[E error](t testing.TB, msg string, err error) {
	t.Helper()
	var e E
	if assert.True(t, errors.As(err, &e), "%T: %v", err, err) {
		assert.Equal(t, msg, e.Error())
	}
}

// notEarly checks that a wait for d gives up, and not before d is over; how
// much later is the machine's affair.
func notEarly(t testing.TB, wait func(d time.Duration) bool) {
	t.Helper()
	for _, d := range []time.Duration{0, time.Microsecond, moment} {
		begin := time.Now()
		assert.False(t, wait(d), d)
		assert.GreaterOrEqual(t, time.Since(begin), d)
	}
}

// kind is a kind of thread that uses this package.
type kind struct {
	name  string
	start func(fn func()) (wait func())
}

// kinds gives all kinds of this build, but for the main thread.
func kinds() []kind {
	thread := func(b threading.Backend) func(fn func()) func() {
		return func(fn func()) func() {
			th := threading.NewThread(fn, threading.WithBackend(b))
			if err := th.Start(); err != nil {
				panic(err)
			}
			return func() {
				if err := th.Join(); err != nil {
					panic(err)
				}
			}
		}
	}
	all := []kind{
		{"goroutine thread", thread(threading.Goroutine)},
		{"plain goroutine", goroutine},
		{"locked goroutine", func(fn func()) func() {
			return goroutine(func() {
				runtime.LockOSThread()
				defer runtime.UnlockOSThread()
				fn()
			})
		}},
	}
	if pthread.Available {
		all = append(all, kind{"native thread", thread(threading.Pthread)})
	}
	if pthreadtest.Available {
		all = append(all, kind{"alien thread", pthreadtest.Go})
	}
	return all
}

func goroutine(fn func()) (wait func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		fn()
	}()
	return func() { <-done }
}

// onKinds runs fn, guarded, as a subtest for each kind of thread.
func onKinds(t *testing.T, fn func(t *testing.T, k kind)) {
	for _, k := range kinds() {
		t.Run(k.name, func(t *testing.T) {
			guard(t)
			fn(t, k)
		})
	}
}

// scaled gives n, or less where each step takes longer.
func scaled(n int) int {
	if threadtest.Emulated() {
		n /= 20
	}
	if raceEnabled {
		n /= 10
	}
	return max(n, 1)
}

// must is for children, which have no test to fail.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// check is assert for children: it says on stdout what is wrong.
func check(ok bool, format string, args ...any) {
	if !ok {
		fmt.Printf("wrong: "+format+"\n", args...)
	}
}
