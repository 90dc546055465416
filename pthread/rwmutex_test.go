package pthread_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/pthread"
)

var preferences = []struct {
	name   string
	prefer pthread.Preference
}{
	{"readers first", pthread.PreferReaders},
	{"writers first", pthread.PreferWriters},
}

// newRWMutex skips the test where the system has no such lock.
func newRWMutex(t testing.TB, prefer pthread.Preference) *pthread.RWMutex {
	t.Helper()
	m, err := pthread.NewRWMutex(&pthread.RWMutexAttr{Prefer: prefer})
	if prefer == pthread.PreferWriters && errors.Is(err, syscall.ENOTSUP) {
		t.Skip("this C library has no locks that prefer writers")
	}
	require.NoError(t, err)
	return m
}

// eachPreference is for tests that take the write lock, too: each part is
// locked to its thread.
func eachPreference(t *testing.T, test func(*testing.T, *pthread.RWMutex)) {
	for _, row := range preferences {
		t.Run(row.name, func(t *testing.T) {
			lockThread(t)
			test(t, newRWMutex(t, row.prefer))
		})
	}
}

// isFalse checks that a try or a timed wait did not work out.
func isFalse(t testing.TB, ok bool, err error) {
	t.Helper()
	assert.False(t, ok)
	assert.NoError(t, err)
}

// isTrue checks that a try or a timed wait worked out.
func isTrue(t testing.TB, ok bool, err error) {
	t.Helper()
	assert.True(t, ok)
	assert.NoError(t, err)
}

func TestRWMutexHasManyReaders(t *testing.T) {
	need(t)
	eachPreference(t, func(t *testing.T, m *pthread.RWMutex) {
		require.NoError(t, m.RLock())
		require.NoError(t, m.RLock(), "the same reader again")
		onThread(t, func() {
			assert.NoError(t, m.RLock())
			ok, err := m.TryRLock()
			isTrue(t, ok, err)
			ok, err = m.TimedRLock(time.Time{})
			isTrue(t, ok, err)
			ok, err = m.TryLock()
			isFalse(t, ok, err)
			notEarly(t, m.TimedLock)
			for range 3 {
				assert.NoError(t, m.RUnlock())
			}
		})
		require.NoError(t, m.RUnlock())
		ok, err := m.TryLock()
		isFalse(t, ok, err)
		require.NoError(t, m.RUnlock())
		ok, err = m.TryLock()
		isTrue(t, ok, err)
		require.NoError(t, m.Unlock())
		assert.NoError(t, m.Destroy())
	})
}

func TestRWMutexHasOneWriter(t *testing.T) {
	need(t)
	eachPreference(t, func(t *testing.T, m *pthread.RWMutex) {
		require.NoError(t, m.Lock())
		onThread(t, func() {
			ok, err := m.TryRLock()
			isFalse(t, ok, err)
			ok, err = m.TryLock()
			isFalse(t, ok, err)
			notEarly(t, m.TimedRLock)
			notEarly(t, m.TimedLock)
		})
		require.NoError(t, m.Unlock())
		ok, err := m.TimedLock(time.Time{})
		isTrue(t, ok, err)
		require.NoError(t, m.Unlock())
	})
}

func TestRWMutexLetsWaitersOfAnyKindIn(t *testing.T) {
	need(t)
	eachPreference(t, func(t *testing.T, m *pthread.RWMutex) {
		for _, kind := range kinds {
			var waits []func()
			require.NoError(t, m.Lock())
			waits = append(waits,
				kind.start(t, func() { assert.NoError(t, errors.Join(m.RLock(), m.RUnlock())) }),
				kind.start(t, func() {
					runtime.LockOSThread()
					defer runtime.UnlockOSThread()
					assert.NoError(t, errors.Join(m.Lock(), m.Unlock()))
				}))
			for _, deadline := range far {
				waits = append(waits,
					kind.start(t, func() {
						ok, err := m.TimedRLock(deadline())
						isTrue(t, ok, err)
						assert.NoError(t, m.RUnlock())
					}),
					kind.start(t, func() {
						runtime.LockOSThread()
						defer runtime.UnlockOSThread()
						ok, err := m.TimedLock(deadline())
						isTrue(t, ok, err)
						assert.NoError(t, m.Unlock())
					}))
			}
			require.NoError(t, m.Unlock())
			for _, wait := range waits {
				wait()
			}
		}
	})
}

