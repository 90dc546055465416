package threading_test

import (
	"context"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/pythreads/pythreads/threading"
	"github.com/pythreads/pythreads/threading/threadtest"
)

func eventually(condition func() bool) bool { return threadtest.Eventually(condition) }

func TestFlagIsWhatWasSetLast(t *testing.T) {
	for _, e := range []*threading.Event{threading.NewEvent(), new(threading.Event)} {
		assert.False(t, e.IsSet())
		e.Set()
		assert.True(t, e.IsSet())
		e.Set()
		assert.True(t, e.IsSet())
		e.Clear()
		assert.False(t, e.IsSet())
		e.Clear()
		assert.False(t, e.IsSet())
	}
}

func TestSetWakesAllAndTheyWaitNoMore(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		e := threading.NewEvent()
		for range 2 { // the second time after a set and a clear
			threads := startAll(t, 5, func(i int) {
				switch i % 3 {
				case 0:
					assert.True(t, e.Wait())
				case 1:
					assert.True(t, e.WaitTimeout(ages))
				case 2:
					assert.NoError(t, e.WaitContext(context.Background()))
				}
				assert.True(t, e.Wait())
			})
			queued(t, e, 5)
			e.Set()
			join(t, threads...)
			e.Clear()
		}
	})
}

func TestTimedWaitGivesTheFlag(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		e := threading.NewEvent()
		ended, cancel := context.WithCancel(context.Background())
		cancel()
		join(t, startAll(t, 5, func(int) {
			notEarly(t, e.WaitTimeout)
			assert.False(t, e.WaitTimeout(-5*time.Second))
			assert.ErrorIs(t, e.WaitContext(ended), context.Canceled)
		})...)
		assert.Zero(t, threading.Waiting(e))
		e.Set()
		join(t, startAll(t, 5, func(int) {
			assert.True(t, e.WaitTimeout(0))
			assert.True(t, e.WaitTimeout(-5*time.Second))
			assert.True(t, e.WaitTimeout(ages))
			assert.NoError(t, e.WaitContext(ended))
		})...)
	})
}

func TestEndOfContextEndsTheWaitForAnEvent(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		e := threading.NewEvent()
		ctx, cancel := context.WithCancel(context.Background())
		th := start(t, func() { assert.ErrorIs(t, e.WaitContext(ctx), context.Canceled) })
		queued(t, e, 1)
		cancel()
		join(t, th)
		assert.Zero(t, threading.Waiting(e))
	})
}

func TestSetAndClearAtOnceWakesAllThatWait(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		e := threading.NewEvent()
		for range 20 {
			threads := startAll(t, 5, func(int) { assert.True(t, e.Wait()) })
			queued(t, e, 5)
			e.Set()
			e.Clear()
			join(t, threads...)
		}
	})
}

// Were the flag seen before the queue is cut, one that waits after a Clear in
// between would be woken by this Set.
func TestFlagIsNotSeenBeforeTheSetHasTheQueue(t *testing.T) {
	guard(t)
	e := threading.NewEvent()
	release := threading.HoldQueue(e)
	begun := make(chan struct{})
	wait := goroutine(func() {
		close(begun)
		e.Set()
	})
	<-begun
	for range 2000 {
		runtime.Gosched()
		if e.IsSet() {
			t.Error("seen")
			break
		}
	}
	release()
	wait()
	assert.True(t, e.IsSet())
}

// The flag is set and cleared by one thread, which then waits in vain: what
// others do, who only wait, must not wake it.
func TestWaitAfterClearIsNotWokenByWaitersOfAnEarlierSet(t *testing.T) {
	onKinds(t, func(t *testing.T, k kind) {
		e := threading.NewEvent()
		var stop atomic.Bool
		var waits []func()
		for range 3 {
			waits = append(waits, k.start(func() {
				for !stop.Load() {
					e.WaitTimeout(time.Microsecond)
				}
			}))
		}
		woken := 0
		for range scaled(1000) {
			e.Set()
			e.Clear()
			if e.WaitTimeout(time.Microsecond) {
				woken++
			}
		}
		assert.Zero(t, woken)
		stop.Store(true)
		for _, wait := range waits {
			wait()
		}
	})
}
