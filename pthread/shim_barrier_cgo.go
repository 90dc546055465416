//go:build cgo && (linux || darwin || freebsd)

package pthread

/*
#include "pt_barrier.h"

#cgo noescape pt_barrier_destroy
#cgo nocallback pt_barrier_destroy
#cgo noescape pt_barrier_find
#cgo nocallback pt_barrier_find
#cgo noescape pt_barrier_free
#cgo nocallback pt_barrier_free
#cgo noescape pt_barrier_new
#cgo nocallback pt_barrier_new
#cgo noescape pt_barrier_place
#cgo nocallback pt_barrier_place
#cgo noescape pt_barrier_wait
#cgo nocallback pt_barrier_wait
*/
import "C"

import "syscall"

type cBarrier = C.pt_barrier

func shimBarrierNew(n int) (*cBarrier, syscall.Errno) {
	var b *cBarrier
	err := C.pt_barrier_new(&b, C.unsigned(n))
	return b, syscall.Errno(err)
}

func shimBarrierPlace(b *cBarrier, n int) syscall.Errno {
	return syscall.Errno(C.pt_barrier_place(b, C.unsigned(n)))
}
func shimBarrierFind(b *cBarrier) syscall.Errno { return syscall.Errno(C.pt_barrier_find(b)) }

func shimBarrierWait(b *cBarrier) (bool, syscall.Errno) {
	var serial C.int
	err := C.pt_barrier_wait(b, &serial)
	return serial != 0, syscall.Errno(err)
}
func shimBarrierDestroy(b *cBarrier) syscall.Errno { return syscall.Errno(C.pt_barrier_destroy(b)) }
func shimBarrierFree(b *cBarrier)                  { C.pt_barrier_free(b) }
