package pthread_test

import (
	"errors"
	"fmt"
	"os"
	"runtime"
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

// needKeys is need for tests that are to leave no value behind.
func needKeys(t testing.TB) {
	t.Helper()
	need(t)
	values, threads := pthread.KeyValuesInUse()
	t.Cleanup(func() {
		v, th := pthread.KeyValuesInUse()
		assert.Equal(t, values, v, "values of threads")
		assert.Equal(t, threads, th, "threads with values")
	})
}

func newKey[T any](t testing.TB, destructor func(T)) *pthread.Key[T] {
	t.Helper()
	k, err := pthread.NewKey(destructor)
	require.NoError(t, err)
	t.Cleanup(func() { _ = k.Delete() })
	return k
}

// assertHas checks the calling thread's value.
func assertHas[T any](t testing.TB, want T, k *pthread.Key[T], msg ...any) {
	t.Helper()
	v, ok := k.Get()
	assert.True(t, ok, msg...)
	assert.Equal(t, want, v, msg...)
}

// assertHasNone checks that the calling thread has no value.
func assertHasNone[T comparable](t testing.TB, k *pthread.Key[T], msg ...any) {
	t.Helper()
	v, ok := k.Get()
	assert.False(t, ok, msg...)
	assert.Zero(t, v, msg...)
}

// lockedKinds are the kinds of thread that can have values. Those that end
// with the body, and say so when wait returns, are the first two.
var lockedKinds = func() []kind {
	if !pthread.Available {
		return nil
	}
	return append([]kind{kinds[1], kinds[2]},
		kind{"locked goroutine", func(t testing.TB, body func()) func() {
			return kinds[0].start(t, func() {
				runtime.LockOSThread()
				defer runtime.UnlockOSThread()
				body()
			})
		}},
		kind{"thread of the runtime that ends", func(t testing.TB, body func()) func() {
			done := make(chan struct{})
			go takeThreadAlong(body, done)
			return func() { <-done }
		}})
}()

func TestKeyValuesAreEachThreadsOwn(t *testing.T) {
	needKeys(t)
	lockThread(t)
	k := newKey[string](t, nil)
	assert.NoError(t, k.Set("the test's"))
	for _, kind := range lockedKinds {
		t.Run(kind.name, func(t *testing.T) {
			const n = 5
			var waits []func()
			var all sync.WaitGroup
			all.Add(n)
			for i := range n {
				mine := fmt.Sprint("thread ", i)
				waits = append(waits, kind.start(t, func() {
					assertHasNone(t, k)
					assert.NoError(t, k.Set("first"))
					assert.NoError(t, k.Set(mine))
					all.Done()
					all.Wait() // each thread has one now
					assertHas(t, mine, k)
					assert.NoError(t, k.Clear())
					assertHasNone(t, k)
					assert.NoError(t, k.Clear(), "again")
				}))
			}
			for _, wait := range waits {
				wait()
			}
		})
	}
	assertHas(t, "the test's", k)
	assert.NoError(t, k.Clear())
	assertHasNone(t, k)
}

func TestKeyValueOfACThreadStaysBetweenItsCalls(t *testing.T) {
	needKeys(t)
	var ended []int
	k := newKey(t, func(v int) { ended = append(ended, v) })
	pthreadtest.Calls(4, func(i int) {
		v, ok := k.Get()
		assert.Equal(t, i > 0, ok)
		assert.Equal(t, i*10, v)
		assert.NoError(t, k.Set((i+1)*10))
	})()
	assert.Equal(t, []int{40}, ended)
}

func TestKeyValueOfAnyType(t *testing.T) {
	needKeys(t)
	onThread(t, func() {
		numbers, failures, pointers, slices := newKey[int](t, nil), newKey[error](t, nil), newKey[*int](t, nil), newKey[[]byte](t, nil)
		v := 7
		assert.NoError(t, numbers.Set(0))
		assert.NoError(t, failures.Set(nil))
		assert.NoError(t, pointers.Set(nil))
		assert.NoError(t, slices.Set([]byte("abc")))
		assertHas(t, 0, numbers, "zero is a value")
		assertHas(t, nil, failures, "nil is a value")
		assertHas(t, nil, pointers, "nil is a value")
		assertHas(t, []byte("abc"), slices)
		assert.NoError(t, failures.Set(os.ErrExist))
		assert.NoError(t, pointers.Set(&v))
		assertHas(t, os.ErrExist, failures)
		assertHas(t, &v, pointers)
		runtime.GC() // C has no pointer, and yet it stays
		assertHas(t, &v, pointers)
	})
}

func TestKeyWantsALockedGoroutine(t *testing.T) {
	needKeys(t)
	k := newKey[int](t, nil)
	kinds[0].start(t, func() {
		err := k.Set(1)
		isErrno(t, syscall.EPERM, "pthread_setspecific", err)
		assert.ErrorContains(t, err, "LockOSThread")
		isErrno(t, syscall.EPERM, "pthread_setspecific", k.Clear())
		runtime.LockOSThread()
		assert.NoError(t, k.Set(1))
		assertHas(t, 1, k)
		runtime.UnlockOSThread()
		assertHasNone(t, k)
		runtime.LockOSThread()
		assert.NoError(t, k.Clear()) // unless the thread is another now
		runtime.UnlockOSThread()
	})()
	require.NoError(t, k.Delete())
}

func TestKeyThatWasNotMadeIsAnError(t *testing.T) {
	need(t)
	lockThread(t)
	var k pthread.Key[int]
	assertHasNone(t, &k)
	isErrno(t, syscall.EINVAL, "pthread_setspecific", k.Set(1))
	isErrno(t, syscall.EINVAL, "pthread_setspecific", k.Clear())
	isErrno(t, syscall.EINVAL, "pthread_key_delete", k.Delete())
}

// identity is how code tells that it is on one and the same thread.
type identity struct {
	tid  int
	goid uint64
}

func me() identity { return identity{pthread.Self().TID(), goid()} }

func TestDestructorGetsTheValueOnceOnTheThreadThatEnds(t *testing.T) {
	needKeys(t)
	for _, kind := range lockedKinds[:2] {
		t.Run(kind.name, func(t *testing.T) {
			const n = 50
			var mu sync.Mutex
			bodies, destructors := map[string]identity{}, map[string]identity{}
			note := func(m map[string]identity, name string) {
				mu.Lock()
				defer mu.Unlock()
				assert.NotContains(t, m, name)
				m[name] = me()
			}
			k := newKey(t, func(name string) { note(destructors, name) })
			var waits []func()
			for i := range n {
				waits = append(waits, kind.start(t, func() {
					name := fmt.Sprint(kind.name, " ", i)
					note(bodies, name)
					assert.NoError(t, k.Set("replaced"))
					assert.NoError(t, k.Set(name))
				}))
			}
			for _, wait := range waits {
				wait() // the destructors were called when this returns
			}
			assert.Equal(t, bodies, destructors)
		})
	}
}

func TestNoDestructorWithoutAValue(t *testing.T) {
	needKeys(t)
	var calls atomic.Int32
	k := newKey(t, func(int) { calls.Add(1) })
	silent := newKey[int](t, nil)
	for _, kind := range lockedKinds {
		kind.start(t, func() {
			assertHasNone(t, k)
			assert.NoError(t, silent.Set(1))
			assert.NoError(t, k.Set(1))
			assert.NoError(t, k.Clear())
		})()
	}
	require.NoError(t, silent.Delete()) // there is a thread that lives on
	assert.True(t, reaped(k))
	assert.Zero(t, calls.Load())
}

// reaped uses the key until no thread has values, and says whether that came.
func reaped[T any](k *pthread.Key[T]) bool {
	return pthreadtest.Eventually(func() bool {
		k.Get()
		_, threads := pthread.KeyValuesInUse()
		return threads == 0
	})
}

func TestDestructorsThatSetGetRounds(t *testing.T) {
	needKeys(t)
	for _, kind := range lockedKinds[:2] {
		t.Run(kind.name, func(t *testing.T) {
			var counts, endless []int
			var down, up *pthread.Key[int]
			down = newKey(t, func(v int) {
				counts = append(counts, v)
				assertHasNone(t, down, "its own value is gone")
				if v > 1 {
					assert.NoError(t, down.Set(v-1))
				}
			})
			up = newKey(t, func(v int) {
				endless = append(endless, v)
				assert.NoError(t, up.Set(v+1))
			})
			kind.start(t, func() {
				assert.NoError(t, down.Set(3))
				assert.NoError(t, up.Set(1))
			})()
			assert.Equal(t, []int{3, 2, 1}, counts)
			assert.Len(t, endless, pthread.KeyRounds)
			assert.Equal(t, pthread.KeyRounds, endless[len(endless)-1])
		})
	}
}

func TestDestructorsSeeAndChangeOtherValues(t *testing.T) {
	needKeys(t)
	for _, kind := range lockedKinds[:2] {
		t.Run(kind.name, func(t *testing.T) {
			var order []string
			var a, b, c, d *pthread.Key[string]
			see := func(name string, then func()) func(string) {
				return func(v string) {
					order = append(order, name+"="+v)
					if len(order) > 1 {
						return
					}
					then()
				}
			}
			// Whichever comes first changes the others.
			all := func() {
				for _, k := range []*pthread.Key[string]{b, c} {
					if _, ok := k.Get(); ok {
						assert.NoError(t, k.Set("changed"))
					}
				}
				assert.NoError(t, d.Clear())
			}
			a = newKey(t, see("a", all))
			b = newKey(t, see("b", all))
			c = newKey(t, see("c", all))
			d = newKey(t, func(string) { t.Error("cleared by another") })
			kind.start(t, func() {
				for _, k := range []*pthread.Key[string]{a, b, c, d} {
					assert.NoError(t, k.Set("old"))
				}
			})()
			require.Len(t, order, 3)
			text := strings.Join(order, " ")
			assert.Equal(t, 1, strings.Count(text, "old"), text) // the first one's
		})
	}
}

// A thread that has told its end is not to be taken for a new one by those
// who keep records of threads.
func TestDestructorCanWatchTheExitOfItsThread(t *testing.T) {
	needKeys(t)
	drain()
	for _, kind := range lockedKinds[:2] {
		t.Run(kind.name, func(t *testing.T) {
			var before, within *pthread.ExitNotice
			var goids [2]uint64
			k := newKey(t, func(int) {
				within = watch(t)
				assert.False(t, within.Exited())
				assert.Same(t, within, watch(t))
				goids[1] = goid()
			})
			kind.start(t, func() {
				before = watch(t)
				goids[0] = goid()
				assert.NoError(t, k.Set(1))
			})()
			assert.True(t, before.Exited())
			assert.True(t, within.Exited())
			assert.Equal(t, goids[0], goids[1])
			drain()
			assert.Zero(t, pthread.Watched())
		})
	}
}

func TestDestructorsMayDoWhatGoCodeDoes(t *testing.T) {
	needKeys(t)
	for _, kind := range lockedKinds[:2] {
		t.Run(kind.name, func(t *testing.T) {
			var nested any
			result := make(chan int, 1)
			k := newKey(t, func(v int) {
				runtime.GC()
				var wg sync.WaitGroup
				wg.Go(func() { result <- v })
				wg.Wait()
				nested = join(t, create(t, nil, func() any { return "made while another ends" }))
			})
			kind.start(t, func() { assert.NoError(t, k.Set(9)) })()
			assert.Equal(t, 9, <-result)
			assert.Equal(t, "made while another ends", nested)
		})
	}
}

func TestDeletedKeyHasNoValuesAndNoDestructors(t *testing.T) {
	needKeys(t)
	k := newKey(t, func(int) { t.Error("a destructor of a deleted key") })
	var waits []func()
	var set sync.WaitGroup
	leave := make(chan struct{})
	for _, kind := range lockedKinds {
		set.Add(1)
		waits = append(waits, kind.start(t, func() {
			assert.NoError(t, k.Set(1))
			set.Done()
			<-leave
			assertHasNone(t, k, kind.name)
			isErrno(t, syscall.EINVAL, "pthread_setspecific", k.Set(2), kind.name)
			isErrno(t, syscall.EINVAL, "pthread_setspecific", k.Clear(), kind.name)
		}))
	}
	set.Wait()
	require.NoError(t, k.Delete())
	values, _ := pthread.KeyValuesInUse()
	assert.Zero(t, values)
	isErrno(t, syscall.EINVAL, "pthread_key_delete", k.Delete())
	close(leave)
	for _, wait := range waits {
		wait()
	}
	again := newKey[int](t, nil) // perhaps under the same number
	assert.True(t, reaped(again))
}

func TestKeysRunOutAndComeBack(t *testing.T) {
	needKeys(t)
	var all []*pthread.Key[int]
	var err error
	for err == nil && len(all) <= pthread.KeysMax() {
		var k *pthread.Key[int]
		if k, err = pthread.NewKey[int](nil); err == nil {
			all = append(all, k)
		} else {
			assert.Nil(t, k)
		}
	}
	isErrno(t, syscall.EAGAIN, "pthread_key_create", err)
	assert.ErrorContains(t, err, fmt.Sprintf("%d keys (PTHREAD_KEYS_MAX)", pthread.KeysMax()))
	onThread(t, func() {
		for i, k := range all {
			assert.NoError(t, k.Set(i))
		}
		for i, k := range all {
			assertHas(t, i, k)
		}
	})
	for _, k := range all {
		require.NoError(t, k.Delete())
	}
	k := newKey[int](t, nil)
	onThread(t, func() { assertHasNone(t, k, "another key's") })
	t.Logf("%d keys of %d", len(all), pthread.KeysMax())
}

func TestDroppedKeyIsFreedByTheCollector(t *testing.T) {
	needKeys(t)
	for range 3 * pthread.KeysMax() {
		ok := pthreadtest.Eventually(func() bool {
			_, err := pthread.NewKey(func(int) {})
			if errors.Is(err, syscall.EAGAIN) {
				runtime.GC()
			}
			return err == nil
		})
		require.True(t, ok)
	}
}

func TestDroppedKeyStaysWhileAThreadHasAValue(t *testing.T) {
	needKeys(t)
	for _, kind := range lockedKinds[:2] {
		t.Run(kind.name, func(t *testing.T) {
			set, leave := make(chan struct{}), make(chan struct{})
			var got string
			wait := kind.start(t, func() {
				k, err := pthread.NewKey(func(v string) { got = v })
				if assert.NoError(t, err) {
					assert.NoError(t, k.Set("kept"))
				}
				close(set)
				<-leave
			})
			<-set
			for range 3 {
				runtime.GC()
			}
			var others []*pthread.Key[int]
			for range pthread.KeysMax() / 2 { // would get its number
				k, err := pthread.NewKey[int](nil)
				if err == nil {
					others = append(others, k)
				}
			}
			close(leave)
			wait()
			assert.Equal(t, "kept", got)
			for _, k := range others {
				require.NoError(t, k.Delete())
			}
		})
	}
}

func TestEndsOfTheRuntimesThreadsAreTold(t *testing.T) {
	needKeys(t)
	hammerRuntimeThreads(t, 200)
}

// hammerRuntimeThreads has goroutines end that are locked and have values,
// while others live on the threads that come after.
func hammerRuntimeThreads(t *testing.T, n int) {
	var mu sync.Mutex
	got := map[int]int{}
	k := newKey(t, func(v int) {
		mu.Lock()
		defer mu.Unlock()
		got[v]++
	})
	second := newKey(t, func(v int) {
		mu.Lock()
		defer mu.Unlock()
		got[-v]++
	})
	const lanes = 4
	var wg sync.WaitGroup
	for lane := range lanes {
		wg.Go(func() {
			for i := lane + 1; i <= n; i += lanes {
				done := make(chan struct{})
				go takeThreadAlong(func() {
					assertHasNone(t, k)
					assert.NoError(t, k.Set(i))
					assert.NoError(t, second.Set(i))
				}, done)
				<-done
				if i%50 == 0 {
					runtime.GC()
					onThread(t, func() { assertHasNone(t, k) })
				}
			}
		})
	}
	wg.Wait()
	assert.True(t, pthreadtest.Eventually(func() bool {
		k.Get()
		mu.Lock()
		defer mu.Unlock()
		return len(got) == 2*n
	}), "destructors that were never called")
	for v, times := range got {
		assert.Equal(t, 1, times, v)
	}
}

// Whoever comes across the end of another thread may hold what its destructor
// wants.
func TestDestructorsOfOthersDoNotRunInTheCaller(t *testing.T) {
	needKeys(t)
	var mu sync.Mutex
	called := make(chan struct{})
	k := newKey(t, func(int) {
		mu.Lock()
		defer mu.Unlock()
		close(called)
	})
	done := make(chan struct{})
	go takeThreadAlong(func() { assert.NoError(t, k.Set(1)) }, done)
	<-done
	mu.Lock()
	assert.True(t, reaped(k))
	mu.Unlock()
	<-called
}

func TestShortThreadsLeaveNoValues(t *testing.T) {
	needKeys(t)
	hammerShortThreads(t, min(2000, manyThreads(t)))
}

func hammerShortThreads(t *testing.T, n int) {
	var ended atomic.Int64
	a := newKey(t, func(*int) { ended.Add(1) })
	b := newKey(t, func(string) { ended.Add(1) })
	body := func(i int) {
		if _, ok := a.Get(); ok {
			t.Error("the value of a thread that has ended")
		}
		if a.Set(&i) != nil || b.Set("b") != nil {
			t.Error("refused")
		}
	}
	pthreadtest.Churn(n, 4, 1, func(i, _ int) { body(i) })
	assert.EqualValues(t, 2*n, ended.Load())
	room := pthread.KeyNumbers()
	ended.Store(0)
	var lanes sync.WaitGroup
	for range 4 {
		lanes.Go(func() {
			for i := range n / 4 {
				th, err := pthread.Create(nil, func() any { body(i); return nil })
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := th.Join(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	lanes.Wait()
	assert.EqualValues(t, n/4*4*2, ended.Load())
	values, threads := pthread.KeyValuesInUse()
	assert.Zero(t, values)
	assert.Zero(t, threads)
	assert.LessOrEqual(t, pthread.KeyNumbers(), max(room, 64), "the table grows")
}

func TestKeysThatAreDeletedInUseAreNeverTakenForAnother(t *testing.T) {
	needKeys(t)
	hammerDelete(t, 300)
}

// hammerDelete deletes keys under the hands of threads that use them, and
// makes new ones of another type, which get the same numbers.
func hammerDelete(t *testing.T, rounds int) {
	type numbers = pthread.Key[int]
	var current atomic.Pointer[numbers]
	var stop atomic.Bool
	var called atomic.Int64
	make1 := func() *numbers {
		k, err := pthread.NewKey(func(v int) {
			if v != 42 {
				t.Error("another's value", v)
			}
			called.Add(1)
		})
		if err != nil {
			t.Error(err)
		}
		return k
	}
	current.Store(make1())
	use := func() {
		for !stop.Load() {
			k := current.Load()
			if v, ok := k.Get(); ok && v != 42 {
				t.Error("another's value", v)
			}
			if err := k.Set(42); err != nil && !errors.Is(err, syscall.EINVAL) {
				t.Error(err)
			}
			if err := k.Clear(); err != nil && !errors.Is(err, syscall.EINVAL) {
				t.Error(err)
			}
			_ = k.Set(42)
		}
	}
	var waits []func()
	for _, kind := range lockedKinds[:3] {
		waits = append(waits, kind.start(t, use))
	}
	onThread(t, func() {
		for range rounds {
			old := current.Load()
			assert.NoError(t, old.Delete())
			words, err := pthread.NewKey(func(string) {})
			if !assert.NoError(t, err) {
				break
			}
			current.Store(make1())
			assert.NoError(t, words.Set("words"))
			assertHas(t, "words", words)
			assert.NoError(t, words.Delete())
		}
	})
	stop.Store(true)
	for _, wait := range waits {
		wait()
	}
	assert.NoError(t, current.Load().Delete())
}

func init() {
	if os.Getenv(childEnv) == "key on main" {
		runtime.LockOSThread() // here, it is for the main thread and for good
	}
	children["key on main"] = func() {
		k, err := pthread.NewKey(func(v string) { fmt.Println("destructor of", v) })
		if err != nil {
			panic(err)
		}
		fmt.Println("on main:", pthread.Self().TID() == os.Getpid())
		fmt.Println(k.Set("main's"))
		th, err := pthread.Create(nil, func() any {
			_, ok := k.Get()
			return fmt.Sprint(ok, " ", k.Set("a thread's"))
		})
		if err != nil {
			panic(err)
		}
		fmt.Println(th.Join())
		fmt.Println(k.Get())
	}
	children["key panic"] = func() {
		clumsy, err := pthread.NewKey(func(v any) { tripOver(v) })
		if err != nil {
			panic(err)
		}
		var calls atomic.Int32
		careful, err := pthread.NewKey(func(int) { calls.Add(1) })
		if err != nil {
			panic(err)
		}
		body := func() {
			if clumsy.Set("unheard") != nil || careful.Set(1) != nil {
				panic("refused")
			}
		}
		th, err := pthread.Create(nil, func() any { body(); return "result" })
		if err != nil {
			panic(err)
		}
		fmt.Println(th.Join())
		pthreadtest.Go(body)()
		done := make(chan struct{})
		go takeThreadAlong(body, done)
		<-done
		fmt.Println(pthreadtest.Eventually(func() bool {
			careful.Get()
			return calls.Load() == 3 && runtime.NumGoroutine() == 1
		}))
		fmt.Println("the program goes on")
	}
	children["key goexit"] = func() {
		reached := make(chan string, 3)
		k, err := pthread.NewKey(func(v string) {
			reached <- v
			if v == "alien" {
				defer func() { panic("while Goexit unwinds") }()
			}
			runtime.Goexit()
		})
		if err != nil {
			panic(err)
		}
		// Its Join would not return.
		_, err = pthread.Create(&pthread.Attr{Detached: true}, func() any { return k.Set("native") })
		fmt.Println(err, <-reached)
		pthreadtest.Go(func() { fmt.Println(k.Set("alien")) })
		fmt.Println(<-reached)
		done := make(chan struct{})
		go takeThreadAlong(func() { fmt.Println(k.Set("runtime's")) }, done)
		<-done
		fmt.Println(pthreadtest.Eventually(func() bool { k.Get(); return len(reached) == 1 }), <-reached)
		runtime.GC() // a thread that would hold it up would hold it up for ever
		th, err := pthread.Create(nil, func() any { return "next" })
		if err != nil {
			panic(err)
		}
		fmt.Println(th.Join())
	}
}

func TestKeyWorksOnMainWhichHasNoDestructors(t *testing.T) {
	need(t)
	stdout, _ := runChild(t, "key on main")
	assert.Equal(t, "on main: true\n<nil>\ndestructor of a thread's\nfalse <nil> <nil>\nmain's true\n", stdout)
}

// In a child, whose stderr is nobody else's.
func TestPanicInADestructorIsPrinted(t *testing.T) {
	need(t)
	stdout, stderr := runChild(t, "key panic")
	assert.Equal(t, "result <nil>\ntrue\nthe program goes on\n", stdout)
	assert.Equal(t, 3, strings.Count(stderr, "pthread: panic in the destructor of a key: unheard"), stderr)
	assert.Equal(t, 3, strings.Count(stderr, "tripOver("), stderr)
}

// In a child, since the threads stay for ever.
func TestGoexitInADestructorDoesNotEndTheProgram(t *testing.T) {
	need(t)
	stdout, stderr := runChild(t, "key goexit")
	assert.Equal(t, "<nil> native\n<nil>\nalien\n<nil>\ntrue runtime's\nnext <nil>\n", stdout)
	assert.Equal(t, 2, strings.Count(stderr, "runtime.Goexit called in the destructor of a key"), stderr)
}
