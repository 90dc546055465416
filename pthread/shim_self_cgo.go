//go:build cgo && (linux || darwin || freebsd)

package pthread

/*
#include "pt_self.h"

#cgo noescape pt_self_drop
#cgo nocallback pt_self_drop
#cgo noescape pt_self_get
#cgo nocallback pt_self_get
*/
import "C"

import (
	"syscall"
	"unsafe"
)

type cSelf = C.pt_self

// The two languages agree on how a lease looks.
var (
	_ = [1]struct{}{}[leaseEnded-C.PT_SELF_ENDED]
	_ = [1]struct{}{}[unsafe.Sizeof(lease{})-unsafe.Sizeof(cSelf{}.lease)]
)

func shimSelfGet() (*cSelf, syscall.Errno) {
	var c *cSelf
	err := C.pt_self_get(&c)
	return c, syscall.Errno(err)
}

func shimSelfLease(c *cSelf) *lease { return (*lease)(unsafe.Pointer(&c.lease)) }

func shimSelfDrop(c *cSelf) { C.pt_self_drop(c) }
