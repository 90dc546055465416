package park_test

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/pthread"
	"github.com/pythreads/pythreads/pthread/pthreadtest"
	"github.com/pythreads/pythreads/threading/internal/park"
	"github.com/pythreads/pythreads/threading/threadtest"
)

func TestMain(m *testing.M) { threadtest.Main(m, nil) }

// guard has the test fail if it hangs or leaves something running.
func guard(t testing.TB) {
	t.Helper()
	pthreadtest.CheckLeaks(t)
	threadtest.Watchdog(t, 2*time.Minute)
}

// kind is a kind of thread that may wait.
type kind struct {
	name   string
	native bool
	start  func(fn func()) (wait func())
}

func goroutine(fn func()) (wait func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		fn()
	}()
	return func() { <-done }
}

// kinds gives the kinds that this build has.
func kinds() []kind {
	all := []kind{
		{"goroutine", false, goroutine},
		{"locked goroutine", pthread.Available, func(fn func()) func() {
			return goroutine(func() {
				runtime.LockOSThread()
				defer runtime.UnlockOSThread()
				fn()
			})
		}},
	}
	if pthread.Available {
		all = append(all, kind{"native", true, func(fn func()) func() {
			th, err := pthread.Create(nil, func() any { fn(); return nil })
			if err != nil {
				panic(err)
			}
			return func() { th.Join() }
		}})
	}
	if pthreadtest.Available {
		all = append(all, kind{"alien", true, pthreadtest.Go})
	}
	return all
}

// forKinds runs fn as a subtest for each kind.
func forKinds(t *testing.T, fn func(t *testing.T, k kind)) {
	for _, k := range kinds() {
		t.Run(k.name, func(t *testing.T) {
			guard(t)
			fn(t, k)
		})
	}
}

// sleeper is a thread that pushed itself on a list and sleeps.
type sleeper struct {
	w     *park.Waiter
	wait  func()
	token park.Token // after wait
}

// sleep starts a thread of kind k that sleeps on l within lim, and returns
// once it is on the list.
func sleep(k kind, l *park.List, lim func() park.Limit) *sleeper {
	s := new(sleeper)
	pushed := make(chan struct{})
	s.wait = k.start(func() {
		s.w = park.NewWaiter()
		l.Lock()
		l.Push(s.w)
		l.Unlock()
		close(pushed)
		s.token = s.w.Sleep(l, lim())
	})
	<-pushed
	return s
}

func forever() park.Limit { return park.Limit{} }

// far is a limit that no test sees; other than with forever, the waiter has to
// watch it.
func far() park.Limit { return park.After(time.Hour) }

// soon is a limit that comes during the test.
func soon() park.Limit { return park.After(2 * time.Millisecond) }

func pop(l *park.List) *park.Waiter {
	l.Lock()
	defer l.Unlock()
	return l.Pop()
}

func length(l *park.List) int {
	l.Lock()
	defer l.Unlock()
	return l.Len()
}

// requireEmpty checks that a list is as good as new.
func requireEmpty(t *testing.T, l *park.List) {
	t.Helper()
	require.True(t, l.Empty())
	assert.Zero(t, length(l))
	assert.Nil(t, pop(l))
}
