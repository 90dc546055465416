package pthread_test

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/pthread"
)

func openSem(t testing.TB, name string, flag int, value uint32) *pthread.Sem {
	t.Helper()
	s, err := pthread.OpenSem(name, flag, 0o600, value)
	require.NoError(t, err)
	return s
}

func TestNamedSemIsMadeAsTheFlagSays(t *testing.T) {
	need(t)
	name := ipcName(t)
	_, err := pthread.OpenSem(name, 0, 0, 0)
	isErrno(t, syscall.ENOENT, "sem_open", err)
	assert.ErrorContains(t, err, name)
	made := openSem(t, name, os.O_CREATE|os.O_EXCL, 3)
	assertValue(t, 3, made)
	_, err = pthread.OpenSem(name, os.O_CREATE|os.O_EXCL, 0o600, 4)
	isErrno(t, syscall.EEXIST, "sem_open", err)
	for _, flag := range []int{0, os.O_CREATE} {
		s := openSem(t, name, flag, 5)
		assertValue(t, 3, s)
		assert.NoError(t, s.Close())
	}
	assert.NoError(t, made.Close())
	made = openSem(t, name, 0, 0)
	assertValue(t, 3, made)
	assert.NoError(t, made.Close())
	require.NoError(t, pthread.UnlinkSem(name))
	isErrno(t, syscall.ENOENT, "sem_unlink", pthread.UnlinkSem(name))
	made = openSem(t, name, os.O_CREATE, 6)
	assertValue(t, 6, made)
	assert.NoError(t, made.Close())
}

func TestNamedSemRefusesWhatSemOpenDoesNotDefine(t *testing.T) {
	need(t)
	name := ipcName(t)
	for _, flag := range []int{os.O_EXCL, os.O_RDWR, os.O_CREATE | os.O_RDWR, os.O_CREATE | os.O_TRUNC, os.O_CREATE | os.O_EXCL | os.O_APPEND, -1} {
		_, err := pthread.OpenSem(name, flag, 0o600, 1)
		isErrno(t, syscall.EINVAL, "sem_open", err, "%#x", flag)
		assert.ErrorContains(t, err, fmt.Sprintf("%#x", flag))
	}
	for _, perm := range []os.FileMode{os.ModeDir | 0o600, os.ModeSetuid, os.ModeSticky | 0o777, 0o4600} {
		_, err := pthread.OpenSem(name, os.O_CREATE, perm, 1)
		isErrno(t, syscall.EINVAL, "sem_open", err, "%v", perm)
		assert.ErrorContains(t, err, perm.String())
	}
	_, err := pthread.OpenSem(name, os.O_CREATE, 0o600, math.MaxInt32+1)
	isErrno(t, syscall.EINVAL, "sem_open", err)
	assert.ErrorContains(t, err, "2147483648")
	isErrno(t, syscall.ENOENT, "sem_unlink", pthread.UnlinkSem(name), "none of these has made one")

	// What is only for making one does not matter to who opens it.
	s := openSem(t, name, os.O_CREATE, math.MaxInt32)
	other, err := pthread.OpenSem(name, 0, os.ModeDir, math.MaxUint32)
	require.NoError(t, err)
	isErrno(t, syscall.EOVERFLOW, "sem_post", other.Post())
	assert.NoError(t, other.Close())
	assert.NoError(t, s.Close())
}

func TestNamedSemIsOneForAllWhoOpenIt(t *testing.T) {
	need(t)
	name := ipcName(t)
	a := openSem(t, name, os.O_CREATE, 0)
	b := openSem(t, name, 0, 0)
	for _, kind := range kinds {
		wait := kind.start(t, func() { assert.NoError(t, b.Wait()) })
		assert.NoError(t, a.Post())
		wait()
	}
	require.NoError(t, pthread.UnlinkSem(name))
	require.NoError(t, a.Post())
	assertValue(t, 1, b)
	require.NoError(t, a.Close())
	assertValue(t, 1, b)
	ok, err := b.TryWait()
	assert.True(t, ok, "the other's Close is the other's")
	assert.NoError(t, err)

	fresh := openSem(t, name, os.O_CREATE|os.O_EXCL, 9)
	assertValue(t, 0, b)
	assertValue(t, 9, fresh)
	require.NoError(t, b.Close())
	assertValue(t, 9, fresh)
	require.NoError(t, fresh.Close())
}

