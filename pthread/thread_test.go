package pthread_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/pthread"
	"github.com/pythreads/pythreads/pthread/pthreadtest"
)

func TestJoinGivesWhatTheBodyReturned(t *testing.T) {
	need(t)
	type pair struct{ a, b int }
	p := &pair{1, 2}
	for name, want := range map[string]any{
		"nil":     nil,
		"number":  42,
		"string":  "done",
		"struct":  pair{1, 2},
		"pointer": p,
		"error":   errors.New("a result like any other"),
	} {
		v, err := create(t, nil, func() any { return want }).Join()
		assert.NoError(t, err, name)
		assert.Equal(t, want, v, name)
		if want == any(p) {
			assert.Same(t, p, v)
		}
	}
}

func TestWhatTheBodyDidIsSeenAfterJoin(t *testing.T) {
	need(t)
	for i := range 100 {
		n := 0
		onThread(t, func() { n = i })
		require.Equal(t, i, n)
	}
}

func TestOSThreadIsGoneAfterJoin(t *testing.T) {
	need(t)
	th := spawn(t, func() {})
	tid := th.TID()
	join(t, th)
	assert.True(t, pthreadtest.Eventually(func() bool {
		_, there := pthreadtest.Tasks()[tid]
		return !there
	}))
}

func TestJoinFromAnyKindOfThread(t *testing.T) {
	need(t)
	joins := map[string]func(join func()){
		"the test's goroutine": func(join func()) { join() },
		"another goroutine": func(join func()) {
			var wg sync.WaitGroup
			wg.Go(join)
			wg.Wait()
		},
		"a native thread": func(join func()) { onThread(t, join) },
		"a C thread":      func(join func()) { pthreadtest.Go(join)() },
	}
	for name, from := range joins {
		th := create(t, nil, func() any { return name })
		var v any
		var err error
		from(func() { v, err = th.Join() })
		assert.NoError(t, err, name)
		assert.Equal(t, name, v)
	}
}

// tripOver panics under a name that a trace can be searched for.
func tripOver(v any) any { panic(v) }

func TestPanicIsTheJoinersError(t *testing.T) {
	need(t)
	cause := fmt.Errorf("wrapped: %w", os.ErrDeadlineExceeded)
	v, err := create(t, &pthread.Attr{Name: "clumsy"}, func() any { return tripOver(cause) }).Join()
	assert.Nil(t, v)
	var p *pthread.PanicError
	require.ErrorAs(t, err, &p)
	assert.Equal(t, "clumsy", p.Thread)
	assert.Equal(t, cause, p.Value)
	assert.Contains(t, string(p.Stack), "tripOver")
	assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
	assert.ErrorContains(t, err, `panic in thread "clumsy": wrapped: `)
	assert.ErrorContains(t, err, "tripOver")
}

func TestPanicValuesThatAreNoErrors(t *testing.T) {
	need(t)
	var nothing *runtime.PanicNilError
	for name, value := range map[string]any{"string": "oops", "number": 7, "nil": nil} {
		_, err := create(t, nil, func() any { return tripOver(value) }).Join()
		var p *pthread.PanicError
		if !assert.ErrorAs(t, err, &p, name) {
			continue
		}
		if value == nil {
			assert.ErrorAs(t, err, &nothing, "as recover gives it")
			continue
		}
		assert.Equal(t, value, p.Value)
		assert.NoError(t, errors.Unwrap(err), name)
	}
}

func TestRuntimeErrorInTheBodyIsAPanicToo(t *testing.T) {
	need(t)
	_, err := create(t, nil, func() any { return []int{}[len(os.Args)] }).Join()
	var re runtime.Error
	assert.ErrorAs(t, err, &re)
	_, err = create(t, nil, nil).Join()
	assert.ErrorAs(t, err, &re, "a body that is nil")
}

