package pthread_test

import (
	"errors"
	"os"
	"runtime"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/pthread"
)

// hammerClose has threads use semaphores by all their methods while others
// close what they are in, until that works. Whoever comes late gets EINVAL and
// nobody a fault.
func hammerClose(t *testing.T, closing func() error, sems ...*pthread.Sem) {
	var uses, closed, busy atomic.Int64
	var all []*pthread.Thread
	user := func(s *pthread.Sem, how int) {
		for {
			var err error
			switch how {
			case 0: // always with the Post before, so that nobody waits for ever
				if err = s.Post(); err == nil {
					err = s.Wait()
				}
			case 1:
				_, err = s.TryWait()
				if err == nil {
					_, err = s.Value()
				}
			default:
				_, err = s.TimedWait(time.Now().Add(10 * time.Microsecond))
				if err == nil {
					err = s.Post()
				}
			}
			if err != nil {
				if !errors.Is(err, syscall.EOVERFLOW) {
					assert.ErrorIs(t, err, syscall.EINVAL)
				}
				return
			}
			uses.Add(1)
			runtime.Gosched()
		}
	}
	for i, s := range sems {
		for how := range 3 {
			if i > 0 && how == 0 {
				continue
			}
			all = append(all, spawn(t, func() { user(s, how) }))
		}
	}
	for range 2 {
		all = append(all, spawn(t, func() {
			for {
				switch err := closing(); {
				case err == nil:
					closed.Add(1)
					return
				case errors.Is(err, syscall.EINVAL):
					return // the other has
				default:
					assert.ErrorIs(t, err, syscall.EBUSY)
					busy.Add(1)
					runtime.Gosched()
				}
			}
		}))
	}
	for _, th := range all {
		join(t, th)
	}
	assert.EqualValues(t, 1, closed.Load())
	t.Logf("%d uses, %d times busy", uses.Load(), busy.Load())
}

func hammerMemoryClose(t *testing.T, rounds int) {
	for range rounds {
		m := newMemory(t, 2*pthread.SharedSize)
		a, err := m.NewSem(0, 0)
		require.NoError(t, err)
		b, err := m.NewSem(pthread.SharedSize, 1)
		require.NoError(t, err)
		hammerClose(t, m.Close, a, b)
		assert.Nil(t, m.Bytes())
	}
}

func hammerSemClose(t *testing.T, rounds int) {
	name := ipcName(t)
	for range rounds {
		s := openSem(t, name, os.O_CREATE, 0)
		hammerClose(t, s.Close, s)
	}
}

func TestSharedMemoryCloseAgainstItsUsers(t *testing.T) {
	need(t)
	hammerMemoryClose(t, 20)
}

func TestNamedSemCloseAgainstItsUsers(t *testing.T) {
	need(t)
	hammerSemClose(t, 20)
}
