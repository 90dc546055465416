package threading_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/pythreads/pythreads/threading"
)

// Locks of a program's own, with ever more of the optional methods.
type (
	bare   struct{ l threading.Lock } // no more than a Locker
	trying struct{ bare }
	saving struct{ l threading.RLock }
)

func (b *bare) Acquire() bool          { return b.l.Acquire() }
func (b *bare) Release()               { b.l.Release() }
func (y *trying) TryAcquire() bool     { return y.l.TryAcquire() }
func (s *saving) Acquire() bool        { return s.l.Acquire() }
func (s *saving) Release()             { s.l.Release() }
func (s *saving) ReleaseSave() any     { return s.l.ReleaseSave() }
func (s *saving) AcquireRestore(v any) { s.l.AcquireRestore(v) }
func (s *saving) IsOwned() bool        { return s.l.IsOwned() }

// conditions are one of each kind of lock.
var conditions = []struct {
	name    string
	make    func() *threading.Condition
	depth   int  // how often the waiter may hold the lock
	checked bool // that the lock is held
}{
	{"own RLock", func() *threading.Condition { return threading.NewCondition(nil) }, 3, true},
	{"zero", func() *threading.Condition { return new(threading.Condition) }, 3, true},
	{"Lock", func() *threading.Condition { return threading.NewCondition(threading.NewLock()) }, 1, true},
	{"RLock", func() *threading.Condition { return threading.NewCondition(threading.NewRLock()) }, 3, true},
	{"Condition", func() *threading.Condition { return threading.NewCondition(threading.NewCondition(nil)) }, 3, true},
	{"bare", func() *threading.Condition { return threading.NewCondition(new(bare)) }, 1, false},
	{"trying", func() *threading.Condition { return threading.NewCondition(new(trying)) }, 1, true},
	{"saving", func() *threading.Condition { return threading.NewCondition(new(saving)) }, 3, true},
}

func onConditions(t *testing.T, fn func(t *testing.T, c *threading.Condition, depth int)) {
	for _, one := range conditions {
		t.Run(one.name, func(t *testing.T) {
			onBackends(t, func(t *testing.T) {
				c := one.make()
				fn(t, c, one.depth)
				assert.Zero(t, threading.Waiting(c))
			})
		})
	}
}

// holding runs fn with the lock held.
func holding(c *threading.Condition, fn func()) {
	c.Acquire()
	defer c.Release()
	fn()
}

func TestWaitAndNotifyWithoutTheLockPanic(t *testing.T) {
	for _, one := range conditions {
		if !one.checked {
			continue
		}
		c := one.make()
		const wait, notify = "cannot wait on un-acquired lock", "cannot notify on un-acquired lock"
		panicsWith[*threading.RuntimeError](t, wait, func() { c.Wait() })
		panicsWith[*threading.RuntimeError](t, wait, func() { c.WaitTimeout(0) })
		panicsWith[*threading.RuntimeError](t, wait, func() { _ = c.WaitContext(t.Context()) })
		panicsWith[*threading.RuntimeError](t, wait, func() { c.WaitFor(func() bool { return false }) })
		panicsWith[*threading.RuntimeError](t, notify, func() { c.Notify(1) })
		panicsWith[*threading.RuntimeError](t, notify, c.NotifyAll)
		assert.True(t, c.Acquire(), "%s: is free still", one.name)
		c.Release()
	}
}

func TestConditionSharesItsLock(t *testing.T) {
	l := threading.NewLock()
	c := threading.NewCondition(l)
	c.Acquire()
	assert.False(t, l.TryAcquire())
	c.Release()
	l.Acquire()
	assert.False(t, c.TryAcquire())
	l.Release()
}

func TestMethodThatTheLockLacksPanics(t *testing.T) {
	c := threading.NewCondition(new(bare))
	for name, call := range map[string]func(){
		"TryAcquire":     func() { c.TryAcquire() },
		"AcquireTimeout": func() { c.AcquireTimeout(0) },
		"AcquireContext": func() { _ = c.AcquireContext(t.Context()) },
		"Locked":         func() { c.Locked() },
	} {
		panicsWith[*threading.TypeError](t, "the lock of this condition has no method "+name, call)
	}
}