func TestNamedSemAfterCloseIsAnError(t *testing.T) {
	need(t)
	name := ipcName(t)
	s := openSem(t, name, os.O_CREATE, 1)
	require.NoError(t, s.Close())
	isErrno(t, syscall.EINVAL, "sem_close", s.Close())
	isErrno(t, syscall.EINVAL, "sem_wait", s.Wait())
	isErrno(t, syscall.EINVAL, "sem_post", s.Post())
	_, err := s.TryWait()
	isErrno(t, syscall.EINVAL, "sem_trywait", err)
	_, err = s.TimedWait(far["an hour"]())
	isErrno(t, syscall.EINVAL, "sem_timedwait", err)
	_, err = s.Value()
	isErrno(t, syscall.EINVAL, "sem_getvalue", err)
	assert.ErrorContains(t, err, fmt.Sprintf("%q was closed", name))
}

func TestSemEndsInTheWayOfItsKind(t *testing.T) {
	need(t)
	named := openSem(t, ipcName(t), os.O_CREATE, 1)
	isErrno(t, syscall.EINVAL, "sem_destroy", named.Destroy())
	assert.ErrorContains(t, named.Destroy(), "use Close")
	assertValue(t, 1, named)
	assert.NoError(t, named.Close())

	m := newMemory(t, pthread.SharedSize)
	shared, err := m.NewSem(0, 1)
	require.NoError(t, err)
	for _, s := range []*pthread.Sem{newSem(t, 1), shared} {
		isErrno(t, syscall.EINVAL, "sem_close", s.Close())
		assert.ErrorContains(t, s.Close(), "use Destroy")
		assertValue(t, 1, s)
		assert.NoError(t, s.Destroy())
		isErrno(t, syscall.EINVAL, "sem_close", s.Close())
	}
	closeMemory(t, m)
}

func TestNamedSemCloseIsRefusedWhileSomebodyWaits(t *testing.T) {
	need(t)
	name := ipcName(t)
	for _, kind := range kinds {
		s, other := openSem(t, name, os.O_CREATE, 0), openSem(t, name, 0, 0)
		wait := kind.start(t, func() { assert.NoError(t, s.Wait()) })
		assert.True(t, pollUntil(func() bool { return pthread.UsersOfSem(s) == 1 }))
		isErrno(t, syscall.EBUSY, "sem_close", s.Close())
		assert.ErrorContains(t, s.Close(), name)
		require.NoError(t, other.Post())
		assert.NoError(t, other.Close(), "this one nobody is in")
		wait()
		assert.NoError(t, s.Close())
	}
}

// semFile is what a named semaphore is to the file system.
func semFile(name string) (os.FileInfo, error) {
	info, err := os.Stat("/dev/shm/sem." + name[1:])
	if errors.Is(err, fs.ErrNotExist) {
		return os.Stat("/dev/shm" + name) // musl's
	}
	return info, err
}

// mappings gives how often a semaphore is in this process's memory. Its C
// library has each in one place, however often it is open.
func mappings(t testing.TB, name string) (n int) {
	t.Helper()
	file, err := semFile(name)
	require.NoError(t, err)
	maps, err := os.ReadFile("/proc/self/maps")
	require.NoError(t, err)
	inode := fmt.Sprint(file.Sys().(*syscall.Stat_t).Ino)
	for line := range strings.Lines(string(maps)) {
		// Not by the file's name: it is made under another.
		if words := strings.Fields(line); len(words) > 5 && words[4] == inode && strings.HasPrefix(words[5], "/dev/shm/") {
			n++
		}
	}
	return n
}

