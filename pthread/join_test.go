package pthread_test

import (
	"runtime"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/pthread"
)

// parked starts a thread that waits until leave is called, and returns "left".
func parked(t testing.TB, attr *pthread.Attr) (th *pthread.Thread, leave func()) {
	t.Helper()
	var p pthread.Parker
	return create(t, attr, func() any { p.Park(); return "left" }), p.Unpark
}

func TestTimedJoinIsNotEarlyAndLeavesTheThreadJoinable(t *testing.T) {
	need(t)
	th, leave := parked(t, nil)
	notEarly(t, func(deadline time.Time) (bool, error) {
		v, ok, err := th.TimedJoin(deadline)
		assert.Nil(t, v)
		return ok, err
	})
	leave()
	v, ok, err := th.TimedJoin(far["year 9999"]())
	assert.Equal(t, "left", v)
	assert.True(t, ok)
	assert.NoError(t, err)
}

func TestTimedJoinWithAnyFarDeadlineJoins(t *testing.T) {
	need(t)
	for name, deadline := range far {
		th, leave := parked(t, nil)
		leave()
		v, ok, err := th.TimedJoin(deadline())
		assert.Equal(t, "left", v, name)
		assert.True(t, ok, name)
		assert.NoError(t, err, name)
	}
}

func TestTryJoinJoinsOnceTheThreadHasEnded(t *testing.T) {
	need(t)
	for range 50 {
		th, leave := parked(t, nil)
		v, ok, err := th.TryJoin()
		assert.Nil(t, v)
		assert.False(t, ok)
		require.NoError(t, err)
		leave()
		for !ok {
			v, ok, err = th.TryJoin()
			require.NoError(t, err)
			runtime.Gosched()
		}
		assert.Equal(t, "left", v)
		_, ok, err = th.TryJoin()
		assert.False(t, ok)
		isErrno(t, syscall.EINVAL, "pthread_join", err)
		assert.ErrorContains(t, err, "joined already")
	}
}

func TestPanicIsTheErrorOfAnyJoin(t *testing.T) {
	need(t)
	for name, join := range map[string]func(*pthread.Thread) (any, bool, error){
		"TryJoin":   (*pthread.Thread).TryJoin,
		"TimedJoin": func(th *pthread.Thread) (any, bool, error) { return th.TimedJoin(far["an hour"]()) },
	} {
		th := create(t, nil, func() any { return tripOver(name) })
		var p *pthread.PanicError
		var ok bool
		var err error
		pollUntil(func() bool { _, ok, err = join(th); return ok || err != nil })
		assert.True(t, ok, name)
		assert.ErrorAs(t, err, &p, name)
	}
}

func TestWhileOneJoinIsUnderWayNobodyElseGetsTheThread(t *testing.T) {
	need(t)
	th, leave := parked(t, nil)
	joined := make(chan any)
	go func() { joined <- join(t, th) }()
	var err error
	pollUntil(func() bool { _, _, err = th.TryJoin(); return err != nil })
	for name, f := range map[string]func() error{
		"Join":      func() error { _, err := th.Join(); return err },
		"TryJoin":   func() error { _, _, err := th.TryJoin(); return err },
		"TimedJoin": func() error { _, _, err := th.TimedJoin(time.Now()); return err },
	} {
		err := f()
		isErrno(t, syscall.EINVAL, "pthread_join", err, name)
		assert.ErrorContains(t, err, "is being joined", name)
	}
	err = th.Detach()
	isErrno(t, syscall.EINVAL, "pthread_detach", err)
	assert.ErrorContains(t, err, "is being joined")
	leave()
	assert.Equal(t, "left", <-joined)
}

func TestAThreadThatWasNotJoinedInTimeCanBeDetached(t *testing.T) {
	need(t)
	th, leave := parked(t, nil)
	_, ok, err := th.TimedJoin(time.Now())
	assert.False(t, ok)
	assert.NoError(t, err)
	assert.NoError(t, th.Detach())
	_, ok, err = th.TryJoin()
	assert.False(t, ok)
	isErrno(t, syscall.EINVAL, "pthread_join", err)
	assert.ErrorContains(t, err, "detached")
	leave()
}

func TestAThreadCannotJoinItselfInAnyWay(t *testing.T) {
	need(t)
	onThread(t, func() {
		self := pthread.Self()
		_, ok, err := self.TryJoin()
		assert.False(t, ok)
		isErrno(t, syscall.EDEADLK, "pthread_join", err)
		_, ok, err = self.TimedJoin(time.Now())
		assert.False(t, ok)
		isErrno(t, syscall.EDEADLK, "pthread_join", err)
	})
}

// hammerJoin has joiners of all ways at a thread that ends under their hands:
// one of them gets it.
func hammerJoin(t *testing.T, threads int) {
	ways := []func(th *pthread.Thread) (any, bool, error){
		(*pthread.Thread).TryJoin,
		func(th *pthread.Thread) (any, bool, error) {
			return th.TimedJoin(time.Now().Add(30 * time.Microsecond))
		},
		func(th *pthread.Thread) (any, bool, error) { v, err := th.Join(); return v, err == nil, err },
	}
	for i := range threads {
		th, leave := parked(t, nil)
		var got atomic.Int32
		var all []*pthread.Thread
		for _, way := range ways[:2+i%2] {
			all = append(all, spawn(t, func() {
				for got.Load() == 0 {
					v, ok, err := way(th)
					if ok {
						assert.Equal(t, "left", v)
						got.Add(1)
					}
					if err != nil {
						isErrno(t, syscall.EINVAL, "pthread_join", err)
						runtime.Gosched()
					}
				}
			}))
		}
		leave()
		for _, th := range all {
			join(t, th)
		}
		assert.EqualValues(t, 1, got.Load())
	}
}

func TestJoinHammerGivesEachThreadToOne(t *testing.T) {
	need(t)
	hammerJoin(t, 200)
}

func TestThreadDoesNotJoinItselfInADestructor(t *testing.T) {
	need(t)
	var th *pthread.Thread
	known := make(chan struct{})
	refusals := make(chan error, 2)
	k, err := pthread.NewKey(func(int) {
		_, err := th.Join()
		refusals <- err
		_, _, err = th.TryJoin()
		refusals <- err
	})
	require.NoError(t, err)
	th = create(t, nil, func() any {
		<-known
		return k.Set(1)
	})
	close(known)
	isErrno(t, syscall.EDEADLK, "pthread_join", <-refusals)
	isErrno(t, syscall.EDEADLK, "pthread_join", <-refusals)
	assert.Nil(t, join(t, th))
	assert.NoError(t, k.Delete())
}
