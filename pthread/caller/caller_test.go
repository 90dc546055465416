package caller_test

import (
	"fmt"
	"iter"
	"os"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/pthread/caller"
)

// onMain is what the main goroutine says of itself; tests run on others.
var onMain struct {
	self    caller.Ref
	foreign bool
	locked  bool
}

func TestMain(m *testing.M) {
	onMain.self = caller.Self()
	onMain.foreign = caller.Foreign()
	onMain.locked = caller.Locked()
	before := runtime.NumGoroutine()
	code := m.Run()
	if code == 0 && !yieldUntil(func() bool { return runtime.NumGoroutine() <= before }) {
		buf := make([]byte, 1<<20)
		fmt.Fprintf(os.Stderr, "goroutines left behind:\n%s\n", buf[:runtime.Stack(buf, true)])
		code = 1
	}
	os.Exit(code)
}

// eachMode runs a test as the process is, with every answer forced to be slow, and with only Census slow.
func eachMode(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	t.Run("native", test)
	t.Run("slow", func(t *testing.T) {
		caller.ForceSlow(t)
		require.False(t, caller.Fast())
		test(t)
	})
	t.Run("snapshot", func(t *testing.T) {
		caller.ForceSnapshot(t)
		test(t)
	})
}

// yieldUntil waits for what comes about by itself, such as the last steps of a goroutine that has signalled its end.
func yieldUntil(done func() bool) bool {
	for deadline := time.Now().Add(20 * time.Second); !done(); runtime.Gosched() {
		if time.Now().After(deadline) {
			return false
		}
	}
	return true
}

// printedID reads the id of the caller from its trace in another way than the package does.
func printedID() uint64 {
	buf := make([]byte, 64)
	var id uint64
	if _, err := fmt.Sscanf(string(buf[:runtime.Stack(buf, false)]), "goroutine %d ", &id); err != nil {
		return 0
	}
	return id
}

// tenants starts n goroutines that stay blocked until release is called, which also waits for their last action.
func tenants(n int) (refs []caller.Ref, release func()) {
	refs = make([]caller.Ref, n)
	gate := make(chan struct{})
	var ready, gone sync.WaitGroup
	ready.Add(n)
	for i := range refs {
		gone.Go(func() {
			refs[i] = caller.Self()
			ready.Done()
			<-gate
		})
	}
	ready.Wait()
	return refs, func() {
		close(gate)
		gone.Wait()
	}
}

// one runs f on a new goroutine and waits for it.
func one(f func()) {
	var wg sync.WaitGroup
	wg.Go(f)
	wg.Wait()
}

func TestIDIsTheOneTracesPrint(t *testing.T) {
	eachMode(t, func(t *testing.T) {
		const n = 1000
		var (
			printed, ids [n]uint64
			refs, again  [n]caller.Ref
			all, done    sync.WaitGroup
		)
		all.Add(n)
		for i := range n {
			done.Go(func() {
				refs[i] = caller.Self()
				all.Done()
				all.Wait() // all are alive at once
				printed[i], ids[i], again[i] = printedID(), caller.ID(), caller.Self()
			})
		}
		done.Wait()

		seen := make(map[caller.Ref]bool, n)
		for i := range n {
			require.NotZero(t, printed[i])
			require.Equal(t, printed[i], ids[i])
			require.Equal(t, printed[i], refs[i].ID)
			require.Equal(t, refs[i], again[i])
			require.Equal(t, caller.Fast(), refs[i].G != 0)
			seen[refs[i]] = true
		}
		assert.Len(t, seen, n)
	})
}

func TestRefOutlivesMovesOfStackAndThread(t *testing.T) {
	eachMode(t, func(t *testing.T) {
		before := caller.Self()
		var deep func(n int) caller.Ref
		deep = func(n int) caller.Ref {
			var frame [512]byte
			if n == 0 {
				return caller.Self()
			}
			frame[n%len(frame)] = 1
			r := deep(n - 1)
			runtime.KeepAlive(&frame)
			return r
		}
		assert.Equal(t, before, deep(1000))
		for range 100 {
			runtime.Gosched()
			require.Equal(t, before, caller.Self())
		}
		runtime.GC() // shrinks the stack
		assert.Equal(t, before, caller.Self())
	})
}

func TestLockedFollowsLockOSThread(t *testing.T) {
	eachMode(t, func(t *testing.T) {
		var got []bool
		say := func() { got = append(got, caller.Locked()) }
		one(func() {
			say()
			runtime.LockOSThread()
			say()
			runtime.LockOSThread()
			say()
			runtime.Gosched()
			say()
			runtime.UnlockOSThread()
			say()
			runtime.UnlockOSThread()
			say()
			runtime.LockOSThread()
			say()
			runtime.UnlockOSThread()
			say()
		})
		assert.Equal(t, []bool{false, true, true, true, true, false, true, false}, got)
	})
}

