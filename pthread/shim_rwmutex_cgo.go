//go:build cgo && (linux || darwin || freebsd)

package pthread

/*
#include "pt_rwmutex.h"

#cgo noescape pt_rwmutex_destroy
#cgo nocallback pt_rwmutex_destroy
#cgo noescape pt_rwmutex_find
#cgo nocallback pt_rwmutex_find
#cgo noescape pt_rwmutex_free
#cgo nocallback pt_rwmutex_free
#cgo noescape pt_rwmutex_new
#cgo nocallback pt_rwmutex_new
#cgo noescape pt_rwmutex_place
#cgo nocallback pt_rwmutex_place
#cgo noescape pt_rwmutex_rdlock
#cgo nocallback pt_rwmutex_rdlock
#cgo noescape pt_rwmutex_rdunlock
#cgo nocallback pt_rwmutex_rdunlock
#cgo noescape pt_rwmutex_timedrdlock
#cgo nocallback pt_rwmutex_timedrdlock
#cgo noescape pt_rwmutex_timedwrlock
#cgo nocallback pt_rwmutex_timedwrlock
#cgo noescape pt_rwmutex_tryrdlock
#cgo nocallback pt_rwmutex_tryrdlock
#cgo noescape pt_rwmutex_trywrlock
#cgo nocallback pt_rwmutex_trywrlock
#cgo noescape pt_rwmutex_wrlock
#cgo nocallback pt_rwmutex_wrlock
#cgo noescape pt_rwmutex_wrunlock
#cgo nocallback pt_rwmutex_wrunlock
*/
import "C"

import (
	"syscall"
	"time"
)

type cRWMutex = C.pt_rwmutex

// cPrefer says it as the shims want it.
func cPrefer(p Preference) C.int {
	if p == PreferWriters {
		return 1
	}
	return 0
}

func shimRWMutexNew(p Preference) (*cRWMutex, syscall.Errno) {
	var m *cRWMutex
	err := C.pt_rwmutex_new(&m, cPrefer(p))
	return m, syscall.Errno(err)
}

func shimRWMutexPlace(m *cRWMutex, p Preference) syscall.Errno {
	return syscall.Errno(C.pt_rwmutex_place(m, cPrefer(p)))
}
func shimRWMutexFind(m *cRWMutex) syscall.Errno { return syscall.Errno(C.pt_rwmutex_find(m)) }

func shimRWMutexRLock(m *cRWMutex) syscall.Errno    { return syscall.Errno(C.pt_rwmutex_rdlock(m)) }
func shimRWMutexTryRLock(m *cRWMutex) syscall.Errno { return syscall.Errno(C.pt_rwmutex_tryrdlock(m)) }
func shimRWMutexTimedRLock(m *cRWMutex, deadline time.Time) syscall.Errno {
	return syscall.Errno(C.pt_rwmutex_timedrdlock(m, C.int64_t(monotonic(deadline))))
}
func shimRWMutexRUnlock(m *cRWMutex) syscall.Errno { return syscall.Errno(C.pt_rwmutex_rdunlock(m)) }
func shimRWMutexLock(m *cRWMutex) syscall.Errno    { return syscall.Errno(C.pt_rwmutex_wrlock(m)) }
func shimRWMutexTryLock(m *cRWMutex) syscall.Errno { return syscall.Errno(C.pt_rwmutex_trywrlock(m)) }
func shimRWMutexTimedLock(m *cRWMutex, deadline time.Time) syscall.Errno {
	return syscall.Errno(C.pt_rwmutex_timedwrlock(m, C.int64_t(monotonic(deadline))))
}
func shimRWMutexUnlock(m *cRWMutex) syscall.Errno  { return syscall.Errno(C.pt_rwmutex_wrunlock(m)) }
func shimRWMutexDestroy(m *cRWMutex) syscall.Errno { return syscall.Errno(C.pt_rwmutex_destroy(m)) }
func shimRWMutexFree(m *cRWMutex)                  { C.pt_rwmutex_free(m) }
