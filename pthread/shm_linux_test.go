package pthread_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/pythreads/pythreads/pthread"
)

var names atomic.Int64

// ipcName gives a name that nothing has, and that nothing has at the end.
func ipcName(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("/pythreads-%d-%d-%d", os.Getpid(), time.Now().UnixNano(), names.Add(1))
	t.Cleanup(func() {
		pthread.UnlinkSharedMemory(name)
		pthread.UnlinkSem(name)
	})
	return name
}

// newMemory makes shared memory without a name.
func newMemory(t testing.TB, size int) *pthread.SharedMemory {
	t.Helper()
	m, err := pthread.CreateSharedMemory("", size)
	require.NoError(t, err)
	return m
}

func closeMemory(t testing.TB, m *pthread.SharedMemory) {
	t.Helper()
	assert.NoError(t, m.Close())
}

// again opens the same memory a second time.
func again(t testing.TB, m *pthread.SharedMemory) *pthread.SharedMemory {
	t.Helper()
	fd, err := syscall.Dup(int(m.File().Fd()))
	require.NoError(t, err)
	other, err := pthread.SharedMemoryFromFD(uintptr(fd))
	require.NoError(t, err)
	return other
}

// inherit has a child get the memory, as descriptor 3.
func inherit(cmd *exec.Cmd, m *pthread.SharedMemory) {
	cmd.ExtraFiles = append(cmd.ExtraFiles, m.File())
}

// inherited is the memory that a child got.
func inherited() *pthread.SharedMemory { return must(pthread.SharedMemoryFromFD(3)) }

func TestSharedMemoryIsAsLongAsAskedFor(t *testing.T) {
	need(t)
	page := os.Getpagesize()
	for _, size := range []int{1, 7, page - 1, page, page + 1, 3*page + 5} {
		name := ipcName(t)
		made, err := pthread.CreateSharedMemory(name, size)
		require.NoError(t, err)
		opened, err := pthread.OpenSharedMemory(name)
		require.NoError(t, err)
		anonymous := newMemory(t, size)
		for _, m := range []*pthread.SharedMemory{made, opened, anonymous} {
			assert.Equal(t, make([]byte, size), m.Bytes(), "zeros")
			info, err := m.File().Stat()
			require.NoError(t, err)
			assert.EqualValues(t, size, info.Size())
		}
		made.Bytes()[size-1] = 42
		assert.EqualValues(t, 42, opened.Bytes()[size-1])
		assert.EqualValues(t, 0, anonymous.Bytes()[size-1])
		closeMemory(t, made)
		assert.EqualValues(t, 42, opened.Bytes()[size-1], "another's Close")
		closeMemory(t, opened)
		closeMemory(t, anonymous)
	}
}

func TestSharedMemoryOfNoSizeIsRefused(t *testing.T) {
	need(t)
	for _, size := range []int{0, -1, math.MinInt} {
		for _, name := range []string{"", ipcName(t), "no slash"} {
			m, err := pthread.CreateSharedMemory(name, size)
			assert.Nil(t, m)
			isErrno(t, syscall.EINVAL, "ftruncate", err)
			assert.ErrorContains(t, err, fmt.Sprint(size))
		}
	}
}

func TestSharedMemoryOfTooLargeASizeLeavesNothing(t *testing.T) {
	need(t)
	for _, size := range []int{math.MaxInt, 1 << 60, 1 << 52} {
		name := ipcName(t)
		m, err := pthread.CreateSharedMemory(name, size)
		assert.Nil(t, m)
		var e *pthread.Error
		require.ErrorAs(t, err, &e, "%d", size)
		assert.Contains(t, []syscall.Errno{syscall.ENOSPC, syscall.EFBIG, syscall.ENOMEM}, e.Errno, "%d", size)
		isErrno(t, syscall.ENOENT, "shm_unlink", pthread.UnlinkSharedMemory(name), "%d", size)
	}
	before := openFiles(t)
	for range 20 {
		m, err := pthread.CreateSharedMemory("", math.MaxInt)
		assert.Nil(t, m)
		assert.Error(t, err)
	}
	assert.LessOrEqual(t, openFiles(t), before)
}

// openFiles gives how many descriptors of shared memory this process has. Those
// of memory that was dropped go at some time.
func openFiles(t testing.TB) (n int) {
	t.Helper()
	fds, err := filepath.Glob("/proc/self/fd/*")
	require.NoError(t, err)
	for _, fd := range fds {
		if file, err := os.Readlink(fd); err == nil && strings.Contains(file, "pythreads") {
			n++
		}
	}
	return n
}

