package threading_test

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/pthread/caller"
	"github.com/pythreads/pythreads/pthread/pthreadtest"
	"github.com/pythreads/pythreads/threading"
	"github.com/pythreads/pythreads/threading/threadtest"
)

func init() {
	children["main identity"] = func() {
		main := threading.CurrentThread()
		check(main == threading.MainThread(), "not the main thread")
		check(main.Name() == "MainThread", "name %s", main.Name())
		check(main.IsAlive() && !main.Daemon(), "%v", main)
		ident, _ := main.Ident()
		check(ident != 0 && ident == threading.GetIdent(), "ident %d, %d", ident, threading.GetIdent())
		th := threading.NewThread(func() {
			check(threading.CurrentThread() != main && threading.MainThread() == main, "%v", threading.CurrentThread())
			check(threading.GetIdent() != ident, "the same ident")
		})
		check(!th.Daemon(), "daemon")
		must(th.Start())
		must(th.Join())
		check(threading.ActiveCount() == 1, "%v", threading.Enumerate())
		pid, ok := main.NativeID()
		check(!ok || pid != 0, "native id")
	}
	children["slow"] = func() {
		caller.SlowForTests()
		threading.Main(func() {
			threading.SetExceptHook(threading.ExceptHook)
			identities(200, check)
			exclusion(100, check)
		})
	}
}

func TestMainThreadKnowsItself(t *testing.T) {
	assert.Equal(t, threadtest.Result{}, threadtest.Child(t, "main identity"))
}

// With a runtime of unknown layout all is as before, only slower.
func TestIdentityAndOwnershipHoldInSlowMode(t *testing.T) {
	assert.Equal(t, threadtest.Result{}, threadtest.Child(t, "slow"))
}

// identities has threads of each kind look at themselves.
func identities(rounds int, check func(ok bool, format string, args ...any)) {
	for _, k := range kinds() {
		var waits []func()
		for range 4 {
			waits = append(waits, k.start(func() {
				th := threading.CurrentThread()
				name := th.Name()
				ident, _ := th.Ident()
				for range rounds {
					check(threading.CurrentThread() == th, "%s: %v became %v", k.name, th, threading.CurrentThread())
					check(threading.GetIdent() == ident, "%s: ident", k.name)
					check(th.Name() == name && th.IsAlive(), "%s: %v", k.name, th)
				}
			}))
		}
		for _, wait := range waits {
			wait()
		}
	}
}

// exclusion has threads of each kind meet in an RLock, held twice, and a
// condition.
func exclusion(rounds int, check func(ok bool, format string, args ...any)) {
	l := threading.NewRLock()
	c := threading.NewCondition(l)
	inside, turns := 0, 0
	var waits []func()
	for _, k := range kinds() {
		waits = append(waits, k.start(func() {
			for range rounds {
				l.Acquire()
				l.Acquire()
				check(inside == 0 && l.RecursionCount() == 2, "%s: not alone", k.name)
				inside++
				turns++
				inside--
				c.NotifyAll()
				l.Release()
				l.Release()
			}
		}))
	}
	want := rounds * len(waits)
	l.Acquire()
	l.Acquire()
	c.WaitFor(func() bool { return turns == want })
	check(l.RecursionCount() == 2, "depth %d after the wait", l.RecursionCount())
	l.Release()
	l.Release()
	for _, wait := range waits {
		wait()
	}
	check(!l.Locked(), "still locked")
}

func TestCurrentThreadIsOneObjectAThread(t *testing.T) {
	guard(t)
	identities(scaled(1000), func(ok bool, format string, args ...any) {
		if !ok {
			t.Errorf(format, args...)
		}
	})
}

func TestReentryIsByThreadForAllKinds(t *testing.T) {
	guard(t)
	exclusion(scaled(1000), func(ok bool, format string, args ...any) {
		if !ok {
			t.Errorf(format, args...)
		}
	})
}

