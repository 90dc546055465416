package pthread

import (
	"fmt"
	"sync"
	"syscall"
	"unsafe"
)

// SetAffinity says on which processors the thread may run
// (pthread_setaffinity_np). They are numbered from 0, as in /proc/cpuinfo.
// Those that this machine or the process's cpuset has not are left out; the
// error is an *Error with EINVAL where none remains, where none is given, and
// for a number that no processor can have. On macOS it is ENOTSUP.
//
// The Go runtime may start threads of its own from one that runs Go, and they
// inherit this for the rest of the process; not so from a thread of Create,
// nor from one whose goroutine called runtime.LockOSThread. Go code on a thread
// of C does that first.
func (t *Thread) SetAffinity(cpus ...int) error {
	const op = "pthread_setaffinity_np"
	if err := t.known(op); err != nil {
		return err
	}
	set, err := cpuSet(op, cpus)
	if err != nil {
		return err
	}
	err = t.use(op, func(id uintptr, _ int) syscall.Errno { return shimThreadSetCPUs(id, set) })
	return because(err, syscall.EINVAL, "%s", noneOf(cpus))
}

// Affinity gives the numbers of the processors that the thread may run on, in
// ascending order (pthread_getaffinity_np). On macOS the error is an *Error with
// ENOTSUP.
func (t *Thread) Affinity() ([]int, error) {
	const op = "pthread_getaffinity_np"
	if err := t.known(op); err != nil {
		return nil, err
	}
	size, errno := maxCPUs()
	if errno != 0 {
		return nil, check(op, errno)
	}
	set := make([]uint, size/wordBits)
	err := t.use(op, func(id uintptr, _ int) syscall.Errno { return shimThreadCPUs(id, set) })
	if err != nil {
		return nil, err
	}
	var cpus []int
	for n := range size {
		if set[n/wordBits]>>(n%wordBits)&1 != 0 {
			cpus = append(cpus, n)
		}
	}
	return cpus, nil
}

// wordBits is the bits of a word of the kernel's sets of processors.
const wordBits = 8 * int(unsafe.Sizeof(uint(0)))

// maxCPUs gives how many processors the kernel's sets have room for.
var maxCPUs = sync.OnceValues(func() (int, syscall.Errno) {
	bytes, errno := shimThreadMaxCPUs()
	return 8 * bytes, errno
})

// cpuSet gives the processors as the kernel wants them.
func cpuSet(op string, cpus []int) ([]uint, error) {
	size, errno := maxCPUs()
	if errno != 0 {
		return nil, check(op, errno)
	}
	if len(cpus) == 0 {
		return nil, &Error{Op: op, Errno: syscall.EINVAL, Detail: "no CPU is given"}
	}
	set := make([]uint, size/wordBits)
	for _, n := range cpus {
		if n < 0 || n >= size {
			return nil, &Error{Op: op, Errno: syscall.EINVAL, Detail: fmt.Sprintf("CPU %d (this kernel numbers them 0 to %d)", n, size-1)}
		}
		set[n/wordBits] |= 1 << (n % wordBits)
	}
	return set, nil
}

// noneOf is the detail for processors that a thread cannot be put on.
func noneOf(cpus []int) string {
	return fmt.Sprintf("none of the CPUs %v is there for this process", cpus)
}
