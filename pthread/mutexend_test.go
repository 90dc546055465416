package pthread_test

import (
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/pthread"
)

// eachSharedMutex is eachMutex for those in shared memory, which is then closed.
func eachSharedMutex(t *testing.T, chosen func(pthread.MutexAttr) bool, test func(t *testing.T, a pthread.MutexAttr, s *pthread.SharedMemory)) {
	need(t)
	for _, a := range mutexAttrs() {
		if !chosen(a) {
			continue
		}
		t.Run(attrName(a), func(t *testing.T) {
			lockThread(t)
			s, err := pthread.CreateSharedMemory("", 2*pthread.SharedSize)
			require.NoError(t, err)
			m, err := s.NewMutex(0, &a)
			needMutex(t, a, err)
			require.NoError(t, m.Destroy())
			test(t, a, s)
			assert.NoError(t, s.Close(), "nobody has anything of it")
		})
	}
}

// One unlocks and destroys while another, with a handle of its own, comes or is
// woken. Who gets the mutex can unlock it.
func TestMutexDestroyedUnderWhoComesIsDestroyedBeforeOrAfter(t *testing.T) {
	eachSharedMutex(t, every, func(t *testing.T, a pthread.MutexAttr, s *pthread.SharedMemory) {
		for range 50 {
			m, err := s.NewMutex(0, &a)
			require.NoError(t, err)
			other, err := s.Mutex(0)
			require.NoError(t, err)
			require.NoError(t, m.Lock())
			var comes atomic.Bool
			th := spawn(t, func() {
				comes.Store(true)
				if err := other.Lock(); err != nil {
					isErrno(t, syscall.EINVAL, "pthread_mutex_lock", err)
					return
				}
				assert.NoError(t, other.Unlock(), "it was got")
			})
			for !comes.Load() {
				runtime.Gosched()
			}
			assert.NoError(t, m.Unlock())
			for err = m.Destroy(); errors.Is(err, syscall.EBUSY); err = m.Destroy() {
				runtime.Gosched()
			}
			assert.NoError(t, err)
			join(t, th)
		}
	})
}

func TestMutexThatIsWaitedWithIsNotDestroyed(t *testing.T) {
	eachSharedMutex(t, every, func(t *testing.T, a pthread.MutexAttr, s *pthread.SharedMemory) {
		m, err := s.NewMutex(0, &a)
		require.NoError(t, err)
		c, err := s.NewCond(pthread.SharedSize)
		require.NoError(t, err)
		wake := waitOn(t, c, m)
		isErrno(t, syscall.EBUSY, "pthread_mutex_destroy", m.Destroy())
		wake()
		assert.NoError(t, m.Destroy())
		assert.NoError(t, c.Destroy())
	})
}

func TestMutexSharedDestroyedByTwoHandlesIsDestroyedOnce(t *testing.T) {
	eachSharedMutex(t, every, func(t *testing.T, a pthread.MutexAttr, s *pthread.SharedMemory) {
		for range 30 {
			made, err := s.NewMutex(0, &a)
			require.NoError(t, err)
			found, err := s.Mutex(0)
			require.NoError(t, err)
			var done atomic.Int32
			destroy := func(m *pthread.Mutex) {
				for {
					err := m.Destroy()
					switch {
					case err == nil:
						done.Add(1)
						return
					case !errors.Is(err, syscall.EBUSY):
						isErrno(t, syscall.EINVAL, "pthread_mutex_destroy", err)
						return
					}
				}
			}
			th := spawn(t, func() { destroy(found) })
			destroy(made)
			join(t, th)
			assert.EqualValues(t, 1, done.Load())
		}
	})
}

// The holder is refused however often it holds the mutex.
func TestMutexIsNotDestroyedByItsHolder(t *testing.T) {
	eachMutex(t, every, func(t *testing.T, a pthread.MutexAttr, m *pthread.Mutex) {
		depth := 1
		if a.Type == pthread.MutexRecursive {
			depth = 3
		}
		for range depth {
			require.NoError(t, m.Lock())
		}
		for range depth {
			isErrno(t, syscall.EBUSY, "pthread_mutex_destroy", m.Destroy())
			require.NoError(t, m.Unlock())
		}
		if hasOwner(a) {
			isErrno(t, syscall.EPERM, "pthread_mutex_unlock", m.Unlock())
		}
		assert.NoError(t, m.Destroy())
	})
}

// Who destroys needs no thread of its own, not even where the owner has died.
func TestMutexRobustIsDestroyedByAnyGoroutine(t *testing.T) {
	eachMutex(t, robust, func(t *testing.T, a pthread.MutexAttr, m *pthread.Mutex) {
		mutexes := []*pthread.Mutex{m}
		for range 200 {
			m, err := pthread.NewMutex(&a)
			require.NoError(t, err)
			mutexes = append(mutexes, m)
		}
		die(t, mutexes...)
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				for j := i; j < len(mutexes); j += 8 {
					assert.NoError(t, mutexes[j].Destroy())
				}
			})
		}
		wg.Wait()
	})
}

// One who does not have the mutex tries to unlock it all the time.
func TestMutexSharedUnlockedByOthersIsHeldByNobodyInTheEnd(t *testing.T) {
	eachSharedMutex(t, hasOwner, func(t *testing.T, a pthread.MutexAttr, s *pthread.SharedMemory) {
		m, err := s.NewMutex(0, &a)
		require.NoError(t, err)
		var end atomic.Bool
		stranger := spawn(t, func() {
			for !end.Load() {
				isErrno(t, syscall.EPERM, "pthread_mutex_unlock", m.Unlock())
			}
		})
		stranger.TID()
		for range 500 {
			assert.NoError(t, m.Lock())
			assert.NoError(t, m.Unlock())
		}
		end.Store(true)
		join(t, stranger)
	})
}
