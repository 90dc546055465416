package pthread

import (
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Parker makes one OS thread sleep until another thread wakes it: a binary
// semaphore for one sleeper. The zero value is ready and holds no token; it
// must not be copied after first use.
//
// Park takes the token, and sleeps until there is one; Unpark leaves one. So
// an Unpark that comes first is not lost, and two of them count as one. Only
// one thread may park on a Parker at a time; any may unpark, of whatever
// kind. What came before an Unpark happens before the return of the Park that
// takes its token.
//
// Park blocks the OS thread and gives its place in the Go scheduler back. A
// goroutine that is not locked to its thread sleeps far cheaper on a channel.
//
// On Linux it is a futex reached by a plain system call, elsewhere Go's own
// synchronization.
type Parker struct {
	state atomic.Int32 // parkerEmpty, parkerToken or parkerAsleep
}

const (
	parkerEmpty  = 0
	parkerToken  = 1
	parkerAsleep = -1
)

// The operations of futex(2) that Parker uses; its words are never shared
// with another process.
const (
	futexWaitBitset = 9 | futexPrivate
	futexWake       = 1 | futexPrivate
	futexPrivate    = 128
	futexAnyBit     = 0xffffffff
)

// Park sleeps until there is a token and takes it.
func (p *Parker) Park() { p.park(nil) }

// ParkUntil is Park with an end: it says whether it took a token before the
// deadline. The deadline is taken on the monotonic clock if t has a reading of
// it, as times from time.Now have. One that is past makes it a poll.
func (p *Parker) ParkUntil(deadline time.Time) bool {
	if p.state.CompareAndSwap(parkerToken, parkerEmpty) {
		return true
	}
	if !time.Now().Before(deadline) {
		return false // the system would take its time to say so
	}
	ts := unix.NsecToTimespec(max(monotonic(deadline), 0))
	return p.park(&ts)
}

func (p *Parker) park(deadline *unix.Timespec) bool {
	// Token to empty, taken; or empty to asleep.
	if p.state.Add(-1) == parkerEmpty {
		return true
	}
	for {
		// Returns at once unless the state is asleep still, so an Unpark
		// between the Add and here is not lost.
		_, _, errno := syscall.Syscall6(unix.SYS_FUTEX,
			uintptr(unsafe.Pointer(&p.state)), futexWaitBitset, ^uintptr(0)&0xffffffff,
			uintptr(unsafe.Pointer(deadline)), 0, futexAnyBit)
		if p.state.CompareAndSwap(parkerToken, parkerEmpty) {
			return true
		}
		if errno == unix.ETIMEDOUT {
			// Asleep to empty, unless a token came in between.
			return p.state.Swap(parkerEmpty) == parkerToken
		}
		// A signal, or a wake-up that was meant for an earlier user of this
		// memory.
	}
}

// Unpark leaves a token and wakes the sleeper if there is one. It never
// blocks.
func (p *Parker) Unpark() {
	// The swap, even over a token that is there, orders what came before this
	// Unpark too.
	if p.state.Swap(parkerToken) == parkerAsleep {
		// The system call is too short to be worth telling the scheduler of.
		syscall.RawSyscall6(unix.SYS_FUTEX,
			uintptr(unsafe.Pointer(&p.state)), futexWake, 1, 0, 0, 0)
	}
}