var badNames = []string{
	"x", "no-slash/x", "/", "//", "//x", "/x/", "/a/b", "/.", "/..", "/a\x00b", "/a\x00", " /x",
}

func TestNamesThatWillNotDoAreRefused(t *testing.T) {
	need(t)
	calls := map[string]func(name string) error{
		"shm_open":   func(name string) error { _, err := pthread.OpenSharedMemory(name); return err },
		"shm_unlink": pthread.UnlinkSharedMemory,
		"sem_open":   func(name string) error { _, err := pthread.OpenSem(name, os.O_CREATE, 0o600, 0); return err },
		"sem_unlink": pthread.UnlinkSem,
	}
	for op, call := range calls {
		for _, name := range append(badNames, "") {
			isErrno(t, syscall.EINVAL, op, call(name), "%s %q", op, name)
			assert.ErrorContains(t, call(name), fmt.Sprintf("%q", name))
		}
		long := "/" + strings.Repeat("n", 252)
		isErrno(t, syscall.ENAMETOOLONG, op, call(long), op)
		assert.ErrorContains(t, call(long), "252")
	}
	for _, name := range badNames {
		_, err := pthread.CreateSharedMemory(name, 1)
		isErrno(t, syscall.EINVAL, "shm_open", err, "%q", name)
	}
	_, err := pthread.CreateSharedMemory("/"+strings.Repeat("n", 252), 1)
	isErrno(t, syscall.ENAMETOOLONG, "shm_open", err)
}

func TestTheLongestNameWorks(t *testing.T) {
	need(t)
	name := ipcName(t)
	name += strings.Repeat("n", 1+251-len(name))
	t.Cleanup(func() {
		pthread.UnlinkSharedMemory(name)
		pthread.UnlinkSem(name)
	})
	m, err := pthread.CreateSharedMemory(name, 1)
	require.NoError(t, err)
	assert.Equal(t, name, m.Name())
	closeMemory(t, m)
	require.NoError(t, pthread.UnlinkSharedMemory(name))
	s, err := pthread.OpenSem(name, os.O_CREATE|os.O_EXCL, 0o600, 3)
	require.NoError(t, err)
	assertValue(t, 3, s)
	assert.NoError(t, s.Close())
	assert.NoError(t, pthread.UnlinkSem(name))
}

func TestSharedMemoryNameIsTakenUntilUnlink(t *testing.T) {
	need(t)
	name := ipcName(t)
	_, err := pthread.OpenSharedMemory(name)
	isErrno(t, syscall.ENOENT, "shm_open", err)
	assert.ErrorContains(t, err, name)

	m, err := pthread.CreateSharedMemory(name, 10)
	require.NoError(t, err)
	assert.Equal(t, name, m.Name())
	_, err = pthread.CreateSharedMemory(name, 10)
	isErrno(t, syscall.EEXIST, "shm_open", err)
	copy(m.Bytes(), "persistent")
	closeMemory(t, m)

	m, err = pthread.OpenSharedMemory(name)
	require.NoError(t, err, "it outlives its users")
	assert.Equal(t, name, m.Name())
	assert.Equal(t, "persistent", string(m.Bytes()))
	require.NoError(t, pthread.UnlinkSharedMemory(name))
	assert.Equal(t, "persistent", string(m.Bytes()), "without its name")
	isErrno(t, syscall.ENOENT, "shm_unlink", pthread.UnlinkSharedMemory(name))

	fresh, err := pthread.CreateSharedMemory(name, 10)
	require.NoError(t, err)
	assert.Equal(t, make([]byte, 10), fresh.Bytes())
	closeMemory(t, m)
	closeMemory(t, fresh)
}

func TestSharedMemoryThatHasNoSizeYet(t *testing.T) {
	need(t)
	name := ipcName(t)
	m, err := pthread.CreateSharedMemory(name, 10)
	require.NoError(t, err)
	defer closeMemory(t, m)
	require.NoError(t, m.File().Truncate(0)) // as between shm_open and ftruncate
	_, err = pthread.OpenSharedMemory(name)
	isErrno(t, syscall.EAGAIN, "mmap", err)
	assert.ErrorContains(t, err, "no size yet")
	require.NoError(t, m.File().Truncate(20))
	longer, err := pthread.OpenSharedMemory(name)
	require.NoError(t, err)
	assert.Len(t, longer.Bytes(), 20)
	assert.Len(t, m.Bytes(), 10)
	closeMemory(t, longer)
}

