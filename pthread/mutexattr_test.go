package pthread_test

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/pthread"
	"github.com/pythreads/pythreads/pthread/pthreadtest"
)

// mutexAttrs are all combinations that a thread without privilege can use.
func mutexAttrs() (all []pthread.MutexAttr) {
	for kind := pthread.MutexNormal; kind <= pthread.MutexAdaptive; kind++ {
		for _, protocol := range []pthread.MutexProtocol{pthread.ProtocolNone, pthread.ProtocolInherit} {
			for _, robust := range []bool{false, true} {
				all = append(all, pthread.MutexAttr{Type: kind, Protocol: protocol, Robust: robust})
			}
		}
	}
	return all
}

func attrName(a pthread.MutexAttr) string {
	name := fmt.Sprint(a.Type)
	if a.Protocol != pthread.ProtocolNone {
		name += "," + a.Protocol.String()
	}
	if a.Robust {
		name += ",robust"
	}
	return name
}

// hasOwner says whether a mutex belongs to the thread that locked it.
func hasOwner(a pthread.MutexAttr) bool {
	return runtime.GOOS == "freebsd" || a.Type == pthread.MutexErrorCheck || a.Type == pthread.MutexRecursive || a.Protocol != pthread.ProtocolNone || a.Robust
}

func libcName() string {
	name, _, _ := pthreadtest.Libc()
	return name
}

// mayLack says whether this platform may refuse such a mutex.
func mayLack(a pthread.MutexAttr) bool {
	musl, macOS := libcName() == "musl", runtime.GOOS == "darwin"
	return a.Type == pthread.MutexAdaptive && (musl || macOS) || a.Protocol == pthread.ProtocolProtect && musl || a.Robust && macOS ||
		emulated() && (a.Robust || a.Protocol == pthread.ProtocolInherit)
}

// needMutex skips the test if err says that the platform has no such mutex,
// where that may be.
func needMutex(t testing.TB, a pthread.MutexAttr, err error) {
	t.Helper()
	if mayLack(a) && errors.Is(err, syscall.ENOTSUP) {
		t.Skip(err)
	}
	require.NoError(t, err, attrName(a))
}

// places are where a mutex may be.
var places = []struct {
	name string
	make func(testing.TB, pthread.MutexAttr) (*pthread.Mutex, error)
}{
	{"own", func(_ testing.TB, a pthread.MutexAttr) (*pthread.Mutex, error) { return pthread.NewMutex(&a) }},
	{"shared", func(t testing.TB, a pthread.MutexAttr) (*pthread.Mutex, error) {
		return newShared(t, 1).NewMutex(0, &a)
	}},
	{"found", func(t testing.TB, a pthread.MutexAttr) (*pthread.Mutex, error) {
		s := newShared(t, 2)
		if _, err := s.NewMutex(pthread.SharedSize, &a); err != nil {
			return nil, err
		}
		return s.Mutex(pthread.SharedSize)
	}},
}

// newShared makes shared memory for n objects that is closed with the test.
func newShared(t testing.TB, n int) *pthread.SharedMemory {
	t.Helper()
	s, err := pthread.CreateSharedMemory("", n*pthread.SharedSize)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	return s
}

// eachMutex runs a test for the chosen of all mutexes in all places, on a
// goroutine that is locked to its thread.
func eachMutex(t *testing.T, chosen func(pthread.MutexAttr) bool, test func(*testing.T, pthread.MutexAttr, *pthread.Mutex)) {
	need(t)
	for _, place := range places {
		for _, a := range mutexAttrs() {
			if !chosen(a) {
				continue
			}
			t.Run(place.name+"/"+attrName(a), func(t *testing.T) {
				lockThread(t)
				m, err := place.make(t, a)
				needMutex(t, a, err)
				test(t, a, m)
			})
		}
	}
}

func every(pthread.MutexAttr) bool { return true }

