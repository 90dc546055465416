//go:build cgo && (linux || darwin || freebsd)

package pthread

/*
#include "pt_cond.h"

#cgo noescape pt_cond_broadcast
#cgo nocallback pt_cond_broadcast
#cgo noescape pt_cond_destroy
#cgo nocallback pt_cond_destroy
#cgo noescape pt_cond_find
#cgo nocallback pt_cond_find
#cgo noescape pt_cond_free
#cgo nocallback pt_cond_free
#cgo noescape pt_cond_new
#cgo nocallback pt_cond_new
#cgo noescape pt_cond_place
#cgo nocallback pt_cond_place
#cgo noescape pt_cond_signal
#cgo nocallback pt_cond_signal
#cgo noescape pt_cond_timedwait
#cgo nocallback pt_cond_timedwait
#cgo noescape pt_cond_wait
#cgo nocallback pt_cond_wait
*/
import "C"

import (
	"syscall"
	"time"
)

type cCond = C.pt_cond

func shimCondNew() (*cCond, syscall.Errno) {
	var c *cCond
	err := C.pt_cond_new(&c)
	return c, syscall.Errno(err)
}

func shimCondPlace(c *cCond) syscall.Errno { return syscall.Errno(C.pt_cond_place(c)) }
func shimCondFind(c *cCond) syscall.Errno  { return syscall.Errno(C.pt_cond_find(c)) }

func shimCondWait(c *cCond, m *cMutex) syscall.Errno { return syscall.Errno(C.pt_cond_wait(c, m)) }
func shimCondTimedWait(c *cCond, m *cMutex, deadline time.Time) syscall.Errno {
	return syscall.Errno(C.pt_cond_timedwait(c, m, C.int64_t(monotonic(deadline))))
}
func shimCondSignal(c *cCond) syscall.Errno    { return syscall.Errno(C.pt_cond_signal(c)) }
func shimCondBroadcast(c *cCond) syscall.Errno { return syscall.Errno(C.pt_cond_broadcast(c)) }
func shimCondDestroy(c *cCond) syscall.Errno   { return syscall.Errno(C.pt_cond_destroy(c)) }
func shimCondFree(c *cCond)                    { C.pt_cond_free(c) }