func TestSharedMemoryWithoutNameKeepsItsSize(t *testing.T) {
	need(t)
	m := newMemory(t, 100)
	defer closeMemory(t, m)
	assert.Empty(t, m.Name())
	for _, size := range []int64{0, 99, 101} {
		assert.ErrorIs(t, m.File().Truncate(size), syscall.EPERM)
	}
	_, err := m.File().WriteAt([]byte("written as a file"), 0)
	require.NoError(t, err)
	assert.Equal(t, "written as a file", string(m.Bytes()[:17]))
}

func TestSharedMemoryFromADescriptorThatIsNone(t *testing.T) {
	need(t)
	r, w, err := os.Pipe()
	require.NoError(t, err)
	defer r.Close()
	defer w.Close()
	dir, err := os.Open(t.TempDir())
	require.NoError(t, err)
	defer dir.Close()
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	require.NoError(t, err)
	defer null.Close()
	empty, err := os.Create(t.TempDir() + "/empty")
	require.NoError(t, err)
	defer empty.Close()
	full := t.TempDir() + "/full"
	require.NoError(t, os.WriteFile(full, make([]byte, 100), 0o600))
	reader, err := os.Open(full)
	require.NoError(t, err)
	defer reader.Close()
	for name, row := range map[string]struct {
		fd     uintptr
		want   syscall.Errno
		detail string
	}{
		"pipe":      {r.Fd(), syscall.ENODEV, "neither shared memory nor a file"},
		"directory": {dir.Fd(), syscall.ENODEV, "neither shared memory nor a file"},
		"device":    {null.Fd(), syscall.ENODEV, "neither shared memory nor a file"},
		"empty":     {empty.Fd(), syscall.EAGAIN, "no size"},
		"read only": {reader.Fd(), syscall.EACCES, "reading and writing"},
		"not open":  {1 << 20, syscall.EBADF, "1048576 is not open"},
		"negative":  {^uintptr(0), syscall.EBADF, "no descriptor"},
		"huge":      {1<<32 + r.Fd(), syscall.EBADF, "no descriptor"},
	} {
		m, err := pthread.SharedMemoryFromFD(row.fd)
		assert.Nil(t, m, name)
		isErrno(t, row.want, "mmap", err, name)
		assert.ErrorContains(t, err, row.detail, name)
	}
	runtime.GC()
	for _, file := range []*os.File{r, w, dir, null, empty, reader} {
		_, err := file.Stat()
		assert.NoError(t, err, "the descriptor is the caller's still")
	}
}

func TestSharedMemoryFromAFile(t *testing.T) {
	need(t)
	path := t.TempDir() + "/file"
	require.NoError(t, os.WriteFile(path, []byte("in a file"), 0o600))
	fd, err := syscall.Open(path, syscall.O_RDWR, 0)
	require.NoError(t, err)
	m, err := pthread.SharedMemoryFromFD(uintptr(fd))
	require.NoError(t, err)
	assert.Empty(t, m.Name())
	copy(m.Bytes(), "of")
	closeMemory(t, m)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "of a file", string(text))
	_, err = unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0)
	assert.Equal(t, syscall.EBADF, err, "it was closed")
}

func TestSharedMemoryIsClosedOnExec(t *testing.T) {
	need(t)
	name := ipcName(t)
	made, err := pthread.CreateSharedMemory(name, 1)
	require.NoError(t, err)
	opened, err := pthread.OpenSharedMemory(name)
	require.NoError(t, err)
	anonymous := newMemory(t, 1)
	for _, m := range []*pthread.SharedMemory{made, opened, anonymous, again(t, made)} {
		flags, err := unix.FcntlInt(m.File().Fd(), unix.F_GETFD, 0)
		assert.NoError(t, err)
		assert.Equal(t, unix.FD_CLOEXEC, flags)
		closeMemory(t, m)
	}
}

