package pthread

import (
	"runtime"
	"syscall"
	"time"
)

// Cond is a pthread_cond_t on the monotonic clock. It is made by NewCond, or by
// the methods of SharedMemory, and must not be copied.
//
// As POSIX allows, Wait may return without a Signal, so it belongs into a loop
// that tests what is waited for. Where glibc is older than 2.42 a Signal
// can, very rarely, wake nobody although somebody waits (glibc bug 25847):
// waits on which the program's progress hangs are better bounded by a
// deadline. Package threading's Condition does not stand on this type and
// does not have the fault.
//
// All who wait at one time must bring the same mutex. A condition that
// processes share takes a mutex that processes share; one of this process
// takes either.
//
// On macOS a condition that processes share polls, once a millisecond at most,
// since that of the system fails where they have the mutex at different
// addresses; and so does one of this process that is waited on with a normal
// mutex of this process and, another time, with one of another kind. On FreeBSD
// a recursive mutex is let go all at once, however often it was locked.
//
// A condition is never robust. A process that is killed while it waits, or
// signals, may leave a shared one on which calls block for ever, so a program
// that must outlive such a death destroys nothing that the dead one used, and
// bounds its waits.
type Cond struct{ object[cCond] }

// NewCond makes a condition variable (pthread_cond_init).
func NewCond() (*Cond, error) {
	if !Available {
		return nil, ErrUnavailable
	}
	c, errno := shimCondNew()
	if errno != 0 {
		return nil, check("pthread_cond_init", errno)
	}
	v := &Cond{object[cCond]{c: c}}
	runtime.AddCleanup(v, shimCondFree, c)
	return v, nil
}

// NewCond makes a condition variable that processes share, at an offset of the
// memory (pthread_cond_init with PTHREAD_PROCESS_SHARED). The error is an
// *Error with EEXIST where an object is there already, else as for the
// function NewCond.
func (s *SharedMemory) NewCond(offset int) (*Cond, error) {
	return placedCond(s, offset, shimCondPlace)
}

// Cond finds the condition variable that was made at an offset of the memory.
// The error is an *Error with ENOENT where nothing is, EAGAIN while it is being
// made, and EINVAL where something else is.
func (s *SharedMemory) Cond(offset int) (*Cond, error) {
	return placedCond(s, offset, shimCondFind)
}

func placedCond(s *SharedMemory, offset int, shim func(*cCond) syscall.Errno) (*Cond, error) {
	c := new(Cond)
	if err := place(&c.object, s, "pthread_cond_init", offset, shim); err != nil {
		return nil, err
	}
	return c, nil
}

// Wait unlocks m, sleeps until it is woken, and locks m again
// (pthread_cond_wait). The caller must hold m; a recursive mutex that it has
// locked more than once stays locked while it sleeps.
//
// The error is an *Error. m is held after it as before, but for one: EPERM
// where m is not held, by the calling thread if it is a mutex with an owner,
// or the goroutine is not locked to its thread (see Mutex); EOWNERDEAD where
// the next owner of a robust m died, as from Lock; EINVAL for a condition that
// is shared with a mutex that is not, and after Destroy. After ENOTRECOVERABLE
// m is not held.
func (c *Cond) Wait(m *Mutex) error {
	return c.wait("pthread_cond_wait", m, shimCondWait)
}

// TimedWait is Wait with an end and says whether it was woken before the
// deadline (pthread_cond_timedwait). m is locked again in either case. With
// EOWNERDEAD it is true, and nobody knows.
func (c *Cond) TimedWait(m *Mutex, deadline time.Time) (bool, error) {
	return gotUnless(syscall.ETIMEDOUT, c.wait("pthread_cond_timedwait", m, func(c *cCond, m *cMutex) syscall.Errno {
		return shimCondTimedWait(c, m, deadline)
	}))
}

func (c *Cond) wait(op string, m *Mutex, shim func(*cCond, *cMutex) syscall.Errno) error {
	if c.shared != nil && m.shared == nil {
		return &Error{Op: op, Errno: syscall.EINVAL, Detail: "the condition is in shared memory and the mutex is not: other processes could not have the same one"}
	}
	// Both stay what they are until the wait is over.
	var fromMutex error
	fromCond := c.do(op, func(cc *cCond) syscall.Errno {
		fromMutex = m.wait(op, func(mc *cMutex) syscall.Errno { return shim(cc, mc) })
		return 0
	})
	if fromCond != nil {
		return fromCond
	}
	return fromMutex
}

// Signal wakes one thread that waits (pthread_cond_signal).
func (c *Cond) Signal() error { return c.do("pthread_cond_signal", shimCondSignal) }

// Broadcast wakes all threads that wait (pthread_cond_broadcast).
func (c *Cond) Broadcast() error { return c.do("pthread_cond_broadcast", shimCondBroadcast) }

// Destroy ends the condition variable (pthread_cond_destroy); further use
// gives EINVAL, in all processes that share it. Nobody may wait on it but
// those who were woken and have not left yet, for whom the call waits. It waits
// for ever if somebody sleeps, since nobody can be woken any more, or where a
// process was killed in its wait. One that is dropped without Destroy is freed by the garbage
// collector.
func (c *Cond) Destroy() error {
	return c.destroyOnce("pthread_cond_destroy", shimCondDestroy)
}
