package threading_test

import (
	"context"
	"math"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/threading"
)

// semaphore is what both kinds have in common.
type semaphore interface {
	lock
	Release(n ...int)
	Value() int
}

// onSemaphores runs fn for both kinds. bounded says whether more releases than
// acquires are refused.
func onSemaphores(t *testing.T, fn func(t *testing.T, make func(value int) semaphore, bounded bool)) {
	t.Run("Semaphore", func(t *testing.T) {
		onBackends(t, func(t *testing.T) {
			fn(t, func(n int) semaphore { return threading.NewSemaphore(n) }, false)
		})
	})
	t.Run("BoundedSemaphore", func(t *testing.T) {
		onBackends(t, func(t *testing.T) {
			fn(t, func(n int) semaphore { return threading.NewBoundedSemaphore(n) }, true)
		})
	})
}

func TestNegativeSemaphorePanics(t *testing.T) {
	for _, n := range []int{-1, math.MinInt} {
		const msg = "semaphore initial value must be >= 0"
		panicsWith[*threading.ValueError](t, msg, func() { threading.NewSemaphore(n) })
		panicsWith[*threading.ValueError](t, msg, func() { threading.NewBoundedSemaphore(n) })
	}
}

func TestValueCountsDownToNothing(t *testing.T) {
	onSemaphores(t, func(t *testing.T, make func(int) semaphore, _ bool) {
		for n := range 4 {
			s := make(n)
			for left := n; left > 0; left-- {
				assert.Equal(t, left, s.Value())
				assert.False(t, s.Locked())
				assert.True(t, s.TryAcquire())
			}
			assert.Zero(t, s.Value())
			assert.True(t, s.Locked())
			assert.False(t, s.TryAcquire())
			notEarly(t, s.AcquireTimeout)
			assert.False(t, s.AcquireTimeout(-1))
			if n > 0 {
				s.Release()
				assert.True(t, s.AcquireTimeout(ages))
			}
		}
	})
}

// Ten threads want two units each of seven, of which the test has one.
func TestAsManyGetInAsThereAreUnits(t *testing.T) {
	onSemaphores(t, func(t *testing.T, make func(int) semaphore, _ bool) {
		for _, batch := range []bool{false, true} {
			s := make(7)
			s.Acquire()
			var acquired atomic.Int64
			threads := startAll(t, 10, func(int) {
				for range 2 {
					assert.True(t, s.Acquire())
					acquired.Add(1)
				}
			})
			release := func(n int) {
				if batch {
					s.Release(n)
					return
				}
				for range n {
					s.Release()
				}
			}
			reaches(t, 6, &acquired)
			// Those that got both their units are gone.
			require.True(t, eventually(func() bool { return threading.Waiting(s) >= 7 }))
			release(7)
			reaches(t, 13, &acquired)
			release(6)
			reaches(t, 19, &acquired)
			assert.False(t, s.TryAcquire())
			release(1)
			join(t, threads...)
			assert.EqualValues(t, 20, acquired.Load())
			assert.Zero(t, s.Value())
			assert.Zero(t, threading.Waiting(s))
		}
	})
}

func TestTriesOfManyThreadsSucceedAsOftenAsThereAreUnits(t *testing.T) {
	onSemaphores(t, func(t *testing.T, make func(int) semaphore, _ bool) {
		s := make(4)
		s.Acquire()
		var got, refused atomic.Int64
		join(t, startAll(t, 5, func(int) {
			for range 2 {
				if s.TryAcquire() {
					got.Add(1)
				} else {
					refused.Add(1)
				}
			}
		})...)
		assert.EqualValues(t, 3, got.Load())
		assert.EqualValues(t, 7, refused.Load())
	})
}

func TestWaiterBlocksUntilRelease(t *testing.T) {
	onSemaphores(t, func(t *testing.T, make func(int) semaphore, _ bool) {
		s := make(1)
		s.Acquire()
		for _, acquire := range []func() bool{
			s.Acquire,
			func() bool { return s.AcquireTimeout(ages) },
			func() bool { return s.AcquireContext(context.Background()) == nil },
		} {
			th := start(t, func() { assert.True(t, acquire()) })
			queued(t, s, 1)
			s.Release()
			join(t, th)
		}
	})
}

