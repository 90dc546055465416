//go:build cgo && (linux || darwin || freebsd)

package pthread

/*
#include "pt_sem.h"

#cgo noescape pt_sem_close
#cgo nocallback pt_sem_close
#cgo noescape pt_sem_destroy
#cgo nocallback pt_sem_destroy
#cgo noescape pt_sem_free
#cgo nocallback pt_sem_free
#cgo noescape pt_sem_new
#cgo nocallback pt_sem_new
#cgo noescape pt_sem_find
#cgo nocallback pt_sem_find
#cgo noescape pt_sem_open
#cgo nocallback pt_sem_open
#cgo noescape pt_sem_place
#cgo nocallback pt_sem_place
#cgo noescape pt_sem_post
#cgo nocallback pt_sem_post
#cgo noescape pt_sem_timedwait
#cgo nocallback pt_sem_timedwait
#cgo noescape pt_sem_trywait
#cgo nocallback pt_sem_trywait
#cgo noescape pt_sem_unlink
#cgo nocallback pt_sem_unlink
#cgo noescape pt_sem_value
#cgo nocallback pt_sem_value
#cgo noescape pt_sem_wait
#cgo nocallback pt_sem_wait
*/
import "C"

import (
	"syscall"
	"time"
)

type (
	cSem       = C.pt_sem
	cSemShared = C.pt_sem_shared
)

func shimSemNew(value uint32) (*cSem, syscall.Errno) {
	var s *cSem
	err := C.pt_sem_new(&s, C.unsigned(value))
	return s, syscall.Errno(err)
}

func shimSemPlace(s *cSemShared, value uint32) syscall.Errno {
	return syscall.Errno(C.pt_sem_place(s, C.unsigned(value)))
}
func shimSemFind(s *cSemShared) syscall.Errno { return syscall.Errno(C.pt_sem_find(s)) }
func shimSemIn(s *cSemShared) *cSem           { return &s.sem }

func shimSemOpen(name string, flag int, mode, value uint32) (*cSem, syscall.Errno) {
	var s *cSem
	err := C.pt_sem_open(&s, cString(name), C.int(flag), C.unsigned(mode), C.unsigned(value))
	return s, syscall.Errno(err)
}
func shimSemClose(s *cSem) syscall.Errno      { return syscall.Errno(C.pt_sem_close(s)) }
func shimSemUnlink(name string) syscall.Errno { return syscall.Errno(C.pt_sem_unlink(cString(name))) }

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