func TestLockedIsNotInherited(t *testing.T) {
	eachMode(t, func(t *testing.T) {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		var child bool
		one(func() { child = caller.Locked() })
		assert.False(t, child)
		assert.True(t, caller.Locked())
	})
}

func TestMainGoroutineIsNotForeign(t *testing.T) {
	assert.False(t, onMain.foreign)
	assert.False(t, onMain.locked)
	assert.NotEqual(t, onMain.self, caller.Self())
}

// answers holds what the top-level function below found; a go statement of a function with parameters starts another
// function, made by the compiler.
var answers = make(chan bool, 1)

func answerForeign() { answers <- caller.Foreign() }

type method struct{}

func (method) answer() { answerForeign() }

func TestNobodyIsForeignWithoutC(t *testing.T) {
	eachMode(t, func(t *testing.T) {
		assert.False(t, caller.Foreign(), "test")

		go answerForeign()
		assert.False(t, <-answers, "function")

		go func() { answers <- caller.Foreign() }()
		assert.False(t, <-answers, "closure")

		go method{}.answer()
		assert.False(t, <-answers, "method")

		go func() {
			runtime.LockOSThread() // not unlocked: the thread ends with the goroutine
			answers <- caller.Foreign()
		}()
		assert.False(t, <-answers, "locked")

		time.AfterFunc(0, answerForeign)
		assert.False(t, <-answers, "timer")

		next, stop := iter.Pull(func(yield func(bool) bool) { yield(caller.Foreign()) })
		foreign, _ := next()
		stop()
		assert.False(t, foreign, "iterator")
	})
}

// The runtime starts the goroutines of finalizers and cleanups itself, so that their traces name no creator.
func TestFinalizersAndCleanupsAreNotForeign(t *testing.T) {
	eachMode(t, func(t *testing.T) {
		answer := func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			answerForeign()
		}
		func() {
			runtime.SetFinalizer(&[64]byte{}, func(*[64]byte) { answer() })
		}()
		runtime.GC()
		assert.False(t, <-answers, "finalizer")
		func() {
			runtime.AddCleanup(&[64]byte{}, func(int) { answer() }, 0)
		}()
		runtime.GC()
		assert.False(t, <-answers, "cleanup")
	})
}

func TestCensusKnowsTheLivingAndTheDead(t *testing.T) {
	eachMode(t, func(t *testing.T) {
		short, end := tenants(1)
		long, release := tenants(1)
		defer release()

		exists := caller.Census()
		assert.True(t, exists(caller.Self()), "running")
		assert.True(t, exists(onMain.self), "main")
		assert.True(t, exists(short[0]), "blocked")
		assert.True(t, exists(long[0]), "blocked")
		assert.False(t, exists(caller.Ref{}), "nobody")

		end()
		assert.True(t, yieldUntil(func() bool { return !caller.Census()(short[0]) }), "ended")
		assert.True(t, caller.Census()(long[0]), "still blocked")
	})
}

func TestCensusKnowsTheDeadByTheirID(t *testing.T) {
	eachMode(t, func(t *testing.T) {
		self := caller.Self()
		self.ID += 1 << 40 // the record is alive, under another id
		assert.False(t, caller.Census()(self))
	})
}

func TestCensusCountsBlockedLockedAndRunnable(t *testing.T) {
	eachMode(t, func(t *testing.T) {
		var (
			mu    sync.Mutex
			ready sync.WaitGroup
			done  sync.WaitGroup
			stop  = make(chan struct{})
			refs  [3]caller.Ref
		)
		start := func(i int, f func()) {
			ready.Add(1)
			done.Go(func() {
				refs[i] = caller.Self()
				ready.Done()
				f()
			})
		}
		mu.Lock()
		start(0, func() {
			mu.Lock()
			defer mu.Unlock()
		})
		start(1, func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			<-stop
		})
		start(2, func() {
			for {
				select {
				case <-stop:
					return
				default:
					runtime.Gosched()
				}
			}
		})
		ready.Wait()
		for range 100 {
			exists := caller.Census()
			for i, r := range refs {
				require.True(t, exists(r), i)
			}
			runtime.Gosched()
		}
		mu.Unlock()
		close(stop)
		done.Wait()
	})
}