// Five workers wait twice each; three notifies let through 3, then 2 and 3,
// then 2 waits, and nothing else. Twice with one condition.
func TestNotifyWakesAsManyAsItSaysAndInTheirPhase(t *testing.T) {
	onConditions(t, func(t *testing.T, c *threading.Condition, _ int) {
		for range 2 {
			type wait struct {
				ok    bool
				phase int
			}
			var first, second []wait // guarded by c
			phase := 0               // guarded by c
			var done atomic.Int64
			threads := startAll(t, 5, func(int) {
				c.Acquire()
				defer c.Release()
				ok := c.Wait()
				first = append(first, wait{ok, phase})
				done.Add(1)
				ok = c.Wait()
				second = append(second, wait{ok, phase})
				done.Add(1)
			})
			next := func(notify func()) {
				holding(c, func() {
					phase++
					notify()
				})
			}
			queued(t, c, 5)
			next(func() { c.Notify(3) })
			reaches(t, 3, &done)
			queued(t, c, 5)
			holding(c, func() {
				assert.Equal(t, []wait{{true, 1}, {true, 1}, {true, 1}}, first)
				assert.Empty(t, second)
			})
			next(func() { c.Notify(5) })
			reaches(t, 8, &done)
			queued(t, c, 2)
			holding(c, func() {
				assert.Equal(t, []wait{{true, 2}, {true, 2}}, first[3:])
				assert.Equal(t, []wait{{true, 2}, {true, 2}, {true, 2}}, second)
			})
			next(c.NotifyAll)
			join(t, threads...)
			assert.Equal(t, []wait{{true, 1}, {true, 1}, {true, 1}, {true, 2}, {true, 2}}, first)
			assert.Equal(t, []wait{{true, 2}, {true, 2}, {true, 2}, {true, 3}, {true, 3}}, second)
		}
	})
}

func TestNotifiedThreadDoesNotRunWhileTheNotifierHoldsTheLock(t *testing.T) {
	onConditions(t, func(t *testing.T, c *threading.Condition, _ int) {
		ran := false // guarded by c: the race detector judges too
		ths := []*threading.Thread{
			start(t, func() {
				holding(c, func() { c.Wait(); ran = true })
			}),
		}
		queued(t, c, 1)
		holding(c, func() {
			c.Notify(1)
			for end := time.Now().Add(moment); time.Now().Before(end); {
				time.Sleep(moment / 10)
			}
			assert.False(t, ran)
		})
		join(t, ths...)
		assert.True(t, ran)
	})
}

func TestTimedWaitGivesUpWithTheLockHeldAndIsNotEarly(t *testing.T) {
	onConditions(t, func(t *testing.T, c *threading.Condition, _ int) {
		join(t, startAll(t, 3, func(int) {
			holding(c, func() {
				notEarly(t, c.WaitTimeout)
				assert.False(t, c.WaitTimeout(-time.Second))
				notEarly(t, func(d time.Duration) bool {
					ctx, cancel := context.WithTimeout(context.Background(), d)
					defer cancel()
					err := c.WaitContext(ctx)
					assert.ErrorIs(t, err, context.DeadlineExceeded)
					return err == nil
				})
			})
		})...)
	})
}

func TestWaitThatEndsTakesTheLockBackHoweverLongThatTakes(t *testing.T) {
	onConditions(t, func(t *testing.T, c *threading.Condition, _ int) {
		free := false // guarded by c
		ctx, cancel := context.WithCancel(context.Background())
		th := start(t, func() {
			holding(c, func() {
				assert.ErrorIs(t, c.WaitContext(ctx), context.Canceled)
				assert.True(t, free, "returned without the lock")
			})
		})
		queued(t, c, 1)
		holding(c, func() {
			cancel()
			queued(t, c, 0) // it has given up and wants the lock, which we have
			free = true
		})
		join(t, th)
	})
}

