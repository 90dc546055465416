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
// nobody a fault. It gives how many uses there were, and refusals to close.
func hammerClose(t *testing.T, closing func() error, sems ...*pthread.Sem) (used, refused int64) {
	var uses, closed, busy atomic.Int64
	var all []*pthread.Thread
	user := func(s *pthread.Sem, how int) {
		for {
			var ok bool
			var err error
			switch how {
			case 0: // always with the Post before, so that nobody waits for ever
				if err = s.Post(); err == nil {
					err = s.Wait()
				}
			case 1:
				if ok, err = s.TryWait(); ok {
					err = s.Post()
				} else if err == nil {
					_, err = s.Value()
				}
			default:
				if ok, err = s.TimedWait(time.Now().Add(10 * time.Microsecond)); ok {
					err = s.Post()
				}
			}
			if err != nil {
				assert.ErrorIs(t, err, syscall.EINVAL)
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
	return uses.Load(), busy.Load()
}

// hammerRounds adds up what the rounds of a hammer give.
func hammerRounds(t *testing.T, rounds int, round func() (used, refused int64)) {
	var used, refused int64
	for range rounds {
		u, r := round()
		used, refused = used+u, refused+r
	}
	t.Logf("%d uses, %d refusals in %d rounds", used, refused, rounds)
}

func hammerMemoryClose(t *testing.T, rounds int) {
	hammerRounds(t, rounds, func() (int64, int64) {
		m := newMemory(t, 2*pthread.SharedSize)
		a, err := m.NewSem(0, 0)
		require.NoError(t, err)
		b, err := m.NewSem(pthread.SharedSize, 1)
		require.NoError(t, err)
		defer func() { assert.Nil(t, m.Bytes()) }()
		return hammerClose(t, m.Close, a, b)
	})
}

func hammerSemClose(t *testing.T, rounds int) {
	name := ipcName(t)
	hammerRounds(t, rounds, func() (int64, int64) {
		s := openSem(t, name, os.O_CREATE, 0)
		return hammerClose(t, s.Close, s)
	})
}

func TestSharedMemoryCloseAgainstItsUsers(t *testing.T) {
	need(t)
	hammerMemoryClose(t, 20)
}

func TestNamedSemCloseAgainstItsUsers(t *testing.T) {
	need(t)
	hammerSemClose(t, 20)
}