func init() {
	children["goexit"] = func() {
		th, err := pthread.Create(&pthread.Attr{Name: "quitter"}, func() any {
			defer fmt.Println("deferred ran")
			runtime.Goexit()
			return nil
		})
		if err != nil {
			panic(err)
		}
		v, err := th.Join()
		fmt.Println("joined:", v, err == pthread.ErrGoexit)
		_, err = th.Join()
		fmt.Println("again:", errors.Is(err, syscall.EINVAL))
		th, err = pthread.Create(nil, func() any {
			defer func() { panic("while Goexit unwinds") }()
			runtime.Goexit()
			return nil
		})
		if err != nil {
			panic(err)
		}
		v, err = th.Join()
		fmt.Println("joined:", v, err == pthread.ErrGoexit)
		runtime.GC() // a thread that would hold it up would hold it up for ever
		th, err = pthread.Create(nil, func() any { return "next" })
		if err != nil {
			panic(err)
		}
		v, err = th.Join()
		fmt.Println("then:", v, err)
	}
	children["detached panic"] = func() {
		ended := make(chan struct{})
		_, err := pthread.Create(&pthread.Attr{Name: "lonely", Detached: true}, func() any {
			defer close(ended)
			return tripOver("unheard")
		})
		if err != nil {
			panic(err)
		}
		<-ended
		// The slot is given back after the panic was printed.
		over := func() bool { return pthread.SlotsInUse() == 0 }
		pthreadtest.Eventually(over)

		left, err := pthread.Create(&pthread.Attr{Name: "abandoned"}, func() any { return tripOver("too early") })
		if err != nil {
			panic(err)
		}
		pthreadtest.Eventually(over)
		fmt.Println("detached after the panic:", left.Detach())
		fmt.Println("the program goes on")
	}
}

// In a child, since the thread stays for ever.
func TestGoexitInABodyEndsNeitherTheJoinerNorTheProgram(t *testing.T) {
	need(t)
	stdout, stderr := runChild(t, "goexit")
	assert.Equal(t, "deferred ran\njoined: <nil> true\nagain: true\njoined: <nil> true\nthen: next <nil>\n", stdout)
	assert.Contains(t, stderr, `"quitter"`)
	assert.Contains(t, stderr, "runtime.Goexit")
	assert.Contains(t, stderr, "FailNow")
}

// In a child, whose stderr is nobody else's.
func TestPanicOfADetachedThreadIsPrinted(t *testing.T) {
	need(t)
	stdout, stderr := runChild(t, "detached panic")
	assert.Equal(t, "detached after the panic: <nil>\nthe program goes on\n", stdout)
	assert.Equal(t, 1, strings.Count(stderr, `panic in thread "lonely": unheard`))
	assert.Equal(t, 1, strings.Count(stderr, `panic in thread "abandoned": too early`))
	assert.Contains(t, stderr, "tripOver")
}

func TestMisuseIsAnError(t *testing.T) {
	need(t)
	const joinOp, detachOp = "pthread_join", "pthread_detach"
	tryJoin := func(th *pthread.Thread) error { _, err := th.Join(); return err }

	t.Run("join twice", func(t *testing.T) {
		th := spawn(t, func() {})
		join(t, th)
		isErrno(t, syscall.EINVAL, joinOp, tryJoin(th))
		isErrno(t, syscall.EINVAL, detachOp, th.Detach())
	})
	t.Run("join itself", func(t *testing.T) {
		var err error
		th := spawn(t, func() { err = tryJoin(pthread.Self()) })
		join(t, th) // which the attempt has not used up
		isErrno(t, syscall.EDEADLK, joinOp, err)
	})
	t.Run("detached at birth", func(t *testing.T) {
		var leave pthread.Parker
		th := create(t, &pthread.Attr{Detached: true}, func() any { leave.Park(); return nil })
		isErrno(t, syscall.EINVAL, joinOp, tryJoin(th))
		isErrno(t, syscall.EINVAL, detachOp, th.Detach())
		leave.Unpark()
	})
	t.Run("detached later", func(t *testing.T) {
		var leave pthread.Parker
		th := spawn(t, leave.Park)
		require.NoError(t, th.Detach())
		isErrno(t, syscall.EINVAL, joinOp, tryJoin(th))
		isErrno(t, syscall.EINVAL, detachOp, th.Detach())
		leave.Unpark()
	})
	t.Run("detached after its end", func(t *testing.T) {
		ended := make(chan struct{})
		th := spawn(t, func() { close(ended) })
		<-ended
		assert.NoError(t, th.Detach())
	})
	t.Run("not made by Create", func(t *testing.T) {
		lockThread(t)
		isErrno(t, syscall.EINVAL, joinOp, tryJoin(pthread.Self()))
		isErrno(t, syscall.EINVAL, detachOp, pthread.Self().Detach())
		pthreadtest.Go(func() {
			isErrno(t, syscall.EINVAL, joinOp, tryJoin(pthread.Self()))
		})()
	})
}

