package pthread_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/pthread"
)

func newBarrier(t testing.TB, n int) *pthread.Barrier {
	t.Helper()
	b, err := pthread.NewBarrier(n)
	require.NoError(t, err)
	return b
}

func TestBarrierOfOneStopsNobody(t *testing.T) {
	need(t)
	b := newBarrier(t, 1)
	for range 3 {
		serial, err := b.Wait()
		assert.True(t, serial)
		assert.NoError(t, err)
	}
	assert.NoError(t, b.Destroy())
}

func TestBarrierOfNoOrTooManyThreadsIsRefused(t *testing.T) {
	need(t)
	memory := newPlaces(t, 1)
	for _, n := range []int{0, -1, math.MinInt, math.MaxInt32, math.MaxInt} {
		b, err := pthread.NewBarrier(n)
		assert.Nil(t, b)
		isErrno(t, syscall.EINVAL, "pthread_barrier_init", err)
		assert.ErrorContains(t, err, fmt.Sprint(n))
		b, err = memory.NewBarrier(0, n)
		assert.Nil(t, b)
		isErrno(t, syscall.EINVAL, "pthread_barrier_init", err)
	}
	assert.NoError(t, newBarrier(t, math.MaxInt32-1).Destroy())
}

// hammerBarrier has threads of all kinds meet in rounds. Nobody goes on before
// all are there, and one of each round is the serial one.
func hammerBarrier(t *testing.T, n, rounds int) {
	b := newBarrier(t, n)
	var arrived, serials atomic.Int64
	seen := make([]int, n) // each thread's own, read by the others behind the barrier
	body := func(i int) {
		for round := 1; round <= rounds; round++ {
			seen[i] = round
			arrived.Add(1)
			serial, err := b.Wait()
			if !assert.NoError(t, err) {
				return
			}
			if serial {
				serials.Add(1)
			}
			// All of this round, and of the next one those that were faster.
			if now := int(arrived.Load()); now < round*n || now >= (round+1)*n {
				t.Errorf("%d arrivals in round %d", now, round)
			}
			for other, at := range seen {
				if at != round {
					t.Errorf("thread %d is in round %d, not %d", other, at, round)
				}
			}
			if _, err := b.Wait(); !assert.NoError(t, err) {
				return
			}
		}
	}
	var waits []func()
	for i := range n {
		waits = append(waits, kinds[i%len(kinds)].start(t, func() { body(i) }))
	}
	for _, wait := range waits {
		wait()
	}
	assert.EqualValues(t, rounds, serials.Load())
	assert.NoError(t, b.Destroy())
}

func TestBarrierHammerMeetsInEachRound(t *testing.T) {
	need(t)
	hammerBarrier(t, 2, 500)
	hammerBarrier(t, 6, 300)
}

// The serial one ends the barrier while others may not have left it.
func TestBarrierMayBeDestroyedByAnyoneWhoHasPassedIt(t *testing.T) {
	need(t)
	const threads = 3
	for range 100 {
		b := newBarrier(t, threads)
		var destroyed atomic.Int32
		body := func() {
			serial, err := b.Wait()
			assert.NoError(t, err)
			if serial {
				assert.NoError(t, b.Destroy())
				destroyed.Add(1)
			}
		}
		var waits []func()
		for i := range threads {
			waits = append(waits, kinds[i%len(kinds)].start(t, body))
		}
		for _, wait := range waits {
			wait()
		}
		assert.EqualValues(t, 1, destroyed.Load())
	}
}

// A thread may have been counted, and so make the round whole, and not have
// come to the C library's own barrier yet.
func TestBarrierDestroyWaitsForThoseWhoAreOnTheirWay(t *testing.T) {
	need(t)
	for range 200 {
		memory := newPlaces(t, 1)
		b, err := memory.NewBarrier(0, 2)
		require.NoError(t, err)
		before := bytes.Clone(memory.Bytes())
		wait := func() {
			_, err := b.Wait()
			assert.NoError(t, err)
		}
		first := spawn(t, wait)
		assert.True(t, pollUntil(func() bool { return !bytes.Equal(before, memory.Bytes()) }))
		second := spawn(t, wait)
		for err = b.Destroy(); errors.Is(err, syscall.EBUSY); err = b.Destroy() {
		}
		assert.NoError(t, err)
		join(t, first)
		join(t, second)
	}
}

// In shared memory, where the arrival of the waiter can be seen.
func TestBarrierDestroyUnderAWaiterIsRefusedAndHarmless(t *testing.T) {
	need(t)
	memory := newPlaces(t, 1)
	b, err := memory.NewBarrier(0, 2)
	require.NoError(t, err)
	before := bytes.Clone(memory.Bytes())
	waiter := spawn(t, func() {
		_, err := b.Wait()
		assert.NoError(t, err)
	})
	assert.True(t, pollUntil(func() bool { return !bytes.Equal(before, memory.Bytes()) }))
	isErrno(t, syscall.EBUSY, "pthread_barrier_destroy", b.Destroy())
	_, err = b.Wait()
	assert.NoError(t, err)
	join(t, waiter)
	assert.NoError(t, b.Destroy())
}

func TestBarrierAfterDestroyIsAnError(t *testing.T) {
	need(t)
	b := newBarrier(t, 2)
	require.NoError(t, b.Destroy())
	serial, err := b.Wait()
	assert.False(t, serial)
	isErrno(t, syscall.EINVAL, "pthread_barrier_wait", err)
	isErrno(t, syscall.EINVAL, "pthread_barrier_destroy", b.Destroy())
}

func TestBarrierInSharedMemory(t *testing.T) {
	need(t)
	checkSharing(t, sharing{
		"pthread_barrier_init",
		func(memory *pthread.SharedMemory, offset int) (func() error, error) {
			b, err := memory.NewBarrier(offset, 2)
			return b.Destroy, err
		},
		func(memory *pthread.SharedMemory, offset int) (func() error, error) {
			b, err := memory.Barrier(offset)
			return b.Destroy, err
		},
	}, func(memory *pthread.SharedMemory, offset int) error {
		_, err := memory.NewRWMutex(offset, nil)
		return err
	})
}

func TestBarrierMeetsAnotherProcess(t *testing.T) {
	need(t)
	memory := newPlaces(t, 2)
	b, err := memory.NewBarrier(underTest, 2)
	require.NoError(t, err)
	withChild(t, "shared barrier", memory, func() { meetShared(memory, b, 0) })
	assert.Equal(t, sharedRounds, word(memory, 2)+word(memory, 3), "serials")
	assert.NoError(t, b.Destroy())
}

const sharedRounds = 200

// meetShared is one of two processes: what it wrote before the barrier is seen
// by the other one behind it.
func meetShared(memory *pthread.SharedMemory, b *pthread.Barrier, me int) {
	for round := 1; round <= sharedRounds; round++ {
		setWord(memory, me, round)
		if mustGet(b.Wait()) {
			setWord(memory, 2+me, word(memory, 2+me)+1)
		}
		if at := word(memory, 1-me); at != round {
			panic(fmt.Sprintf("the other one is in round %d, not %d", at, round))
		}
		mustGet(b.Wait())
	}
}

func init() {
	children["shared barrier"] = func() {
		memory := inheritedMemory()
		meetShared(memory, mustGet(memory.Barrier(underTest)), 1)
	}
}
