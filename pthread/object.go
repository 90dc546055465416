package pthread

import (
	"runtime"
	"sync/atomic"
	"syscall"
	"unsafe"
)

// object is a POSIX object in memory of C's: of its own, which lives as long
// as the Go value that embeds this, or in a SharedMemory.
type object[C any] struct {
	c         *C
	destroyed atomic.Bool
	shared    *SharedMemory // nil for one of its own
	tag       uint64        // what marks it in shared memory
}

// do runs a shim on the object. Even a use that races with the object's end
// meets memory of ours: its own lives as long as o does, and shared memory is
// not unmapped meanwhile.
func (o *object[C]) do(op string, shim func(*C) syscall.Errno) error {
	if o.destroyed.Load() {
		return destroyed(op)
	}
	if s := o.shared; s != nil {
		if !s.users.take() {
			return errClosedMemory(op)
		}
		defer s.users.drop()
		if tagAt(o.c) != o.tag {
			return destroyed(op) // by another process perhaps
		}
	}
	errno := shim(o.c)
	runtime.KeepAlive(o)
	return check(op, errno)
}

// destroyOnce is do for a shim that POSIX leaves undefined the second time.
func (o *object[C]) destroyOnce(op string, shim func(*C) syscall.Errno) error {
	if o.shared != nil && o.shared.users.ended() {
		return errClosedMemory(op)
	}
	if !o.destroyed.CompareAndSwap(false, true) {
		return destroyed(op)
	}
	alive := object[C]{c: o.c, shared: o.shared, tag: o.tag}
	err := alive.do(op, shim)
	runtime.KeepAlive(o)
	return err
}

// tagAt reads the tag that each object of C's begins with.
func tagAt[C any](c *C) uint64 { return (*atomic.Uint64)(unsafe.Pointer(c)).Load() }

// destroyed is the error of op on an object after its end.
func destroyed(op string) error {
	return &Error{Op: op, Errno: syscall.EINVAL, Detail: "the object was destroyed"}
}
