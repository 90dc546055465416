package park_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/pythreads/pythreads/threading/internal/park"
)

func TestWaiterSleepsInTheWayOfItsKind(t *testing.T) {
	forKinds(t, func(t *testing.T, k kind) {
		k.start(func() { assert.Equal(t, k.native, park.NewWaiter().Native()) })()
	})
}

func TestWakeGivesItsToken(t *testing.T) {
	forKinds(t, func(t *testing.T, k kind) {
		for _, lim := range []func() park.Limit{forever, far} {
			for _, token := range []park.Token{park.Retry, park.Handed} {
				var l park.List
				s := sleep(k, &l, lim)
				assert.Same(t, s.w, pop(&l))
				s.w.Wake(token)
				s.wait()
				assert.Equal(t, token, s.token)
				requireEmpty(t, &l)
			}
		}
	})
}

func TestWakeBeforeSleepIsNotLost(t *testing.T) {
	forKinds(t, func(t *testing.T, k kind) {
		for _, lim := range []func() park.Limit{forever, far, func() park.Limit { return park.After(-time.Second) }} {
			k.start(func() {
				var l park.List
				w := park.NewWaiter()
				l.Lock()
				l.Push(w)
				l.Pop()
				l.Unlock()
				w.Wake(park.Retry)
				assert.Equal(t, park.Retry, w.Sleep(&l, lim()))
			})()
		}
	})
}

func TestLimitTakesTheWaiterOffTheListAndIsNotEarly(t *testing.T) {
	forKinds(t, func(t *testing.T, k kind) {
		for _, d := range []time.Duration{-time.Hour, 0, time.Microsecond, 3 * time.Millisecond} {
			var l park.List
			begin := time.Now()
			s := sleep(k, &l, func() park.Limit { return park.After(d) })
			s.wait()
			assert.GreaterOrEqual(t, time.Since(begin), d)
			assert.Equal(t, park.Limited, s.token)
			requireEmpty(t, &l)
		}
	})
}

func TestLimitedWaiterLeavesTheOthersInPlace(t *testing.T) {
	forKinds(t, func(t *testing.T, k kind) {
		var l park.List
		a, b, c := sleep(k, &l, far), sleep(k, &l, soon), sleep(k, &l, forever)
		b.wait()
		assert.Equal(t, park.Limited, b.token)
		for _, s := range []*sleeper{a, c} {
			assert.Same(t, s.w, pop(&l))
			s.w.Wake(park.Handed)
			s.wait()
			assert.Equal(t, park.Handed, s.token)
		}
		requireEmpty(t, &l)
	})
}

func TestEndOfContextTakesTheWaiterOffTheList(t *testing.T) {
	forKinds(t, func(t *testing.T, k kind) {
		var l park.List
		ctx, cancel := context.WithCancel(context.Background())
		s := sleep(k, &l, func() park.Limit { return park.Within(ctx) })
		cancel()
		s.wait()
		assert.Equal(t, park.Limited, s.token)
		requireEmpty(t, &l)

		ended := sleep(k, &l, func() park.Limit { return park.Within(ctx) })
		ended.wait()
		assert.Equal(t, park.Limited, ended.token)
		requireEmpty(t, &l)
	})
}

// One that was chosen must not give up: what it was chosen for would be lost.
func TestWaiterThatWasPoppedOutlivesItsLimit(t *testing.T) {
	forKinds(t, func(t *testing.T, k kind) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		limits := []func() park.Limit{soon, func() park.Limit { return park.Within(ctx) }}
		for i, lim := range limits {
			var l park.List
			l.Lock() // its limit comes while we have the guard
			w := make(chan *park.Waiter)
			ready := make(chan struct{})
			var token park.Token
			wait := k.start(func() {
				mine := park.NewWaiter()
				w <- mine
				<-ready
				token = mine.Sleep(&l, lim())
			})
			popped := <-w
			l.Push(popped)
			close(ready)
			l.Pop()
			l.Unlock()
			if i == 0 {
				for end := soon(); !end.Reached(); {
					time.Sleep(time.Millisecond)
				}
			} else {
				cancel()
			}
			popped.Wake(park.Handed)
			wait()
			assert.Equal(t, park.Handed, token)
			requireEmpty(t, &l)
		}
	})
}

func TestWaiterMovesToAnotherListInItsSleep(t *testing.T) {
	forKinds(t, func(t *testing.T, k kind) {
		for _, lim := range []func() park.Limit{forever, far, soon} {
			var from, to park.List
			s := sleep(k, &from, lim)
			w := pop(&from)
			if w == nil { // its limit has come already, with the third
				s.wait()
				assert.Equal(t, park.Limited, s.token)
				continue
			}
			to.Lock()
			to.Push(w)
			to.Unlock()
			for end := soon(); !end.Reached(); {
				time.Sleep(time.Millisecond)
			}
			assert.Equal(t, 1, length(&to), "its limit was for the other list")
			assert.Same(t, w, pop(&to))
			w.Wake(park.Retry)
			s.wait()
			assert.Equal(t, park.Retry, s.token)
			requireEmpty(t, &from)
			requireEmpty(t, &to)
		}
	})
}