func TestThreadsOfOthersGetDummies(t *testing.T) {
	onKinds(t, func(t *testing.T, k kind) {
		if k.name == "native thread" || k.name == "goroutine thread" {
			t.Skip("is no alien")
		}
		var th *threading.Thread
		k.start(func() {
			before := threading.GetIdent()
			n := threading.LastNumber()
			th = threading.CurrentThread()
			assert.Equal(t, fmt.Sprintf("Dummy-%d", n+1), th.Name())
			ident, ok := th.Ident()
			assert.True(t, ok)
			assert.Equal(t, before, ident, "asking for the ident first makes no difference")
			assert.Equal(t, ident, threading.GetIdent())
			assert.True(t, th.IsAlive())
			assert.True(t, th.Daemon())
			assert.Contains(t, threading.Enumerate(), th)
			assert.Contains(t, th.String(), "<DummyThread(Dummy-")
			tid, native := threading.GetNativeID()
			got, ok := th.NativeID()
			assert.Equal(t, native, ok)
			assert.Equal(t, tid, got)
			isError[*threading.RuntimeError](t, "threads can only be started once", th.Start())
			isError[*threading.RuntimeError](t, "cannot join a dummy thread", th.Join())
			isError[*threading.RuntimeError](t, "cannot set daemon status of active thread", th.SetDaemon(false))
		})()
		assert.True(t, eventually(func() bool {
			for _, one := range threading.Enumerate() {
				if one == th {
					return false
				}
			}
			return true
		}), "listed after its end")
	})
}

func TestIdentsOfLivingThreadsAreDistinct(t *testing.T) {
	guard(t)
	leave := make(chan struct{})
	var mu sync.Mutex
	seen := map[uint64]bool{threading.GetIdent(): true}
	var waits []func()
	var inside atomic.Int64
	for _, k := range kinds() {
		for range 10 {
			waits = append(waits, k.start(func() {
				ident := threading.GetIdent()
				mu.Lock()
				assert.False(t, seen[ident] || ident == 0, ident)
				seen[ident] = true
				mu.Unlock()
				inside.Add(1)
				<-leave
			}))
		}
	}
	reaches(t, int64(len(waits)), &inside)
	close(leave)
	for _, wait := range waits {
		wait()
	}
}

// churnCalls is how many calls C threads make in all, three each.
func churnCalls(t testing.TB, calls int) {
	if !pthreadtest.Available {
		t.Skip("no C threads")
	}
	const parallel, perThread = 8, 4
	threads := calls / perThread
	type seen struct {
		object *threading.Thread
		ident  uint64
	}
	mine := make([]seen, threads) // each its own thread's
	var owners sync.Map           // of each object: the thread that it is of
	wrong := func(format string, args ...any) { t.Errorf(format, args...) }
	pthreadtest.Churn(threads, parallel, perThread, func(thread, call int) {
		th := threading.CurrentThread()
		if call == 0 {
			if other, taken := owners.LoadOrStore(th, thread); taken {
				wrong("thread %d was taken for thread %v: %v", thread, other, th)
			}
			th.SetName(fmt.Sprint("C ", thread))
			mine[thread] = seen{th, threading.GetIdent()}
		}
		if th != mine[thread].object || threading.GetIdent() != mine[thread].ident {
			wrong("thread %d: %v became %v", thread, mine[thread].object, th)
		}
		if name := fmt.Sprint("C ", thread); th.Name() != name {
			wrong("thread %d is %q", thread, th.Name())
		}
	})
	for _, th := range threading.Enumerate() {
		if thread, ok := owners.Load(th); ok {
			wrong("thread %v is listed after its end: %v", thread, th)
		}
	}
}

// C hands the goroutine of an ended thread to the next.
func TestNoThreadOfCIsTakenForAnother(t *testing.T) {
	guard(t)
	churnCalls(t, scaled(160_000))
}

// shortGoroutines has n goroutines ask for their Thread, up to 100 at a time.
func shortGoroutines(t testing.TB, n int) {
	before := threading.ActiveCount()
	var heap runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&heap)
	begin := heap.HeapAlloc
	_, slots := threading.Records()
	allowed, most := max(slots, 4096), 0 // larger after many threads at once, until it is full
	for done := 0; done < n; {
		var all sync.WaitGroup
		for range 100 {
			done++
			all.Go(func() { threading.CurrentThread() })
		}
		all.Wait()
		if done%10_000 == 0 {
			live, slots := threading.Records()
			most = max(most, live, slots)
		}
	}
	assert.LessOrEqual(t, most, allowed, "records")
	require.True(t, eventually(func() bool { return threading.ActiveCount() <= before }), "%d dummies left", threading.ActiveCount()-before)
	runtime.GC()
	runtime.ReadMemStats(&heap)
	assert.Less(t, int64(heap.HeapAlloc)-int64(begin), int64(8<<20), "bytes of heap left")
}

func TestRecordsOfEndedGoroutinesDoNotPileUp(t *testing.T) {
	guard(t)
	shortGoroutines(t, scaled(1_000_000))
}

func TestDummyIsForgottenByTheGarbageCollectorToo(t *testing.T) {
	guard(t)
	goroutine(func() { threading.CurrentThread() })()
	before, _ := threading.Records()
	assert.True(t, eventually(func() bool {
		runtime.GC()
		live, _ := threading.Records()
		return live < before || live <= 2
	}))
}
