//go:build cgo && linux

package pthread

// This file is the whole seam to C: one Go function for each shim of csrc,
// with Go's types and an Errno as the last result. shim_none.go has the same
// functions for builds without C.

/*
#cgo CFLAGS: -I${SRCDIR}/../csrc -std=c11 -D_GNU_SOURCE -pthread
#include "pt_cond.h"
#include "pt_exit.h"
#include "pt_mutex.h"
#include "pt_sem.h"
#include "pt_thread.h"

extern void ptGoEntry(uintptr_t slot);

// None of the shims calls into Go (pt_thread_create only starts a thread that
// will), and none keeps a pointer that it was given.
#cgo noescape pt_cond_broadcast
#cgo nocallback pt_cond_broadcast
#cgo noescape pt_cond_destroy
#cgo nocallback pt_cond_destroy
#cgo noescape pt_cond_free
#cgo nocallback pt_cond_free
#cgo noescape pt_cond_new
#cgo nocallback pt_cond_new
#cgo noescape pt_cond_signal
#cgo nocallback pt_cond_signal
#cgo noescape pt_cond_timedwait
#cgo nocallback pt_cond_timedwait
#cgo noescape pt_cond_wait
#cgo nocallback pt_cond_wait
#cgo noescape pt_exit_drain
#cgo nocallback pt_exit_drain
#cgo noescape pt_exit_free
#cgo nocallback pt_exit_free
#cgo noescape pt_exit_watch
#cgo nocallback pt_exit_watch
#cgo noescape pt_mutex_destroy
#cgo nocallback pt_mutex_destroy
#cgo noescape pt_mutex_free
#cgo nocallback pt_mutex_free
#cgo noescape pt_mutex_lock
#cgo nocallback pt_mutex_lock
#cgo noescape pt_mutex_new
#cgo nocallback pt_mutex_new
#cgo noescape pt_mutex_timedlock
#cgo nocallback pt_mutex_timedlock
#cgo noescape pt_mutex_trylock
#cgo nocallback pt_mutex_trylock
#cgo noescape pt_mutex_unlock
#cgo nocallback pt_mutex_unlock
#cgo noescape pt_sem_destroy
#cgo nocallback pt_sem_destroy
#cgo noescape pt_sem_free
#cgo nocallback pt_sem_free
#cgo noescape pt_sem_new
#cgo nocallback pt_sem_new
#cgo noescape pt_sem_post
#cgo nocallback pt_sem_post
#cgo noescape pt_sem_timedwait
#cgo nocallback pt_sem_timedwait
#cgo noescape pt_sem_trywait
#cgo nocallback pt_sem_trywait
#cgo noescape pt_sem_value
#cgo nocallback pt_sem_value
#cgo noescape pt_sem_wait
#cgo nocallback pt_sem_wait
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
#cgo noescape pt_thread_tryjoin
#cgo nocallback pt_thread_tryjoin
#cgo noescape pt_thread_timedjoin
#cgo nocallback pt_thread_timedjoin
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
*/
import "C"

import (
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	_ "github.com/pythreads/pythreads/csrc" // compiles and links the shims
)

// Available says whether this build has POSIX threads: it is true where cgo
// is on and the platform is one that csrc is written for (Linux). Where it is
// false everything that makes a thread or a lock fails with ErrUnavailable.
const Available = true

type (
	cMutex = C.pt_mutex
	cCond  = C.pt_cond
	cSem   = C.pt_sem
	cExit  = C.pt_exit
)

func init() { C.pt_thread_set_entry((C.pt_entry)(C.ptGoEntry)) }

//export ptGoEntry
func ptGoEntry(slot C.uintptr_t) { enter(uintptr(slot)) }

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