// Short goroutines take over the records of those that ended while a predicate is in use.
func TestCensusNeverBuriesTheLiving(t *testing.T) {
	eachMode(t, func(t *testing.T) {
		const short, atOnce = 10000, 8
		living, release := tenants(50)
		defer release()
		living = append(living, caller.Self(), onMain.self)
		exists := caller.Census()

		var (
			churn  sync.WaitGroup
			starts = make(chan struct{}, short)
			ended  = make([][]caller.Ref, atOnce)
			selves = make([]int, atOnce) // how many goroutines were told that they do not exist
		)
		for range short {
			starts <- struct{}{}
		}
		close(starts)
		for i := range atOnce {
			churn.Go(func() {
				for range starts {
					one(func() {
						r := caller.Self()
						ended[i] = append(ended[i], r)
						if r.G != 0 && caller.StatusOffset() != 0 && !exists(r) {
							selves[i]++
						}
					})
				}
			})
		}
		finished := make(chan struct{})
		go func() {
			churn.Wait()
			close(finished)
		}()
		for done := false; !done; {
			for _, r := range living {
				require.True(t, exists(r), r)
			}
			select {
			case <-finished:
				done = true
			default:
				runtime.Gosched()
			}
		}

		records, ids := map[uintptr]bool{}, map[uint64]bool{}
		for i := range ended {
			assert.Zero(t, selves[i])
			for _, r := range ended[i] {
				records[r.G], ids[r.ID] = true, true
			}
		}
		assert.Len(t, ids, short, "an id was used twice")
		assert.Less(t, len(records), short/2, "records are not used again, so this test proves nothing")
		assert.True(t, yieldUntil(func() bool {
			exists := caller.Census()
			for i := range ended {
				for _, r := range ended[i] {
					if exists(r) {
						return false
					}
				}
			}
			return true
		}), "an ended goroutine still exists")
	})
}

// The clock of a bubble stands still while the search for the status runs.
func TestCensusInsideBubble(t *testing.T) {
	caller.ForgetStatus()
	synctest.Test(t, func(t *testing.T) {
		refs, release := tenants(1)
		assert.True(t, caller.Census()(refs[0]))
		assert.True(t, caller.Census()(caller.Self()))
		assert.Equal(t, printedID(), caller.ID())
		release()
		synctest.Wait()
		assert.False(t, caller.Census()(refs[0]))
	})
}

func TestCensusFromManyGoroutinesAtOnce(t *testing.T) {
	caller.ForgetStatus()
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() { assert.True(t, caller.Census()(caller.Self())) })
	}
	wg.Wait()
}

func TestDoubtMeansSlow(t *testing.T) {
	if !caller.Fast() {
		t.Skip("slow here anyway")
	}
	goid, lockedm, startpc := caller.Places()
	each := func(spoil func(*caller.Sample)) func([]caller.Sample) []caller.Sample {
		return func(s []caller.Sample) []caller.Sample {
			for i := range s {
				spoil(&s[i])
			}
			return s
		}
	}
	last := func(spoil func(*caller.Sample)) func([]caller.Sample) []caller.Sample {
		return func(s []caller.Sample) []caller.Sample {
			spoil(&s[len(s)-1])
			return s
		}
	}
	const other = caller.Words - 1
	for name, spoil := range map[string]func([]caller.Sample) []caller.Sample{
		"id in two places":         each(func(s *caller.Sample) { s.Copy(other, goid) }),
		"id nowhere":               each(func(s *caller.Sample) { s.Clear(goid) }),
		"id wrong once":            last(func(s *caller.Sample) { s.SetID(s.ID() + 1<<40) }),
		"lock in two places":       each(func(s *caller.Sample) { s.Copy(other, lockedm) }),
		"lock nowhere":             each(func(s *caller.Sample) { s.Clear(lockedm) }),
		"lock not cleared once":    last(func(s *caller.Sample) { s.StayLocked(lockedm) }),
		"entry in two places":      each(func(s *caller.Sample) { s.Copy(other, startpc) }),
		"entry nowhere":            each(func(s *caller.Sample) { s.Clear(startpc) }),
		"entry missing once":       last(func(s *caller.Sample) { s.Clear(startpc) }),
		"trace not understood":     last(func(s *caller.Sample) { s.Distrust() }),
		"two goroutines, same id":  func(s []caller.Sample) []caller.Sample { s[1] = s[0]; return s },
		"too few goroutines":       func(s []caller.Sample) []caller.Sample { return s[1:] },
		"no goroutines":            func([]caller.Sample) []caller.Sample { return nil },
		"everything in one place?": each(func(s *caller.Sample) { s.Copy(startpc, goid); s.Copy(lockedm, goid) }),
	} {
		t.Run(name, func(t *testing.T) {
			require.True(t, caller.Recognises(caller.Collect()))
			assert.False(t, caller.Recognises(spoil(caller.Collect())))
		})
	}
}

