//go:build stress

package pthread_test

import (
	"errors"
	"math/rand/v2"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/pthread"
)

// Each round is a process of its own that is killed.
func TestStressMutexRobustOutlivesAThousandKilledProcesses(t *testing.T) {
	for _, attr := range []pthread.MutexAttr{
		{Robust: true},
		{Robust: true, Protocol: pthread.ProtocolInherit},
	} {
		t.Run(attrName(attr), func(t *testing.T) {
			need(t)
			lockThread(t)
			newVault(t, "", 3, attr).killHolders(t, 1000)
		})
	}
}

// The death comes at any point: before, in and after Lock and Unlock.
func TestStressMutexRobustOutlivesAProcessKilledAnywhere(t *testing.T) {
	need(t)
	lockThread(t)
	const rounds = 500
	v := newVault(t, "", 1, pthread.MutexAttr{Robust: true})
	m, a := v.mutexes[0], v.accounts[0]
	dead := 0
	for range rounds {
		cmd := v.startChild(t, hurry)
		for goal := v.steps.Load() + rand.Uint64N(20000); v.steps.Load() < goal; {
			got, err := m.TimedLock(deadline())
			require.True(t, got)
			require.NoError(t, err)
			x, y := a.get()
			require.Equal(t, x, y)
			require.NoError(t, m.Unlock())
		}
		require.NoError(t, cmd.Process.Kill())
		got, err := m.TimedLock(deadline())
		require.True(t, got)
		_ = cmd.Wait()
		if err == nil { // before the kill was through perhaps
			require.NoError(t, m.Unlock())
			got, err = m.TimedLock(deadline())
			require.True(t, got)
		}
		if errors.Is(err, syscall.EOWNERDEAD) {
			dead++
			x, y := a.get()
			require.LessOrEqual(t, x-y, uint64(1))
			a.setY(x)
			err = m.Consistent()
		}
		require.NoError(t, err)
		require.NoError(t, m.Unlock())
	}
	t.Logf("%d of %d died as owners", dead, rounds)
	assert.Positive(t, dead)
}