func TestMutexOfEveryKindLocksOnce(t *testing.T) {
	eachMutex(t, every, func(t *testing.T, a pthread.MutexAttr, m *pthread.Mutex) {
		isErrno(t, syscall.EPERM, "pthread_mutex_unlock", m.Unlock(), "free")
		require.NoError(t, m.Lock())
		if a.Type == pthread.MutexErrorCheck {
			isErrno(t, syscall.EDEADLK, "pthread_mutex_lock", m.Lock())
		}
		again, err := m.TryLock()
		if a.Type == pthread.MutexRecursive {
			assert.True(t, again)
			assert.NoError(t, err)
			require.NoError(t, m.Unlock())
		} else {
			assert.False(t, again)
			assert.True(t, err == nil || errors.Is(err, syscall.EDEADLK), err)
		}
		onThread(t, func() {
			ok, err := m.TryLock()
			assert.False(t, ok)
			assert.NoError(t, err)
			deadline := time.Now().Add(time.Millisecond)
			ok, err = m.TimedLock(deadline)
			assert.False(t, ok)
			assert.NoError(t, err)
			assert.False(t, time.Now().Before(deadline), "early")
			isErrno(t, syscall.EBUSY, "pthread_mutex_destroy", m.Destroy())
			if hasOwner(a) {
				err := m.Unlock()
				isErrno(t, syscall.EPERM, "pthread_mutex_unlock", err)
				assert.ErrorContains(t, err, "LockOSThread")
			}
		})
		require.NoError(t, m.Unlock())
		isErrno(t, syscall.EPERM, "pthread_mutex_unlock", m.Unlock(), "free again")
		for _, deadline := range far {
			ok, err := m.TimedLock(deadline())
			assert.True(t, ok)
			assert.NoError(t, err)
			require.NoError(t, m.Unlock())
		}
		require.NoError(t, m.Destroy())
		isErrno(t, syscall.EINVAL, "pthread_mutex_lock", m.Lock())
		isErrno(t, syscall.EINVAL, "pthread_mutex_unlock", m.Unlock())
		isErrno(t, syscall.EINVAL, "pthread_mutex_destroy", m.Destroy())
		isErrno(t, syscall.EINVAL, "pthread_mutex_consistent", m.Consistent())
		isErrno(t, syscall.EINVAL, "pthread_cond_wait", newCond(t).Wait(m))
	})
}

// A waiter has to sleep in each, and to be woken.
func TestMutexOfEveryKindPassesOn(t *testing.T) {
	eachMutex(t, every, func(t *testing.T, a pthread.MutexAttr, m *pthread.Mutex) {
		require.NoError(t, m.Lock())
		n := 0
		var waiters []*pthread.Thread
		for i := range 4 {
			waiters = append(waiters, spawn(t, func() {
				if i%2 == 0 {
					assert.NoError(t, m.Lock())
				} else {
					ok, err := m.TimedLock(far["an hour"]())
					assert.True(t, ok)
					assert.NoError(t, err)
				}
				n++
				assert.NoError(t, m.Unlock())
			}))
		}
		for _, th := range waiters {
			th.TID() // each has begun
		}
		require.NoError(t, m.Unlock())
		for _, th := range waiters {
			join(t, th)
		}
		assert.Equal(t, 4, n)
	})
}

