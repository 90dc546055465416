package pthreadtest_test

import (
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/pthread/pthreadtest"
)

func need(t *testing.T) {
	t.Helper()
	if !pthreadtest.Available {
		t.Skip("no C threads in this build")
	}
	pthreadtest.CheckLeaks(t)
}

func TestWithoutCgoStartingAThreadPanics(t *testing.T) {
	if pthreadtest.Available {
		t.Skip("C threads are there")
	}
	for name, start := range map[string]func(){
		"Go":    func() { pthreadtest.Go(func() {}) },
		"Calls": func() { pthreadtest.Calls(1, func(int) {}) },
		"Churn": func() { pthreadtest.Churn(1, 1, 1, func(int, int) {}) },
		"Stack": func() { pthreadtest.UseStack(1) },
	} {
		assert.PanicsWithValue(t, "pthreadtest: no C threads: this program was built without cgo or for a platform other than Linux, macOS and FreeBSD", start, name)
	}
}

func TestGoCallsOnceOnAThreadThatIsNotTheRuntimes(t *testing.T) {
	need(t)
	foreign := pthreadtest.Foreign()
	inside, leave := make(chan struct{}), make(chan struct{})
	calls := 0
	wait := pthreadtest.Go(func() {
		calls++
		close(inside)
		<-leave
	})
	<-inside
	if runtime.GOOS == "linux" {
		assert.True(t, pthreadtest.Eventually(func() bool { return pthreadtest.Foreign() == foreign+1 }))
	}
	close(leave)
	wait()
	wait() // has nothing left to wait for
	assert.Equal(t, 1, calls)
	assert.True(t, pthreadtest.Eventually(func() bool { return pthreadtest.Foreign() == foreign }))
}

func TestCallsAreAllOnOneThread(t *testing.T) {
	need(t)
	var got []int
	pthreadtest.Calls(3, func(i int) { got = append(got, i) })()
	assert.Equal(t, []int{0, 1, 2}, got)
}

func TestChurnMakesEachCallOnceAndKeepsToItsLanes(t *testing.T) {
	need(t)
	const threads, parallel, calls = 200, 3, 2
	var (
		mu           sync.Mutex
		seen         = map[[2]int]int{}
		inside, most atomic.Int32
	)
	pthreadtest.Churn(threads, parallel, calls, func(thread, call int) {
		n := inside.Add(1)
		defer inside.Add(-1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		mu.Lock()
		defer mu.Unlock()
		seen[[2]int{thread, call}]++
	})
	assert.Len(t, seen, threads*calls)
	for at, n := range seen {
		assert.Equal(t, 1, n, "thread and call %v", at)
	}
	assert.LessOrEqual(t, most.Load(), int32(parallel))
}

func TestPanicComesUpWhereTheTestWaits(t *testing.T) {
	need(t)
	cause := errors.New("cause")
	calls := 0
	for name, wait := range map[string]func(){
		"Go":    pthreadtest.Go(func() { panic(cause) }),
		"Calls": pthreadtest.Calls(3, func(int) { calls++; panic(cause) }),
		"Churn": func() { pthreadtest.Churn(5, 2, 3, func(int, int) { panic(cause) }) },
	} {
		var got *pthreadtest.Panic
		func() {
			defer func() { got, _ = recover().(*pthreadtest.Panic) }()
			wait()
		}()
		require.NotNil(t, got, name)
		assert.ErrorIs(t, got, cause, name)
		assert.Contains(t, got.Error(), "TestPanicComesUpWhereTheTestWaits", name)
	}
	assert.Equal(t, 1, calls, "the thread goes on after a panic")
}

func TestUseStackReturns(t *testing.T) {
	need(t)
	for _, bytes := range []int{0, 1, 4096, 100_000} {
		pthreadtest.UseStack(bytes)
	}
	assert.PanicsWithValue(t, "pthreadtest: UseStack of -1 bytes", func() { pthreadtest.UseStack(-1) })
}

func TestTasksKnowsThisThread(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("no /proc")
	}
	assert.NotEmpty(t, pthreadtest.Tasks())
}

// recorder is a testing.TB that keeps its failures to itself.
type recorder struct {
	testing.TB
	cleanups []func()
	errors   []any
}

func (r *recorder) Helper()           {}
func (r *recorder) Cleanup(f func())  { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Error(args ...any) { r.errors = append(r.errors, args...) }
func (r *recorder) end() {
	for _, f := range r.cleanups {
		f()
	}
}

func TestCheckLeaksIsContentOnceTheThreadHasEnded(t *testing.T) {
	need(t)
	r := &recorder{TB: t}
	pthreadtest.CheckLeaks(r)
	leave := make(chan struct{})
	wait := pthreadtest.Go(func() { <-leave })
	close(leave)
	wait()
	r.end()
	assert.Empty(t, r.errors)
}
