package threading_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/pthread"
	"github.com/pythreads/pythreads/pthread/pthreadtest"
	"github.com/pythreads/pythreads/threading"
	"github.com/pythreads/pythreads/threading/threadtest"
)

func TestGeneratedNamesCountOn(t *testing.T) {
	guard(t)
	n := threading.LastNumber()
	assert.Equal(t, fmt.Sprintf("Thread-%d", n+1), threading.NewThread(nil).Name())
	assert.Equal(t, "x", threading.NewThread(nil, threading.WithName("x")).Name(), "uses no number up")
	assert.Equal(t, fmt.Sprintf("Thread-%d", n+2), threading.NewThread(nil, threading.WithName("")).Name())
	goroutine(func() { assert.Equal(t, fmt.Sprintf("Dummy-%d", n+3), threading.CurrentThread().Name()) })()
	assert.Equal(t, fmt.Sprintf("Thread-%d", n+4), threading.NewThread(nil).Name())
}

func TestNameMayBeAnythingAtAnyTime(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		for _, name := range []string{"a", "", "a\x00b", strings.Repeat("é", 100), "\xff"} {
			th := threading.NewThread(func() {})
			th.SetName(name)
			assert.Equal(t, name, th.Name())
			require.NoError(t, th.Start())
			th.SetName(name + "2")
			join(t, th)
			assert.Equal(t, name+"2", th.Name())
			th.SetName(name)
			assert.Equal(t, name, th.Name())
		}
	})
}

func TestStatesAndTheirAnswers(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		run := threading.NewEvent()
		th := threading.NewThread(run.Wait, threading.WithName("w"), threading.WithDaemon(false))
		_, ok := th.Ident()
		assert.False(t, ok)
		_, ok = th.NativeID()
		assert.False(t, ok)
		assert.False(t, th.IsAlive())
		assert.Equal(t, "<Thread(w, initial)>", th.String())
		require.NoError(t, th.SetDaemon(true))
		assert.Equal(t, "<Thread(w, initial daemon)>", th.String())

		require.NoError(t, th.Start())
		ident, ok := th.Ident()
		assert.True(t, ok)
		assert.NotZero(t, ident)
		tid, native := th.NativeID()
		assert.Equal(t, threading.GetBackend() == threading.Pthread, native)
		assert.Equal(t, native, tid != 0)
		assert.True(t, th.IsAlive())
		assert.Contains(t, threading.Enumerate(), th)
		assert.Equal(t, fmt.Sprintf("<Thread(w, started daemon %d)>", ident), th.String())
		isError[*threading.RuntimeError](t, "cannot set daemon status of active thread", th.SetDaemon(true))

		run.Set()
		// Without a join too.
		require.True(t, eventually(func() bool { return !th.IsAlive() }))
		assert.Equal(t, fmt.Sprintf("<Thread(w, stopped daemon %d)>", ident), th.String())
		join(t, th)
		assert.NotContains(t, threading.Enumerate(), th)
		after, _ := th.Ident()
		assert.Equal(t, ident, after)
		isError[*threading.RuntimeError](t, "cannot set daemon status of active thread", th.SetDaemon(false))
	})
}

func TestNativeIDsAreDistinctAndTheKernels(t *testing.T) {
	if !pthread.Available || runtime.GOOS != "linux" {
		t.Skip("no native threads with numbers")
	}
	guard(t)
	leave := threading.NewEvent()
	seen := map[int]bool{}
	var threads []*threading.Thread
	for range 10 {
		var inside atomic.Int64
		th := start(t, func() {
			tid, _ := threading.GetNativeID()
			inside.Store(int64(tid))
			leave.Wait()
		}, threading.WithBackend(threading.Pthread))
		tid, ok := th.NativeID() // right after the start
		assert.True(t, ok)
		assert.False(t, seen[tid])
		seen[tid] = true
		reaches(t, int64(tid), &inside)
		threads = append(threads, th)
	}
	if !threadtest.Emulated() {
		tasks := pthreadtest.Tasks()
		for tid := range seen {
			assert.Contains(t, tasks, tid)
		}
	}
	leave.Set()
	join(t, threads...)
}

