package pthread_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/pythreads/pythreads/pthread"
	"github.com/pythreads/pythreads/pthread/pthreadtest"
)

// memory gives zeroed memory that is not Go's.
func memory(t testing.TB, size int) []byte {
	t.Helper()
	b, err := unix.Mmap(-1, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	require.NoError(t, err)
	return b
}

func address(b []byte) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(b))) }

func stackOf(t testing.TB, th *pthread.Thread) pthread.Stack {
	t.Helper()
	s, err := th.Stack()
	assert.NoError(t, err)
	return s
}

func TestAttrStackIsWhereTheThreadRuns(t *testing.T) {
	need(t)
	floor := pthread.Limits().StackMin
	for _, row := range []struct{ size, low, high int }{
		{1 << 20, 0, 0},
		{1 << 20, 3, 5},
		{1 << 20, 16, 17},
		{1 << 20, 5000, 3000},
		{floor, 0, 0},
		{floor + 32, 1, 15},
	} {
		mem := memory(t, row.size)
		given := mem[row.low : len(mem)-row.high]
		s := join(t, create(t, &pthread.Attr{Stack: given}, func() any {
			pthreadtest.UseStack(len(given) / 4)
			return stackOf(t, pthread.Self())
		})).(pthread.Stack)
		assert.GreaterOrEqual(t, s.Addr, address(given), "%+v", row)
		assert.LessOrEqual(t, s.Addr+uintptr(s.Size), address(given)+uintptr(len(given)), "%+v", row)
		assert.GreaterOrEqual(t, s.Size, len(given)*3/4, "%+v", row)
		assert.GreaterOrEqual(t, s.Used, len(given)/4, "%+v", row)
		assert.NotEqual(t, make([]byte, len(given)/4), given[len(given)*3/4:], "the top of it is used")
		assert.Equal(t, make([]byte, row.low), mem[:row.low], "nothing is written below it")
		assert.Equal(t, make([]byte, row.high), mem[len(mem)-row.high:], "nothing is written above it")
		require.NoError(t, unix.Munmap(mem))
	}
}

func TestAttrStackCanBeUsedAgainAfterJoin(t *testing.T) {
	need(t)
	mem := memory(t, 256<<10)
	for i := range 100 {
		assert.Equal(t, i, join(t, create(t, &pthread.Attr{Stack: mem}, func() any { return i })))
	}
	require.NoError(t, unix.Munmap(mem))
}

func TestAttrStackOfADetachedThread(t *testing.T) {
	need(t)
	done := make(chan pthread.Stack)
	mem := memory(t, 256<<10) // which stays
	create(t, &pthread.Attr{Stack: mem, Detached: true}, func() any {
		done <- stackOf(t, pthread.Self())
		return nil
	})
	s := <-done
	assert.GreaterOrEqual(t, s.Addr, address(mem))
}

func TestStackIsToldOfAnyThread(t *testing.T) {
	need(t)
	for _, h := range handles {
		th, end := h.start(t)
		s := stackOf(t, th)
		assert.NotZero(t, s.Addr, h.name)
		assert.Positive(t, s.Used, h.name)
		assert.LessOrEqual(t, s.Used, s.Size, h.name)
		end()
	}
	var p pthread.Parker
	own := make(chan pthread.Stack)
	th := spawn(t, func() { own <- stackOf(t, pthread.Self()); p.Park() })
	want := <-own
	got := stackOf(t, th)
	want.Used, got.Used = 0, 0
	assert.Equal(t, want, got)
	p.Unpark()
	join(t, th)
}

// The main thread's stack grows, and its lowest address is memory of nobody.
func TestStackOfTheMainThread(t *testing.T) {
	need(t)
	stdout, _ := runChild(t, "main stack")
	var size, used int
	_, err := fmt.Sscan(stdout, &size, &used)
	require.NoError(t, err, stdout)
	assert.Positive(t, used)
	assert.LessOrEqual(t, used, size)
	assert.Less(t, used, 4<<20)
}

func init() {
	children["main stack"] = func() {
		runtime.LockOSThread()
		self := pthread.Self()
		if self.TID() != os.Getpid() {
			panic("not on the main thread")
		}
		s, err := self.Stack()
		if err != nil {
			panic(err)
		}
		fmt.Println(s.Size, s.Used)
	}
}

func TestStackUsedGrowsWithCsNeed(t *testing.T) {
	need(t)
	const need, size = 16 << 20, 32 << 20
	var p pthread.Parker
	uses := make(chan pthread.Stack)
	th := create(t, &pthread.Attr{StackSize: size}, func() any {
		self := pthread.Self()
		uses <- stackOf(t, self)
		pthreadtest.UseStack(need)
		uses <- stackOf(t, self)
		pthreadtest.UseStack(need / 2) // needs no more
		p.Park()
		return nil
	})
	before, after := <-uses, <-uses
	assert.Positive(t, before.Used)
	assert.Less(t, before.Used, need)
	assert.Greater(t, after.Used, need)
	assert.Less(t, after.Used, size)
	assert.GreaterOrEqual(t, stackOf(t, th).Used, after.Used)
	p.Unpark()
	join(t, th)
}