func TestSharedMemoryAfterCloseIsAnError(t *testing.T) {
	need(t)
	name := ipcName(t)
	m, err := pthread.CreateSharedMemory(name, 4*pthread.SharedSize)
	require.NoError(t, err)
	s, err := m.NewSem(0, 1)
	require.NoError(t, err)
	closeMemory(t, m)
	assert.Nil(t, m.Bytes())
	assert.Equal(t, name, m.Name())
	_, err = m.File().Stat()
	assert.ErrorIs(t, err, os.ErrClosed)
	isErrno(t, syscall.EINVAL, "munmap", m.Close())
	assert.ErrorContains(t, m.Close(), "was closed")
	_, err = m.NewSem(pthread.SharedSize, 1)
	isErrno(t, syscall.EINVAL, "sem_init", err)
	_, err = m.Sem(0)
	isErrno(t, syscall.EINVAL, "sem_open", err)
	isErrno(t, syscall.EINVAL, "sem_wait", s.Wait())
	isErrno(t, syscall.EINVAL, "sem_post", s.Post())
	isErrno(t, syscall.EINVAL, "sem_destroy", s.Destroy())
	_, err = s.TimedWait(far["an hour"]())
	isErrno(t, syscall.EINVAL, "sem_timedwait", err)
	assert.ErrorContains(t, err, "closed")
}

func TestSharedMemoryCloseGoesWithoutTheFile(t *testing.T) {
	need(t)
	m := newMemory(t, 10)
	require.NoError(t, m.File().Close())
	copy(m.Bytes(), "still here")
	assert.Equal(t, "still here", string(m.Bytes()))
	closeMemory(t, m)
}

func TestSharedMemoryIsClosedOnce(t *testing.T) {
	need(t)
	before := openFiles(t)
	for range 200 {
		m := newMemory(t, 1)
		var closed, refused atomic.Int32
		var done sync.WaitGroup
		for range 4 {
			done.Go(func() {
				switch err := m.Close(); {
				case err == nil:
					closed.Add(1)
				case errors.Is(err, syscall.EINVAL) && strings.Contains(err.Error(), "was closed"):
					refused.Add(1)
				}
			})
		}
		done.Wait()
		assert.EqualValues(t, 1, closed.Load())
		assert.EqualValues(t, 3, refused.Load())
	}
	assert.LessOrEqual(t, openFiles(t), before)
}

func TestSharedMemoryCloseIsRefusedWhileSomebodyWaitsInIt(t *testing.T) {
	need(t)
	for _, kind := range kinds {
		m := newMemory(t, pthread.SharedSize)
		s, err := m.NewSem(0, 0)
		require.NoError(t, err)
		wait := kind.start(t, func() { assert.NoError(t, s.Wait()) })
		assert.True(t, pollUntil(func() bool { return pthread.UsersOfMemory(m) == 1 }))
		err = m.Close()
		isErrno(t, syscall.EBUSY, "munmap", err)
		assert.Len(t, m.Bytes(), pthread.SharedSize, "nothing has happened")

		// Another mapping of the same is another matter.
		other := again(t, m)
		waker, err := other.Sem(0)
		require.NoError(t, err)
		require.NoError(t, waker.Post())
		closeMemory(t, other)
		wait()
		closeMemory(t, m)
	}
}

func TestSharedObjectsHaveTheirPlaces(t *testing.T) {
	need(t)
	m := newMemory(t, 3*pthread.SharedSize-1)
	defer closeMemory(t, m)
	for _, offset := range []int{-1, -pthread.SharedSize, 1, 64, pthread.SharedSize + 8, 2 * pthread.SharedSize, 3 * pthread.SharedSize, math.MinInt, math.MaxInt, math.MaxInt &^ 127} {
		s, err := m.NewSem(offset, 0)
		assert.Nil(t, s)
		isErrno(t, syscall.EINVAL, "sem_init", err, "%d", offset)
		assert.ErrorContains(t, err, fmt.Sprintf("offset %d in 383 bytes", offset))
		s, err = m.Sem(offset)
		assert.Nil(t, s)
		isErrno(t, syscall.EINVAL, "sem_open", err, "%d", offset)
	}
	small := newMemory(t, 1)
	_, err := small.NewSem(0, 0)
	isErrno(t, syscall.EINVAL, "sem_init", err)
	closeMemory(t, small)

	_, err = m.Sem(0)
	isErrno(t, syscall.ENOENT, "sem_open", err)
	first, err := m.NewSem(0, 1)
	require.NoError(t, err)
	_, err = m.NewSem(0, 2)
	isErrno(t, syscall.EEXIST, "sem_init", err)
	assertValue(t, 1, first)
	last, err := m.NewSem(pthread.SharedSize, 7)
	require.NoError(t, err)
	assertValue(t, 7, last)
	_, err = m.NewSem(0, math.MaxUint32)
	isErrno(t, syscall.EINVAL, "sem_init", err)
	assert.ErrorContains(t, err, "4294967295")

	// What is no object of ours.
	copy(m.Bytes()[pthread.SharedSize:], bytes.Repeat([]byte("data"), 32))
	_, err = m.Sem(pthread.SharedSize)
	isErrno(t, syscall.EINVAL, "sem_open", err)
	isErrno(t, syscall.EINVAL, "sem_wait", last.Wait())
	// What a process has left that died while it made an object, or destroyed
	// one.
	for mark := range uint64(2) {
		binary.NativeEndian.PutUint64(m.Bytes()[pthread.SharedSize:], mark+1)
		_, err = m.Sem(pthread.SharedSize)
		isErrno(t, syscall.EAGAIN, "sem_open", err)
		_, err = m.NewSem(pthread.SharedSize, 0)
		isErrno(t, syscall.EEXIST, "sem_init", err)
		isErrno(t, syscall.EINVAL, "sem_wait", last.Wait())
	}
}

