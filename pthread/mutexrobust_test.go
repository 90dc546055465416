package pthread_test

import (
	"os"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/pthread"
	"github.com/pythreads/pythreads/pthread/pthreadtest"
)

func robust(a pthread.MutexAttr) bool { return a.Robust }

// die has a thread end while it holds the mutexes.
func die(t testing.TB, mutexes ...*pthread.Mutex) {
	t.Helper()
	onThread(t, func() {
		for _, m := range mutexes {
			assert.NoError(t, m.Lock())
		}
	})
}

// waysToLock are all, with the name of each in an error.
var waysToLock = []struct {
	op   string
	lock func(*pthread.Mutex) (bool, error)
}{
	{"pthread_mutex_lock", func(m *pthread.Mutex) (bool, error) {
		err := m.Lock()
		return err == nil || err.(*pthread.Error).Errno == syscall.EOWNERDEAD, err
	}},
	{"pthread_mutex_trylock", (*pthread.Mutex).TryLock},
	{"pthread_mutex_timedlock", func(m *pthread.Mutex) (bool, error) { return m.TimedLock(far["an hour"]()) }},
}

func TestMutexRobustComesWithTheDeathOfItsOwner(t *testing.T) {
	eachMutex(t, robust, func(t *testing.T, a pthread.MutexAttr, m *pthread.Mutex) {
		isErrno(t, syscall.EINVAL, "pthread_mutex_consistent", m.Consistent(), "free")
		for _, way := range waysToLock {
			die(t, m)
			got, err := way.lock(m)
			assert.True(t, got, way.op)
			isErrno(t, syscall.EOWNERDEAD, way.op, err)
			assert.ErrorContains(t, err, "call Consistent")
			onThread(t, func() {
				ok, err := m.TryLock()
				assert.False(t, ok, "it is held")
				assert.NoError(t, err)
			})
			require.NoError(t, m.Consistent())
			isErrno(t, syscall.EINVAL, "pthread_mutex_consistent", m.Consistent(), "once is enough")
			require.NoError(t, m.Unlock())
			require.NoError(t, m.Lock(), "as if nothing had been")
			require.NoError(t, m.Unlock())
		}
		// The new owner dies too, before and after it has mended it.
		die(t, m)
		onThread(t, func() { isErrno(t, syscall.EOWNERDEAD, "pthread_mutex_lock", m.Lock()) })
		onThread(t, func() {
			isErrno(t, syscall.EOWNERDEAD, "pthread_mutex_lock", m.Lock())
			assert.NoError(t, m.Consistent())
		})
		isErrno(t, syscall.EOWNERDEAD, "pthread_mutex_lock", m.Lock())
		require.NoError(t, m.Consistent())
		require.NoError(t, m.Unlock())

		die(t, m)
		assert.NoError(t, m.Destroy(), "the dead hold nothing")
	})
}

// An owner that C made is no less dead, nor one that did not unlock as often
// as it had locked.
func TestMutexRobustOfAnOwnerOfAnyKind(t *testing.T) {
	eachMutex(t, robust, func(t *testing.T, a pthread.MutexAttr, m *pthread.Mutex) {
		take := func() {
			assert.NoError(t, m.Lock())
			if a.Type == pthread.MutexRecursive {
				assert.NoError(t, m.Lock())
			}
		}
		var wired func(body func()) func()
		wired = func(body func()) func() {
			gone := make(chan struct{})
			go func() {
				defer close(gone)
				runtime.LockOSThread() // its thread ends with it
				if pthread.Self().TID() == os.Getpid() {
					wired(body)() // but the main thread never does
					runtime.UnlockOSThread()
					return
				}
				body()
			}()
			return func() { <-gone }
		}
		native := func(body func()) func() {
			th := spawn(t, body)
			return func() { join(t, th) }
		}
		for name, start := range map[string]func(func()) func(){"native": native, "alien": pthreadtest.Go, "goroutine": wired} {
			start(take)()
			isErrno(t, syscall.EOWNERDEAD, "pthread_mutex_lock", m.Lock(), name)
			require.NoError(t, m.Consistent())
			require.NoError(t, m.Unlock())
		}
	})
}