func TestNotifyOfWaiterThatGaveUpIsNotCounted(t *testing.T) {
	onConditions(t, func(t *testing.T, c *threading.Condition, _ int) {
		inThread(t, func() { holding(c, func() { assert.False(t, c.WaitTimeout(time.Microsecond)) }) })
		th := start(t, func() { holding(c, func() { assert.True(t, c.WaitTimeout(ages)) }) })
		queued(t, c, 1)
		holding(c, func() { c.Notify(1) })
		join(t, th)
	})
}

// A lock that cannot be released says so; nobody has waited then, and nobody
// is left who would use up a notify.
func TestWaitWhoseLockCannotBeReleasedLeavesNoWaiter(t *testing.T) {
	guard(t)
	c := threading.NewCondition(new(bare)) // cannot tell that it is free
	panicsWith[*threading.RuntimeError](t, "release unlocked lock", func() { c.Wait() })
	assert.Zero(t, threading.Waiting(c))
}

func TestWaitersAreWokenInTheOrderOfTheirWaits(t *testing.T) {
	onConditions(t, func(t *testing.T, c *threading.Condition, _ int) {
		const n = 5
		var order []int // guarded by c
		var woken atomic.Int64
		var threads []*threading.Thread
		for i := range n {
			threads = append(threads, start(t, func() {
				holding(c, func() {
					c.Wait()
					order = append(order, i)
					woken.Add(1)
				})
			}))
			queued(t, c, i+1)
		}
		for i := range n {
			holding(c, func() { c.Notify(1) })
			reaches(t, int64(i+1), &woken)
		}
		join(t, threads...)
		assert.Equal(t, []int{0, 1, 2, 3, 4}, order)
	})
}

func TestNotifyOfNobody(t *testing.T) {
	onConditions(t, func(t *testing.T, c *threading.Condition, _ int) {
		holding(c, func() {
			c.Notify(10)
			c.NotifyAll()
			assert.False(t, c.WaitTimeout(moment), "a notify before the wait is lost")
		})
		threads := startAll(t, 2, func(int) { holding(c, func() { assert.True(t, c.Wait()) }) })
		queued(t, c, 2)
		holding(c, func() {
			c.Notify(0)
			c.Notify(-1)
			assert.Equal(t, 2, threading.Waiting(c))
			c.Notify(10)
			assert.Zero(t, threading.Waiting(c))
		})
		join(t, threads...)
	})
}

func TestWaitFreesEveryLevelAndTakesThemBack(t *testing.T) {
	onConditions(t, func(t *testing.T, c *threading.Condition, depth int) {
		ctx, cancel := context.WithCancel(context.Background())
		for notified, end := range map[bool]func(){true: c.NotifyAll, false: cancel} {
			th := start(t, func() {
				for range depth {
					c.Acquire()
				}
				assert.Equal(t, notified, c.WaitContext(ctx) == nil)
				for range depth {
					c.Release()
				}
			})
			queued(t, c, 1)
			inThread(t, func() { holding(c, end) })
			join(t, th)
			inThread(t, func() { holding(c, func() {}) }) // no level too many is left
			if !notified {
				ctx, cancel = context.WithCancel(context.Background())
			}
		}
		cancel()
	})
}

func TestWaitForLooksAtOnceAndAfterEachWakeUp(t *testing.T) {
	onConditions(t, func(t *testing.T, c *threading.Condition, _ int) {
		state := 0 // guarded by c
		looks := 0 // guarded by c
		th := start(t, func() {
			holding(c, func() {
				assert.True(t, c.WaitFor(func() bool { looks++; return state == 4 }))
				assert.Equal(t, 4, state)
			})
		})
		for range 4 {
			queued(t, c, 1)
			holding(c, func() { state++; c.Notify(1) })
		}
		join(t, th)
		assert.Equal(t, 5, looks)
	})
}

