package threading_test

import (
	"context"
	"math"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/threading"
)

// lock is what all locks have in common. Unlock stands for Release, which a
// semaphore gives an argument.
type lock interface {
	sync.Locker
	Acquire() bool
	TryAcquire() bool
	AcquireTimeout(d time.Duration) bool
	AcquireContext(ctx context.Context) error
	Locked() bool
}

// locks are the types that the suite of this file holds for; queue is where
// those that wait for the lock are.
var locks = []struct {
	name      string
	make      func() (l lock, queue any)
	reentrant bool
}{
	{"Lock", func() (lock, any) { l := threading.NewLock(); return l, l }, false},
	{"zero Lock", func() (lock, any) { l := new(threading.Lock); return l, l }, false},
	{"RLock", func() (lock, any) { l := threading.NewRLock(); return l, l }, true},
	{"zero RLock", func() (lock, any) { l := new(threading.RLock); return l, l }, true},
	{"Condition over Lock", func() (lock, any) {
		l := threading.NewLock()
		return threading.NewCondition(l), l
	}, false},
	{"Condition over RLock", func() (lock, any) {
		l := threading.NewRLock()
		return threading.NewCondition(l), l
	}, true},
	{"Condition over Condition", func() (lock, any) {
		l := threading.NewRLock()
		return threading.NewCondition(threading.NewCondition(l)), l
	}, true},
	{"Semaphore", func() (lock, any) { s := threading.NewSemaphore(1); return s, s }, false},
	{"BoundedSemaphore", func() (lock, any) { s := threading.NewBoundedSemaphore(1); return s, s }, false},
}

// onLocks runs fn for each lock on each backend.
func onLocks(t *testing.T, fn func(t *testing.T, l lock, queue any)) {
	for _, one := range locks {
		t.Run(one.name, func(t *testing.T) {
			onBackends(t, func(t *testing.T) {
				l, queue := one.make()
				fn(t, l, queue)
				assert.False(t, l.Locked(), "the test left it locked")
				assert.Zero(t, threading.Waiting(queue))
			})
		})
	}
}

func TestFreeLockIsAcquiredInEveryWay(t *testing.T) {
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	onLocks(t, func(t *testing.T, l lock, _ any) {
		for name, acquire := range map[string]func() bool{
			"Acquire":                func() bool { return l.Acquire() },
			"Lock":                   func() bool { l.Lock(); return true },
			"TryAcquire":             l.TryAcquire,
			"AcquireTimeout 0":       func() bool { return l.AcquireTimeout(0) },
			"AcquireTimeout":         func() bool { return l.AcquireTimeout(time.Nanosecond) },
			"AcquireTimeout longest": func() bool { return l.AcquireTimeout(math.MaxInt64) },
			"AcquireContext":         func() bool { return l.AcquireContext(context.Background()) == nil },
			"AcquireContext ended":   func() bool { return l.AcquireContext(ended) == nil },
		} {
			assert.False(t, l.Locked(), name)
			assert.True(t, acquire(), name)
			assert.True(t, l.Locked(), name)
			l.Unlock()
		}
	})
}

func TestHeldLockIsNotAcquiredWithoutWaiting(t *testing.T) {
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	onLocks(t, func(t *testing.T, l lock, _ any) {
		l.Acquire()
		inThread(t, func() {
			assert.False(t, l.TryAcquire())
			assert.False(t, l.AcquireTimeout(0))
			assert.ErrorIs(t, l.AcquireContext(ended), context.Canceled)
			assert.True(t, l.Locked())
		})
		l.Unlock()
	})
}

func TestTimedAcquireOfHeldLockGivesUpAndIsNotEarly(t *testing.T) {
	onLocks(t, func(t *testing.T, l lock, queue any) {
		l.Acquire()
		inThread(t, func() {
			notEarly(t, l.AcquireTimeout)
			notEarly(t, func(d time.Duration) bool {
				ctx, cancel := context.WithTimeout(context.Background(), d)
				defer cancel()
				err := l.AcquireContext(ctx)
				assert.ErrorIs(t, err, context.DeadlineExceeded)
				return err == nil
			})
		})
		assert.Zero(t, threading.Waiting(queue), "who gives up leaves the queue")
		l.Unlock()
		assert.True(t, l.TryAcquire())
		l.Unlock()
	})
}