func TestMutexRobustThatWasNotMendedIsLost(t *testing.T) {
	eachMutex(t, robust, func(t *testing.T, a pthread.MutexAttr, m *pthread.Mutex) {
		die(t, m)
		isErrno(t, syscall.EOWNERDEAD, "pthread_mutex_lock", m.Lock())
		waiter := create(t, nil, func() any { return m.Lock() })
		waiter.TID()
		require.NoError(t, m.Unlock())
		err, _ := join(t, waiter).(error)
		isErrno(t, syscall.ENOTRECOVERABLE, "pthread_mutex_lock", err, "one that waited, or came just now")
		for _, way := range waysToLock {
			got, err := way.lock(m)
			assert.False(t, got, way.op)
			isErrno(t, syscall.ENOTRECOVERABLE, way.op, err)
			assert.ErrorContains(t, err, "without Consistent")
		}
		isErrno(t, syscall.EPERM, "pthread_mutex_unlock", m.Unlock())
		assert.Error(t, m.Consistent())
		assert.NoError(t, m.Destroy())
	})
}

func TestMutexRobustWakesASleeperByTheDeathOfItsOwner(t *testing.T) {
	eachMutex(t, robust, func(t *testing.T, a pthread.MutexAttr, m *pthread.Mutex) {
		for _, way := range waysToLock {
			if way.op == "pthread_mutex_trylock" {
				continue
			}
			var held, die pthread.Parker
			owner := spawn(t, func() {
				assert.NoError(t, m.Lock())
				held.Unpark()
				die.Park()
			})
			held.Park()
			sleeper := spawn(t, func() {
				got, err := way.lock(m)
				assert.True(t, got)
				isErrno(t, syscall.EOWNERDEAD, way.op, err)
				assert.NoError(t, m.Consistent())
				assert.NoError(t, m.Unlock())
			})
			sleeper.TID()
			die.Unpark()
			join(t, owner)
			join(t, sleeper)
		}
	})
}

// The next owner of the mutex that a waiter on a condition gave away dies
// after it has woken the waiter.
func TestCondWaitBringsTheDeathOfAnOwner(t *testing.T) {
	eachMutex(t, robust, func(t *testing.T, a pthread.MutexAttr, m *pthread.Mutex) {
		timed := func(c *pthread.Cond) error {
			woken, err := c.TimedWait(m, far["an hour"]())
			assert.True(t, woken || err.(*pthread.Error).Errno == syscall.ENOTRECOVERABLE)
			return err
		}
		for op, wait := range map[string]func(*pthread.Cond) error{
			"pthread_cond_wait":      func(c *pthread.Cond) error { return c.Wait(m) },
			"pthread_cond_timedwait": timed,
		} {
			c := newCond(t)
			woken := false // guarded by m
			require.NoError(t, m.Lock())
			killer := spawn(t, func() {
				assert.NoError(t, m.Lock()) // so the other waits
				woken = true
				assert.NoError(t, c.Signal())
			})
			var err error
			for err == nil && !woken {
				err = wait(c)
			}
			isErrno(t, syscall.EOWNERDEAD, op, err)
			assert.True(t, woken)
			join(t, killer)
			require.NoError(t, m.Consistent())
			require.NoError(t, m.Unlock())
			require.NoError(t, c.Destroy())
		}

		// Two are woken; the one that gets the mutex does not mend it.
		c := newCond(t)
		waiting, woken := 0, false // guarded by m
		var waiters []*pthread.Thread
		for range 2 {
			waiters = append(waiters, create(t, nil, func() any {
				assert.NoError(t, m.Lock())
				waiting++
				var err error
				for err == nil && !woken {
					err = timed(c)
				}
				e, _ := err.(*pthread.Error)
				if !assert.NotNil(t, e) {
					return nil
				}
				if e.Errno == syscall.EOWNERDEAD {
					assert.NoError(t, m.Unlock())
				} else {
					isErrno(t, syscall.EPERM, "pthread_mutex_unlock", m.Unlock(), "it is not held")
				}
				return e.Errno
			}))
		}
		assert.True(t, pollUntil(func() bool {
			both := false
			onThread(t, func() {
				assert.NoError(t, m.Lock())
				if both = waiting == 2; both {
					woken = true
					assert.NoError(t, c.Broadcast())
					return // with it
				}
				assert.NoError(t, m.Unlock())
			})
			return both
		}))
		got := map[any]int{}
		for _, th := range waiters {
			got[join(t, th)]++
		}
		assert.Equal(t, map[any]int{syscall.EOWNERDEAD: 1, syscall.ENOTRECOVERABLE: 1}, got)
		assert.NoError(t, c.Destroy())
	})
}

