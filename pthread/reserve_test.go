package pthread_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/pthread"
	"github.com/pythreads/pythreads/pthread/pthreadtest"
)

func TestReserveLeavesNoThread(t *testing.T) {
	need(t)
	foreign := pthreadtest.Foreign()
	for _, n := range []int{0, 1, 50} {
		require.NoError(t, pthread.Reserve(n))
		assert.True(t, pthreadtest.Eventually(func() bool { return pthreadtest.Foreign() <= foreign }), "after %d", n)
	}
	assert.Zero(t, pthread.SlotsInUse())
}

func TestReserveFromSeveralThreadsAtOnce(t *testing.T) {
	need(t)
	var waits []func()
	for _, k := range kinds {
		waits = append(waits, k.start(t, func() { assert.NoError(t, pthread.Reserve(20)) }))
	}
	for _, wait := range waits {
		wait()
	}
}

func TestManyCThreadsEnterAtOnceAfterReserve(t *testing.T) {
	need(t)
	const n = 100
	require.NoError(t, pthread.Reserve(n))
	var inside sync.WaitGroup
	inside.Add(n)
	var waits []func()
	for range n {
		waits = append(waits, pthreadtest.Go(func() {
			inside.Done()
			inside.Wait()
		}))
	}
	for _, wait := range waits {
		wait()
	}
}