func TestSystemKnowsTheThreadsName(t *testing.T) {
	if !pthread.Available || runtime.GOOS != "linux" || threadtest.Emulated() {
		t.Skip("no native threads with names")
	}
	guard(t)
	leave := threading.NewEvent()
	for name, want := range map[string]string{"short": "short", "much longer than that": "much longer tha"} {
		th := start(t, leave.Wait, threading.WithName(name), threading.WithBackend(threading.Pthread))
		tid, _ := th.NativeID()
		assert.True(t, eventually(func() bool { return pthreadtest.Tasks()[tid] == want }), pthreadtest.Tasks()[tid])
		defer join(t, th)
	}
	leave.Set()
}

func TestStartTwiceIsAnErrorAndHarmsNobody(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		const msg = "threads can only be started once"
		leave := threading.NewEvent()
		th := start(t, leave.Wait)
		isError[*threading.RuntimeError](t, msg, th.Start())
		leave.Set()
		join(t, th)
		isError[*threading.RuntimeError](t, msg, th.Start())
		isError[*threading.RuntimeError](t, msg, threading.MainThread().Start())
	})
}

func TestOfSeveralStartsAtOnceOneSucceeds(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		for range 20 {
			var ran, ok, refused atomic.Int64
			th := threading.NewThread(func() { ran.Add(1) })
			join(t, startAll(t, 3, func(int) {
				if err := th.Start(); err == nil {
					ok.Add(1)
				} else {
					isError[*threading.RuntimeError](t, "threads can only be started once", err)
					refused.Add(1)
				}
			})...)
			join(t, th)
			assert.EqualValues(t, 1, ran.Load())
			assert.EqualValues(t, 1, ok.Load())
			assert.EqualValues(t, 2, refused.Load())
		}
	})
}

func TestStartThatTheSystemRefusesIsAnErrorAndLeavesNothing(t *testing.T) {
	if !pthread.Available {
		t.Skip("nothing to refuse")
	}
	guard(t)
	before := threading.ActiveCount()
	th := threading.NewThread(func() { t.Error("it ran") },
		threading.WithName("refused"), threading.WithDaemon(false),
		threading.WithBackend(threading.Pthread), threading.WithStackSize(math.MaxInt/8)) // more than there are addresses
	err := th.Start()
	var e *threading.RuntimeError
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "can't start new thread", e.Msg)
	assert.True(t, strings.HasPrefix(err.Error(), "can't start new thread: "), err.Error())
	assert.ErrorIs(t, err, syscall.EAGAIN)
	assert.NotContains(t, threading.Enumerate(), th)
	assert.Equal(t, before, threading.ActiveCount())
	assert.False(t, th.IsAlive())
	assert.Contains(t, th.String(), "<Thread(refused, stopped")
	isError[*threading.RuntimeError](t, "thread already started", th.Start())
	isError[*threading.RuntimeError](t, "cannot join thread before it is started", th.Join())
	inThread(t, func() {})
}

func TestThreadThatWasNotMadeByNewThreadSaysSo(t *testing.T) {
	th := new(threading.Thread)
	const msg = "thread.__init__() not called"
	isError[*threading.RuntimeError](t, msg, th.Start())
	isError[*threading.RuntimeError](t, msg, th.Join())
	isError[*threading.RuntimeError](t, msg, th.SetDaemon(true))
}

func TestJoinOfWhatCannotBeJoined(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		each := func(msg string, th *threading.Thread) {
			isError[*threading.RuntimeError](t, msg, th.Join())
			isError[*threading.RuntimeError](t, msg, th.JoinContext(context.Background()))
			panicsWith[*threading.RuntimeError](t, msg, func() { th.JoinTimeout(0) })
			panicsWith[*threading.RuntimeError](t, msg, func() { th.JoinTimeout(ages) })
		}
		each("cannot join thread before it is started", threading.NewThread(nil))
		each("cannot join a dummy thread", threading.CurrentThread())
		inThread(t, func() { each("cannot join current thread", threading.CurrentThread()) })
	})
}

// The other one gets its error at once and does not wait for us, who wait for
// it.
func TestThreadThatIsJoinedCannotJoinItself(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		run := threading.NewEvent()
		th := start(t, func() {
			run.Wait()
			isError[*threading.RuntimeError](t, "cannot join current thread", threading.CurrentThread().Join())
		})
		joiner := start(t, func() { assert.NoError(t, th.Join()) })
		threadtest.WaitBlocked(t, 2)
		run.Set()
		join(t, joiner, th)
	})
}