func TestSharedSemIsOneForAllWhoFindIt(t *testing.T) {
	need(t)
	m := newMemory(t, pthread.SharedSize)
	other := again(t, m)
	made, err := m.NewSem(0, 2)
	require.NoError(t, err)
	found, err := other.Sem(0)
	require.NoError(t, err)
	require.NoError(t, found.Wait())
	assertValue(t, 1, made)
	require.NoError(t, made.Post())
	assertValue(t, 2, found)

	// Its end, and another in its place.
	require.NoError(t, found.Destroy())
	isErrno(t, syscall.EINVAL, "sem_wait", made.Wait())
	isErrno(t, syscall.EINVAL, "sem_destroy", made.Destroy())
	isErrno(t, syscall.EINVAL, "sem_destroy", found.Destroy())
	_, err = other.Sem(0)
	isErrno(t, syscall.ENOENT, "sem_open", err)
	next, err := other.NewSem(0, 5)
	require.NoError(t, err)
	isErrno(t, syscall.EINVAL, "sem_wait", found.Wait(), "destroyed by itself")
	assertValue(t, 5, next)
	closeMemory(t, m)
	assertValue(t, 5, next)
	closeMemory(t, other)
}

func TestSharedSemIsMadeAndDestroyedByOneOfMany(t *testing.T) {
	need(t)
	m := newMemory(t, pthread.SharedSize)
	defer closeMemory(t, m)
	for range 200 {
		var made, destroyed atomic.Int32
		var done sync.WaitGroup
		found := make([]*pthread.Sem, 4)
		for i := range found {
			done.Go(func() {
				s, err := m.NewSem(0, 1)
				if err == nil {
					made.Add(1)
				} else {
					isErrno(t, syscall.EEXIST, "sem_init", err)
					pollUntil(func() bool { s, err = m.Sem(0); return !errors.Is(err, syscall.EAGAIN) })
					assert.NoError(t, err)
				}
				found[i] = s
			})
		}
		done.Wait()
		for _, s := range found {
			done.Go(func() {
				if s.Destroy() == nil {
					destroyed.Add(1)
				}
			})
		}
		done.Wait()
		assert.EqualValues(t, 1, made.Load())
		assert.EqualValues(t, 1, destroyed.Load())
	}
}

// A program that drops the SharedMemory keeps what it took from it.
func TestSharedMemoryThatIsDroppedStaysMapped(t *testing.T) {
	need(t)
	m := newMemory(t, 2*pthread.SharedSize)
	s, err := m.NewSem(0, 1)
	require.NoError(t, err)
	data := m.Bytes()[pthread.SharedSize:]
	m = nil
	for range 3 {
		runtime.GC()
	}
	copy(data, "still there")
	assert.NoError(t, s.Wait())
	assert.Equal(t, "still there", string(data[:11]))
}

