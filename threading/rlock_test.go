package threading_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/pythreads/pythreads/threading"
)

const unowned = "cannot release un-acquired lock"

func TestOwnerAcquiresAgainInEveryWay(t *testing.T) {
	onKinds(t, func(t *testing.T, k kind) {
		l := threading.NewRLock()
		k.start(func() {
			assert.True(t, l.Acquire())
			assert.True(t, l.TryAcquire())
			assert.True(t, l.AcquireTimeout(0))
			assert.True(t, l.AcquireTimeout(ages))
			assert.NoError(t, l.AcquireContext(t.Context()))
			l.Lock()
			assert.Equal(t, 6, l.RecursionCount())
			for range 6 {
				assert.True(t, l.Locked())
				l.Release()
			}
			assert.False(t, l.Locked())
			panicsWith[*threading.RuntimeError](t, unowned, l.Release)
		})()
	})
}

func TestReleaseWithoutAcquirePanics(t *testing.T) {
	l := threading.NewRLock()
	saved := func() { l.ReleaseSave() }
	panicsWith[*threading.RuntimeError](t, unowned, l.Release)
	panicsWith[*threading.RuntimeError](t, unowned, saved)
	l.Acquire()
	l.Acquire()
	l.Release()
	l.Acquire()
	l.Release()
	l.Release()
	panicsWith[*threading.RuntimeError](t, unowned, l.Release)
	panicsWith[*threading.RuntimeError](t, unowned, saved)
	panicsWith[*threading.RuntimeError](t, unowned, l.Unlock)
	assert.False(t, l.Locked())
}

func TestOnlyTheOwnerReleases(t *testing.T) {
	onKinds(t, func(t *testing.T, k kind) {
		l := threading.NewRLock()
		l.Acquire()
		l.Acquire()
		k.start(func() {
			panicsWith[*threading.RuntimeError](t, unowned, l.Release)
			panicsWith[*threading.RuntimeError](t, unowned, func() { l.ReleaseSave() })
			assert.False(t, l.IsOwned())
			assert.Zero(t, l.RecursionCount())
			assert.False(t, l.TryAcquire())
			assert.True(t, l.Locked())
		})()
		assert.Equal(t, 2, l.RecursionCount(), "the state is untouched")
		l.Release()
		l.Release()
	})
}

func TestRecursionCountIsTheOwners(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		l := threading.NewRLock()
		var got []int
		count := func() { got = append(got, l.RecursionCount()) }
		count()
		l.Acquire()
		count()
		l.Acquire()
		l.Acquire()
		count()
		l.Release()
		count()
		l.Release()
		l.Release()
		count()
		assert.Equal(t, []int{0, 1, 3, 2, 0}, got)

		held, leave := threading.NewEvent(), threading.NewEvent()
		th := start(t, func() {
			l.Acquire()
			held.Set()
			leave.Wait()
			l.Release()
		})
		held.Wait()
		assert.Zero(t, l.RecursionCount())
		leave.Set()
		join(t, th)
		assert.Zero(t, l.RecursionCount())
	})
}

func TestIsOwnedIsTrueForTheOwnerAlone(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		l := threading.NewRLock()
		assert.False(t, l.IsOwned())
		l.Acquire()
		assert.True(t, l.IsOwned())
		l.Acquire()
		assert.True(t, l.IsOwned())
		inThread(t, func() { assert.False(t, l.IsOwned()) })
		l.Release()
		assert.True(t, l.IsOwned())
		l.Release()
		assert.False(t, l.IsOwned())
	})
}

func TestLockOfThreadThatEndedStaysLocked(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		l := threading.NewRLock()
		inThread(t, func() {
			assert.False(t, l.Locked())
			l.Acquire()
			assert.True(t, l.Locked())
		})
		assert.True(t, l.Locked())
		assert.False(t, l.IsOwned())
		assert.False(t, l.TryAcquire())
	})
}

func TestReleaseSaveFreesEveryLevelAndAcquireRestoreBringsThemBack(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		l := threading.NewRLock()
		for range 3 {
			l.Acquire()
		}
		state := l.ReleaseSave()
		assert.False(t, l.Locked())
		inThread(t, func() {
			assert.True(t, l.TryAcquire())
			l.Release()
		})
		l.AcquireRestore(state)
		assert.Equal(t, 3, l.RecursionCount())
		for range 3 {
			l.Release()
		}
		panicsWith[*threading.RuntimeError](t, unowned, l.Release)
	})
}

func TestThreeThreadsShareAnRLockTwiceEach(t *testing.T) {
	onBackends(t, func(t *testing.T) {
		l := threading.NewRLock()
		inside := 0
		join(t, startAll(t, 3, func(int) {
			assert.True(t, l.Acquire())
			inside++
			assert.True(t, l.Acquire())
			assert.Equal(t, 1, inside)
			l.Release()
			inside--
			l.Release()
		})...)
	})
}