func TestMutexWithAnOwnerIsRefusedToAGoroutineOnNoThreadOfItsOwn(t *testing.T) {
	eachMutex(t, every, func(t *testing.T, a pthread.MutexAttr, m *pthread.Mutex) {
		runtime.UnlockOSThread()
		defer runtime.LockOSThread() // as the test expects it
		if !hasOwner(a) {
			assert.NoError(t, m.Lock())
			assert.NoError(t, m.Unlock())
			return
		}
		refused := func(op string, err error) {
			t.Helper()
			isErrno(t, syscall.EPERM, op, err)
			assert.ErrorContains(t, err, "the calling goroutine is not locked to its OS thread")
		}
		refused("pthread_mutex_lock", m.Lock())
		ok, err := m.TryLock()
		assert.False(t, ok)
		refused("pthread_mutex_trylock", err)
		ok, err = m.TimedLock(far["an hour"]())
		assert.False(t, ok)
		refused("pthread_mutex_timedlock", err)
		c := newCond(t)
		refused("pthread_cond_wait", c.Wait(m))
		_, err = c.TimedWait(m, far["an hour"]())
		refused("pthread_cond_timedwait", err)

		// It was not taken.
		take := func() {
			assert.NoError(t, m.Lock())
			assert.NoError(t, m.Unlock())
		}
		onThread(t, take)
		pthreadtest.Go(take)()
		runtime.LockOSThread()
		take()
		runtime.UnlockOSThread()
	})
}

func TestMutexThatNobodyHoldsCannotBeWaitedWith(t *testing.T) {
	eachMutex(t, every, func(t *testing.T, a pthread.MutexAttr, m *pthread.Mutex) {
		c := newCond(t)
		isErrno(t, syscall.EPERM, "pthread_cond_wait", c.Wait(m))
		_, err := c.TimedWait(m, far["an hour"]())
		isErrno(t, syscall.EPERM, "pthread_cond_timedwait", err)
		assert.NoError(t, m.Lock())
		assert.NoError(t, m.Unlock())
		assert.NoError(t, m.Destroy())
		assert.NoError(t, c.Destroy())
	})
}

func TestMutexOutOfRangeIsRefused(t *testing.T) {
	need(t)
	for _, row := range []struct {
		attr   pthread.MutexAttr
		op     string
		detail string
	}{
		{pthread.MutexAttr{Type: -1}, "pthread_mutexattr_settype", "MutexType(-1)"},
		{pthread.MutexAttr{Type: 4}, "pthread_mutexattr_settype", "MutexType(4)"},
		{pthread.MutexAttr{Type: 99}, "pthread_mutexattr_settype", "MutexType(99)"},
		{pthread.MutexAttr{Protocol: -1}, "pthread_mutexattr_setprotocol", "MutexProtocol(-1)"},
		{pthread.MutexAttr{Protocol: 3}, "pthread_mutexattr_setprotocol", "MutexProtocol(3)"},
		{pthread.MutexAttr{PrioCeiling: 5}, "pthread_mutexattr_setprioceiling", "protocol none"},
		{pthread.MutexAttr{PrioCeiling: -5, Protocol: pthread.ProtocolInherit}, "pthread_mutexattr_setprioceiling", "protocol inherit"},
		{pthread.MutexAttr{PrioCeiling: math.MaxInt, Protocol: pthread.ProtocolProtect}, "pthread_mutexattr_setprioceiling", fmt.Sprint("ceiling ", math.MaxInt)},
	} {
		s := newShared(t, 1)
		for name, make := range map[string]func() (*pthread.Mutex, error){
			"own":    func() (*pthread.Mutex, error) { return pthread.NewMutex(&row.attr) },
			"shared": func() (*pthread.Mutex, error) { return s.NewMutex(0, &row.attr) },
		} {
			m, err := make()
			assert.Nil(t, m, name)
			isErrno(t, syscall.EINVAL, row.op, err, name)
			assert.ErrorContains(t, err, row.detail, name)
		}
		_, err := s.NewMutex(0, nil)
		assert.NoError(t, err, "the place was left free")
	}
}