func init() {
	// Where shared memory has a megabyte in all.
	children["little room"] = func() {
		name, mib := os.Getenv("NAME"), 1<<20
		if err := syscall.Mount("tmpfs", "/dev/shm", "tmpfs", 0, "size=1m"); err != nil {
			fmt.Println("no mount:", err)
			return
		}
		_, err := pthread.CreateSharedMemory(name, mib+1)
		fmt.Println(err)
		m := must(pthread.CreateSharedMemory(name, mib))
		_, err = pthread.CreateSharedMemory(name+"-2", 1)
		fmt.Println(errors.Is(err, syscall.ENOSPC))
		for i := range m.Bytes() {
			m.Bytes()[i] = 1
		}
		try(m.Close())
		try(pthread.UnlinkSharedMemory(name))
		try(must(pthread.CreateSharedMemory(name, mib)).Close())
	}
	children["umask"] = func() {
		syscall.Umask(0)
		m := must(pthread.CreateSharedMemory(os.Getenv("NAME"), 1))
		fmt.Println(must(m.File().Stat()).Mode())
		try(pthread.UnlinkSharedMemory(os.Getenv("NAME")))
		syscall.Umask(0o277)
		m = must(pthread.CreateSharedMemory(os.Getenv("NAME"), 1))
		fmt.Println(must(m.File().Stat()).Mode())
		try(pthread.UnlinkSharedMemory(os.Getenv("NAME")))
		for _, umask := range []int{0, 0o027} {
			syscall.Umask(umask)
			must(pthread.OpenSem(os.Getenv("NAME"), os.O_CREATE|os.O_EXCL, 0o666, 1))
			fmt.Println(must(semFile(os.Getenv("NAME"))).Mode())
			try(pthread.UnlinkSem(os.Getenv("NAME")))
		}
	}
	children["stranger"] = func() {
		if os.Getuid() == 0 {
			try(syscall.Setgroups(nil))
			try(syscall.Setresgid(lonelyUser, lonelyUser, lonelyUser))
			try(syscall.Setresuid(lonelyUser, lonelyUser, lonelyUser))
		}
		_, err := pthread.OpenSharedMemory(os.Getenv("MEMORY"))
		fmt.Println(err)
		_, err = pthread.OpenSem(os.Getenv("SEM"), 0, 0, 0)
		fmt.Println(err)
		_, err = pthread.OpenSem(os.Getenv("SEM"), os.O_CREATE, 0o600, 0)
		fmt.Println(err)
		if os.Getuid() == lonelyUser {
			fmt.Println(pthread.UnlinkSharedMemory(os.Getenv("MEMORY")))
			fmt.Println(pthread.UnlinkSem(os.Getenv("SEM")))
		}
	}
}

func TestSharedMemoryHasItsRoomOrIsRefused(t *testing.T) {
	need(t)
	name := ipcName(t)
	cmd := child(t, "little room")
	cmd.Env = append(cmd.Env, "NAME="+name)
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	out, err := cmd.CombinedOutput()
	if errors.Is(err, syscall.EPERM) || strings.HasPrefix(string(out), "no mount") {
		t.Skipf("needs a file system of its own: %v, %s", err, out)
	}
	require.NoError(t, err, "%s", out)
	assert.Equal(t, fmt.Sprintf("pthread: shm_open: no space left on device (creating %q with 1048577 bytes)\ntrue\n", name), string(out))
}

func TestModesAreSubjectToTheUmask(t *testing.T) {
	need(t)
	t.Setenv("NAME", ipcName(t))
	stdout, _ := runChild(t, "umask")
	assert.Equal(t, "-rw-------\n-r--------\n-rw-rw-rw-\n-rw-r-----\n", stdout)
}

func TestStrangersMayNot(t *testing.T) {
	need(t)
	memory, sem := ipcName(t), ipcName(t)
	m, err := pthread.CreateSharedMemory(memory, 1)
	require.NoError(t, err)
	defer closeMemory(t, m)
	require.NoError(t, m.File().Chmod(0)) // not even the same user
	s, err := pthread.OpenSem(sem, os.O_CREATE|os.O_EXCL, 0, 1)
	require.NoError(t, err)
	defer func() { assert.NoError(t, s.Close()) }()
	t.Setenv("MEMORY", memory)
	t.Setenv("SEM", sem)
	stdout, _ := runChild(t, "stranger")
	want := []string{
		fmt.Sprintf("pthread: shm_open: permission denied (opening %q)", memory),
		fmt.Sprintf("pthread: sem_open: permission denied (opening the semaphore %q)", sem),
		fmt.Sprintf("pthread: sem_open: permission denied (opening the semaphore %q)", sem),
	}
	if os.Getuid() == 0 {
		want = append(want,
			fmt.Sprintf("pthread: shm_unlink: permission denied (unlinking %q)", memory),
			fmt.Sprintf("pthread: sem_unlink: permission denied (unlinking the semaphore %q)", sem))
	}
	assert.Equal(t, strings.Join(want, "\n")+"\n", stdout)
}