func TestReleaseBeyondTheFirstValue(t *testing.T) {
	s := threading.NewSemaphore(1)
	s.Release()
	assert.Equal(t, 2, s.Value())
	s.Release(math.MaxInt - 2)
	panicsWith[*threading.ValueError](t, "Semaphore released too many times", func() { s.Release() })
	assert.Equal(t, math.MaxInt, s.Value())

	b := threading.NewBoundedSemaphore(3)
	const msg = "Semaphore released too many times"
	panicsWith[*threading.ValueError](t, msg, func() { b.Release() })
	b.Acquire()
	panicsWith[*threading.ValueError](t, msg, func() { b.Release(3) })
	panicsWith[*threading.ValueError](t, msg, func() { b.Release(2) })
	assert.Equal(t, 2, b.Value())
	b.Release(1)
	assert.Equal(t, 3, b.Value())
	panicsWith[*threading.ValueError](t, msg, b.Unlock)
}

func TestReleaseOfNonePanics(t *testing.T) {
	onSemaphores(t, func(t *testing.T, make func(int) semaphore, _ bool) {
		s := make(1)
		for _, n := range []int{0, -1, math.MinInt} {
			panicsWith[*threading.ValueError](t, "n must be one or more", func() { s.Release(n) })
		}
		assert.Equal(t, 1, s.Value())
	})
}

func TestBoundIsReachedByThreadsThatAcquireAndRelease(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		for k := 1; k < 10; k++ {
			s := threading.NewBoundedSemaphore(k)
			join(t, startAll(t, k, func(int) { s.Acquire() })...)
			assert.Zero(t, s.Value())
			join(t, startAll(t, k, func(int) { s.Release() })...)
			assert.Equal(t, k, s.Value())
			panicsWith[*threading.ValueError](t, "Semaphore released too many times", func() { s.Release() })
		}
	})
}

func TestNeverMoreInsideThanUnits(t *testing.T) {
	onSemaphores(t, func(t *testing.T, make func(int) semaphore, _ bool) {
		const units = 2
		s := make(units)
		var inside atomic.Int64
		join(t, startAll(t, 10, func(int) {
			for range 20 {
				s.Lock()
				if n := inside.Add(1); n > units {
					t.Errorf("%d inside", n)
				}
				inside.Add(-1)
				s.Unlock()
			}
		})...)
		assert.Equal(t, units, s.Value())
	})
}

// Every unit that was released is acquired by somebody or is left; a taker
// that gives up takes none.
func TestNoUnitIsLostBetweenKindsOfThreadsAndTheirLimits(t *testing.T) {
	guard(t)
	s := threading.NewSemaphore(0)
	rounds := scaled(1000)
	var left, taken, given atomic.Int64
	var waits []func()
	for _, k := range kinds() {
		for range 2 {
			left.Add(1)
			waits = append(waits, k.start(func() {
				defer left.Add(-1)
				for i := range rounds {
					ok := false
					switch i % 3 {
					case 0:
						ok = s.Acquire()
					case 1:
						ok = s.AcquireTimeout(time.Duration(i%50) * time.Microsecond)
					default:
						ctx, cancel := context.WithTimeout(context.Background(), time.Duration(i%50)*time.Microsecond)
						ok = s.AcquireContext(ctx) == nil
						cancel()
					}
					if ok {
						taken.Add(1)
					}
				}
			}))
		}
	}
	for n := 1; left.Load() > 0; n = n%3 + 1 {
		if s.Value() < 20 {
			given.Add(int64(n))
			s.Release(n)
		} else {
			time.Sleep(10 * time.Microsecond)
		}
	}
	for _, wait := range waits {
		wait()
	}
	assert.Equal(t, given.Load(), taken.Load()+int64(s.Value()))
	assert.Zero(t, threading.Waiting(s))
}