func TestOneReleaseLetsAllWaitersInOneAfterAnother(t *testing.T) {
	onLocks(t, func(t *testing.T, l lock, queue any) {
		const n = 5
		inside, entries := 0, 0 // guarded by l
		l.Acquire()
		threads := startAll(t, n, func(i int) {
			switch i % 3 {
			case 0:
				assert.True(t, l.Acquire())
			case 1:
				assert.True(t, l.AcquireTimeout(ages))
			case 2:
				assert.NoError(t, l.AcquireContext(context.Background()))
			}
			inside++
			entries++
			assert.Equal(t, 1, inside)
			inside--
			l.Unlock()
		})
		queued(t, queue, n)
		assert.Zero(t, entries)
		l.Unlock()
		join(t, threads...)
		assert.Equal(t, n, entries)
	})
}

func TestEndOfContextEndsTheWait(t *testing.T) {
	onLocks(t, func(t *testing.T, l lock, queue any) {
		ctx, cancel := context.WithCancel(context.Background())
		l.Acquire()
		th := start(t, func() { assert.ErrorIs(t, l.AcquireContext(ctx), context.Canceled) })
		queued(t, queue, 1)
		cancel()
		join(t, th)
		l.Unlock()
	})
}

func TestLockIsReleasedWhenTheBlockPanics(t *testing.T) {
	onLocks(t, func(t *testing.T, l lock, _ any) {
		for range 2 {
			assert.Panics(t, func() {
				l.Lock()
				defer l.Unlock()
				panic(&threading.TypeError{Msg: "in the block"})
			})
			inThread(t, func() {
				assert.True(t, l.TryAcquire())
				l.Unlock()
			})
		}
	})
}

func TestUseOfLocksMakesNoThreadObjects(t *testing.T) {
	onLocks(t, func(t *testing.T, l lock, _ any) {
		before := threading.ActiveCount()
		var waits []func()
		for _, k := range kinds() {
			if k.name == "native thread" || k.name == "goroutine thread" {
				continue
			}
			for range 3 {
				waits = append(waits, k.start(func() {
					for range 10 {
						l.Acquire()
						l.Unlock()
					}
				}))
			}
		}
		for _, wait := range waits {
			wait()
		}
		assert.Equal(t, before, threading.ActiveCount())
	})
}

// Who holds what is checked with plain variables, so that the race detector
// judges the order of memory too.
func TestOneThreadIsInsideAtATime(t *testing.T) {
	for _, one := range locks {
		t.Run(one.name, func(t *testing.T) {
			guard(t)
			l, queue := one.make()
			rounds := scaled(2000)
			inside, entries := 0, 0
			taken := 0
			var counts sync.Mutex
			var waits []func()
			for _, k := range kinds() {
				for range 2 {
					waits = append(waits, k.start(func() {
						mine := 0
						for range rounds {
							ok := false
							switch rand.IntN(8) {
							case 0:
								ok = l.TryAcquire()
							case 1:
								ok = l.AcquireTimeout(rand.N(100 * time.Microsecond))
							case 2:
								ctx, cancel := context.WithTimeout(context.Background(), rand.N(100*time.Microsecond))
								ok = l.AcquireContext(ctx) == nil
								cancel()
							default:
								ok = l.Acquire()
							}
							if !ok {
								continue
							}
							mine++
							if one.reentrant && mine%2 == 0 {
								l.Acquire()
							}
							inside++
							entries++
							if inside != 1 {
								t.Errorf("%d threads inside", inside)
							}
							inside--
							if one.reentrant && mine%2 == 0 {
								l.Unlock()
							}
							l.Unlock()
						}
						counts.Lock()
						taken += mine
						counts.Unlock()
					}))
				}
			}
			for _, wait := range waits {
				wait()
			}
			assert.Equal(t, taken, entries)
			assert.False(t, l.Locked())
			assert.Zero(t, threading.Waiting(queue))
		})
	}
}

// A thread that comes back at once is quicker than one that has to wake up;
// it must not be so for ever.
func TestWaiterIsNotStarvedByOneThatComesBackAtOnce(t *testing.T) {
	onLocks(t, func(t *testing.T, l lock, _ any) {
		stop := threading.NewEvent()
		begun := threading.NewEvent()
		greedy := start(t, func() {
			for !stop.IsSet() {
				l.Acquire()
				begun.Set()
				for range 100 {
					stop.IsSet()
				}
				l.Unlock()
			}
		})
		require.True(t, begun.Wait())
		inThread(t, func() {
			for range 5 {
				l.Acquire()
				l.Unlock()
			}
		})
		stop.Set()
		join(t, greedy)
	})
}