func TestJoinMayBeRepeatedAndAwaitsTheEffects(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		effect := 0 // the race detector judges
		th := start(t, func() { effect++ })
		for range 3 {
			join(t, th)
			assert.Equal(t, 1, effect)
			assert.True(t, th.JoinTimeout(0))
			assert.True(t, th.JoinTimeout(-1))
			assert.NoError(t, th.JoinContext(context.Background()))
		}
	})
}

func TestTimedJoinGivesUpAndIsNotEarly(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		leave := threading.NewEvent()
		th := start(t, leave.Wait)
		notEarly(t, th.JoinTimeout)
		assert.False(t, th.JoinTimeout(-1))
		assert.False(t, th.JoinTimeout(math.MinInt64))
		ctx, cancel := context.WithTimeout(context.Background(), moment)
		defer cancel()
		assert.ErrorIs(t, th.JoinContext(ctx), context.DeadlineExceeded)
		assert.True(t, th.IsAlive())
		leave.Set()
		assert.True(t, th.JoinTimeout(math.MaxInt64))
		assert.False(t, th.IsAlive())
	})
}

func TestManyJoinersOfAllKindsJoinOneThread(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		all := kinds()
		for k := 2; k < 20; k++ {
			leave := threading.NewEvent()
			effect := 0
			th := start(t, func() { leave.Wait(); effect = k })
			var waits []func()
			var begun atomic.Int64
			for i := range k {
				waits = append(waits, all[i%len(all)].start(func() {
					begun.Add(1)
					switch i / len(all) % 3 {
					case 0:
						assert.NoError(t, th.Join())
					case 1:
						assert.True(t, th.JoinTimeout(ages))
					case 2:
						assert.NoError(t, th.JoinContext(context.Background()))
					}
					assert.Equal(t, k, effect)
					assert.False(t, th.IsAlive())
				}))
			}
			reaches(t, int64(k), &begun)
			leave.Set()
			for _, wait := range waits {
				wait()
			}
			join(t, th)
		}
	})
}

func TestJoinedThreadIsNotListed(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		for range 99 {
			th := start(t, func() {})
			join(t, th)
			assert.NotContains(t, threading.Enumerate(), th)
		}
	})
}

func TestThreadsAreListedInTheOrderOfTheirStarts(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		for range 20 {
			leave := threading.NewEvent()
			threads := make([]*threading.Thread, 8)
			for i := range threads {
				threads[i] = threading.NewThread(leave.Wait)
			}
			var want []*threading.Thread
			for _, i := range []int{2, 0, 3, 1, 7, 6, 5, 4} {
				require.NoError(t, threads[i].Start())
				want = append(want, threads[i])
			}
			got := slices.DeleteFunc(threading.Enumerate(), func(th *threading.Thread) bool { return !slices.Contains(threads, th) })
			assert.Equal(t, want, got)
			queued(t, leave, len(threads))
			got = slices.DeleteFunc(threading.Enumerate(), func(th *threading.Thread) bool { return !slices.Contains(threads, th) })
			assert.Equal(t, want, got)
			assert.Same(t, threading.MainThread(), threading.Enumerate()[0])
			leave.Set()
			join(t, threads...)
		}
	})
}

func TestActiveCountIsTheLengthOfTheList(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		before := threading.ActiveCount()
		leave := threading.NewEvent()
		threads := startAll(t, 7, func(int) { leave.Wait() })
		assert.Equal(t, before+7, threading.ActiveCount())
		assert.Len(t, threading.Enumerate(), before+7)
		leave.Set()
		join(t, threads...)
		assert.Equal(t, before, threading.ActiveCount())
	})
}

func TestDaemonIsInheritedFromWhoMadeTheThread(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		for _, daemon := range []bool{false, true} {
			join(t, start(t, func() {
				assert.Equal(t, daemon, threading.NewThread(nil).Daemon())
				assert.True(t, threading.NewThread(nil, threading.WithDaemon(true)).Daemon())
				assert.False(t, threading.NewThread(nil, threading.WithDaemon(false)).Daemon())
			}, threading.WithDaemon(daemon)))
		}
		assert.False(t, threading.MainThread().Daemon())
		// Whoever this package does not know is a daemon, and stays unknown.
		goroutine(func() {
			before := threading.ActiveCount()
			assert.True(t, threading.NewThread(nil).Daemon())
			assert.Equal(t, before, threading.ActiveCount())
		})()
	})
}