const neighbour = 1 << 20 // bytes of memory below the guard

func init() {
	children["overflow"] = func() {
		const keep = 20
		for range keep {
			// What lies below a new stack is free or was mapped before.
			var s pthread.Stack
			ready, run := make(chan bool), make(chan bool)
			_, err := pthread.Create(&pthread.Attr{StackSize: 256 << 10, GuardSize: 64 << 10}, func() any {
				var err error
				if s, err = pthread.Self().Stack(); err != nil {
					panic(err)
				}
				ready <- true
				if <-run {
					pthreadtest.UseStack(2 * s.Size)
				}
				select {}
			})
			if err != nil {
				panic(err)
			}
			<-ready
			const mapFixedNoReplace = 0x100000
			low := s.Addr - uintptr(s.Guard) - neighbour
			got, _, errno := unix.Syscall6(unix.SYS_MMAP, low, neighbour, unix.PROT_READ|unix.PROT_WRITE,
				unix.MAP_SHARED|mapFixedNoReplace, 3, 0)
			if errno == 0 && got == low {
				fmt.Printf("guard %#x %#x\n", s.Addr-uintptr(s.Guard), s.Addr)
				run <- true
				select {} // until the process ends
			}
			if errno == 0 {
				panic("the kernel knows no MAP_FIXED_NOREPLACE")
			}
			run <- false
		}
		fmt.Println("no room")
	}
}

// The neighbour is memory that the test shares with the child and sees when
// that has died.
func TestOverflowOfAStackHitsTheGuardAndNotTheNeighbour(t *testing.T) {
	need(t)
	if emulated() {
		t.Skip("the fault is the emulator's, which ends without saying where it was")
	}
	fd, err := unix.MemfdCreate("neighbour", 0)
	require.NoError(t, err)
	file := os.NewFile(uintptr(fd), "neighbour")
	defer file.Close()
	pattern := bytes.Repeat([]byte("neighbour's data"), neighbour/16)
	_, err = file.Write(pattern)
	require.NoError(t, err)

	cmd := child(t, "overflow")
	cmd.ExtraFiles = []*os.File{file}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err = cmd.Run()
	if stdout.String() == "no room\n" {
		t.Skip("something was mapped below each of the stacks already")
	}
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit, "it goes on: %s", &stdout)
	var low, high uintptr
	_, err = fmt.Sscanf(stdout.String(), "guard %v %v", &low, &high)
	require.NoError(t, err, "%s\n%s", &stdout, &stderr)

	assert.Contains(t, stderr.String(), "SIGSEGV")
	match := regexp.MustCompile(`addr=(0x[0-9a-f]+)`).FindStringSubmatch(stderr.String())
	require.NotNil(t, match, &stderr)
	fault, err := strconv.ParseUint(match[1], 0, 64)
	require.NoError(t, err)
	assert.GreaterOrEqual(t, uintptr(fault), low)
	assert.Less(t, uintptr(fault), high)

	left := make([]byte, neighbour)
	_, err = file.ReadAt(left, 0)
	require.NoError(t, err)
	assert.True(t, bytes.Equal(pattern, left), "the neighbour's memory has changed")
}

func init() {
	// A stack of the caller's with a guard of the caller's.
	children["stack guarded"] = func() {
		const guard = 64 << 10
		mem, err := unix.Mmap(-1, 0, 1<<20, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
		if err == nil {
			err = unix.Mprotect(mem[:guard], unix.PROT_NONE)
		}
		if err != nil {
			panic(err)
		}
		fmt.Printf("guard %#x %#x\n", address(mem), address(mem)+guard)
		th, err := pthread.Create(&pthread.Attr{Stack: mem[guard:]}, func() any {
			pthreadtest.UseStack(len(mem))
			return nil
		})
		if err != nil {
			panic(err)
		}
		_, _ = th.Join()
	}
}

func TestGuardOfACallersStackIsTheCallers(t *testing.T) {
	need(t)
	if emulated() {
		t.Skip("the fault is the emulator's, which ends without saying where it was")
	}
	cmd := child(t, "stack guarded")
	out, err := cmd.CombinedOutput()
	require.Error(t, err, "it goes on: %s", out)
	line, rest, _ := strings.Cut(string(out), "\n")
	var low, high, fault uintptr
	_, err = fmt.Sscanf(line, "guard %v %v", &low, &high)
	require.NoError(t, err, line)
	assert.Contains(t, rest, "SIGSEGV")
	_, rest, _ = strings.Cut(rest, "addr=")
	_, err = fmt.Sscanf(rest, "%v", &fault)
	require.NoError(t, err, rest)
	assert.GreaterOrEqual(t, fault, low)
	assert.Less(t, fault, high)
}
