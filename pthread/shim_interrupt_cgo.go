//go:build cgo && (linux || darwin || freebsd)

package pthread

/*
#include "pt_interrupt.h"

#cgo noescape pt_interrupt_begin
#cgo nocallback pt_interrupt_begin
#cgo noescape pt_interrupt_end
#cgo nocallback pt_interrupt_end
#cgo noescape pt_interrupt_send
#cgo nocallback pt_interrupt_send
#cgo noescape pt_interrupt_signal
#cgo nocallback pt_interrupt_signal
#cgo noescape pt_interrupt_spare
#cgo nocallback pt_interrupt_spare
*/
import "C"

import "syscall"

// The runtime's handler is on every signal that nobody has asked for. At this
// time it is surely on the one by which the runtime preempts; later C code or
// os/signal may have taken that.
func init() { C.pt_interrupt_spare(C.int(syscall.SIGURG)) }

func shimInterruptSignal() (syscall.Signal, syscall.Errno) {
	var sig C.int
	err := C.pt_interrupt_signal(&sig)
	return syscall.Signal(sig), syscall.Errno(err)
}

func shimInterruptBegin() (thread uintptr, blocked bool, errno syscall.Errno) {
	var t C.uintptr_t
	var b C.int
	err := C.pt_interrupt_begin(&t, &b)
	return uintptr(t), b != 0, syscall.Errno(err)
}

func shimInterruptSend(thread uintptr) syscall.Errno {
	return syscall.Errno(C.pt_interrupt_send(C.uintptr_t(thread)))
}

func shimInterruptEnd(blocked bool) syscall.Errno {
	var b C.int
	if blocked {
		b = 1
	}
	return syscall.Errno(C.pt_interrupt_end(b))
}
