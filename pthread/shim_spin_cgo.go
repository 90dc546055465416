//go:build cgo && (linux || darwin || freebsd)

package pthread

/*
#include "pt_spin.h"

#cgo noescape pt_spin_destroy
#cgo nocallback pt_spin_destroy
#cgo noescape pt_spin_find
#cgo nocallback pt_spin_find
#cgo noescape pt_spin_free
#cgo nocallback pt_spin_free
#cgo noescape pt_spin_lock
#cgo nocallback pt_spin_lock
#cgo noescape pt_spin_new
#cgo nocallback pt_spin_new
#cgo noescape pt_spin_place
#cgo nocallback pt_spin_place
#cgo noescape pt_spin_trylock
#cgo nocallback pt_spin_trylock
#cgo noescape pt_spin_unlock
#cgo nocallback pt_spin_unlock
*/
import "C"

import "syscall"

type cSpin = C.pt_spin

func shimSpinNew() (*cSpin, syscall.Errno) {
	var s *cSpin
	err := C.pt_spin_new(&s)
	return s, syscall.Errno(err)
}

func shimSpinPlace(s *cSpin) syscall.Errno   { return syscall.Errno(C.pt_spin_place(s)) }
func shimSpinFind(s *cSpin) syscall.Errno    { return syscall.Errno(C.pt_spin_find(s)) }
func shimSpinLock(s *cSpin) syscall.Errno    { return syscall.Errno(C.pt_spin_lock(s)) }
func shimSpinTryLock(s *cSpin) syscall.Errno { return syscall.Errno(C.pt_spin_trylock(s)) }
func shimSpinUnlock(s *cSpin) syscall.Errno  { return syscall.Errno(C.pt_spin_unlock(s)) }
func shimSpinDestroy(s *cSpin) syscall.Errno { return syscall.Errno(C.pt_spin_destroy(s)) }
func shimSpinFree(s *cSpin)                  { C.pt_spin_free(s) }