func TestRWMutexUnlockOfWhatIsNotHeldIsAnErrorAndHarmless(t *testing.T) {
	need(t)
	eachPreference(t, func(t *testing.T, m *pthread.RWMutex) {
		refused := func(what string, err error) {
			t.Helper()
			isErrno(t, syscall.EPERM, "pthread_rwlock_unlock", err, what)
		}
		refused("RUnlock of a free lock", m.RUnlock())
		refused("Unlock of a free lock", m.Unlock())

		require.NoError(t, m.Lock())
		refused("RUnlock of a writer's lock", m.RUnlock())
		onThread(t, func() {
			refused("RUnlock of another writer's lock", m.RUnlock())
			refused("Unlock of another writer's lock", m.Unlock())
			ok, err := m.TryRLock()
			isFalse(t, ok, err)
		})
		require.NoError(t, m.Unlock())
		refused("Unlock twice", m.Unlock())

		require.NoError(t, m.RLock())
		refused("Unlock of a reader's lock", m.Unlock())
		onThread(t, func() {
			refused("Unlock of another reader's lock", m.Unlock())
			ok, err := m.TryLock()
			isFalse(t, ok, err)
		})
		require.NoError(t, m.RUnlock())
		refused("RUnlock twice", m.RUnlock())
		require.NoError(t, m.Lock())
		require.NoError(t, m.Unlock())
	})
}

func TestRWMutexWaitOfTheWriterForItselfIsAnError(t *testing.T) {
	need(t)
	eachPreference(t, func(t *testing.T, m *pthread.RWMutex) {
		require.NoError(t, m.Lock())
		isErrno(t, syscall.EDEADLK, "pthread_rwlock_wrlock", m.Lock())
		isErrno(t, syscall.EDEADLK, "pthread_rwlock_rdlock", m.RLock())
		_, err := m.TimedLock(far["an hour"]())
		isErrno(t, syscall.EDEADLK, "pthread_rwlock_timedwrlock", err)
		_, err = m.TimedRLock(far["an hour"]())
		isErrno(t, syscall.EDEADLK, "pthread_rwlock_timedrdlock", err)
		ok, err := m.TryLock()
		isFalse(t, ok, err)
		ok, err = m.TryRLock()
		isFalse(t, ok, err)
		require.NoError(t, m.Unlock())
	})
}

func TestRWMutexHeldForReadingMayBeUnlockedByAnotherThread(t *testing.T) {
	need(t)
	eachPreference(t, func(t *testing.T, m *pthread.RWMutex) {
		require.NoError(t, m.RLock())
		onThread(t, func() { assert.NoError(t, m.RUnlock()) })
		ok, err := m.TryLock()
		isTrue(t, ok, err)
		require.NoError(t, m.Unlock())
	})
}

// A writer that ended without Unlock is not taken for the next thread, though
// the next one most likely gets its pthread_t.
func TestRWMutexOfAWriterThatEndedIsNobodys(t *testing.T) {
	need(t)
	eachPreference(t, func(t *testing.T, m *pthread.RWMutex) {
		onThread(t, func() { assert.NoError(t, m.Lock()) })
		for range 3 {
			onThread(t, func() {
				isErrno(t, syscall.EPERM, "pthread_rwlock_unlock", m.Unlock())
				ok, err := m.TimedLock(time.Now().Add(time.Millisecond))
				isFalse(t, ok, err)
			})
		}
	})
}

func TestRWMutexDestroyOfOneThatIsHeldIsRefusedAndHarmless(t *testing.T) {
	need(t)
	eachPreference(t, func(t *testing.T, m *pthread.RWMutex) {
		require.NoError(t, m.RLock())
		isErrno(t, syscall.EBUSY, "pthread_rwlock_destroy", m.Destroy())
		require.NoError(t, m.RUnlock())
		require.NoError(t, m.Lock())
		isErrno(t, syscall.EBUSY, "pthread_rwlock_destroy", m.Destroy())
		require.NoError(t, m.Unlock())
		assert.NoError(t, m.Destroy())
	})
}