func TestParseID(t *testing.T) {
	for text, want := range map[string]uint64{
		"goroutine 1 [running]:\n":                                    1,
		"goroutine 18446744073709551615 [running]":                    18446744073709551615,
		"goroutine 7 gp=0xc000002380 m=0 mp=0x5a4f80 [running]:\nx()": 7,
		"goroutine ":            0,
		"goroutine 12":          0,
		"goroutine x [running]": 0,
		"goroutine 0 [idle]":    0,
		"goroutine [running]":   0,
		"fiber 12 [running]":    0,
		"":                      0,
	} {
		id, ok := caller.ParseID([]byte(text))
		assert.Equal(t, want != 0, ok, text)
		if ok {
			assert.Equal(t, want, id, text)
		}
	}
}

func TestParseLockedIgnoresLabels(t *testing.T) {
	for text, want := range map[string]bool{
		"goroutine 1 [running]:":                                                   false,
		"goroutine 1 [running, locked to thread]:":                                 true,
		"goroutine 1 [running, locked to thread, synctest bubble 1]:":              true,
		"goroutine 1 [running, locked to thread] {a: b}:":                          true,
		"goroutine 1 [running, locked to thread labels:{\"a\": \"]\"}]:":           true,
		"goroutine 1 [running] {a: \"[x, locked to thread]\"}:":                    false,
		"goroutine 1 [running labels:{\"a\": \", locked to thread\"}]:":            false,
		"goroutine 1 gp=0xc000002380 m=0 mp=0x5a4f80 [running, locked to thread]:": true,
	} {
		locked, ok := caller.ParseLocked([]byte(text))
		assert.True(t, ok, text)
		assert.Equal(t, want, locked, text)
	}
	for _, text := range []string{"", "goroutine 1", "goroutine 1 [running, locked to thread"} {
		_, ok := caller.ParseLocked([]byte(text))
		assert.False(t, ok, text)
	}
}

// Traces as Go 1.26 and 1.27 print them. Those of C-made threads cannot be made by a test without cgo.
func TestParseForeign(t *testing.T) {
	const locked, free = "[running, locked to thread]:\n", "[running]:\n"
	const callback = "main.callback(0x1)\n\t/src/main.go:14 +0x4f\n"
	const created = "created by main.start in goroutine 1\n\t/src/main.go:9 +0x1d\n"
	const elided = "...40 frames elided...\n"
	for name, c := range map[string]struct {
		text string
		want bool
	}{
		"thread of C":               {"goroutine 17 " + locked + callback, true},
		"thread of C, blank line":   {"goroutine 17 " + locked + callback + "\n", true},
		"thread of C, deep":         {"goroutine 17 " + locked + callback + elided + callback, true},
		"callback on main":          {"goroutine 1 " + locked + callback + "main.main()\n\t/src/main.go:3 +0x1\n", false},
		"callback on a goroutine":   {"goroutine 6 " + locked + callback + "main._Cfunc_run()\n\t_cgo_gotypes.go:48 +0x3a\n" + created, false},
		"locked goroutine":          {"goroutine 6 " + locked + callback + created, false},
		"goroutine":                 {"goroutine 6 " + free + callback + created, false},
		"creator not shown":         {"goroutine 6 " + free + callback, false},
		"finalizer":                 {"goroutine 6 " + free + callback + "runtime.runFinalizers()\n\t/go/mfinal.go:2 +0x3f7\n", false},
		"finalizer that locks":      {"goroutine 6 " + locked + callback + "runtime.runFinalizers()\n\t/go/mfinal.go:2 +0x3f7\n", false},
		"finalizer with ancestors":  {"goroutine 6 " + locked + callback + "runtime.runFinalizers()\n\t/go/mfinal.go:2 +0x3f7\n[originating from goroutine 1]:\nmain.main()\n\t/src/main.go:3 +0x1\n", false},
		"a user's package, runtime": {"goroutine 17 " + locked + "x.org/runtime.F()\n\t/src/f.go:1 +0x1\n", true},
	} {
		assert.Equal(t, c.want, caller.ParseForeign([]byte(c.text)), name)
	}
}

func TestParseAllFindsEveryHeader(t *testing.T) {
	text := "goroutine 1 [running]:\nmain.main()\n\t/goroutine 5 [x]/main.go:3\n\n" +
		"goroutine 22 [chan receive, 3 minutes] {a: goroutine 9 [running]}:\nmain.f()\n\t/src/main.go:8\n" +
		"created by main.main in goroutine 3\n\t/src/main.go:2\n\n" +
		"goroutine 4 [select (no cases)]:\nmain.g()\n\t/src/main.go:9\n"
	assert.Equal(t, map[uint64]bool{1: true, 22: true, 4: true}, caller.ParseAll([]byte(text)))
	assert.Empty(t, caller.ParseAll(nil))

	refs, release := tenants(500) // more than the first buffer holds
	defer release()
	caller.ForceSnapshot(t)
	exists := caller.Census()
	for _, r := range refs {
		require.True(t, exists(r))
	}
}
