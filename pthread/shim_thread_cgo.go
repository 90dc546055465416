//go:build cgo && linux

package pthread

/*
#include "pt_thread.h"

#cgo noescape pt_thread_begin
#cgo nocallback pt_thread_begin
#cgo noescape pt_thread_create
#cgo nocallback pt_thread_create
#cgo noescape pt_thread_default_stack
#cgo nocallback pt_thread_default_stack
#cgo noescape pt_thread_detach
#cgo nocallback pt_thread_detach
#cgo noescape pt_thread_halt
#cgo nocallback pt_thread_halt
#cgo noescape pt_thread_min_stack
#cgo nocallback pt_thread_min_stack
#cgo noescape pt_thread_self
#cgo nocallback pt_thread_self
#cgo noescape pt_thread_set_entry
#cgo nocallback pt_thread_set_entry
#cgo noescape pt_thread_slot
#cgo nocallback pt_thread_slot
#cgo noescape pt_thread_stack
#cgo nocallback pt_thread_stack
#cgo noescape pt_thread_tid
#cgo nocallback pt_thread_tid
#cgo noescape pt_thread_timedjoin
#cgo nocallback pt_thread_timedjoin
#cgo noescape pt_thread_tryjoin
#cgo nocallback pt_thread_tryjoin
*/
import "C"

import (
	"syscall"
	"time"
	"unsafe"
)

func shimThreadCreate(a *Attr, slot uintptr) (uintptr, syscall.Errno) {
	c := C.pt_thread_attr{stack_size: C.size_t(a.StackSize), guard_size: C.PT_GUARD_DEFAULT}
	switch {
	case a.GuardSize > 0:
		c.guard_size = C.size_t(a.GuardSize)
	case a.GuardSize < 0:
		c.guard_size = 0
	}
	if a.Detached {
		c.detached = 1
	}
	var id C.uintptr_t
	err := C.pt_thread_create(&id, &c, C.uintptr_t(slot))
	return uintptr(id), syscall.Errno(err)
}

// shimThreadBegin takes the name as the system wants it: NUL-terminated, or
// empty for none.
func shimThreadBegin(name string) (id uintptr, tid int, errno syscall.Errno) {
	var cname *C.char
	if name != "" {
		cname = (*C.char)(unsafe.Pointer(unsafe.StringData(name)))
	}
	var cid C.uintptr_t
	var ctid C.int
	err := C.pt_thread_begin(cname, &cid, &ctid)
	return uintptr(cid), int(ctid), syscall.Errno(err)
}

func shimThreadTryJoin(id uintptr) syscall.Errno {
	return syscall.Errno(C.pt_thread_tryjoin(C.uintptr_t(id)))
}

func shimThreadTimedJoin(id uintptr, deadline time.Time) syscall.Errno {
	return syscall.Errno(C.pt_thread_timedjoin(C.uintptr_t(id), C.int64_t(monotonic(deadline))))
}

func shimThreadDetach(id uintptr) syscall.Errno {
	return syscall.Errno(C.pt_thread_detach(C.uintptr_t(id)))
}

func shimThreadSelf() uintptr { return uintptr(C.pt_thread_self()) }

func shimThreadSlot() uintptr { return uintptr(C.pt_thread_slot()) }

func shimThreadTID() int { return int(C.pt_thread_tid()) }

func shimThreadStack() (Stack, syscall.Errno) {
	var addr C.uintptr_t
	var size, guard C.size_t
	err := C.pt_thread_stack(&addr, &size, &guard)
	return Stack{Addr: uintptr(addr), Size: int(size), Guard: int(guard)}, syscall.Errno(err)
}

func shimThreadDefaultStack() (int, syscall.Errno) {
	var size C.size_t
	err := C.pt_thread_default_stack(&size)
	return int(size), syscall.Errno(err)
}

func shimThreadMinStack() (int, syscall.Errno) {
	var size C.size_t
	err := C.pt_thread_min_stack(&size)
	return int(size), syscall.Errno(err)
}

func shimThreadHalt() { C.pt_thread_halt() }