func TestRWMutexAfterDestroyIsAnError(t *testing.T) {
	need(t)
	eachPreference(t, func(t *testing.T, m *pthread.RWMutex) {
		require.NoError(t, m.Destroy())
		isErrno(t, syscall.EINVAL, "pthread_rwlock_rdlock", m.RLock())
		isErrno(t, syscall.EINVAL, "pthread_rwlock_wrlock", m.Lock())
		isErrno(t, syscall.EINVAL, "pthread_rwlock_unlock", m.RUnlock())
		isErrno(t, syscall.EINVAL, "pthread_rwlock_unlock", m.Unlock())
		isErrno(t, syscall.EINVAL, "pthread_rwlock_destroy", m.Destroy())
		_, err := m.TryRLock()
		isErrno(t, syscall.EINVAL, "pthread_rwlock_tryrdlock", err)
		_, err = m.TryLock()
		isErrno(t, syscall.EINVAL, "pthread_rwlock_trywrlock", err)
		_, err = m.TimedRLock(far["an hour"]())
		isErrno(t, syscall.EINVAL, "pthread_rwlock_timedrdlock", err)
		_, err = m.TimedLock(far["an hour"]())
		isErrno(t, syscall.EINVAL, "pthread_rwlock_timedwrlock", err)
		assert.ErrorContains(t, err, "destroyed")
	})
}

func TestRWMutexDestroyedByManyAtOnceIsDestroyedByOne(t *testing.T) {
	need(t)
	for range 200 {
		m := newRWMutex(t, pthread.PreferReaders)
		var destroyed atomic.Int32
		destroy := func() {
			// EBUSY: the other one was looking whether it is free.
			for {
				err := m.Destroy()
				if errors.Is(err, syscall.EBUSY) {
					continue
				}
				if err == nil {
					destroyed.Add(1)
				}
				return
			}
		}
		other := spawn(t, destroy)
		destroy()
		join(t, other)
		assert.EqualValues(t, 1, destroyed.Load())
	}
}

func TestRWMutexWithoutAttrPrefersReaders(t *testing.T) {
	need(t)
	notOn(t, "darwin", "prefers writers")
	notOn(t, "freebsd", "prefers writers")
	for _, attr := range []*pthread.RWMutexAttr{nil, {}} {
		m, err := pthread.NewRWMutex(attr)
		require.NoError(t, err)
		readersFirst(t, m)
		assert.NoError(t, m.Destroy())
	}
}

func TestRWMutexOfUnknownPreferenceIsRefused(t *testing.T) {
	need(t)
	memory := newPlaces(t, 1)
	for _, prefer := range []pthread.Preference{-1, 2, 99} {
		attr := &pthread.RWMutexAttr{Prefer: prefer}
		m, err := pthread.NewRWMutex(attr)
		assert.Nil(t, m)
		isErrno(t, syscall.EINVAL, "pthread_rwlockattr_setkind_np", err)
		m, err = memory.NewRWMutex(0, attr)
		assert.Nil(t, m)
		isErrno(t, syscall.EINVAL, "pthread_rwlockattr_setkind_np", err)
	}
}

func TestRWMutexThatPrefersWritersIsThereOrRefusedByName(t *testing.T) {
	need(t)
	attr := &pthread.RWMutexAttr{Prefer: pthread.PreferWriters}
	memory := newPlaces(t, 1)
	own, ownErr := pthread.NewRWMutex(attr)
	shared, sharedErr := memory.NewRWMutex(0, attr)
	if ownErr == nil {
		require.NoError(t, sharedErr)
		writersFirst(t, own)
		writersFirst(t, shared)
		return
	}
	assert.Nil(t, own)
	assert.Nil(t, shared)
	for _, err := range []error{ownErr, sharedErr} {
		isErrno(t, syscall.ENOTSUP, "pthread_rwlockattr_setkind_np", err)
	}
	_, err := memory.RWMutex(0)
	isErrno(t, syscall.ENOENT, "pthread_rwlock_init", err, "nothing is left of what was refused")
}

// asleep says whether the kernel shows a thread of this process asleep. A
// thread on its way to a lock may be so for other reasons, for a moment, so
// this is for tests that hold in that case, too, and only show less.
func asleep(tid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/self/task/%d/stat", tid))
	if err != nil {
		return false
	}
	_, state, _ := strings.Cut(string(stat[slices.Index(stat, '(')+1:]), ") ")
	return strings.HasPrefix(state, "S")
}

