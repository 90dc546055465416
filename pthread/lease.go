package pthread

import (
	"runtime"
	"sync/atomic"
	"time"
)

// lease guards something that ends against those who use it: while one of
// them has it, it does not end, and once it has ended nobody gets it. What
// comes before its end happens before what learns of that. The records of
// csrc/pt_self.h hold one, which C ends.
type lease struct {
	state atomic.Uint32 // leaseEnded, and how many have it
}

const leaseEnded = 1 << 31

// take says whether the caller has it now. It then gives it back with drop,
// soon.
func (l *lease) take() bool {
	for {
		s := l.state.Load()
		if s&leaseEnded != 0 {
			return false
		}
		if l.state.CompareAndSwap(s, s+1) {
			return true
		}
	}
}

func (l *lease) drop() { l.state.Add(^uint32(0)) }

// end ends it, once those who have it have given it back.
func (l *lease) end() {
	l.state.Or(leaseEnded)
	for turn := 0; l.state.Load() != leaseEnded; turn++ {
		pause(turn)
	}
}

// pause is for a loop that waits for another thread's next few steps, with the
// number of the turn, from 0.
func pause(turn int) {
	// Yielding alone would let a thread of real-time priority keep out those
	// it waits for.
	if turn < 100 {
		runtime.Gosched()
	} else {
		time.Sleep(50 * time.Microsecond)
	}
}

// tryEnd ends it unless somebody has it or it has ended, and says whether it
// did: to one caller of all.
func (l *lease) tryEnd() bool { return l.state.CompareAndSwap(0, leaseEnded) }

// ended says whether it has ended, or is about to.
func (l *lease) ended() bool { return l.state.Load()&leaseEnded != 0 }
