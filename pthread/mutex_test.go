package pthread_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/pthread"
)

var mutexTypes = []struct {
	name string
	kind pthread.MutexType
}{
	{"normal", pthread.MutexNormal},
	{"errorcheck", pthread.MutexErrorCheck},
	{"recursive", pthread.MutexRecursive},
}

func newMutex(t testing.TB, kind pthread.MutexType) *pthread.Mutex {
	t.Helper()
	m, err := pthread.NewMutex(&pthread.MutexAttr{Type: kind})
	require.NoError(t, err)
	return m
}

func TestMutexLockedTwiceByItsOwner(t *testing.T) {
	need(t)
	soon := func() time.Time { return time.Now().Add(time.Millisecond) }
	for _, row := range mutexTypes {
		t.Run(row.name, func(t *testing.T) {
			lockThread(t)
			m := newMutex(t, row.kind)
			require.NoError(t, m.Lock())
			tried, tryErr := m.TryLock()
			timed, timedErr := m.TimedLock(soon())
			assert.NoError(t, tryErr)
			switch row.kind {
			case pthread.MutexNormal:
				assert.False(t, tried)
				assert.False(t, timed)
				assert.NoError(t, timedErr)
			case pthread.MutexErrorCheck:
				assert.False(t, tried)
				assert.False(t, timed)
				isErrno(t, syscall.EDEADLK, "pthread_mutex_timedlock", timedErr)
				isErrno(t, syscall.EDEADLK, "pthread_mutex_lock", m.Lock())
			case pthread.MutexRecursive:
				assert.True(t, tried)
				assert.True(t, timed)
				assert.NoError(t, timedErr)
				assert.NoError(t, m.Lock())
				for range 3 {
					assert.NoError(t, m.Unlock())
					// Not free before the last one.
					onThread(t, func() {
						ok, err := m.TryLock()
						assert.False(t, ok)
						assert.NoError(t, err)
					})
				}
			}
			require.NoError(t, m.Unlock())
			onThread(t, func() {
				ok, err := m.TryLock()
				assert.True(t, ok)
				assert.NoError(t, err)
				assert.NoError(t, m.Unlock())
			})
			assert.NoError(t, m.Destroy())
		})
	}
}

func TestMutexUnlockedByAThreadThatHasItNot(t *testing.T) {
	need(t)
	lockThread(t)
	for _, row := range mutexTypes[1:] {
		m := newMutex(t, row.kind)
		isErrno(t, syscall.EPERM, "pthread_mutex_unlock", m.Unlock(), "%s: free", row.name)
		require.NoError(t, m.Lock())
		onThread(t, func() {
			isErrno(t, syscall.EPERM, "pthread_mutex_unlock", m.Unlock(), "%s: another's", row.name)
		})
		assert.NoError(t, m.Unlock())
		isErrno(t, syscall.EPERM, "pthread_mutex_unlock", m.Unlock(), "%s: free again", row.name)
	}
}

func TestMutexHeldByAnotherThread(t *testing.T) {
	need(t)
	for _, row := range mutexTypes {
		t.Run(row.name, func(t *testing.T) {
			lockThread(t)
			m := newMutex(t, row.kind)
			var held, release pthread.Parker
			owner := spawn(t, func() {
				assert.NoError(t, m.Lock())
				held.Unpark()
				release.Park()
				assert.NoError(t, m.Unlock())
			})
			held.Park()
			ok, err := m.TryLock()
			assert.False(t, ok)
			assert.NoError(t, err)
			notEarly(t, m.TimedLock)
			isErrno(t, syscall.EBUSY, "pthread_mutex_destroy", m.Destroy())

			// As a waiter, with deadlines that will not come.
			for name, deadline := range far {
				waiter := spawn(t, func() {
					ok, err := m.TimedLock(deadline())
					assert.True(t, ok, name)
					assert.NoError(t, err, name)
					assert.NoError(t, m.Unlock())
				})
				defer join(t, waiter)
			}
			release.Unpark()
			join(t, owner)
		})
	}
}

func TestMutexAfterDestroyIsAnError(t *testing.T) {
	need(t)
	lockThread(t)
	for _, row := range mutexTypes {
		m := newMutex(t, row.kind)
		require.NoError(t, m.Lock())
		require.NoError(t, m.Unlock())
		require.NoError(t, m.Destroy())
		isErrno(t, syscall.EINVAL, "pthread_mutex_lock", m.Lock(), row.name)
		isErrno(t, syscall.EINVAL, "pthread_mutex_unlock", m.Unlock(), row.name)
		isErrno(t, syscall.EINVAL, "pthread_mutex_destroy", m.Destroy(), row.name)
		_, err := m.TryLock()
		isErrno(t, syscall.EINVAL, "pthread_mutex_trylock", err, row.name)
		_, err = m.TimedLock(far["an hour"]())
		isErrno(t, syscall.EINVAL, "pthread_mutex_timedlock", err, row.name)
		assert.ErrorContains(t, err, "destroyed")
	}
}

func TestMutexDestroyOfOneThatIsHeldIsRefusedAndHarmless(t *testing.T) {
	need(t)
	lockThread(t)
	for _, row := range mutexTypes {
		m := newMutex(t, row.kind)
		require.NoError(t, m.Lock())
		isErrno(t, syscall.EBUSY, "pthread_mutex_destroy", m.Destroy(), row.name)
		assert.NoError(t, m.Unlock())
		assert.NoError(t, m.Lock())
		assert.NoError(t, m.Unlock())
		assert.NoError(t, m.Destroy())
	}
}

func TestMutexWithoutAttrIsNormal(t *testing.T) {
	need(t)
	for _, attr := range []*pthread.MutexAttr{nil, {}} {
		m, err := pthread.NewMutex(attr)
		require.NoError(t, err)
		require.NoError(t, m.Lock())
		// Any thread may unlock it.
		onThread(t, func() { assert.NoError(t, m.Unlock()) })
		assert.NoError(t, m.Destroy())
	}
}

// hammerMutex has threads add to a plain number by all ways of locking. The
// race detector takes calls of C for synchronization, so it is the sum that
// tells.
func hammerMutex(t *testing.T, kind pthread.MutexType, threads, each int) {
	m := newMutex(t, kind)
	n := 0 // guarded by m
	all := make([]*pthread.Thread, threads)
	for i := range all {
		all[i] = spawn(t, func() {
			for done := 0; done < each; {
				ok, err := true, error(nil)
				switch (i + done) % 3 {
				case 0:
					err = m.Lock()
				case 1:
					ok, err = m.TryLock()
					if !ok {
						// Else it would spin until its owner gets a processor.
						ok, err = true, m.Lock()
					}
				case 2:
					ok, err = m.TimedLock(time.Now().Add(50 * time.Microsecond))
				}
				if !assert.NoError(t, err) {
					return
				}
				if !ok {
					continue
				}
				n++
				done++
				if !assert.NoError(t, m.Unlock()) {
					return
				}
			}
		})
	}
	for _, th := range all {
		join(t, th)
	}
	assert.Equal(t, threads*each, n)
	assert.NoError(t, m.Destroy())
}

func TestMutexHammerLosesNoAddition(t *testing.T) {
	need(t)
	for _, row := range mutexTypes {
		hammerMutex(t, row.kind, 4, 10000)
	}
}