// readersFirst checks that a writer that waits keeps no reader out.
func readersFirst(t *testing.T, m *pthread.RWMutex) {
	t.Helper()
	require.NoError(t, m.RLock())
	var written atomic.Bool
	writer := spawn(t, func() {
		assert.NoError(t, m.Lock())
		written.Store(true)
		assert.NoError(t, m.Unlock())
	})
	assert.True(t, pollUntil(func() bool { return asleep(writer.TID()) }))
	ok, err := m.TryRLock()
	isTrue(t, ok, err)
	ok, err = m.TimedRLock(time.Now())
	isTrue(t, ok, err)
	onThread(t, func() { assert.NoError(t, m.RLock()) })
	for range 4 {
		assert.False(t, written.Load())
		assert.NoError(t, m.RUnlock())
	}
	join(t, writer)
	assert.True(t, written.Load())
}

// writersFirst checks that a reader that comes after a writer waits for it.
func writersFirst(t *testing.T, m *pthread.RWMutex) {
	t.Helper()
	require.NoError(t, m.RLock())
	var order []string // guarded by m
	writer := spawn(t, func() {
		assert.NoError(t, m.Lock())
		order = append(order, "writer")
		assert.NoError(t, m.Unlock())
	})
	// The writer waits once readers do not get in any more.
	assert.True(t, pollUntil(func() bool {
		ok, err := m.TryRLock()
		assert.NoError(t, err)
		if ok {
			assert.NoError(t, m.RUnlock())
		}
		return !ok
	}))
	notEarly(t, m.TimedRLock)
	reader := spawn(t, func() {
		assert.NoError(t, m.RLock())
		assert.Equal(t, []string{"writer"}, order)
		assert.NoError(t, m.RUnlock())
	})
	assert.NoError(t, m.RUnlock())
	join(t, writer)
	join(t, reader)
	ok, err := m.TryRLock()
	isTrue(t, ok, err)
	assert.NoError(t, m.RUnlock())
}

// hammerRWMutex has threads of all kinds write two plain numbers by all ways
// of locking, and see that they are the same.
func hammerRWMutex(t *testing.T, prefer pthread.Preference, threads, each int) {
	m := newRWMutex(t, prefer)
	var a, b int // guarded by m
	body := func(i int) {
		runtime.LockOSThread() // else another could come to run on a writer's thread
		defer runtime.UnlockOSThread()
		for done := 0; done < each; {
			lock, try, timed, unlock := m.RLock, m.TryRLock, m.TimedRLock, m.RUnlock
			write := (i+done)%4 == 0
			if write {
				lock, try, timed, unlock = m.Lock, m.TryLock, m.TimedLock, m.Unlock
			}
			ok, err := true, error(nil)
			switch (i + done/4) % 3 {
			case 0:
				err = lock()
			case 1:
				if ok, err = try(); !ok && err == nil {
					ok, err = true, lock()
				}
			case 2:
				ok, err = timed(time.Now().Add(50 * time.Microsecond))
			}
			if !assert.NoError(t, err) {
				return
			}
			if !ok {
				continue
			}
			if a != b {
				t.Errorf("%d and %d", a, b)
			}
			if write {
				a++
				if done%64 == 0 {
					runtime.Gosched() // and so others come to wait
				}
				b++
			}
			done++
			if !assert.NoError(t, unlock()) {
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
	assert.Equal(t, threads*each/4, a)
	assert.NoError(t, m.Destroy())
}

func TestRWMutexHammerLosesNoWriteAndTearsNone(t *testing.T) {
	need(t)
	for _, row := range preferences {
		t.Run(row.name, func(t *testing.T) { hammerRWMutex(t, row.prefer, 6, 4000) })
	}
}

// ---- in shared memory

// newPlaces makes shared memory of so many places that lasts as long as the
// test.
func newPlaces(t testing.TB, places int) *pthread.SharedMemory {
	t.Helper()
	memory, err := pthread.CreateSharedMemory("", places*pthread.SharedSize)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, memory.Close()) })
	return memory
}