func TestWaitForTimeoutIsOverAllItsWaits(t *testing.T) {
	onConditions(t, func(t *testing.T, c *threading.Condition, _ int) {
		stop := threading.NewEvent()
		th := start(t, func() {
			for !stop.WaitTimeout(moment / 20) {
				holding(c, c.NotifyAll)
			}
		})
		begin := time.Now()
		holding(c, func() { assert.False(t, c.WaitForTimeout(func() bool { return false }, moment)) })
		assert.GreaterOrEqual(t, time.Since(begin), moment)
		stop.Set()
		join(t, th)
	})
}

func TestWaitForWithoutTimeLooksTwice(t *testing.T) {
	c := threading.NewCondition(nil)
	for _, d := range []time.Duration{0, -1, -time.Hour, moment} {
		looks := 0
		holding(c, func() {
			assert.False(t, c.WaitForTimeout(func() bool { looks++; return false }, d))
		})
		assert.Equal(t, 2, looks, d)
	}
}

func TestWaitForWhatIsTrueNeedsNoLock(t *testing.T) {
	c := threading.NewCondition(nil)
	yes := func() bool { return true }
	assert.True(t, c.WaitFor(yes))
	assert.True(t, c.WaitForTimeout(yes, 0))
}

func TestLockIsHeldWhenThePredicatePanics(t *testing.T) {
	onConditions(t, func(t *testing.T, c *threading.Condition, _ int) {
		th := start(t, func() {
			first := true
			c.Acquire()
			assert.PanicsWithValue(t, "predicate", func() {
				c.WaitFor(func() bool {
					if !first {
						panic("predicate")
					}
					first = false
					return false
				})
			})
			c.Release()
		})
		queued(t, c, 1)
		holding(c, c.NotifyAll)
		join(t, th)
	})
}

func TestWaitContextTellsWhyItEnded(t *testing.T) {
	onConditions(t, func(t *testing.T, c *threading.Condition, _ int) {
		ctx, cancel := context.WithCancel(context.Background())
		th := start(t, func() { holding(c, func() { assert.ErrorIs(t, c.WaitContext(ctx), context.Canceled) }) })
		queued(t, c, 1)
		cancel()
		join(t, th)
		th = start(t, func() { holding(c, func() { assert.NoError(t, c.WaitContext(context.Background())) }) })
		queued(t, c, 1)
		holding(c, func() { c.Notify(1) })
		join(t, th)
		holding(c, func() { assert.ErrorIs(t, c.WaitContext(ctx), context.Canceled) })
	})
}

// A Lock has no owner, so whoever comes while it is held may notify.
func TestAnyThreadMayNotifyWhileALockIsHeld(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		l := threading.NewLock()
		c := threading.NewCondition(l)
		th := start(t, func() { holding(c, func() { assert.True(t, c.Wait()) }) })
		queued(t, c, 1)
		l.Acquire()
		inThread(t, func() { c.Notify(1) })
		assert.Zero(t, threading.Waiting(c))
		queued(t, l, 1)
		l.Release()
		join(t, th)

		r := threading.NewCondition(threading.NewRLock())
		holding(r, func() {
			inThread(t, func() {
				panicsWith[*threading.RuntimeError](t, "cannot notify on un-acquired lock", func() { r.Notify(1) })
			})
		})
	})
}

func TestConditionsMayShareALock(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		l := threading.NewLock()
		full, empty := threading.NewCondition(l), threading.NewCondition(l)
		const items = 200
		var buffer, got []int
		producer := start(t, func() {
			for i := range items {
				l.Acquire()
				empty.WaitFor(func() bool { return len(buffer) < 2 })
				buffer = append(buffer, i)
				full.Notify(1)
				l.Release()
			}
		})
		consumer := start(t, func() {
			for range items {
				l.Acquire()
				full.WaitFor(func() bool { return len(buffer) > 0 })
				got = append(got, buffer[0])
				buffer = buffer[1:]
				empty.Notify(1)
				l.Release()
			}
		})
		join(t, producer, consumer)
		assert.True(t, slices.IsSorted(got))
		assert.Len(t, got, items)
	})
}
