package threading_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/pythreads/pythreads/pthread"
	"github.com/pythreads/pythreads/threading"
	"github.com/pythreads/pythreads/threading/threadtest"
)

// hammer has two threads of each kind, and the caller, share one lock, one
// condition, one semaphore and one event, n operations in all. Plain
// variables under the lock let the race detector judge too; a lost wake-up
// hangs.
func hammer(n int, check func(ok bool, format string, args ...any)) {
	var (
		l        threading.Lock
		c        = threading.NewCondition(&l)
		s        = threading.NewSemaphore(2)
		e        threading.Event
		inSema   atomic.Int64
		inside   int // guarded by l
		turns    int // guarded by l
		stock    int // guarded by l: tickets that wait for a taker
		sold     int // guarded by l
		producer int // guarded by l: tickets made
		share    = n / (2*len(kinds()) + 1)
	)
	work := func(produce bool) {
		for i := range share {
			switch i % 4 {
			case 0: // the lock, in all its ways
				ok := true
				switch i / 4 % 4 {
				case 0:
					l.Acquire()
				case 1:
					ok = l.AcquireTimeout(50 * time.Microsecond)
				case 2:
					ok = l.TryAcquire()
				case 3:
					ctx, cancel := context.WithTimeout(context.Background(), 50*time.Microsecond)
					ok = l.AcquireContext(ctx) == nil
					cancel()
				}
				if ok {
					inside++
					turns++
					check(inside == 1, "%d inside", inside)
					inside--
					l.Release()
				}
			case 1: // tickets: half of the threads make them, half take them
				l.Acquire()
				if produce {
					stock++
					producer++
					c.Notify(1)
				} else if c.WaitForTimeout(func() bool { return stock > 0 }, 100*time.Microsecond) {
					stock--
					sold++
				}
				l.Release()
			case 2:
				if i%8 == 2 || s.AcquireTimeout(100*time.Microsecond) {
					if i%8 == 2 {
						s.Acquire()
					}
					in := inSema.Add(1)
					check(in <= 2, "%d in the semaphore", in)
					inSema.Add(-1)
					s.Release()
				}
			case 3:
				if produce {
					e.Set()
					e.Clear()
				} else {
					e.WaitTimeout(20 * time.Microsecond)
				}
			}
		}
	}
	var waits []func()
	for _, k := range kinds() {
		for i := range 2 {
			waits = append(waits, k.start(func() { work(i == 0) }))
		}
	}
	work(true)
	for _, wait := range waits {
		wait()
	}
	check(stock+sold == producer, "%d in stock, %d sold, %d made", stock, sold, producer)
	check(s.Value() == 2, "semaphore %d", s.Value())
	check(!l.Locked(), "locked")
	for _, x := range []any{&l, c, s, &e} {
		check(threading.Waiting(x) == 0, "%T: %d wait", x, threading.Waiting(x))
	}
}

// handshakes is about lost wake-ups alone: nobody has a limit, and each
// thread can go on only when all others have come as far.
func handshakes(rounds int, check func(ok bool, format string, args ...any)) {
	c := threading.NewCondition(nil)
	all := kinds()
	parties := 2*len(all) + 1
	arrived, phase := 0, 0
	meet := func() {
		for round := range rounds {
			c.Acquire()
			check(phase == round, "phase %d in round %d", phase, round)
			if arrived++; arrived == parties {
				arrived = 0
				phase++
				c.NotifyAll()
			} else {
				c.WaitFor(func() bool { return phase > round })
			}
			c.Release()
		}
	}
	var waits []func()
	for _, k := range all {
		for range 2 {
			waits = append(waits, k.start(meet))
		}
	}
	meet()
	for _, wait := range waits {
		wait()
	}
}

func init() {
	// The real main thread takes part.
	children["hammer"] = func() {
		n, err := strconv.Atoi(os.Getenv("HAMMER"))
		must(err)
		threading.Main(func() {
			hammer(n, check)
			handshakes(n/200, check)
		})
		fmt.Println("done")
	}
}

func hammerWithMain(t *testing.T, n int) {
	assert.Equal(t, threadtest.Result{Stdout: "done\n"}, threadtest.Child(t, "hammer", fmt.Sprint("HAMMER=", n)))
}

func TestAllKindsOfThreadsAndMainShareLocks(t *testing.T) {
	hammerWithMain(t, scaled(40_000))
}

func TestAllKindsOfThreadsShareLocks(t *testing.T) {
	guard(t)
	report := func(ok bool, format string, args ...any) {
		if !ok {
			t.Errorf(format, args...)
		}
	}
	hammer(scaled(40_000), report)
	handshakes(scaled(200), report)
}

// storm has so many threads alive at once.
func storm(t *testing.T, n int) {
	var here atomic.Int64
	leave := threading.NewEvent()
	threads := make([]*threading.Thread, n)
	for i := range threads {
		threads[i] = threading.NewThread(func() {
			here.Add(1)
			leave.Wait()
		}, threading.WithStackSize(32768))
		if err := threads[i].Start(); err != nil {
			t.Errorf("thread %d: %v", i, err)
			threads = threads[:i]
			break
		}
	}
	reaches(t, int64(len(threads)), &here)
	assert.GreaterOrEqual(t, threading.ActiveCount(), len(threads))
	leave.Set()
	join(t, threads...)
}

func TestThousandsOfThreadsAreAliveAtOnce(t *testing.T) {
	n := 8000
	if value := os.Getenv("PYTHREADS_TEST_THREADS"); value != "" {
		var err error
		n, err = strconv.Atoi(value)
		assert.NoError(t, err)
	}
	if most := 1000; raceEnabled && n > most {
		t.Logf("%d threads instead of %d: the race detector knows 8,128 goroutines, and its cost of each is high", most, n)
		n = most
	}
	if most := 200; threadtest.Emulated() && n > most {
		t.Logf("%d threads instead of %d: an emulator runs them", most, n)
		n = most
	}
	if limits := pthread.Limits(); pthread.Available && limits.Threads > 0 && n > limits.Threads*3/4 {
		t.Logf("%d threads instead of %d: the limit is %d (%s)", limits.Threads*3/4, n, limits.Threads, limits.ThreadsBy)
		n = limits.Threads * 3 / 4
	}
	onBackends(t, func(t *testing.T) { storm(t, n) })
}
