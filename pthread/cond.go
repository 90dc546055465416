package pthread

import (
	"runtime"
	"syscall"
	"time"
)

// Cond is a pthread_cond_t on the monotonic clock. It is made by NewCond and
// must not be copied.
//
// As POSIX allows, Wait may return without a Signal, so it belongs into a loop
// that tests what is waited for. Where glibc is older than 2.42 a Signal
// can, very rarely, wake nobody although somebody waits (glibc bug 25847):
// waits on which the program's progress hangs are better bounded by a
// deadline. Package threading's Condition does not stand on this type and
// does not have the fault.
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

// Wait unlocks m, sleeps until it is woken, and locks m again
// (pthread_cond_wait). The caller must hold m, on the OS thread that it is
// locked to; an errorcheck mutex answers EPERM if it does not.
func (c *Cond) Wait(m *Mutex) error {
	return c.wait("pthread_cond_wait", m, shimCondWait)
}

// TimedWait is Wait with an end and says whether it was woken before the
// deadline (pthread_cond_timedwait). m is locked again in either case.
func (c *Cond) TimedWait(m *Mutex, deadline time.Time) (bool, error) {
	return unless(syscall.ETIMEDOUT, c.wait("pthread_cond_timedwait", m, func(c *cCond, m *cMutex) syscall.Errno {
		return shimCondTimedWait(c, m, deadline)
	}))
}

func (c *Cond) wait(op string, m *Mutex, shim func(*cCond, *cMutex) syscall.Errno) error {
	return c.do(op, func(cc *cCond) syscall.Errno {
		if m.destroyed.Load() {
			return syscall.EINVAL
		}
		errno := shim(cc, m.c)
		runtime.KeepAlive(m)
		return errno
	})
}

// Signal wakes one thread that waits (pthread_cond_signal).
func (c *Cond) Signal() error { return c.do("pthread_cond_signal", shimCondSignal) }

// Broadcast wakes all threads that wait (pthread_cond_broadcast).
func (c *Cond) Broadcast() error { return c.do("pthread_cond_broadcast", shimCondBroadcast) }

// Destroy ends the condition variable (pthread_cond_destroy); further use
// gives EINVAL. Nobody may wait on it. One that is dropped without Destroy is
// freed by the garbage collector.
func (c *Cond) Destroy() error {
	return c.destroyOnce("pthread_cond_destroy", shimCondDestroy)
}
