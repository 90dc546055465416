package threading_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/pythreads/pythreads/pthread"
	"github.com/pythreads/pythreads/threading"
	"github.com/pythreads/pythreads/threading/threadtest"
)

// launch is start for children, with a thread that is waited for.
func launch(target any, opts ...threading.Option) *threading.Thread {
	th := threading.NewThread(target, opts...)
	must(th.Start())
	return th
}

func init() {
	children["waits for threads"] = func() {
		threading.Main(func() {
			first := threading.NewEvent()
			launch(func() {
				first.Wait()
				_ = threading.MainThread().Join()
				fmt.Println("main has ended:", !threading.MainThread().IsAlive())
				launch(func() { fmt.Println("started by a thread") })
			})
			first.Set()
			fmt.Println("end of main")
		})
		fmt.Println("left:", len(threading.Enumerate()), threading.CurrentThread() == threading.MainThread())
	}
	children["leaves daemons"] = func() {
		threading.Main(func() {
			begun := threading.NewEvent()
			launch(func() {
				begun.Set()
				threading.NewEvent().Wait()
				fmt.Println("never")
			}, threading.WithDaemon(true))
			begun.Wait()
		})
		fmt.Println("left:", len(threading.Enumerate()))
	}
	children["panics"] = func() {
		threading.Main(func() {
			go1 := threading.NewEvent()
			launch(func() {
				go1.Wait()
				_ = threading.MainThread().Join()
				fmt.Println("thread done")
			})
			go1.Set()
			panic("main failed")
		})
		fmt.Println("never")
	}
	children["goexits"] = func() {
		threading.Main(func() {
			launch(func() {
				_ = threading.MainThread().Join()
				fmt.Println("thread done")
			})
			runtime.Goexit()
		})
	}
	children["exits"] = func() {
		threading.Main(func() {
			launch(func() {
				_ = threading.MainThread().Join()
				fmt.Println("thread done")
			})
			panic(threading.SystemExit{Code: 7})
		})
	}
	children["elsewhere"] = func() {
		goroutine(func() {
			defer func() { fmt.Println(recover()) }()
			threading.Main(func() {})
		})()
	}
	children["backend"] = func() {
		th := launch(func() {})
		must(th.Join())
		_, native := th.NativeID()
		fmt.Println(threading.GetBackend(), native)
	}
}

func TestMainWaitsForAllThreadsThatAreNoDaemons(t *testing.T) {
	for _, b := range threadtest.Available() {
		got := threadtest.Child(t, "waits for threads", "PYTHREADS_BACKEND="+b.String())
		assert.Equal(t, threadtest.Result{
			Stdout: "end of main\nmain has ended: true\nstarted by a thread\nleft: 1 true\n",
		}, got)
	}
}

func TestMainLeavesDaemonsWhereTheyAre(t *testing.T) {
	for _, b := range threadtest.Available() {
		got := threadtest.Child(t, "leaves daemons", "PYTHREADS_BACKEND="+b.String())
		assert.Equal(t, threadtest.Result{Stdout: "left: 2\n"}, got)
	}
}

func TestPanicInMainIsStatusOneOnceTheThreadsAreDone(t *testing.T) {
	for _, b := range threadtest.Available() {
		got := threadtest.Child(t, "panics", "PYTHREADS_BACKEND="+b.String())
		assert.Equal(t, 1, got.Code)
		assert.Equal(t, "thread done\n", got.Stdout)
		assert.Regexp(t, `^Exception in thread MainThread:\npanic: main failed\n\ngoroutine 1 `, got.Stderr)
	}
}

func TestGoexitInMainIsStatusOneOnceTheThreadsAreDone(t *testing.T) {
	for _, b := range threadtest.Available() {
		got := threadtest.Child(t, "goexits", "PYTHREADS_BACKEND="+b.String())
		assert.Equal(t, 1, got.Code)
		assert.Equal(t, "thread done\n", got.Stdout)
		assert.Regexp(t, `^Exception in thread MainThread:\nruntime.Goexit called`, got.Stderr)
	}
}

func TestSystemExitInMainIsItsCode(t *testing.T) {
	for _, b := range threadtest.Available() {
		got := threadtest.Child(t, "exits", "PYTHREADS_BACKEND="+b.String())
		assert.Equal(t, threadtest.Result{Code: 7, Stdout: "thread done\n"}, got)
	}
}

func TestMainIsForTheMainGoroutine(t *testing.T) {
	got := threadtest.Child(t, "elsewhere")
	assert.Equal(t, threadtest.Result{Stdout: "Main must be called by the main goroutine\n"}, got)
	panicsWith[*threading.RuntimeError](t, "Main must be called by the main goroutine", func() { threading.Main(func() {}) })
}

