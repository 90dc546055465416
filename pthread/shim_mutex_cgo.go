//go:build cgo && linux

package pthread

/*
#include "pt_mutex.h"

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
*/
import "C"

import (
	"syscall"
	"time"
)

type cMutex = C.pt_mutex

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
