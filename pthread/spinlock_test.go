package pthread_test

import (
	"errors"
	"runtime"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/pthread"
)

func newSpinLock(t testing.TB) *pthread.SpinLock {
	t.Helper()
	l, err := pthread.NewSpinLock()
	require.NoError(t, err)
	return l
}

func TestSpinLockExcludes(t *testing.T) {
	need(t)
	l := newSpinLock(t)
	require.NoError(t, l.Lock())
	ok, err := l.TryLock()
	isFalse(t, ok, err)
	for _, kind := range kinds {
		kind.start(t, func() {
			ok, err := l.TryLock()
			isFalse(t, ok, err)
		})()
	}
	require.NoError(t, l.Unlock())
	ok, err = l.TryLock()
	isTrue(t, ok, err)
	onThread(t, func() { assert.NoError(t, l.Unlock(), "any thread may unlock it") })
	assert.NoError(t, l.Destroy())
}

func TestSpinLockLetsWaitersOfAnyKindIn(t *testing.T) {
	need(t)
	for _, kind := range kinds {
		l := newSpinLock(t)
		require.NoError(t, l.Lock())
		wait := kind.start(t, func() { assert.NoError(t, errors.Join(l.Lock(), l.Unlock())) })
		require.NoError(t, l.Unlock())
		wait()
	}
}

func TestSpinLockUnlockOfAFreeOneIsAnErrorAndHarmless(t *testing.T) {
	need(t)
	l := newSpinLock(t)
	isErrno(t, syscall.EPERM, "pthread_spin_unlock", l.Unlock())
	require.NoError(t, l.Lock())
	require.NoError(t, l.Unlock())
	isErrno(t, syscall.EPERM, "pthread_spin_unlock", l.Unlock())
	ok, err := l.TryLock()
	isTrue(t, ok, err)
	ok, err = l.TryLock()
	isFalse(t, ok, err)
}

func TestSpinLockDestroyOfOneThatIsHeldIsRefusedAndHarmless(t *testing.T) {
	need(t)
	l := newSpinLock(t)
	require.NoError(t, l.Lock())
	isErrno(t, syscall.EBUSY, "pthread_spin_destroy", l.Destroy())
	require.NoError(t, l.Unlock())
	assert.NoError(t, l.Destroy())
}

func TestSpinLockAfterDestroyIsAnError(t *testing.T) {
	need(t)
	l := newSpinLock(t)
	require.NoError(t, l.Destroy())
	isErrno(t, syscall.EINVAL, "pthread_spin_lock", l.Lock())
	isErrno(t, syscall.EINVAL, "pthread_spin_unlock", l.Unlock())
	isErrno(t, syscall.EINVAL, "pthread_spin_destroy", l.Destroy())
	_, err := l.TryLock()
	isErrno(t, syscall.EINVAL, "pthread_spin_trylock", err)
}

// hammerSpinLock has threads of all kinds add to a plain number.
func hammerSpinLock(t *testing.T, threads, each int) {
	l := newSpinLock(t)
	n := 0 // guarded by l
	body := func(i int) {
		for done := 0; done < each; {
			ok, err := true, error(nil)
			if (i+done)%2 == 0 {
				err = l.Lock()
			} else if ok, err = l.TryLock(); !ok {
				runtime.Gosched()
			}
			if !assert.NoError(t, err) {
				return
			}
			if !ok {
				continue
			}
			n++
			done++
			if !assert.NoError(t, l.Unlock()) {
				return
			}
		}
	}
	var waits []func()
	for i := range threads {
		waits = append(waits, kinds[i%len(kinds)].start(t, func() { body(i) }))
	}
	for _, wait := range waits {
		wait()
	}
	assert.Equal(t, threads*each, n)
	assert.NoError(t, l.Destroy())
}

func TestSpinLockHammerLosesNoAddition(t *testing.T) {
	need(t)
	hammerSpinLock(t, 3, 3000)
}

func TestSpinLockInSharedMemory(t *testing.T) {
	need(t)
	checkSharing(t, sharing{
		"pthread_spin_init",
		func(memory *pthread.SharedMemory, offset int) (func() error, error) {
			l, err := memory.NewSpinLock(offset)
			return l.Destroy, err
		},
		func(memory *pthread.SharedMemory, offset int) (func() error, error) {
			l, err := memory.SpinLock(offset)
			return l.Destroy, err
		},
	}, func(memory *pthread.SharedMemory, offset int) error {
		_, err := memory.NewBarrier(offset, 1)
		return err
	})
}

func TestSpinLockKeepsASumOfTwoProcesses(t *testing.T) {
	need(t)
	memory := newPlaces(t, 3)
	l, err := memory.NewSpinLock(underTest)
	require.NoError(t, err)
	meet, err := memory.NewBarrier(rendezvous, 2)
	require.NoError(t, err)
	withChild(t, "shared spinlock", memory, func() { addShared(memory, l, meet) })
	assert.Equal(t, 2*sharedAdditions, word(memory, 0))
	assert.NoError(t, l.Destroy())
	assert.NoError(t, meet.Destroy())
}

const sharedAdditions = 2000

func addShared(memory *pthread.SharedMemory, l *pthread.SpinLock, meet *pthread.Barrier) {
	mustGet(meet.Wait())
	for range sharedAdditions {
		mustAll(l.Lock())
		setWord(memory, 0, word(memory, 0)+1)
		mustAll(l.Unlock())
	}
}

func init() {
	children["shared spinlock"] = func() {
		memory := inheritedMemory()
		addShared(memory, mustGet(memory.SpinLock(underTest)), mustGet(memory.Barrier(rendezvous)))
	}
}
