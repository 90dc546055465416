package threading_test

import (
	"errors"
	"io"
	"os"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/threading"
	"github.com/pythreads/pythreads/threading/threadtest"
)

// hook collects what the except hook is given until the test ends.
func hook(t testing.TB) chan threading.ExceptHookArgs {
	got := make(chan threading.ExceptHookArgs, 100)
	threading.SetExceptHook(func(args threading.ExceptHookArgs) { got <- args })
	t.Cleanup(func() { threading.SetExceptHook(nil) })
	return got
}

// stderr gives what fn writes to os.Stderr.
func stderr(t testing.TB, fn func()) string {
	t.Helper()
	r, w, err := os.Pipe()
	require.NoError(t, err)
	saved := os.Stderr
	os.Stderr = w
	text := make(chan string)
	go func() {
		b, _ := io.ReadAll(r)
		text <- string(b)
	}()
	fn()
	os.Stderr = saved
	w.Close()
	defer r.Close()
	return <-text
}

func TestHookIsCalledInTheFailingThreadWhichStillLives(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		cause := errors.New("run failed")
		var got threading.ExceptHookArgs
		var th *threading.Thread
		threading.SetExceptHook(func(args threading.ExceptHookArgs) {
			got = args
			assert.Same(t, th, threading.CurrentThread())
			assert.True(t, th.IsAlive())
			assert.Contains(t, threading.Enumerate(), th)
		})
		defer threading.SetExceptHook(nil)
		th = threading.NewThread(func() { panic(cause) })
		require.NoError(t, th.Start())
		assert.Error(t, th.Join())
		assert.Equal(t, cause, got.Value)
		assert.Same(t, th, got.Thread)
		assert.Contains(t, string(got.Stack), "TestHookIsCalledInTheFailingThread")
	})
}

func TestHookReceivesSystemExitAndGoexit(t *testing.T) {
	guard(t)
	got := hook(t)
	on := threading.WithBackend(threading.Goroutine)
	assert.NoError(t, start(t, func() { panic(threading.SystemExit{Code: 2}) }, on).Join())
	assert.Equal(t, threading.SystemExit{Code: 2}, (<-got).Value)
	assert.ErrorIs(t, start(t, runtime.Goexit, on).Join(), threading.ErrGoexit)
	assert.Equal(t, threading.ErrGoexit, (<-got).Value)
}

func TestHookThatIsReplacedCountsForRunningThreads(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		run := threading.NewEvent()
		th := start(t, func() { run.Wait(); panic("late") })
		got := hook(t)
		run.Set()
		assert.Error(t, th.Join())
		assert.Equal(t, "late", (<-got).Value)
	})
}

func TestExceptHookWritesNameValueAndTrace(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		fail := func() {
			assert.Error(t, start(t, func() { panic(errors.New("run failed")) }, threading.WithName("excepthook thread")).Join())
		}
		for range 2 {
			text := stderr(t, fail)
			assert.Regexp(t, `^Exception in thread excepthook thread:\npanic: run failed\n\ngoroutine \d+ .*\n`, text)
			assert.Contains(t, text, "excepthook_test.go:")
			threading.SetExceptHook(func(threading.ExceptHookArgs) {})
			assert.Empty(t, stderr(t, fail))
			threading.SetExceptHook(threading.ExceptHook)
		}
		threading.SetExceptHook(nil)
	})
}

func TestExceptHookOfNoThreadWritesTheIdent(t *testing.T) {
	text := stderr(t, func() { threading.ExceptHook(threading.ExceptHookArgs{Value: "v", Stack: []byte("trace")}) })
	assert.Regexp(t, `^Exception in thread \d+:\npanic: v\n\ntrace\n$`, text)
}

func TestSystemExitIsSilent(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		assert.Empty(t, stderr(t, func() {
			assert.NoError(t, start(t, func() { panic(threading.SystemExit{Code: 1}) }).Join())
		}))
	})
}

func TestHookThatPanicsIsReportedAndTheThreadEndsInOrder(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		threading.SetExceptHook(func(threading.ExceptHookArgs) { panic("hook failed") })
		defer threading.SetExceptHook(nil)
		text := stderr(t, func() {
			th := start(t, func() { panic("run failed") })
			assert.ErrorContains(t, th.Join(), "run failed")
			assert.False(t, th.IsAlive())
		})
		assert.Regexp(t, `^Exception in threading.excepthook:\npanic: hook failed\n`, text)
		threading.SetExceptHook(func(threading.ExceptHookArgs) { panic(threading.SystemExit{}) })
		assert.Empty(t, stderr(t, func() { assert.Error(t, start(t, func() { panic("x") }).Join()) }))
	})
}

