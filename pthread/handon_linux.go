//go:build go1.26 && !go1.28

package pthread

import (
	"sync/atomic"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// futexWaitHandingOn is futexWait for a thread that gives its place to another
// before it sleeps. The runtime's two functions want to be called by the same
// frame, with no growth of the stack in between.
//
//go:nosplit
//go:norace
func futexWaitHandingOn(word *atomic.Int32, value int32, deadline *unix.Timespec) syscall.Errno {
	entersyscallblock()
	_, _, errno := syscall.RawSyscall6(unix.SYS_FUTEX,
		uintptr(unsafe.Pointer(word)), futexWaitBitset, uintptr(uint32(value)),
		uintptr(unsafe.Pointer(deadline)), 0, futexAnyBit)
	exitsyscall()
	return errno
}

// The runtime's source says to leave these two as they are for those who reach
// them by linkname. Still, a release of Go that this was not tried with builds
// handon_other_linux.go in place of this file.

//go:linkname entersyscallblock runtime.entersyscallblock
func entersyscallblock()

//go:linkname exitsyscall runtime.exitsyscall
func exitsyscall()