func TestNamedSemThatIsDroppedIsClosedOnce(t *testing.T) {
	need(t)
	if emulated() {
		t.Skip("the emulator makes up its own /proc/self/maps")
	}
	name := ipcName(t)
	kept := openSem(t, name, os.O_CREATE, 2)
	for range 50 {
		openSem(t, name, 0, 0)                            // dropped
		assert.NoError(t, openSem(t, name, 0, 0).Close()) // and not closed again
	}
	alone := ipcName(t)
	openSem(t, alone, os.O_CREATE, 0)
	assert.True(t, pollUntil(func() bool {
		runtime.GC()
		return mappings(t, alone) == 0
	}), "dropped and not closed")
	// The C library counts; one Close too many, and it would be gone.
	for range 5 {
		runtime.GC()
	}
	assert.Equal(t, 1, mappings(t, name))
	assertValue(t, 2, kept)
	assert.NoError(t, kept.Close())
	assert.True(t, pollUntil(func() bool {
		runtime.GC()
		return mappings(t, name) == 0
	}), "one Close too few")
}

func TestNamedSemIsOpenedByManyAtOnce(t *testing.T) {
	need(t)
	name := ipcName(t)
	for range 100 {
		var made, users atomic.Int32
		var done sync.WaitGroup
		for range 4 {
			done.Go(func() {
				s, err := pthread.OpenSem(name, os.O_CREATE|os.O_EXCL, 0o600, 0)
				if errors.Is(err, syscall.EEXIST) {
					s, err = pthread.OpenSem(name, 0, 0, 0)
				} else {
					made.Add(1)
				}
				if !assert.NoError(t, err) {
					return
				}
				assert.NoError(t, s.Post())
				users.Add(1)
				assert.NoError(t, s.Close())
			})
		}
		done.Wait()
		assert.EqualValues(t, 1, made.Load())
		s := openSem(t, name, 0, 0)
		assertValue(t, int(users.Load()), s)
		assert.NoError(t, s.Close())
		assert.NoError(t, pthread.UnlinkSem(name))
	}
}

func init() {
	// Two names are all it knows. It counts in the memory, with the semaphore
	// as a lock.
	children["by name"] = func() {
		m := must(pthread.OpenSharedMemory(os.Getenv("MEMORY")))
		lock := must(pthread.OpenSem(os.Getenv("SEM"), 0, 0, 0))
		for range 1000 {
			try(lock.Wait())
			m.Bytes()[0]++
			if m.Bytes()[0] == 0 {
				m.Bytes()[1]++
			}
			try(lock.Post())
		}
		fmt.Println("counted")
		if os.Getenv("STAY") != "" {
			try(lock.Wait())
			fmt.Println("inside")
			select {}
		}
		try(lock.Close())
		try(m.Close())
	}
}

func TestNamesOutliveAProcessThatIsKilled(t *testing.T) {
	need(t)
	memory, sem := ipcName(t), ipcName(t)
	m, err := pthread.CreateSharedMemory(memory, 2)
	require.NoError(t, err)
	lock := openSem(t, sem, os.O_CREATE|os.O_EXCL, 1)
	count := func() int { return int(m.Bytes()[0]) + 256*int(m.Bytes()[1]) }
	t.Setenv("MEMORY", memory)
	t.Setenv("SEM", sem)

	stdout, _ := runChild(t, "by name")
	assert.Equal(t, "counted\n", stdout)
	assert.Equal(t, 1000, count())

	doomed := child(t, "by name")
	doomed.Env = append(doomed.Env, "STAY=1")
	out, err := doomed.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, doomed.Start())
	lines := bufio.NewScanner(out)
	for _, line := range []string{"counted", "inside"} {
		assert.True(t, lines.Scan())
		assert.Equal(t, line, lines.Text())
	}
	require.NoError(t, doomed.Process.Kill())
	assert.Error(t, doomed.Wait())

	assert.Equal(t, 2000, count())
	ok, err := lock.TryWait()
	assert.False(t, ok, "what it had taken died with it")
	assert.NoError(t, err)
	require.NoError(t, lock.Post())
	stdout, _ = runChild(t, "by name")
	assert.Equal(t, "counted\n", stdout)
	assert.Equal(t, 3000, count())
	assertValue(t, 1, lock)

	require.NoError(t, pthread.UnlinkSem(sem))
	require.NoError(t, pthread.UnlinkSharedMemory(memory))
	assert.NoError(t, lock.Close())
	closeMemory(t, m)
}