func TestMutexThatThePlatformLacksIsNamed(t *testing.T) {
	need(t)
	s := newShared(t, 1)
	refused := func(a pthread.MutexAttr, errno syscall.Errno, op, detail string) {
		t.Helper()
		m, err := pthread.NewMutex(&a)
		assert.Nil(t, m)
		isErrno(t, errno, op, err)
		assert.ErrorContains(t, err, detail)
		m, err = s.NewMutex(0, &a)
		assert.Nil(t, m)
		isErrno(t, errno, op, err)
		assert.ErrorContains(t, err, detail)
	}
	protect := pthread.MutexAttr{Protocol: pthread.ProtocolProtect, PrioCeiling: 10}
	if libcName() == "musl" {
		refused(pthread.MutexAttr{Type: pthread.MutexAdaptive}, syscall.ENOTSUP, "pthread_mutexattr_settype", "mutex type adaptive")
		refused(protect, syscall.ENOTSUP, "pthread_mutexattr_setprotocol", "mutex protocol protect")
		return
	}
	if runtime.GOOS == "darwin" {
		refused(pthread.MutexAttr{Type: pthread.MutexAdaptive}, syscall.ENOTSUP, "pthread_mutexattr_settype", "mutex type adaptive")
		refused(pthread.MutexAttr{Robust: true}, syscall.ENOTSUP, "pthread_mutexattr_setrobust", "robust")
		return
	}
	notOn(t, "freebsd", "has them all")
	protect.Robust = true
	if emulated() {
		refused(protect, syscall.ENOTSUP, "pthread_mutexattr_setrobust", "robust: this system has none")
		return
	}
	refused(protect, syscall.ENOTSUP, "pthread_mutex_init", "a mutex that is normal and of the protocol protect and robust")
	for _, ceiling := range []int{-1, 0, 100} {
		refused(pthread.MutexAttr{Protocol: pthread.ProtocolProtect, PrioCeiling: ceiling},
			syscall.EINVAL, "pthread_mutexattr_setprioceiling", fmt.Sprintf("priority ceiling %d: it must be", ceiling))
	}
	_, err := s.NewMutex(0, nil)
	assert.NoError(t, err, "the place was left free")
}

func TestMutexAttrsHaveNames(t *testing.T) {
	guard(t)
	var names []string
	for v := pthread.MutexNormal - 1; v <= pthread.MutexAdaptive+1; v++ {
		names = append(names, v.String())
	}
	for v := pthread.ProtocolNone - 1; v <= pthread.ProtocolProtect+1; v++ {
		names = append(names, v.String())
	}
	assert.Equal(t, "MutexType(-1) normal errorcheck recursive adaptive MutexType(4) MutexProtocol(-1) none inherit protect MutexProtocol(3)",
		strings.Join(names, " "))
}

func TestMutexWithoutCeilingHasNone(t *testing.T) {
	eachMutex(t, every, func(t *testing.T, a pthread.MutexAttr, m *pthread.Mutex) {
		_, err := m.PrioCeiling()
		isErrno(t, syscall.EINVAL, "pthread_mutex_getprioceiling", err)
		assert.ErrorContains(t, err, "ProtocolProtect")
		_, err = m.SetPrioCeiling(5)
		isErrno(t, syscall.EINVAL, "pthread_mutex_setprioceiling", err)
		assert.ErrorContains(t, err, "ProtocolProtect")
	})
}

// Whoever comes second, or while it is held, does no harm, and a holder can
// unlock while somebody tries.
func TestMutexDestroyedByManyIsDestroyedOnce(t *testing.T) {
	eachMutex(t, every, func(t *testing.T, a pthread.MutexAttr, m *pthread.Mutex) {
		require.NoError(t, m.Lock())
		destroyers := make([]*pthread.Thread, 3)
		for i := range destroyers {
			destroyers[i] = create(t, nil, func() any {
				for {
					err := m.Destroy()
					switch {
					case err == nil:
						return true
					case errors.Is(err, syscall.EINVAL):
						return false
					case !errors.Is(err, syscall.EBUSY):
						return err
					}
					runtime.Gosched()
				}
			})
		}
		for range 3 {
			isErrno(t, syscall.EBUSY, "pthread_mutex_destroy", m.Destroy())
		}
		assert.NoError(t, m.Unlock())
		count := map[any]int{}
		for _, th := range destroyers {
			count[join(t, th)]++
		}
		assert.Equal(t, map[any]int{true: 1, false: 2}, count)
	})
}
