package threadtest_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/threading"
	"github.com/pythreads/pythreads/threading/threadtest"
)

func TestMain(m *testing.M) {
	threadtest.Main(m, map[string]func(){
		"returns": func() {},
		"speaks": func() {
			fmt.Print("out ", os.Getenv("SAY"))
			fmt.Fprint(os.Stderr, "err")
			os.Exit(3)
		},
		"main": func() { threading.Main(func() {}) },
	})
}

func TestBackendsSetsEachBackendAndRestoresTheOldOne(t *testing.T) {
	before := threading.GetBackend()
	var seen []threading.Backend
	threadtest.Backends(t, func(t *testing.T, b threading.Backend) {
		assert.Equal(t, b, threading.GetBackend())
		assert.Contains(t, t.Name(), b.String())
		seen = append(seen, b)
	})
	assert.Equal(t, threadtest.Available(), seen)
	assert.Equal(t, before, threading.GetBackend())
}

func TestWaitBlockedWaitsForThoseInAWaitAndNotForOthers(t *testing.T) {
	threadtest.Backends(t, func(t *testing.T, _ threading.Backend) {
		threadtest.NoLeak(t)
		threadtest.Watchdog(t, time.Minute)
		var gate threading.Event
		lock := threading.NewLock()
		lock.Acquire()
		elsewhere := make(chan struct{})
		threads := []*threading.Thread{
			threading.NewThread(gate.Wait),
			threading.NewThread(func() { lock.Acquire(); lock.Release() }),
			threading.NewThread(func() { <-elsewhere }),
		}
		// One that waits for a thread rather than for a lock.
		threads = append(threads, threading.NewThread(func() { _ = threads[0].Join() }))
		for _, th := range threads {
			require.NoError(t, th.Start())
		}
		threadtest.WaitBlocked(t, 3)
		lock.Release()
		require.NoError(t, threads[1].Join())
		threadtest.WaitBlocked(t, 2)
		gate.Set()
		require.NoError(t, threads[3].Join())
		threadtest.WaitBlocked(t, 0)
		close(elsewhere)
		for _, th := range threads {
			require.NoError(t, th.Join())
		}
	})
}

// recorder is a test that keeps its failures to itself.
type recorder struct {
	testing.TB
	cleanups []func()
	errors   []string
}

func (r *recorder) Helper()           {}
func (r *recorder) Cleanup(f func())  { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Error(args ...any) { r.errors = append(r.errors, fmt.Sprint(args...)) }
func (r *recorder) Errorf(format string, args ...any) {
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}

func TestNoLeakIsContentOnceTheThreadsHaveEnded(t *testing.T) {
	threadtest.Backends(t, func(t *testing.T, _ threading.Backend) {
		r := &recorder{TB: t}
		threadtest.NoLeak(r)
		for range 10 {
			require.NoError(t, threading.NewThread(func() {}).Start())
		}
		for _, f := range r.cleanups {
			f()
		}
		assert.Empty(t, r.errors)
	})
}

func TestChildReportsStatusAndStreams(t *testing.T) {
	assert.Equal(t, threadtest.Result{}, threadtest.Child(t, "returns"))
	assert.Equal(t, threadtest.Result{Code: 3, Stdout: "out 42", Stderr: "err"}, threadtest.Child(t, "speaks", "SAY=42"))
	assert.Equal(t, 125, threadtest.Child(t, "nobody").Code)
}

func TestChildBeginsOnTheMainThread(t *testing.T) {
	assert.Equal(t, threadtest.Result{}, threadtest.Child(t, "main"))
}
