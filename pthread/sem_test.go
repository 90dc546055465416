package pthread_test

import (
	"math"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/pthread"
)

func newSem(t testing.TB, value uint32) *pthread.Sem {
	t.Helper()
	s, err := pthread.NewSem(value)
	require.NoError(t, err)
	return s
}

func assertValue(t testing.TB, want int, s *pthread.Sem) {
	t.Helper()
	v, err := s.Value()
	assert.NoError(t, err)
	assert.Equal(t, want, v)
}

func TestSemCounts(t *testing.T) {
	need(t)
	s := newSem(t, 2)
	assertValue(t, 2, s)
	require.NoError(t, s.Wait())
	ok, err := s.TryWait()
	assert.True(t, ok)
	assert.NoError(t, err)
	assertValue(t, 0, s)
	ok, err = s.TryWait()
	assert.False(t, ok)
	assert.NoError(t, err)
	require.NoError(t, s.Post())
	assertValue(t, 1, s)
	ok, err = s.TimedWait(time.Time{})
	assert.True(t, ok, "one that is there needs no time")
	assert.NoError(t, err)
	require.NoError(t, s.Destroy())
}

func TestSemTimedWaitIsNotEarly(t *testing.T) {
	need(t)
	s := newSem(t, 0)
	notEarly(t, s.TimedWait)
	assertValue(t, 0, s)
}

func TestSemPostWakesAWaiterOfAnyKind(t *testing.T) {
	need(t)
	for _, kind := range kinds {
		s := newSem(t, 0)
		wait := kind.start(t, func() { assert.NoError(t, s.Wait()) })
		assert.NoError(t, s.Post())
		wait()
		for name, deadline := range far {
			wait := kind.start(t, func() {
				ok, err := s.TimedWait(deadline())
				assert.True(t, ok, name)
				assert.NoError(t, err, name)
			})
			assert.NoError(t, s.Post())
			wait()
		}
	}
}

func TestSemHasALargestValue(t *testing.T) {
	need(t)
	s := newSem(t, math.MaxInt32)
	isErrno(t, syscall.EOVERFLOW, "sem_post", s.Post())
	assertValue(t, math.MaxInt32, s)
	assert.NoError(t, s.Wait())
	assert.NoError(t, s.Post())

	for _, value := range []uint32{math.MaxInt32 + 1, math.MaxUint32} {
		s, err := pthread.NewSem(value)
		assert.Nil(t, s)
		isErrno(t, syscall.EINVAL, "sem_init", err)
	}
}

func TestSemAfterDestroyIsAnError(t *testing.T) {
	need(t)
	s := newSem(t, 1)
	require.NoError(t, s.Destroy())
	isErrno(t, syscall.EINVAL, "sem_wait", s.Wait())
	isErrno(t, syscall.EINVAL, "sem_post", s.Post())
	isErrno(t, syscall.EINVAL, "sem_destroy", s.Destroy())
	_, err := s.TryWait()
	isErrno(t, syscall.EINVAL, "sem_trywait", err)
	_, err = s.TimedWait(far["an hour"]())
	isErrno(t, syscall.EINVAL, "sem_timedwait", err)
	_, err = s.Value()
	isErrno(t, syscall.EINVAL, "sem_getvalue", err)
}

// hammerSem lets threads in by all ways of waiting and checks that never more
// are inside than the first value says, and that it is whole again at the end.
func hammerSem(t *testing.T, permits, threads, each int) {
	s := newSem(t, uint32(permits))
	var inside atomic.Int32
	all := make([]*pthread.Thread, threads)
	for i := range all {
		all[i] = spawn(t, func() {
			for done := 0; done < each; {
				ok, err := true, error(nil)
				switch (i + done) % 3 {
				case 0:
					err = s.Wait()
				case 1:
					if ok, err = s.TryWait(); !ok && err == nil {
						ok, err = true, s.Wait()
					}
				case 2:
					ok, err = s.TimedWait(time.Now().Add(50 * time.Microsecond))
				}
				if !assert.NoError(t, err) {
					return
				}
				if !ok {
					continue
				}
				if n := inside.Add(1); n > int32(permits) {
					t.Errorf("%d inside, %d may be", n, permits)
				}
				inside.Add(-1)
				done++
				if !assert.NoError(t, s.Post()) {
					return
				}
			}
		})
	}
	for _, th := range all {
		join(t, th)
	}
	assertValue(t, permits, s)
	assert.NoError(t, s.Destroy())
}

func TestSemHammerKeepsItsCount(t *testing.T) {
	need(t)
	hammerSem(t, 1, 4, 3000)
	hammerSem(t, 3, 5, 3000)
}
