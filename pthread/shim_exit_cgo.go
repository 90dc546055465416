//go:build cgo && (linux || darwin || freebsd)

package pthread

/*
#include "pt_exit.h"

#cgo noescape pt_exit_drain
#cgo nocallback pt_exit_drain
#cgo noescape pt_exit_free
#cgo nocallback pt_exit_free
#cgo noescape pt_exit_watch
#cgo nocallback pt_exit_watch
*/
import "C"

import (
	"sync/atomic"
	"syscall"
	"unsafe"
)

type cExit = C.pt_exit

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
