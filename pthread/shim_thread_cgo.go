//go:build cgo && (linux || darwin || freebsd)

package pthread

/*
#include "pt_thread.h"

#cgo noescape pt_thread_begin
#cgo nocallback pt_thread_begin
#cgo noescape pt_thread_cputime
#cgo nocallback pt_thread_cputime
#cgo noescape pt_thread_create
#cgo nocallback pt_thread_create
#cgo noescape pt_thread_default_stack
#cgo nocallback pt_thread_default_stack
#cgo noescape pt_thread_detach
#cgo nocallback pt_thread_detach
#cgo noescape pt_thread_getcpus
#cgo nocallback pt_thread_getcpus
#cgo noescape pt_thread_getname
#cgo nocallback pt_thread_getname
#cgo noescape pt_thread_halt
#cgo nocallback pt_thread_halt
#cgo noescape pt_thread_kill
#cgo nocallback pt_thread_kill
#cgo noescape pt_thread_max_cpus
#cgo nocallback pt_thread_max_cpus
#cgo noescape pt_thread_min_stack
#cgo nocallback pt_thread_min_stack
#cgo noescape pt_thread_self
#cgo nocallback pt_thread_self
#cgo noescape pt_thread_set_entry
#cgo nocallback pt_thread_set_entry
#cgo noescape pt_thread_set_up
#cgo nocallback pt_thread_set_up
#cgo noescape pt_thread_setcpus
#cgo nocallback pt_thread_setcpus
#cgo noescape pt_thread_setname
#cgo nocallback pt_thread_setname
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

func shimThreadCreate(a *Attr, cpus []uint, slot uintptr) (uintptr, syscall.Errno) {
	c := C.pt_thread_attr{
		stack_size: C.size_t(a.StackSize),
		guard_size: C.PT_GUARD_DEFAULT,
		policy:     policies[a.Policy],
		priority:   C.int(a.Priority),
	}
	if a.Stack != nil {
		c.stack_size = C.size_t(len(a.Stack))
		c.stack = C.uintptr_t(uintptr(unsafe.Pointer(unsafe.SliceData(a.Stack))))
	}
	switch {
	case a.GuardSize > 0:
		c.guard_size = C.size_t(a.GuardSize)
	case a.GuardSize < 0:
		c.guard_size = 0
	}
	if a.Detached {
		c.detached = 1
	}
	if a.Scope == ScopeProcess {
		c.scope_process = 1
	}
	if a.SigMask != nil {
		c.has_sigmask = 1
		c.sigmask = cSigset(*a.SigMask)
	}
	var id C.uintptr_t
	err := C.pt_thread_create(&id, &c, cCPUs(cpus), cpusSize(cpus), C.uintptr_t(slot))
	return uintptr(id), syscall.Errno(err)
}

// A set of processors is an array of long, which has the size of an int of
// Go's wherever there are shims.
var _ [unsafe.Sizeof(uint(0))]byte = [unsafe.Sizeof(C.pt_cpus(0))]byte{}

func cCPUs(cpus []uint) *C.pt_cpus { return (*C.pt_cpus)(unsafe.Pointer(unsafe.SliceData(cpus))) }

func cpusSize(cpus []uint) C.size_t { return C.size_t(len(cpus) * int(unsafe.Sizeof(uint(0)))) }

// shimThreadBegin takes the name as the system wants it: NUL-terminated, or
// empty for none.
func shimThreadBegin(name string) (id uintptr, tid int, errno syscall.Errno) {
	var cname *C.char
	if name != "" {
		cname = cString(name)
	}
	var cid C.uintptr_t
	var ctid C.int64_t
	err := C.pt_thread_begin(cname, &cid, &ctid)
	return uintptr(cid), int(ctid), syscall.Errno(err)
}

func shimThreadSetUp() syscall.Errno { return syscall.Errno(C.pt_thread_set_up()) }

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

func shimThreadKill(id uintptr, sig int) syscall.Errno {
	return syscall.Errno(C.pt_thread_kill(C.uintptr_t(id), C.int(sig)))
}

// shimThreadSetName takes the name NUL-terminated.
func shimThreadSetName(id uintptr, name string) syscall.Errno {
	return syscall.Errno(C.pt_thread_setname(C.uintptr_t(id), cString(name)))
}

func shimThreadName(id uintptr) (string, syscall.Errno) {
	var name [C.PT_THREAD_NAME]C.char
	err := C.pt_thread_getname(C.uintptr_t(id), &name[0])
	return C.GoString(&name[0]), syscall.Errno(err)
}

func shimThreadSetCPUs(id uintptr, cpus []uint) syscall.Errno {
	return syscall.Errno(C.pt_thread_setcpus(C.uintptr_t(id), cCPUs(cpus), cpusSize(cpus)))
}

// shimThreadCPUs fills cpus, which are as many as shimThreadMaxCPUs says.
func shimThreadCPUs(id uintptr, cpus []uint) syscall.Errno {
	return syscall.Errno(C.pt_thread_getcpus(C.uintptr_t(id), cCPUs(cpus), cpusSize(cpus)))
}

func shimThreadMaxCPUs() (bytes int, errno syscall.Errno) {
	var size C.size_t
	err := C.pt_thread_max_cpus(&size)
	return int(size), syscall.Errno(err)
}

func shimThreadCPUTime(id uintptr) (time.Duration, syscall.Errno) {
	var ns C.int64_t
	err := C.pt_thread_cputime(C.uintptr_t(id), &ns)
	return time.Duration(ns), syscall.Errno(err)
}

func shimThreadStack(id uintptr) (Stack, syscall.Errno) {
	var addr C.uintptr_t
	var size, guard, used C.size_t
	err := C.pt_thread_stack(C.uintptr_t(id), &addr, &size, &guard, &used)
	return Stack{Addr: uintptr(addr), Size: int(size), Guard: int(guard), Used: int(used)}, syscall.Errno(err)
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