func TestWakeAllWakesThoseWhoWaitAndNobodyElse(t *testing.T) {
	forKinds(t, func(t *testing.T, k kind) {
		var l park.List
		var before []*sleeper
		for _, lim := range []func() park.Limit{forever, far, forever} {
			before = append(before, sleep(k, &l, lim))
		}
		l.Lock()
		l.WakeAll(park.Handed)
		after := sleep(k, &l, far)
		for _, s := range before {
			s.wait()
			assert.Equal(t, park.Handed, s.token)
		}
		assert.Equal(t, 1, length(&l))
		assert.Same(t, after.w, pop(&l))
		after.w.Wake(park.Retry)
		after.wait()
		assert.Equal(t, park.Retry, after.token)
	})
}

func TestUnparkWithoutTokenWakesNobody(t *testing.T) {
	forKinds(t, func(t *testing.T, k kind) {
		if !k.native {
			t.Skip("sleeps on a channel, which nobody else knows")
		}
		for _, lim := range []func() park.Limit{forever, far} {
			var l park.List
			s := sleep(k, &l, lim)
			for range 100 {
				s.w.Unpark()
			}
			assert.Same(t, s.w, pop(&l))
			s.w.Wake(park.Handed)
			s.w.Unpark() // late: nobody looks any more
			s.wait()
			assert.Equal(t, park.Handed, s.token)
		}
	})
}

func TestRearmedWaiterSleepsAgain(t *testing.T) {
	forKinds(t, func(t *testing.T, k kind) {
		var l park.List
		turn := make(chan struct{})
		var w *park.Waiter
		wait := k.start(func() {
			w = park.NewWaiter()
			for i := range 50 {
				if i > 0 {
					w.Rearm()
				}
				l.Lock()
				l.PushFront(w)
				l.Unlock()
				turn <- struct{}{}
				lim := forever()
				if i%2 == 0 {
					lim = far()
				}
				assert.Equal(t, park.Retry, w.Sleep(&l, lim))
			}
		})
		for range 50 {
			<-turn
			pop(&l).Wake(park.Retry)
		}
		wait()
		requireEmpty(t, &l)
	})
}

func TestAgeCountsFromTheLastRestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := park.NewWaiter()
		time.Sleep(time.Second)
		assert.Equal(t, time.Second, w.Age())
		w.Restart()
		time.Sleep(time.Minute)
		assert.Equal(t, time.Minute, w.Age())
	})
}

func TestWhatCameBeforeWakeIsSeenAfterSleep(t *testing.T) {
	forKinds(t, func(t *testing.T, k kind) {
		for _, lim := range []func() park.Limit{forever, far} {
			var l park.List
			shared := 0 // the race detector judges
			w := make(chan *park.Waiter, 1)
			wait := k.start(func() {
				mine := park.NewWaiter()
				l.Lock()
				l.Push(mine)
				l.Unlock()
				w <- mine
				mine.Sleep(&l, lim())
				shared++
			})
			<-w
			popped := pop(&l)
			shared++
			popped.Wake(park.Retry)
			wait()
			assert.Equal(t, 2, shared)
		}
	})
}

// On goroutines fake time runs while they wait, so timed waits are exact.
func TestTimedWaitsOfGoroutinesFollowFakeTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l park.List
		goroutines := kinds()[0]

		begin := time.Now()
		s := sleep(goroutines, &l, func() park.Limit { return park.After(time.Hour) })
		s.wait()
		assert.Equal(t, park.Limited, s.token)
		assert.Equal(t, time.Hour, time.Since(begin))

		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		s = sleep(goroutines, &l, func() park.Limit { return park.Within(ctx) })
		s.wait()
		assert.Equal(t, park.Limited, s.token)
		assert.Equal(t, 2*time.Hour, time.Since(begin))

		s = sleep(goroutines, &l, func() park.Limit { return park.After(time.Hour) })
		time.Sleep(time.Hour - 1)
		synctest.Wait()
		pop(&l).Wake(park.Handed)
		s.wait()
		assert.Equal(t, park.Handed, s.token)
		assert.Equal(t, 3*time.Hour-1, time.Since(begin))
		requireEmpty(t, &l)
	})
}

func TestZeroLimitIsForEver(t *testing.T) {
	assert.True(t, park.Limit{}.Forever())
	assert.False(t, park.Limit{}.Reached())
	for _, d := range []time.Duration{0, -time.Second, -1 << 63} {
		assert.False(t, park.After(d).Forever(), d)
		assert.True(t, park.After(d).Reached(), d)
	}
	for _, d := range []time.Duration{time.Hour, 1<<63 - 1} {
		assert.False(t, park.After(d).Forever(), d)
		assert.False(t, park.After(d).Reached(), d)
	}
	ctx, cancel := context.WithCancel(context.Background())
	assert.False(t, park.Within(ctx).Forever())
	assert.False(t, park.Within(ctx).Reached())
	cancel()
	assert.True(t, park.Within(ctx).Reached())
}