func TestOneOfManyJoinersGetsTheResult(t *testing.T) {
	need(t)
	const joiners = 8
	var leave pthread.Parker
	th := create(t, nil, func() any { leave.Park(); return "the result" })
	results := make(chan any, joiners)
	var begun, ended sync.WaitGroup
	begun.Add(joiners)
	for range joiners {
		ended.Go(func() {
			begun.Done()
			begun.Wait()
			if v, err := th.Join(); err == nil {
				results <- v
			} else {
				isErrno(t, syscall.EINVAL, "pthread_join", err)
			}
		})
	}
	begun.Wait()
	leave.Unpark()
	ended.Wait()
	require.Len(t, results, 1)
	assert.Equal(t, "the result", <-results)
}

func TestTIDIsTheKernelsNumberAndIDsAreDistinct(t *testing.T) {
	need(t)
	const n = 20
	parkers := make([]pthread.Parker, n)
	threads := make([]*pthread.Thread, n)
	var own [n]int
	for i := range n {
		threads[i] = create(t, nil, func() any {
			own[i] = pthread.Self().TID()
			parkers[i].Park()
			return nil
		})
	}
	tids, ids := map[int]bool{}, map[uintptr]bool{}
	for _, th := range threads {
		tids[th.TID()] = true // waits for the birth
		ids[th.ID()] = true
	}
	assert.Len(t, tids, n)
	assert.Len(t, ids, n)
	for tid := range tids {
		isListed(t, tid)
	}
	for i, th := range threads {
		parkers[i].Unpark()
		join(t, th)
		assert.Equal(t, th.TID(), own[i])
	}
}

func TestSelf(t *testing.T) {
	need(t)
	t.Run("of a native thread is the handle of Create", func(t *testing.T) {
		var first, second *pthread.Thread
		th := spawn(t, func() { first, second = pthread.Self(), pthread.Self() })
		join(t, th)
		assert.Same(t, th, first)
		assert.Same(t, th, second)
	})
	t.Run("of a goroutine is new each time", func(t *testing.T) {
		lockThread(t)
		a, b := pthread.Self(), pthread.Self()
		assert.NotSame(t, a, b)
		assert.NotZero(t, a.ID())
		assert.Equal(t, a.ID(), b.ID())
		assert.Equal(t, a.TID(), b.TID())
		isListed(t, a.TID())
	})
	t.Run("of a C thread is new each time", func(t *testing.T) {
		pthreadtest.Calls(2, func(int) {
			a, b := pthread.Self(), pthread.Self()
			assert.NotSame(t, a, b)
			assert.Equal(t, a.TID(), b.TID())
		})()
	})
}

func TestSlotsAreGivenBack(t *testing.T) {
	need(t)
	for range 100 {
		onThread(t, func() {})
	}
	_, err := create(t, nil, func() any { panic("even then") }).Join()
	assert.Error(t, err)
	assert.Zero(t, pthread.SlotsInUse())
}

