package pthread_test

import (
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/pthread"
)

func newCond(t testing.TB) *pthread.Cond {
	t.Helper()
	c, err := pthread.NewCond()
	require.NoError(t, err)
	return c
}

// gate is the usual use of a condition: a number that threads wait for.
type gate struct {
	t       testing.TB
	m       *pthread.Mutex
	c       *pthread.Cond
	waiting int // guarded by m
	passes  int // guarded by m
}

func newGate(t testing.TB) *gate {
	return &gate{t: t, m: newMutex(t, pthread.MutexErrorCheck), c: newCond(t)}
}

// pass waits for a pass and takes it.
func (g *gate) pass(wait func(*pthread.Mutex) error) {
	assert.NoError(g.t, g.m.Lock())
	g.waiting++
	for g.passes == 0 {
		if !assert.NoError(g.t, wait(g.m)) {
			break
		}
	}
	g.passes--
	g.waiting--
	assert.NoError(g.t, g.m.Unlock())
}

// with runs f once n threads wait. Each gave m away only by waiting, so that
// they sleep, or will see the wake-up, is certain.
func (g *gate) with(n int, f func()) {
	assert.True(g.t, pollUntil(func() bool {
		assert.NoError(g.t, g.m.Lock())
		defer func() { assert.NoError(g.t, g.m.Unlock()) }()
		if g.waiting != n {
			return false
		}
		f()
		return true
	}))
}

func TestCondSignalWakesOneAndBroadcastAll(t *testing.T) {
	need(t)
	lockThread(t)
	g := newGate(t)
	const n = 5
	var threads []*pthread.Thread
	for i := range n {
		wait := g.c.Wait
		if i%2 == 0 {
			wait = func(m *pthread.Mutex) error {
				_, err := g.c.TimedWait(m, far["longest"]())
				return err
			}
		}
		threads = append(threads, spawn(t, func() { g.pass(wait) }))
	}
	g.with(n, func() {
		g.passes++
		assert.NoError(t, g.c.Signal())
	})
	g.with(n-1, func() {
		assert.Zero(t, g.passes)
		g.passes += n - 1
		assert.NoError(t, g.c.Broadcast())
	})
	for _, th := range threads {
		join(t, th)
	}
	g.with(0, func() { assert.Zero(t, g.passes) })
	assert.NoError(t, g.c.Destroy())
}

func TestCondSignalWithoutWaiterIsForgotten(t *testing.T) {
	need(t)
	lockThread(t)
	c, m := newCond(t), newMutex(t, pthread.MutexNormal)
	assert.NoError(t, c.Signal())
	assert.NoError(t, c.Broadcast())
	require.NoError(t, m.Lock())
	notEarlyOrWoken(t, c, m)
	require.NoError(t, m.Unlock())
}

// notEarlyOrWoken is notEarly for a wait that may wake up without cause: such
// a wake-up is waited off.
func notEarlyOrWoken(t *testing.T, c *pthread.Cond, m *pthread.Mutex) {
	notEarly(t, func(deadline time.Time) (bool, error) {
		for {
			woken, err := c.TimedWait(m, deadline)
			if !woken {
				return false, err
			}
		}
	})
}

func TestCondTimedWaitHasTheMutexAgainAfterATimeout(t *testing.T) {
	need(t)
	lockThread(t)
	for _, row := range mutexTypes {
		c, m := newCond(t), newMutex(t, row.kind)
		require.NoError(t, m.Lock())
		notEarlyOrWoken(t, c, m)
		onThread(t, func() {
			ok, err := m.TryLock()
			assert.False(t, ok, row.name)
			assert.NoError(t, err, row.name)
		})
		assert.NoError(t, m.Unlock())
		assert.NoError(t, c.Destroy())
	}
}

func TestCondWaitWithoutTheMutexIsRefused(t *testing.T) {
	need(t)
	lockThread(t)
	c, m := newCond(t), newMutex(t, pthread.MutexErrorCheck)
	isErrno(t, syscall.EPERM, "pthread_cond_wait", c.Wait(m))
	_, err := c.TimedWait(m, far["an hour"]())
	isErrno(t, syscall.EPERM, "pthread_cond_timedwait", err)
}

func TestCondAfterDestroyIsAnError(t *testing.T) {
	need(t)
	lockThread(t)
	c, m := newCond(t), newMutex(t, pthread.MutexNormal)
	require.NoError(t, c.Destroy())
	require.NoError(t, m.Lock())
	isErrno(t, syscall.EINVAL, "pthread_cond_wait", c.Wait(m))
	_, err := c.TimedWait(m, far["an hour"]())
	isErrno(t, syscall.EINVAL, "pthread_cond_timedwait", err)
	isErrno(t, syscall.EINVAL, "pthread_cond_signal", c.Signal())
	isErrno(t, syscall.EINVAL, "pthread_cond_broadcast", c.Broadcast())
	isErrno(t, syscall.EINVAL, "pthread_cond_destroy", c.Destroy())
	require.NoError(t, m.Unlock())

	require.NoError(t, m.Destroy())
	isErrno(t, syscall.EINVAL, "pthread_cond_wait", newCond(t).Wait(m), "the mutex was destroyed")
}

// hammerCond passes numbers through a buffer of two places with the classic
// pair of conditions, and looks for each number once. Waits are bounded: a
// wake-up that this libc loses (see Cond) is counted and not taken for ours.
func hammerCond(t *testing.T, producers, consumers, each int) {
	const places = 2
	m := newMutex(t, pthread.MutexNormal)
	notFull, notEmpty := newCond(t), newCond(t)
	var (
		buffer []int // guarded by m
		taken  int   // guarded by m
		seen   = make([]int, producers*each)
		late   atomic.Int64
	)
	wait := func(c *pthread.Cond) bool {
		woken, err := c.TimedWait(m, time.Now().Add(time.Second))
		if err == nil && !woken {
			late.Add(1)
		}
		return assert.NoError(t, err)
	}
	var threads []*pthread.Thread
	for p := range producers {
		threads = append(threads, spawn(t, func() {
			for i := range each {
				assert.NoError(t, m.Lock())
				for len(buffer) == places && wait(notFull) {
				}
				buffer = append(buffer, p*each+i)
				assert.NoError(t, notEmpty.Signal())
				assert.NoError(t, m.Unlock())
			}
		}))
	}
	for range consumers {
		threads = append(threads, spawn(t, func() {
			assert.NoError(t, m.Lock())
			for taken < len(seen) {
				if len(buffer) == 0 {
					if !wait(notEmpty) {
						break
					}
					continue
				}
				seen[buffer[0]]++
				buffer = append(buffer[:0], buffer[1:]...)
				if taken++; taken == len(seen) {
					assert.NoError(t, notEmpty.Broadcast())
				}
				assert.NoError(t, notFull.Signal())
			}
			assert.NoError(t, m.Unlock())
		}))
	}
	for _, th := range threads {
		join(t, th)
	}
	for i, n := range seen {
		if n != 1 {
			t.Errorf("item %d came %d times", i, n)
			break
		}
	}
	assert.Empty(t, buffer)
	if n := late.Load(); n > 0 {
		t.Logf("%d waits ran into their second: a slow machine, or wake-ups that libc lost", n)
	}
}

func TestCondHammerLosesAndDoublesNothing(t *testing.T) {
	need(t)
	hammerCond(t, 2, 2, 3000)
	hammerCond(t, 1, 3, 3000)
}