func TestMutexNotRobustHasNothingToMend(t *testing.T) {
	eachMutex(t, func(a pthread.MutexAttr) bool { return !a.Robust }, func(t *testing.T, a pthread.MutexAttr, m *pthread.Mutex) {
		require.NoError(t, m.Lock())
		err := m.Consistent()
		isErrno(t, syscall.EINVAL, "pthread_mutex_consistent", err)
		assert.ErrorContains(t, err, "not robust")
		require.NoError(t, m.Unlock())
		require.NoError(t, m.Destroy())
	})
}

// A thread has a list of mutexes that it holds. What goes while it is in there
// must not go from memory.
func TestMutexThatIsDroppedWhileItIsHeldHurtsNobody(t *testing.T) {
	need(t)
	for _, a := range mutexAttrs() {
		if !hasOwner(a) {
			continue
		}
		t.Run(attrName(a), func(t *testing.T) {
			lockThread(t)
			last, err := pthread.NewMutex(&a)
			needMutex(t, a, err)
			onThread(t, func() {
				freed := make(chan struct{})
				func() {
					for range 20 {
						m, err := pthread.NewMutex(&a)
						if assert.NoError(t, err) {
							assert.NoError(t, m.Lock())
							runtime.SetFinalizer(m, func(*pthread.Mutex) { freed <- struct{}{} })
						}
					}
				}()
				for n := 0; n < 20; {
					runtime.GC()
					for empty := false; !empty; {
						select {
						case <-freed:
							n++
						default:
							empty = true
						}
					}
				}
				runtime.GC() // and their cleanups
				assert.NoError(t, last.Lock())
				assert.NoError(t, last.Unlock())
			})
			assert.NoError(t, last.Destroy())
		})
	}
}

func TestSharedMemoryStaysWhileARobustMutexInItIsHeld(t *testing.T) {
	need(t)
	for _, a := range mutexAttrs() {
		t.Run(attrName(a), func(t *testing.T) {
			lockThread(t)
			s, err := pthread.CreateSharedMemory("", 3*pthread.SharedSize)
			require.NoError(t, err)
			m, err := s.NewMutex(0, &a)
			needMutex(t, a, err)
			c, err := s.NewCond(pthread.SharedSize)
			require.NoError(t, err)
			busy := func() {
				t.Helper()
				if a.Robust {
					isErrno(t, syscall.EBUSY, "munmap", s.Close())
				}
			}
			depth := 1
			if a.Type == pthread.MutexRecursive {
				depth = 3
			}
			for range depth {
				require.NoError(t, m.Lock())
			}
			busy()
			isErrno(t, syscall.EPERM, "pthread_mutex_unlock", otherUnlock(t, a, m))
			notEarlyOrWokenOnce(t, c, m)
			for range depth {
				busy()
				require.NoError(t, m.Unlock())
			}
			if a.Robust {
				die(t, m)
				busy()
				isErrno(t, syscall.EOWNERDEAD, "pthread_mutex_lock", m.Lock())
				busy()
				require.NoError(t, m.Consistent())
				require.NoError(t, m.Unlock())
			}
			require.NoError(t, s.Close())
			isErrno(t, syscall.EINVAL, "pthread_mutex_lock", m.Lock())
			isErrno(t, syscall.EINVAL, "pthread_cond_signal", c.Signal())
		})
	}
}

// otherUnlock has another thread unlock a mutex that is not its own. Where it
// may, the caller has the mutex again, and the answer is what others give.
func otherUnlock(t *testing.T, a pthread.MutexAttr, m *pthread.Mutex) (err error) {
	onThread(t, func() { err = m.Unlock() })
	if !hasOwner(a) {
		assert.NoError(t, err)
		assert.NoError(t, m.Lock())
		return &pthread.Error{Op: "pthread_mutex_unlock", Errno: syscall.EPERM}
	}
	return err
}

// notEarlyOrWokenOnce waits for nothing, once.
func notEarlyOrWokenOnce(t *testing.T, c *pthread.Cond, m *pthread.Mutex) {
	deadline := time.Now().Add(time.Millisecond)
	for {
		woken, err := c.TimedWait(m, deadline)
		assert.NoError(t, err)
		if !woken {
			break
		}
	}
	assert.False(t, time.Now().Before(deadline))
}
