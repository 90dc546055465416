//go:build cgo && (linux || darwin || freebsd)

package pthread

/*
#include "pt_shm.h"
#include "pt_tag.h"

#cgo noescape pt_shm_anonymous
#cgo nocallback pt_shm_anonymous
#cgo noescape pt_shm_create
#cgo nocallback pt_shm_create
#cgo noescape pt_shm_map
#cgo nocallback pt_shm_map
#cgo noescape pt_shm_open
#cgo nocallback pt_shm_open
#cgo noescape pt_shm_unlink
#cgo nocallback pt_shm_unlink
#cgo noescape pt_shm_unmap
#cgo nocallback pt_shm_unmap
#cgo noescape pt_tag_retire
#cgo nocallback pt_tag_retire
#cgo noescape pt_tag_settle
#cgo nocallback pt_tag_settle
*/
import "C"

import (
	"sync/atomic"
	"syscall"
	"unsafe"
)

const leastTag uint64 = C.PT_TAG_LEAST

// The two languages agree on the room of a shared object.
var _ [SharedSize]byte = [C.PT_PLACE]byte{}

// cString is a string that ends with a NUL, as C wants it.
func cString(s string) *C.char { return (*C.char)(unsafe.Pointer(unsafe.StringData(s))) }

func shimShmCreate(name string, size int) (int, syscall.Errno) {
	var fd C.int
	err := C.pt_shm_create(cString(name), C.size_t(size), &fd)
	return int(fd), syscall.Errno(err)
}

func shimShmOpen(name string) (int, syscall.Errno) {
	var fd C.int
	err := C.pt_shm_open(cString(name), &fd)
	return int(fd), syscall.Errno(err)
}

func shimShmAnonymous(size int) (int, syscall.Errno) {
	var fd C.int
	err := C.pt_shm_anonymous(C.size_t(size), &fd)
	return int(fd), syscall.Errno(err)
}

func shimShmUnlink(name string) syscall.Errno {
	return syscall.Errno(C.pt_shm_unlink(cString(name)))
}

func shimShmMap(fd int) ([]byte, syscall.Errno) {
	var at unsafe.Pointer
	var size C.size_t
	if err := C.pt_shm_map(C.int(fd), &at, &size); err != 0 {
		return nil, syscall.Errno(err)
	}
	return unsafe.Slice((*byte)(at), int(size)), 0
}

func shimShmUnmap(b []byte) syscall.Errno {
	return syscall.Errno(C.pt_shm_unmap(unsafe.Pointer(unsafe.SliceData(b)), C.size_t(len(b))))
}

func shimTagRetire(at *atomic.Uint64, tag uint64) syscall.Errno {
	return syscall.Errno(C.pt_tag_retire((*C.pt_tag)(unsafe.Pointer(at)), C.uint64_t(tag)))
}
func shimTagSettle(at *atomic.Uint64, tag uint64) {
	C.pt_tag_settle((*C.pt_tag)(unsafe.Pointer(at)), C.uint64_t(tag))
}
