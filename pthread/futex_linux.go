package pthread

import (
	"sync/atomic"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The operations of futex(2) that Parker uses; its words are never shared
// with another process.
const (
	futexWaitBitset = 9 | futexPrivate
	futexWake       = 1 | futexPrivate
	futexPrivate    = 128
	futexAnyBit     = 0xffffffff
)

// futexWait sleeps while *word is value, until it is woken, a signal comes, or
// the deadline on CLOCK_MONOTONIC, nil for none. The thread keeps its place in
// the Go scheduler until that takes it away.
func futexWait(word *atomic.Int32, value int32, deadline *unix.Timespec) syscall.Errno {
	_, _, errno := syscall.Syscall6(unix.SYS_FUTEX,
		uintptr(unsafe.Pointer(word)), futexWaitBitset, uintptr(uint32(value)),
		uintptr(unsafe.Pointer(deadline)), 0, futexAnyBit)
	return errno
}

// futexWakeOne wakes a thread that sleeps in one of the waits. It is too short
// to be worth telling the scheduler of.
func futexWakeOne(word *atomic.Int32) {
	syscall.RawSyscall6(unix.SYS_FUTEX,
		uintptr(unsafe.Pointer(word)), futexWake, 1, 0, 0, 0)
}
