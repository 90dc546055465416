package pthread

import (
	"fmt"
	"math"
	"runtime"
	"syscall"
)

// Barrier is a pthread_barrier_t: a number of threads wait at it for each
// other, and go on together once all are there. It is made by NewBarrier, must
// not be copied, and is ready for the next round at once.
//
// Its waiters block their OS thread, and POSIX has no form with a deadline and
// no way to break a round off: who waits for somebody who never comes, waits
// for ever. Package threading's Barrier has both.
//
// macOS has none; there it is a mutex and a condition, and one that processes
// share polls, once a millisecond at most.
type Barrier struct{ object[cBarrier] }

// NewBarrier makes a barrier for rounds of n threads (pthread_barrier_init).
// The error is an *Error with EINVAL for n below 1 or above 2,147,483,646.
func NewBarrier(n int) (*Barrier, error) {
	if !Available {
		return nil, ErrUnavailable
	}
	if err := checkParties(n); err != nil {
		return nil, err
	}
	c, errno := shimBarrierNew(n)
	if errno != 0 {
		return nil, check("pthread_barrier_init", errno)
	}
	b := &Barrier{object[cBarrier]{c: c}}
	runtime.AddCleanup(b, shimBarrierFree, c)
	return b, nil
}

// NewBarrier makes a barrier that processes share, at an offset of the memory
// (pthread_barrier_init with PTHREAD_PROCESS_SHARED). The error is an *Error
// with EEXIST where an object is there already, else as for the function
// NewBarrier. A process that dies while it waits is counted as waiting.
func (s *SharedMemory) NewBarrier(offset, n int) (*Barrier, error) {
	if err := checkParties(n); err != nil {
		return nil, err
	}
	return placedBarrier(s, offset, func(c *cBarrier) syscall.Errno { return shimBarrierPlace(c, n) })
}

// Barrier finds the barrier that was made at an offset of the memory. The
// error is an *Error with ENOENT where nothing is, EAGAIN while it is being
// made, and EINVAL where something else is.
func (s *SharedMemory) Barrier(offset int) (*Barrier, error) {
	return placedBarrier(s, offset, shimBarrierFind)
}

func placedBarrier(s *SharedMemory, offset int, shim func(*cBarrier) syscall.Errno) (*Barrier, error) {
	o := new(Barrier)
	if err := place(&o.object, s, "pthread_barrier_init", offset, shim); err != nil {
		return nil, err
	}
	return o, nil
}

// maxParties is the least of what the C libraries have for a bound.
const maxParties = math.MaxInt32 - 1

func checkParties(n int) error {
	if n < 1 || n > maxParties {
		return &Error{
			Op: "pthread_barrier_init", Errno: syscall.EINVAL,
			Detail: fmt.Sprintf("a barrier for %d threads (at least 1, at most %d)", n, maxParties),
		}
	}
	return nil
}

// Wait waits until as many threads are here as make a round
// (pthread_barrier_wait). serial is true for one of them, whichever
// (PTHREAD_BARRIER_SERIAL_THREAD), and false for the others. What each of them
// did before its Wait happens before the return of every Wait of that round.
// The error is an *Error with EINVAL after Destroy.
func (b *Barrier) Wait() (serial bool, err error) {
	err = b.do("pthread_barrier_wait", func(c *cBarrier) (errno syscall.Errno) {
		serial, errno = shimBarrierWait(c)
		return errno
	})
	return serial, err
}

// Destroy ends the barrier (pthread_barrier_destroy); further use gives
// EINVAL. Whoever has returned from Wait may call it: it waits for the others
// of that round to leave. The error is an *Error with EBUSY while somebody
// waits for a round to be complete, which POSIX leaves undefined and where
// glibc would block. One that is dropped without Destroy is freed by the
// garbage collector.
func (b *Barrier) Destroy() error {
	return b.destroyUnlessBusy("pthread_barrier_destroy", shimBarrierDestroy)
}
