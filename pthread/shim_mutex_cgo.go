//go:build cgo && (linux || darwin || freebsd)

package pthread

/*
#include "pt_mutex.h"

#cgo noescape pt_mutex_ceiling
#cgo nocallback pt_mutex_ceiling
#cgo noescape pt_mutex_consistent
#cgo nocallback pt_mutex_consistent
#cgo noescape pt_mutex_destroy
#cgo nocallback pt_mutex_destroy
#cgo noescape pt_mutex_find
#cgo nocallback pt_mutex_find
#cgo noescape pt_mutex_free
#cgo nocallback pt_mutex_free
#cgo noescape pt_mutex_lock
#cgo nocallback pt_mutex_lock
#cgo noescape pt_mutex_new
#cgo nocallback pt_mutex_new
#cgo noescape pt_mutex_own
#cgo nocallback pt_mutex_own
#cgo noescape pt_mutex_place
#cgo nocallback pt_mutex_place
#cgo noescape pt_mutex_set_ceiling
#cgo nocallback pt_mutex_set_ceiling
#cgo noescape pt_mutex_timedlock
#cgo nocallback pt_mutex_timedlock
#cgo noescape pt_mutex_trylock
#cgo nocallback pt_mutex_trylock
#cgo noescape pt_mutex_unlock
#cgo nocallback pt_mutex_unlock
*/
import "C"

import (
	"syscall"
	"time"
)

type cMutex = C.pt_mutex

// The two languages agree on the names of all.
var (
	_ [MutexErrorCheck]int = [C.PT_MUTEX_ERRORCHECK]int{}
	_ [MutexRecursive]int  = [C.PT_MUTEX_RECURSIVE]int{}
	_ [MutexAdaptive]int   = [C.PT_MUTEX_ADAPTIVE]int{}
	_ [ProtocolInherit]int = [C.PT_PROTOCOL_INHERIT]int{}
	_ [ProtocolProtect]int = [C.PT_PROTOCOL_PROTECT]int{}
	_ [stepInit]int        = [C.PT_MUTEX_STEP_INIT]int{}
)

func cMutexAttr(a MutexAttr) C.pt_mutex_attr {
	c := C.pt_mutex_attr{_type: C.int(a.Type), protocol: C.int(a.Protocol), ceiling: C.int(a.PrioCeiling)}
	if a.Robust {
		c.robust = 1
	}
	return c
}

func shimMutexNew(a MutexAttr) (m *cMutex, step mutexStep, errno syscall.Errno) {
	attr := cMutexAttr(a)
	var cstep C.int
	err := C.pt_mutex_new(&m, &attr, &cstep)
	return m, mutexStep(cstep), syscall.Errno(err)
}

func shimMutexPlace(m *cMutex, a MutexAttr) (step mutexStep, errno syscall.Errno) {
	attr := cMutexAttr(a)
	var cstep C.int
	err := C.pt_mutex_place(m, &attr, &cstep)
	return mutexStep(cstep), syscall.Errno(err)
}
func shimMutexFind(m *cMutex) syscall.Errno { return syscall.Errno(C.pt_mutex_find(m)) }

func shimMutexOwn(m *cMutex) syscall.Errno { return syscall.Errno(C.pt_mutex_own(m)) }

func shimMutexOwned(m *cMutex) bool     { return m.traits&C.PT_TRAIT_OWNED != 0 }
func shimMutexListed(m *cMutex) bool    { return m.traits&C.PT_TRAIT_LISTED != 0 }
func shimMutexRecursive(m *cMutex) bool { return m.traits&C.PT_TRAIT_RECURSIVE != 0 }

func shimMutexLock(m *cMutex) syscall.Errno    { return syscall.Errno(C.pt_mutex_lock(m)) }
func shimMutexTryLock(m *cMutex) syscall.Errno { return syscall.Errno(C.pt_mutex_trylock(m)) }
func shimMutexTimedLock(m *cMutex, deadline time.Time) syscall.Errno {
	return syscall.Errno(C.pt_mutex_timedlock(m, C.int64_t(monotonic(deadline))))
}
func shimMutexUnlock(m *cMutex) syscall.Errno     { return syscall.Errno(C.pt_mutex_unlock(m)) }
func shimMutexConsistent(m *cMutex) syscall.Errno { return syscall.Errno(C.pt_mutex_consistent(m)) }
func shimMutexCeiling(m *cMutex) (int, syscall.Errno) {
	var ceiling C.int
	err := C.pt_mutex_ceiling(m, &ceiling)
	return int(ceiling), syscall.Errno(err)
}
func shimMutexSetCeiling(m *cMutex, ceiling int) (int, syscall.Errno) {
	var old C.int
	err := C.pt_mutex_set_ceiling(m, C.int(ceiling), &old)
	return int(old), syscall.Errno(err)
}
func shimMutexDestroy(m *cMutex) syscall.Errno { return syscall.Errno(C.pt_mutex_destroy(m)) }
func shimMutexFree(m *cMutex)                  { C.pt_mutex_free(m) }