// A test's FailNow in a hook is a Goexit there.
func TestGoexitInTheHookLeavesNobodyWaiting(t *testing.T) {
	guard(t)
	threading.SetExceptHook(func(threading.ExceptHookArgs) { runtime.Goexit() })
	defer threading.SetExceptHook(nil)
	th := start(t, func() { panic("run failed") }, threading.WithBackend(threading.Goroutine))
	assert.True(t, th.JoinTimeout(ages))
	assert.ErrorContains(t, th.Join(), "run failed")
	assert.NotContains(t, threading.Enumerate(), th)
}

func TestWhatCannotBeCalledIsATypeErrorInTheThread(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		got := hook(t)
		for _, one := range []struct {
			target any
			args   []any
			msg    string
		}{
			{5, nil, "'int' object is not callable"},
			{"f", []any{1}, "'string' object is not callable"},
			{(func())(nil), nil, "'func()' object is not callable"},
			{(func(int))(nil), []any{1}, "'func(int)' object is not callable"},
			{func(int) {}, nil, "func(int) takes 1 arguments but 0 were given"},
			{func() {}, []any{1}, "func() takes 0 arguments but 1 were given"},
			{func(int, ...string) {}, nil, "func(int, ...string) takes 1 arguments but 0 were given"},
			{func(int) {}, []any{"1"}, "func(int): argument 1 must be int, not string"},
			{func(int) {}, []any{nil}, "func(int): argument 1 must be int, not <nil>"},
			{func(...int) {}, []any{1, "2"}, "func(...int): argument 2 must be int, not string"},
		} {
			th := start(t, one.target, threading.WithArgs(one.args...))
			isError[*threading.TypeError](t, one.msg, th.Join())
			isError[*threading.TypeError](t, one.msg, (<-got).Value.(error))
		}
	})
}

func TestArgumentsReachTheTarget(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		var got []any
		note := func(v ...any) { got = append(got, v...) }
		list := []int{1}
		for _, one := range []struct {
			target any
			args   []any
			want   []any
		}{
			{nil, nil, nil},
			{nil, []any{1, 2}, nil},
			{func() { note("ran") }, nil, []any{"ran"}},
			{func(n int) { note(n) }, []any{1}, []any{1}},
			{func(s string) { note(s) }, []any{"str"}, []any{"str"}},
			{func(l []int) { note(l) }, []any{list}, []any{list}},
			{func(a, b int) int { note(a, b); return a }, []any{1, 2}, []any{1, 2}},
			{func(n ...int) { note(n) }, []any{1, 2}, []any{[]int{1, 2}}},
			{func(n ...int) { note(len(n)) }, nil, []any{0}},
			{func(err error, p *int, v any) { note(err, p, v) }, []any{nil, nil, nil}, []any{error(nil), (*int)(nil), nil}},
			{note, []any{1, nil}, []any{1, nil}},
		} {
			got = nil
			join(t, start(t, one.target, threading.WithArgs(one.args...)))
			assert.Equal(t, one.want, got)
		}
	})
}

func init() {
	// What every program sees of a thread that fails: it is reported, the
	// others go on, and the exit status is that of main.
	for name, fail := range map[string]func(){
		"panic":  func() { panic("division by zero") },
		"goexit": runtime.Goexit,
	} {
		for _, b := range threadtest.Available() {
			children[name+" "+b.String()] = func() {
				threading.Main(func() {
					th := threading.NewThread(fail, threading.WithName("failing"), threading.WithBackend(b), threading.WithDaemon(false))
					must(th.Start())
					check(th.Join() != nil, "no error")
					check(!th.IsAlive(), "alive")
					check(threading.ActiveCount() == 1, "%v", threading.Enumerate())
					other := threading.NewThread(func() {}, threading.WithBackend(b))
					must(other.Start())
					must(other.Join())
				})
			}
		}
	}
	children["hook that exits"] = func() {
		threading.SetExceptHook(func(threading.ExceptHookArgs) { runtime.Goexit() })
		threading.Main(func() {
			th := threading.NewThread(func() { panic("run failed") })
			must(th.Start())
			check(th.Join() != nil, "no error")
		})
	}
}

func TestProgramOutlivesAThreadThatFails(t *testing.T) {
	for _, b := range threadtest.Available() {
		got := threadtest.Child(t, "panic "+b.String())
		assert.Zero(t, got.Code)
		assert.Empty(t, got.Stdout)
		assert.Regexp(t, `^Exception in thread failing:\npanic: division by zero\n\ngoroutine `, got.Stderr)

		got = threadtest.Child(t, "goexit "+b.String())
		assert.Zero(t, got.Code)
		assert.Empty(t, got.Stdout)
		assert.Regexp(t, `^Exception in thread failing:\nruntime.Goexit called \(t.FailNow or t.Fatal in a thread\?\)\n\ngoroutine `, got.Stderr)
	}
	assert.Empty(t, threadtest.Child(t, "hook that exits").Stdout)
}