// manyThreads is how many threads are to be alive at a time.
func manyThreads(t *testing.T) int {
	n := 8000
	if s := os.Getenv("PYTHREADS_TEST_THREADS"); s != "" {
		v, err := strconv.Atoi(s)
		require.NoError(t, err, "PYTHREADS_TEST_THREADS")
		n = v
	}
	if raceEnabled && n > 1000 {
		t.Logf("1000 threads instead of %d: the race detector knows 8128 goroutines at a time and is slow with thousands", n)
		n = 1000
	}
	// The rest of the machine wants threads, too.
	if l := pthread.Limits(); l.Threads > 0 && n > l.Threads/2 {
		t.Logf("%d threads instead of %d: %s allows %d", l.Threads/2, n, l.ThreadsBy, l.Threads)
		n = l.Threads / 2
	}
	return n
}

func TestThousandsOfThreadsAliveAtOnce(t *testing.T) {
	need(t)
	n := manyThreads(t)
	attr := pthread.Attr{StackSize: pthread.Limits().StackMin}
	parkers := make([]pthread.Parker, n)
	threads := make([]*pthread.Thread, 0, n)
	defer func() {
		for i, th := range threads {
			parkers[i].Unpark()
			v, err := th.Join()
			if assert.NoError(t, err) {
				assert.Equal(t, i, v)
			}
		}
	}()
	for i := range n {
		attr.Name = fmt.Sprint("many-", i)
		threads = append(threads, create(t, &attr, func() any { parkers[i].Park(); return i }))
	}
	want := map[int]string{}
	for i, th := range threads {
		want[th.TID()] = fmt.Sprint("many-", i)
	}
	require.Len(t, want, n, "two threads with one number")
	if runtime.GOOS != "linux" {
		return
	}
	got := pthreadtest.Tasks()
	maps.DeleteFunc(got, func(tid int, _ string) bool { return want[tid] == "" })
	assert.True(t, maps.Equal(want, got), "%d of %d are in %s under their names", len(got), n, "/proc/self/task")
}

func TestThreadsMakeThreads(t *testing.T) {
	need(t)
	var tree func(depth int) any
	tree = func(depth int) any {
		if depth == 0 {
			return 1
		}
		sum := 0
		var threads []*pthread.Thread
		for range 3 {
			th, err := pthread.Create(nil, func() any { return tree(depth - 1) })
			if assert.NoError(t, err) {
				threads = append(threads, th)
			}
		}
		for _, th := range threads {
			v, err := th.Join()
			assert.NoError(t, err)
			sum += v.(int)
		}
		return sum
	}
	assert.Equal(t, 81, tree(4))
}

// hammerCreate makes threads from several kinds of creators at once, joins
// some and detaches others.
func hammerCreate(t *testing.T, creators, each int) {
	var ran, want atomic.Int64
	creator := func() {
		for i := range each {
			attr := pthread.Attr{StackSize: pthread.Limits().StackMin, Detached: i%4 == 3}
			want.Add(1)
			th, err := pthread.Create(&attr, func() any { ran.Add(1); return i })
			if !assert.NoError(t, err) {
				want.Add(-1)
				return
			}
			switch i % 4 {
			case 0, 1:
				v, err := th.Join()
				assert.NoError(t, err)
				assert.Equal(t, i, v)
			case 2:
				assert.NoError(t, th.Detach())
			}
		}
	}
	var wg sync.WaitGroup
	var natives []*pthread.Thread
	var aliens []func()
	for i := range creators {
		switch i % 3 {
		case 0:
			wg.Go(creator)
		case 1:
			natives = append(natives, spawn(t, creator))
		case 2:
			aliens = append(aliens, pthreadtest.Go(creator))
		}
	}
	wg.Wait()
	for _, th := range natives {
		join(t, th)
	}
	for _, wait := range aliens {
		wait()
	}
	assert.True(t, pthreadtest.Eventually(func() bool { return ran.Load() == want.Load() }), "%d of %d ran", ran.Load(), want.Load())
	assert.True(t, pthreadtest.Eventually(func() bool { return pthread.SlotsInUse() == 0 }), "slots in use")
}

func TestManyCreatorsHammer(t *testing.T) {
	need(t)
	hammerCreate(t, 6, 300)
}