func TestRunRunsTheTargetInTheCaller(t *testing.T) {
	ran := 0
	th := threading.NewThread(func(n int) { ran += n }, threading.WithArgs(3))
	th.Run()
	assert.Equal(t, 3, ran)
	_, ok := th.Ident()
	assert.False(t, ok)
	assert.False(t, th.IsAlive())
}

func TestThreadKeepsNothingOfItsTargetAlive(t *testing.T) {
	for name, leave := range map[string]func(){
		"return":     func() {},
		"SystemExit": func() { panic(threading.SystemExit{Code: 3}) },
	} {
		t.Run(name, func(t *testing.T) {
			onBackends(t, func(t *testing.T) {
				freed := make(chan struct{})
				th := func() *threading.Thread {
					load := new([1024]int)
					runtime.AddCleanup(load, func(struct{}) { close(freed) }, struct{}{})
					return start(t, func(load *[1024]int) { load[0]++; leave() }, threading.WithArgs(load))
				}()
				join(t, th)
				assert.True(t, eventually(func() bool {
					runtime.GC()
					select {
					case <-freed:
						return true
					default:
						return false
					}
				}))
				runtime.KeepAlive(th)
			})
		})
	}
}

func TestPanicAndGoexitReachTheJoiners(t *testing.T) {
	cause := errors.New("cause")
	quiet(t)
	t.Run("goroutine", func(t *testing.T) {
		guard(t)
		on := threading.WithBackend(threading.Goroutine)
		assert.ErrorIs(t, start(t, runtime.Goexit, on).Join(), threading.ErrGoexit)
	})
	onBackends(t, func(t *testing.T) {
		th := start(t, func() { panic(cause) }, threading.WithName("failing"))
		for range 2 {
			err := th.Join()
			var e *threading.PanicError
			require.ErrorAs(t, err, &e)
			assert.Equal(t, "failing", e.Thread)
			assert.Equal(t, cause, e.Value)
			assert.Contains(t, string(e.Stack), "TestPanicAndGoexitReachTheJoiners")
			assert.ErrorIs(t, err, cause)
			assert.True(t, th.JoinTimeout(0))
			assert.ErrorIs(t, th.JoinContext(context.Background()), cause)
		}
		assert.NoError(t, start(t, func() { panic(threading.SystemExit{Code: 7}) }).Join())
	})
}

func TestRunawayRecursionThatIsStoppedLeavesTheProgramWhole(t *testing.T) {
	quiet(t)
	onBackends(t, func(t *testing.T) {
		var deep func(n int) int
		deep = func(n int) int {
			if n == 100_000 {
				panic("deep enough")
			}
			return deep(n+1) + 1
		}
		assert.Error(t, start(t, func() { deep(0) }).Join())
		inThread(t, func() {})
	})
}

// More threads than are ever inside, each counting under locks of its own
// package.
func TestThreadsMeetInASemaphoreWithAnyStackSize(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		for _, size := range []int{0, 32768, 262144, 1 << 20} {
			old, err := threading.StackSize(size)
			require.NoError(t, err)
			sema, mutex := threading.NewBoundedSemaphore(3), threading.NewRLock()
			inside := 0
			join(t, startAll(t, 10, func(int) {
				sema.Acquire()
				defer sema.Release()
				mutex.Acquire()
				inside++
				assert.LessOrEqual(t, inside, 3)
				mutex.Release()
				mutex.Acquire()
				inside--
				assert.GreaterOrEqual(t, inside, 0)
				mutex.Release()
			})...)
			assert.Zero(t, inside)
			_, err = threading.StackSize(old)
			require.NoError(t, err)
		}
	})
}

func TestThreadsThatNobodyJoinsLeaveNothing(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		n := scaled(1000)
		tasks, size := len(pthreadtest.Tasks()), virtualSize(t)
		var over atomic.Int64
		for range n {
			start(t, func() { over.Add(1) })
		}
		reaches(t, int64(n), &over)
		if threadtest.Emulated() || raceEnabled {
			return // NoLeak counts the threads; memory is the emulator's or the detector's
		}
		// The runtime may have made threads of its own meanwhile.
		assert.True(t, eventually(func() bool { return len(pthreadtest.Tasks()) <= tasks+20 }), "%d, before %d", len(pthreadtest.Tasks()), tasks)
		assert.True(t, eventually(func() bool { return virtualSize(t) < size+1<<30 }),
			"stacks of %d threads left: %d MB, before %d", n, virtualSize(t)>>20, size>>20)
	})
}