func shimMutexNew(t MutexType) (*cMutex, syscall.Errno) {
	var m *cMutex
	ctype := [...]C.int{
		MutexNormal:     C.PTHREAD_MUTEX_NORMAL,
		MutexErrorCheck: C.PTHREAD_MUTEX_ERRORCHECK,
		MutexRecursive:  C.PTHREAD_MUTEX_RECURSIVE,
	}[t]
	err := C.pt_mutex_new(&m, ctype)
	return m, syscall.Errno(err)
}

func shimMutexLock(m *cMutex) syscall.Errno    { return syscall.Errno(C.pt_mutex_lock(m)) }
func shimMutexTryLock(m *cMutex) syscall.Errno { return syscall.Errno(C.pt_mutex_trylock(m)) }
func shimMutexTimedLock(m *cMutex, deadline time.Time) syscall.Errno {
	return syscall.Errno(C.pt_mutex_timedlock(m, C.int64_t(monotonic(deadline))))
}
func shimMutexUnlock(m *cMutex) syscall.Errno  { return syscall.Errno(C.pt_mutex_unlock(m)) }
func shimMutexDestroy(m *cMutex) syscall.Errno { return syscall.Errno(C.pt_mutex_destroy(m)) }
func shimMutexFree(m *cMutex)                  { C.pt_mutex_free(m) }

func shimCondNew() (*cCond, syscall.Errno) {
	var c *cCond
	err := C.pt_cond_new(&c)
	return c, syscall.Errno(err)
}

func shimCondWait(c *cCond, m *cMutex) syscall.Errno { return syscall.Errno(C.pt_cond_wait(c, m)) }
func shimCondTimedWait(c *cCond, m *cMutex, deadline time.Time) syscall.Errno {
	return syscall.Errno(C.pt_cond_timedwait(c, m, C.int64_t(monotonic(deadline))))
}
func shimCondSignal(c *cCond) syscall.Errno    { return syscall.Errno(C.pt_cond_signal(c)) }
func shimCondBroadcast(c *cCond) syscall.Errno { return syscall.Errno(C.pt_cond_broadcast(c)) }
func shimCondDestroy(c *cCond) syscall.Errno   { return syscall.Errno(C.pt_cond_destroy(c)) }
func shimCondFree(c *cCond)                    { C.pt_cond_free(c) }

func shimSemNew(value uint32) (*cSem, syscall.Errno) {
	var s *cSem
	err := C.pt_sem_new(&s, C.unsigned(value))
	return s, syscall.Errno(err)
}

func shimSemWait(s *cSem) syscall.Errno    { return syscall.Errno(C.pt_sem_wait(s)) }
func shimSemTryWait(s *cSem) syscall.Errno { return syscall.Errno(C.pt_sem_trywait(s)) }
func shimSemTimedWait(s *cSem, deadline time.Time) syscall.Errno {
	return syscall.Errno(C.pt_sem_timedwait(s, C.int64_t(monotonic(deadline))))
}
func shimSemPost(s *cSem) syscall.Errno { return syscall.Errno(C.pt_sem_post(s)) }
func shimSemValue(s *cSem) (int, syscall.Errno) {
	var v C.int
	err := C.pt_sem_value(s, &v)
	return int(v), syscall.Errno(err)
}
func shimSemDestroy(s *cSem) syscall.Errno { return syscall.Errno(C.pt_sem_destroy(s)) }
func shimSemFree(s *cSem)                  { C.pt_sem_free(s) }

func shimExitWatch() (*cExit, syscall.Errno) {
	var n *cExit
	err := C.pt_exit_watch(&n)
	return n, syscall.Errno(err)
}

// shimExitDrain calls f with each notice of a thread that ended since the
// last call.
func shimExitDrain(f func(*cExit)) {
	for n := C.pt_exit_drain(); n != nil; {
		next := n.next
		f(n)
		n = next
	}
}

// shimExited reads the flag that the ending thread sets, with the acquire
// order that Go's atomics have.
func shimExited(n *cExit) bool {
	return (*atomic.Uint32)(unsafe.Pointer(&n.exited)).Load() != 0
}

func shimExitFree(n *cExit) { C.pt_exit_free(n) }