// withChild runs a child that inherits the memory (see inheritedMemory), and
// body meanwhile. What the child says on stderr is shown at once, since it may
// be why body never returns.
func withChild(t *testing.T, name string, memory *pthread.SharedMemory, body func()) {
	t.Helper()
	cmd := child(t, name)
	cmd.ExtraFiles = append(cmd.ExtraFiles, memory.File())
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	require.NoError(t, cmd.Start())
	body()
	require.NoError(t, cmd.Wait())
}

// inheritedMemory is the memory that a child got from withChild.
func inheritedMemory() *pthread.SharedMemory { return mustGet(pthread.SharedMemoryFromFD(3)) }

// mustGet is for children, which have no test to fail.
func mustGet[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func mustAll(errs ...error) {
	if err := errors.Join(errs...); err != nil {
		panic(err)
	}
}

// word gives the n'th number of a memory and sets it.
func word(memory *pthread.SharedMemory, n int) int {
	return int(binary.NativeEndian.Uint64(memory.Bytes()[8*n:]))
}

func setWord(memory *pthread.SharedMemory, n, value int) {
	binary.NativeEndian.PutUint64(memory.Bytes()[8*n:], uint64(value))
}

// sharing is a way to make something in shared memory and to find it again.
type sharing struct {
	op         string
	make, find func(memory *pthread.SharedMemory, offset int) (destroy func() error, err error)
}

// checkSharing checks what holds for whatever lies in shared memory. other
// makes something of another kind.
func checkSharing(t *testing.T, s sharing, other func(memory *pthread.SharedMemory, offset int) error) {
	t.Helper()
	memory := newPlaces(t, 3)
	const size = pthread.SharedSize
	refused := func(errno syscall.Errno, f func(*pthread.SharedMemory, int) (func() error, error), offset int, what string) {
		t.Helper()
		_, err := f(memory, offset)
		isErrno(t, errno, s.op, err, what)
	}
	for _, offset := range []int{-size, 1, size / 2, 3 * size} {
		refused(syscall.EINVAL, s.make, offset, "no place")
		refused(syscall.EINVAL, s.find, offset, "no place")
	}
	refused(syscall.ENOENT, s.find, size, "before it is made")
	destroyMade, err := s.make(memory, size)
	require.NoError(t, err)
	refused(syscall.EEXIST, s.make, size, "made twice")
	destroyFound, err := s.find(memory, size)
	require.NoError(t, err)
	require.NoError(t, other(memory, 2*size))
	refused(syscall.EEXIST, s.make, 2*size, "where something else is")
	refused(syscall.EINVAL, s.find, 2*size, "where something else is")

	// It ends for all who have it, and its place is free for the next.
	require.NoError(t, destroyFound())
	assert.ErrorIs(t, destroyMade(), syscall.EINVAL)
	assert.ErrorIs(t, destroyFound(), syscall.EINVAL)
	refused(syscall.ENOENT, s.find, size, "after its end")
	destroyMade, err = s.make(memory, size)
	require.NoError(t, err)
	require.NoError(t, destroyMade())

	closed, err := pthread.CreateSharedMemory("", size)
	require.NoError(t, err)
	destroyMade, err = s.make(closed, 0)
	require.NoError(t, err)
	require.NoError(t, closed.Close())
	assert.ErrorIs(t, destroyMade(), syscall.EINVAL)
	memory = closed
	refused(syscall.EINVAL, s.make, 0, "in closed memory")
	refused(syscall.EINVAL, s.find, 0, "in closed memory")
}

func TestRWMutexInSharedMemory(t *testing.T) {
	need(t)
	checkSharing(t, sharing{
		"pthread_rwlock_init",
		func(memory *pthread.SharedMemory, offset int) (func() error, error) {
			m, err := memory.NewRWMutex(offset, nil)
			return m.Destroy, err
		},
		func(memory *pthread.SharedMemory, offset int) (func() error, error) {
			m, err := memory.RWMutex(offset)
			return m.Destroy, err
		},
	}, func(memory *pthread.SharedMemory, offset int) error {
		_, err := memory.NewSpinLock(offset)
		return err
	})
}

// A lock that was found is the lock that was made.
func TestRWMutexFoundTwiceIsOneLock(t *testing.T) {
	need(t)
	lockThread(t)
	memory := newPlaces(t, 1)
	made, err := memory.NewRWMutex(0, nil)
	require.NoError(t, err)
	found, err := memory.RWMutex(0)
	require.NoError(t, err)
	require.NoError(t, made.Lock())
	isErrno(t, syscall.EDEADLK, "pthread_rwlock_rdlock", found.RLock())
	isErrno(t, syscall.EBUSY, "pthread_rwlock_destroy", found.Destroy())
	onThread(t, func() { notEarly(t, found.TimedRLock) })
	require.NoError(t, found.Unlock())
	isErrno(t, syscall.EPERM, "pthread_rwlock_unlock", made.Unlock())
	require.NoError(t, found.RLock())
	ok, err := made.TryLock()
	isFalse(t, ok, err)
	require.NoError(t, made.RUnlock())
	require.NoError(t, made.Destroy())
}

// Places of the tests with two processes. The first is for their numbers.
const (
	underTest  = 1 * pthread.SharedSize
	rendezvous = 2 * pthread.SharedSize // a barrier of two
)

func TestRWMutexExcludesOtherProcesses(t *testing.T) {
	need(t)
	lockThread(t)
	memory := newPlaces(t, 3)
	m, err := memory.NewRWMutex(underTest, nil)
	require.NoError(t, err)
	meet, err := memory.NewBarrier(rendezvous, 2)
	require.NoError(t, err)
	withChild(t, "shared rwmutex", memory, func() {
		// While this process writes, the child gets nothing and can free
		// nothing; while it reads, the child may only read.
		require.NoError(t, m.Lock())
		_, err := meet.Wait()
		require.NoError(t, err)
		_, err = meet.Wait()
		require.NoError(t, err)
		require.NoError(t, m.Unlock())
		require.NoError(t, m.RLock())
		_, err = meet.Wait()
		require.NoError(t, err)
		_, err = meet.Wait()
		require.NoError(t, err)
		require.NoError(t, m.RUnlock())
		writeShared(memory, m)
	})
	assert.Equal(t, 2*sharedWrites, word(memory, 0))
	assert.Equal(t, 2*sharedWrites, word(memory, 1))
	assert.NoError(t, m.Destroy())
	assert.NoError(t, meet.Destroy())
}

const sharedWrites = 1000

// writeShared adds to two numbers that are always the same.
func writeShared(memory *pthread.SharedMemory, m *pthread.RWMutex) {
	same := func() int {
		a, b := word(memory, 0), word(memory, 1)
		if a != b {
			panic(fmt.Sprintf("%d and %d", a, b))
		}
		return a
	}
	for range sharedWrites {
		mustAll(m.RLock())
		same()
		mustAll(m.RUnlock(), m.Lock())
		n := same() + 1
		setWord(memory, 0, n)
		setWord(memory, 1, n)
		mustAll(m.Unlock())
	}
}

func init() {
	children["shared rwmutex"] = func() {
		runtime.LockOSThread()
		memory := inheritedMemory()
		m := mustGet(memory.RWMutex(underTest))
		meet := mustGet(memory.Barrier(rendezvous))
		expect := func(what string, want, got any) {
			if want != got {
				panic(fmt.Sprintf("%s: %v, not %v", what, got, want))
			}
		}
		soon := func() time.Time { return time.Now().Add(time.Millisecond) }
		mustGet(meet.Wait())
		expect("TryRLock under a writer", false, mustGet(m.TryRLock()))
		expect("TryLock under a writer", false, mustGet(m.TryLock()))
		expect("TimedRLock under a writer", false, mustGet(m.TimedRLock(soon())))
		expect("TimedLock under a writer", false, mustGet(m.TimedLock(soon())))
		expect("Unlock of another writer's lock", true, errors.Is(m.Unlock(), syscall.EPERM))
		expect("RUnlock of a writer's lock", true, errors.Is(m.RUnlock(), syscall.EPERM))
		expect("Destroy of a writer's lock", true, errors.Is(m.Destroy(), syscall.EBUSY))
		mustGet(meet.Wait())
		mustGet(meet.Wait())
		expect("TryLock under a reader", false, mustGet(m.TryLock()))
		expect("TimedLock under a reader", false, mustGet(m.TimedLock(soon())))
		expect("Unlock of a reader's lock", true, errors.Is(m.Unlock(), syscall.EPERM))
		mustAll(m.RLock(), m.RUnlock())
		mustGet(meet.Wait())
		writeShared(memory, m)
	}
}
