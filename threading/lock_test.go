package threading_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/pythreads/pythreads/threading"
	"github.com/pythreads/pythreads/threading/threadtest"
)

func TestReleaseOfFreeLockPanics(t *testing.T) {
	l := threading.NewLock()
	const msg = "release unlocked lock"
	panicsWith[*threading.RuntimeError](t, msg, l.Release)
	panicsWith[*threading.RuntimeError](t, msg, l.Unlock)
	l.Acquire()
	l.Release()
	panicsWith[*threading.RuntimeError](t, msg, l.Release)
	assert.True(t, threading.Free(l))
}

func TestNegativeTimeoutPanicsBeforeAnythingIsAcquired(t *testing.T) {
	for name, l := range map[string]interface {
		AcquireTimeout(time.Duration) bool
		Locked() bool
		Acquire() bool
	}{"Lock": threading.NewLock(), "RLock": threading.NewRLock()} {
		for held := range 2 { // free, and held by the caller
			if held == 1 {
				l.Acquire()
			}
			for _, d := range []time.Duration{-1, -100 * time.Second, -1 << 63} {
				locked := l.Locked()
				panicsWith[*threading.ValueError](t, "timeout value must be a non-negative number", func() { l.AcquireTimeout(d) })
				assert.Equal(t, locked, l.Locked(), name)
			}
		}
	}
}

func TestSecondAcquireOfOneThreadBlocksUntilAnotherReleases(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		l := threading.NewLock()
		var phase atomic.Int64
		th := start(t, func() {
			l.Acquire()
			assert.False(t, l.TryAcquire())
			phase.Store(1)
			l.Acquire()
			phase.Store(2)
		})
		queued(t, l, 1)
		assert.EqualValues(t, 1, phase.Load())
		l.Release()
		join(t, th)
		assert.EqualValues(t, 2, phase.Load())
		l.Release()
	})
}

func TestAnyThreadMayRelease(t *testing.T) {
	onKinds(t, func(t *testing.T, k kind) {
		l := threading.NewLock()
		l.Acquire()
		k.start(l.Release)()
		assert.False(t, l.Locked())
		k.start(func() { l.Acquire() })()
		assert.True(t, l.Locked())
		l.Release()
	})
}

// Of two releases at once of a lock that was acquired once, one is misuse,
// unless a waiter came to hold the lock in between: each that does not panic
// lets one waiter in.
func TestEachReleaseLetsOneInHoweverManyReleaseAtOnce(t *testing.T) {
	guard(t)
	for range scaled(400) {
		l := threading.NewLock()
		l.Acquire()
		var acquired, released atomic.Int64
		var waits []func()
		for range 2 {
			waits = append(waits, goroutine(func() {
				l.Acquire()
				acquired.Add(1)
			}))
		}
		queued(t, l, 2)
		var releases []func()
		release := func() {
			defer func() { recover() }()
			l.Release()
			released.Add(1)
		}
		for range 2 {
			releases = append(releases, goroutine(release))
		}
		for _, wait := range releases {
			wait()
		}
		reaches(t, released.Load(), &acquired)
		for released.Load() < 2 {
			release()
		}
		for _, wait := range waits {
			wait()
		}
		assert.True(t, l.Locked())
	}
}

func TestLockThatWasUsedHardIsAsGoodAsNew(t *testing.T) {
	guard(t)
	l := threading.NewLock()
	for range 50 {
		var waits []func()
		for _, k := range kinds() {
			waits = append(waits, k.start(func() {
				for range 20 {
					if l.AcquireTimeout(10 * time.Microsecond) {
						l.Release()
					}
				}
			}))
		}
		for _, wait := range waits {
			wait()
		}
		// Bits of a woken waiter may outlive the last release, not the next
		// use of the lock.
		l.Acquire()
		l.Release()
		assert.True(t, threadtest.Eventually(func() bool { return threading.Free(l) }))
	}
}