func TestEnvironmentChoosesTheBackend(t *testing.T) {
	assert.Equal(t, threadtest.Result{Stdout: "goroutine false\n"}, threadtest.Child(t, "backend", "PYTHREADS_BACKEND=goroutine"))
	unset := threadtest.Child(t, "backend", "PYTHREADS_BACKEND=")
	if pthread.Available {
		assert.Equal(t, "pthread true\n", unset.Stdout)
		assert.Equal(t, unset, threadtest.Child(t, "backend", "PYTHREADS_BACKEND=pthread"))
	} else {
		assert.Equal(t, "goroutine false\n", unset.Stdout)
		refused := threadtest.Child(t, "backend", "PYTHREADS_BACKEND=pthread")
		assert.Equal(t, 2, refused.Code)
		assert.Contains(t, refused.Stderr, "PYTHREADS_BACKEND: threading: backend not available in this build: pthread")
	}
	nonsense := threadtest.Child(t, "backend", "PYTHREADS_BACKEND=nonsense")
	assert.Equal(t, threadtest.Result{
		Code:   2,
		Stderr: "PYTHREADS_BACKEND: threading: backend not available in this build: \"nonsense\" is none of pthread, goroutine\n",
	}, nonsense)
}

func TestBackendThatIsNotThereIsRefused(t *testing.T) {
	before := threading.GetBackend()
	absent := []threading.Backend{-1, 99}
	if !pthread.Available {
		absent = append(absent, threading.Pthread)
	}
	for _, b := range absent {
		assert.ErrorIs(t, threading.SetBackend(b), threading.ErrBackend)
		th := threading.NewThread(nil, threading.WithBackend(b))
		assert.ErrorIs(t, th.Start(), threading.ErrBackend)
		isError[*threading.RuntimeError](t, "cannot join thread before it is started", th.Join())
	}
	assert.Equal(t, before, threading.GetBackend())
	assert.Equal(t, "pthread goroutine Backend(99)", fmt.Sprint(threading.Pthread, " ", threading.Goroutine, " ", absent[1]))
}

func TestOptionBeatsTheBackendOfTheProcess(t *testing.T) {
	for _, b := range threadtest.Available() {
		onBackends(t, func(t *testing.T) {
			th := start(t, func() {}, threading.WithBackend(b))
			join(t, th)
			_, native := th.NativeID()
			assert.Equal(t, b == threading.Pthread, native)
		})
	}
}

func TestStackSizeGivesTheOldOneAndSets(t *testing.T) {
	old, err := threading.StackSize(0)
	assert.NoError(t, err)
	defer func() { _, _ = threading.StackSize(old) }()
	for _, size := range []int{262144, 1 << 20, 32768, 0} {
		_, err := threading.StackSize(size)
		assert.NoError(t, err)
		for _, want := range []int{size, 0, 0} { // a look resets it
			got, err := threading.StackSize(0)
			assert.NoError(t, err)
			assert.Equal(t, want, got)
		}
	}
	_, _ = threading.StackSize(262144)
	for _, size := range []int{-4096, -1, 1, 123, 4096, 32767} {
		_, err := threading.StackSize(size)
		isError[*threading.ValueError](t, fmt.Sprintf("size not valid: %d bytes", size), err)
		th := threading.NewThread(nil, threading.WithStackSize(size))
		isError[*threading.ValueError](t, fmt.Sprintf("size not valid: %d bytes", size), th.Start())
		_, ok := th.Ident()
		assert.False(t, ok, "it is not used up")
	}
	got, _ := threading.StackSize(0)
	assert.Equal(t, 262144, got, "a refusal changes nothing")
}

func TestThreadHasTheStackThatWasAskedFor(t *testing.T) {
	if !pthread.Available {
		t.Skip("no stacks")
	}
	guard(t)
	on := threading.WithBackend(threading.Pthread)
	size := func(opts ...threading.Option) (size int) {
		th := start(t, func() {
			stack, err := pthread.Self().Stack()
			assert.NoError(t, err)
			size = stack.Size
		}, append(opts, on)...)
		join(t, th)
		return size
	}
	defer func() { _, _ = threading.StackSize(0) }()
	// At least: the C library may give a thread the larger stack of one that
	// has ended.
	page := pthread.Limits().PageSize
	for _, want := range []int{64 << 20, 48 << 20} {
		_, _ = threading.StackSize(want)
		assert.GreaterOrEqual(t, size(), want-page)
		_, _ = threading.StackSize(want)
		assert.GreaterOrEqual(t, size(threading.WithStackSize(2*want)), 2*want-page)
	}
	assert.GreaterOrEqual(t, size(threading.WithStackSize(32768)), pthread.Limits().StackMin-page)
}

func TestContextThatEndedBeforehandStillJoinsWhatIsOver(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		leave := threading.NewEvent()
		th := start(t, leave.Wait)
		assert.ErrorIs(t, th.JoinContext(ctx), context.Canceled)
		leave.Set()
		join(t, th)
		assert.NoError(t, th.JoinContext(ctx))
	})
}
