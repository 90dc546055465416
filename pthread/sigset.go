package pthread

import (
	"fmt"
	"math/bits"
	"syscall"
)

// SigSet is a set of signals (sigset_t). The zero value is empty. It is a
// value: copies are independent, and two that hold the same are equal by ==.
//
// It holds signals by their numbers: on Linux 1 to 64, on FreeBSD 1 to 126, on
// macOS 1 to 31. The type has room for up to 128; other numbers are never in it.
type SigSet struct {
	bits [2]uint64 // signal n is bit n-1
}

// roomSignal is the highest number that a set has room for.
const roomSignal = 128

// NewSigSet gives the set of the signals (sigemptyset, sigaddset).
func NewSigSet(sigs ...syscall.Signal) SigSet {
	var s SigSet
	s.Add(sigs...)
	return s
}

// FullSigSet gives the set of all signals of the platform (sigfillset).
func FullSigSet() SigSet {
	var s SigSet
	for sig := syscall.Signal(1); sig <= lastSignal; sig++ {
		s.Add(sig)
	}
	return s
}

// Add adds signals (sigaddset). One that the set has no room for is left out.
func (s *SigSet) Add(sigs ...syscall.Signal) {
	for _, sig := range sigs {
		if word, bit, ok := place64(sig); ok {
			s.bits[word] |= bit
		}
	}
}

// Remove takes signals out (sigdelset).
func (s *SigSet) Remove(sigs ...syscall.Signal) {
	for _, sig := range sigs {
		if word, bit, ok := place64(sig); ok {
			s.bits[word] &^= bit
		}
	}
}

// Has says whether a signal is in the set (sigismember).
func (s SigSet) Has(sig syscall.Signal) bool {
	word, bit, ok := place64(sig)
	return ok && s.bits[word]&bit != 0
}

// place64 gives the place of a signal in a set.
func place64(sig syscall.Signal) (word int, bit uint64, ok bool) {
	if sig < 1 || sig > roomSignal {
		return 0, 0, false
	}
	return int(sig-1) / 64, 1 << ((sig - 1) % 64), true
}

// Signals gives the signals of the set, in ascending order.
func (s SigSet) Signals() []syscall.Signal {
	var sigs []syscall.Signal
	for word, b := range s.bits {
		for ; b != 0; b &= b - 1 {
			sigs = append(sigs, syscall.Signal(64*word+bits.TrailingZeros64(b)+1))
		}
	}
	return sigs
}

// SigHow is what Sigmask does with its set.
type SigHow int

const (
	// SigBlock blocks the signals of the set too (SIG_BLOCK).
	SigBlock SigHow = iota
	// SigUnblock no longer blocks the signals of the set (SIG_UNBLOCK).
	SigUnblock
	// SigSetMask blocks the signals of the set and no others (SIG_SETMASK).
	SigSetMask
)

// Sigmask changes which signals the calling thread blocks and gives those that
// it blocked before (pthread_sigmask). An empty set with SigBlock changes
// nothing and so only asks. The error is an *Error with EINVAL for an unknown
// how.
//
// The caller must be locked to its OS thread (bodies of Create are), and a
// goroutine must put the mask back before it unlocks: the thread goes on to
// run other goroutines. What the system cannot block (SIGKILL, SIGSTOP) or the
// C library keeps (32 and 33 on Linux, and 34 on musl; 32 on FreeBSD) is passed
// over.
//
// The Go runtime needs some signals on each thread that runs Go, and they
// should not be blocked for longer than a moment: SIGURG, by which it
// interrupts loops, and without which one may hold up garbage collection and
// so the program; SIGPROF, or profiles miss the thread; and SIGSEGV, SIGBUS and
// SIGFPE, which become panics, and end the process at once if they are blocked.
//
// When a thread of C enters Go for the first time, the runtime unblocks these
// on it and all others that end a process or report a fault (SIGHUP, SIGINT,
// SIGTERM and so on) or that it wants itself (SIGCHLD); what is blocked after
// that stays so until the thread ends. Attr.SigMask holds in the body.
func Sigmask(how SigHow, set SigSet) (old SigSet, err error) {
	if !Available {
		return SigSet{}, ErrUnavailable
	}
	const op = "pthread_sigmask"
	if how < SigBlock || how > SigSetMask {
		return SigSet{}, &Error{Op: op, Errno: syscall.EINVAL, Detail: fmt.Sprintf("unknown SigHow %d", int(how))}
	}
	old, errno := shimSigsetMask(how, set)
	return old, check(op, errno)
}

// enforce blocks the set's signals on the calling thread, where the runtime has
// unblocked some, but for those that it needs.
func (s *SigSet) enforce() {
	mask := *s
	mask.Remove(runtimeSignals...)
	shimSigsetMask(SigBlock, mask)
}
