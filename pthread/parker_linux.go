package pthread

import (
	"runtime"
	"sync/atomic"
	"time"

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
// Park blocks the OS thread. A goroutine that is not locked to its thread
// sleeps far cheaper on a channel.
//
// On Linux it is a futex reached by a plain system call, elsewhere Go's own
// synchronization.
type Parker struct {
	state atomic.Int32 // one of the following
}

const (
	parkerEmpty = iota
	parkerToken
	parkerAsleep  // a thread sleeps
	parkerKeeping // a thread sleeps that is one of keepers
)

// keepers counts the threads that sleep and keep their place (P) in the Go
// scheduler.
//
// A thread in a system call keeps its place until the scheduler's monitor
// takes it away, which takes 20 us to 10 ms. That is the fast way to sleep for
// a moment: back in Go, the place is still there. But sleepers must not keep
// all places, or a thread that is awake has to wait for the monitor to get
// one. So whoever would keep the last one hands it on. With one place it is
// always the last: there, two threads that wake each other in turn took 185 us
// for a round before and 45 since, and four workers between two queues a
// quarter less time.
//
// Handing on always would be simpler. It costs about 0.5 us a sleep, a third
// of a round of two threads that each find their place still there.
var keepers atomic.Int32

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
	if p.state.CompareAndSwap(parkerToken, parkerEmpty) {
		return true
	}
	// Kept, unless all others are kept already.
	asleep, wait := int32(parkerKeeping), futexWait
	if int(keepers.Add(1)) >= runtime.GOMAXPROCS(0) {
		keepers.Add(-1)
		asleep, wait = parkerAsleep, futexWaitHandingOn
	}
	if !p.state.CompareAndSwap(parkerEmpty, asleep) { // a token came just now
		// By a swap, since a second Unpark may have come since, and what came
		// before that is to be seen, too.
		p.state.Swap(parkerEmpty)
		if asleep == parkerKeeping {
			keepers.Add(-1)
		}
		return true
	}
	for {
		// Returns at once unless the state is asleep still, so an Unpark
		// before it is not lost.
		errno := wait(&p.state, asleep, deadline)
		if p.state.CompareAndSwap(parkerToken, parkerEmpty) {
			return true
		}
		if errno == unix.ETIMEDOUT {
			if p.state.Swap(parkerEmpty) == parkerToken {
				return true
			}
			if asleep == parkerKeeping {
				keepers.Add(-1) // nobody else did
			}
			return false
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
	switch p.state.Swap(parkerToken) {
	case parkerKeeping:
		// Before it runs: its place is in use again from now on.
		keepers.Add(-1)
		futexWakeOne(&p.state)
	case parkerAsleep:
		futexWakeOne(&p.state)
	}
}
