package pthread

import (
	"runtime"
	"sync/atomic"
	"syscall"
)

// object is a POSIX object in memory of C's: of its own, which lives as long
// as the Go value that embeds this, or in a SharedMemory.
type object[C any] struct {
	c         *C
	ending    atomic.Bool // a destroyUnlessBusy is under way, or has succeeded
	destroyed atomic.Bool
	shared    *SharedMemory  // nil for one of its own
	tagAt     *atomic.Uint64 // where shared memory says what is there
	tag       uint64         // and what it says while it is this object
}

// do runs a shim on the object. Even a use that races with the object's end
// meets memory of ours: its own lives as long as o does, and shared memory is
// not unmapped meanwhile.
func (o *object[C]) do(op string, shim func(*C) syscall.Errno) error {
	if err := o.usable(op); err != nil {
		return err
	}
	if s := o.shared; s != nil {
		if !s.users.take() {
			return errClosedMemory(op)
		}
		defer s.users.drop()
		if o.tagAt.Load() != o.tag {
			return destroyed(op) // by another process perhaps
		}
	}
	errno := shim(o.c)
	runtime.KeepAlive(o)
	return check(op, errno)
}

// destroyOnce is do for a shim that POSIX leaves undefined the second time:
// one caller of all runs it, in all processes that share the object. If it
// fails the object is what it was.
func (o *object[C]) destroyOnce(op string, shim func(*C) syscall.Errno) error {
	if err := o.usable(op); err != nil {
		return err
	}
	if s := o.shared; s != nil {
		if !s.users.take() {
			return errClosedMemory(op)
		}
		defer s.users.drop()
	}
	if !o.destroyed.CompareAndSwap(false, true) {
		return destroyed(op)
	}
	if o.shared != nil && shimTagRetire(o.tagAt, o.tag) != 0 {
		return destroyed(op)
	}
	errno := shim(o.c)
	left := uint64(0)
	if errno != 0 {
		left = o.tag
		o.destroyed.Store(false)
	}
	if o.shared != nil {
		shimTagSettle(o.tagAt, left)
	}
	runtime.KeepAlive(o)
	return check(op, errno)
}

// destroyUnlessBusy is do for a shim that ends the object or refuses to. Not
// by destroyed itself, which would refuse the holder's unlock while it is not
// known whether this will succeed.
func (o *object[C]) destroyUnlessBusy(op string, shim func(*C) syscall.Errno) error {
	if !o.ending.CompareAndSwap(false, true) {
		if o.destroyed.Load() {
			return destroyed(op)
		}
		return &Error{Op: op, Errno: syscall.EBUSY, Detail: "another call is destroying it"}
	}
	err := o.do(op, shim)
	if err == nil {
		o.destroyed.Store(true)
	} else {
		o.ending.Store(false)
	}
	return err
}

// usable says why op cannot be done on the object, whatever it is.
func (o *object[C]) usable(op string) error {
	switch {
	case o.c == nil:
		return &Error{Op: op, Errno: syscall.EINVAL, Detail: "the object was declared and not made"}
	case o.destroyed.Load():
		return destroyed(op)
	}
	return nil
}

// destroyed is the error of op on an object after its end.
func destroyed(op string) error {
	return &Error{Op: op, Errno: syscall.EINVAL, Detail: "the object was destroyed"}
}
