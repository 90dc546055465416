package pthread_test

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/pythreads/pythreads/pthread"
	"github.com/pythreads/pythreads/pthread/pthreadtest"
)

func TestUnparkBeforeParkIsKept(t *testing.T) {
	guard(t)
	var p pthread.Parker
	p.Unpark()
	p.Park()
	p.Unpark()
	assert.True(t, p.ParkUntil(far["an hour"]()))
}

func TestTwoUnparksCountAsOne(t *testing.T) {
	guard(t)
	var p pthread.Parker
	p.Unpark()
	p.Unpark()
	p.Park()
	assert.False(t, p.ParkUntil(time.Now()))
}

func TestParkUntilIsAPollOnceTheDeadlineHasPassed(t *testing.T) {
	guard(t)
	for name, past := range pasts {
		var p pthread.Parker
		assert.False(t, p.ParkUntil(past()), name)
		p.Unpark()
		assert.True(t, p.ParkUntil(past()), name)
		assert.False(t, p.ParkUntil(past()), name)
	}
}

func TestParkUntilIsNotEarly(t *testing.T) {
	guard(t)
	var p pthread.Parker
	notEarly(t, func(deadline time.Time) (bool, error) { return p.ParkUntil(deadline), nil })
	p.Unpark()
	assert.True(t, p.ParkUntil(time.Now()), "time-outs have left it in order")
}

func TestUnparkWakesTheSleeper(t *testing.T) {
	guard(t)
	for _, kind := range kinds {
		for name, deadline := range far {
			var p pthread.Parker
			ok := false
			wait := kind.start(t, func() { ok = p.ParkUntil(deadline()) })
			p.Unpark()
			wait()
			assert.True(t, ok, "%s, deadline %s", kind.name, name)
		}
		var p pthread.Parker
		wait := kind.start(t, p.Park)
		p.Unpark()
		wait()
	}
}

func TestWhatCameBeforeUnparkIsSeenAfterPark(t *testing.T) {
	guard(t)
	for _, kind := range kinds {
		for i := range 200 {
			var p pthread.Parker
			n := 0
			wait := kind.start(t, func() { n = i; p.Unpark() })
			p.Park()
			assert.Equal(t, i, n)
			wait()
		}
	}
}

// A kind of thread that can run Go.
type kind struct {
	name  string
	start func(t testing.TB, body func()) (wait func())
}

var kinds = func() []kind {
	all := []kind{{"goroutine", func(t testing.TB, body func()) func() {
		var wg sync.WaitGroup
		wg.Go(body)
		return wg.Wait
	}}}
	if pthread.Available {
		all = append(all,
			kind{"native", func(t testing.TB, body func()) func() {
				th := spawn(t, body)
				return func() { join(t, th) }
			}},
			kind{"alien", func(t testing.TB, body func()) func() { return pthreadtest.Go(body) }})
	}
	return all
}()

// hammerParker has two threads wake each other in turn, with time-outs that
// come before, at and after the wake-up. A lost wake-up blocks it for ever; a
// token too many breaks the turns.
func hammerParker(t *testing.T, a, b kind, rounds int) {
	var parkers [2]pthread.Parker
	var turn atomic.Int64 // even: the first one's
	var timeouts atomic.Int64
	body := func(me int64) func() {
		return func() {
			random := rand.New(rand.NewPCG(1, uint64(me)))
			for i := range int64(rounds) {
				for {
					if random.IntN(8) == 0 {
						parkers[me].Park()
						break
					}
					// Around the time that the other one takes, or past.
					if parkers[me].ParkUntil(time.Now().Add(time.Duration(random.IntN(20000) - 4000))) {
						break
					}
					timeouts.Add(1)
				}
				if got := turn.Load(); got != 2*i+me {
					t.Errorf("turn %d in round %d of %d", got, i, me)
					parkers[1-me].Unpark() // lets the other one end, too
					return
				}
				turn.Add(1)
				// Without some work the answer nearly always comes before the
				// deadline: the kernel lets a sleeper's timer be 50 us late.
				if random.IntN(8) == 0 {
					for end := time.Now().Add(time.Duration(random.IntN(150000))); time.Now().Before(end); {
					}
				}
				parkers[1-me].Unpark()
			}
		}
	}
	waitA, waitB := a.start(t, body(0)), b.start(t, body(1))
	parkers[0].Unpark()
	waitA()
	waitB()
	assert.True(t, parkers[0].ParkUntil(time.Now()), "the last token")
	assert.False(t, parkers[0].ParkUntil(time.Now()))
	assert.False(t, parkers[1].ParkUntil(time.Now()))
	t.Logf("%s and %s: %d rounds, %d time-outs", a.name, b.name, rounds, timeouts.Load())
}

func TestParkerHammerLosesNoWakeUp(t *testing.T) {
	guard(t)
	for i, a := range kinds {
		for _, b := range kinds[i:] {
			hammerParker(t, a, b, 3000)
		}
	}
}

// Many wake one: each token may stand for several unparks, but what each of
// them announced must be seen.
func TestParkerWithManyUnparkersMissesNothing(t *testing.T) {
	guard(t)
	const each = 2000
	for _, k := range kinds {
		var p pthread.Parker
		var announced atomic.Int64
		var waits []func()
		for range 4 {
			waits = append(waits, k.start(t, func() {
				for range each {
					announced.Add(1)
					p.Unpark()
				}
			}))
		}
		for announced.Load() < 4*each {
			p.Park()
		}
		for _, wait := range waits {
			wait()
		}
	}
}
