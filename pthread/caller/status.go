package caller

import (
	"runtime"
	"sync"
	"time"
)

// Values of a record's status that the search relies on; it checks all three against what it knows of its probe.
const (
	statusRunning = 2
	statusWaiting = 4
	statusDead    = 6

	// scanBit is added to a status while the garbage collector looks at the goroutine's stack.
	scanBit = 0x1000
)

const (
	// statusProbes is how many goroutines must agree on the place of the status.
	statusProbes = 2

	// A probe that does not reach the expected status within both bounds ends the search. The time keeps Census from
	// hanging on a busy machine, where one yield may last as long as a time slice; the number of yields does so where
	// time stands still (testing/synctest).
	maxYields = 10000
	maxSearch = 100 * time.Millisecond

	// maxTries is how many searches may fail before the slow Census is taken for good.
	maxTries = 3
)

// statusPlace is where the status lies in a record. Finding it needs a goroutine to end and time to see it, so it is
// left to the first Census, away from initialization.
var statusPlace struct {
	mu    sync.Mutex
	off   uintptr // guarded by mu; 0: not found yet
	tries int     // guarded by mu; searches that failed
}

// statusOffset returns the offset of the status, or 0 when it is not known.
func statusOffset() uintptr {
	p := &statusPlace
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.off == 0 && p.tries < maxTries {
		if p.off = findStatus(layout.goid); p.off == 0 {
			p.tries++
		}
	}
	return p.off
}

// findStatus looks for the only 4-byte word that is "running" when a goroutine looks at itself, "waiting" when it is
// blocked and "dead" when it has ended.
func findStatus(goid uintptr) uintptr {
	candidates := make([]uintptr, 0, 2*words)
	for off := uintptr(0); off < 8*words; off += 4 {
		candidates = append(candidates, off)
	}
	deadline := time.Now().Add(maxSearch)
	for range statusProbes {
		candidates = narrow(candidates, goid, deadline)
	}
	if len(candidates) != 1 {
		return 0
	}
	return candidates[0]
}

// narrow returns those of the candidates that tell the truth about the life of one goroutine. It returns none when
// the record of that goroutine was given to another before its end could be seen.
func narrow(candidates []uintptr, goid uintptr, deadline time.Time) []uintptr {
	var ref Ref
	started, release := make(chan struct{}), make(chan struct{})
	go func() {
		ref.G, ref.ID = loadSelf(goid)
		candidates = withStatus(candidates, ref.G, statusRunning)
		close(started)
		<-release
	}()
	<-started
	candidates = yieldUntil(candidates, ref, goid, statusWaiting, deadline)
	close(release)
	return yieldUntil(candidates, ref, goid, statusDead, deadline)
}

// yieldUntil lets other goroutines run until some of the candidates show the wanted status, and returns those.
func yieldUntil(candidates []uintptr, ref Ref, goid uintptr, want uint32, deadline time.Time) []uintptr {
	for range maxYields {
		left := withStatus(candidates, ref.G, want)
		// The id is looked at after the status, as in exists.
		if loadAt(ref.G, goid) != ref.ID {
			return nil
		}
		if len(left) > 0 {
			return left
		}
		if time.Now().After(deadline) {
			return nil
		}
		runtime.Gosched()
	}
	return nil
}

func withStatus(candidates []uintptr, g uintptr, want uint32) []uintptr {
	var left []uintptr
	for _, off := range candidates {
		if load32At(g, off)&^scanBit == want {
			left = append(left, off)
		}
	}
	return left
}
