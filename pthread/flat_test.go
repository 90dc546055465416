package pthread_test

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/pythreads/pythreads/pthread"
	"github.com/pythreads/pythreads/pthread/pthreadtest"
)

// footprint is what threads could leave behind.
type footprint struct {
	threads, slots, slotsEver, cHeap, goHeap, rss int
}

// measure takes the footprint once all that can be freed has been.
func measure() footprint {
	runtime.GC()
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return footprint{
		threads:   pthreadtest.Foreign(),
		slots:     pthread.SlotsInUse(),
		slotsEver: pthread.SlotsEver(),
		cHeap:     pthreadtest.CHeap(),
		goHeap:    int(m.HeapAlloc),
		rss:       residentBytes(),
	}
}

// residentBytes is the memory of the process that is in RAM, 0 if the system
// does not tell.
func residentBytes() int {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		var kb int
		if n, _ := fmt.Sscanf(line, "VmRSS: %d kB", &kb); n == 1 {
			return kb << 10
		}
	}
	return 0
}

// checkFlat runs rounds of create and join from four threads, after a tenth
// of them as a warm-up, and checks that they leave nothing behind.
func checkFlat(t *testing.T, rounds int) {
	const creators = 4
	run := func(n int) {
		var wg sync.WaitGroup
		for range creators {
			wg.Go(func() {
				for i := range n / creators {
					th, err := pthread.Create(nil, func() any { return i })
					if !assert.NoError(t, err) {
						return
					}
					v, err := th.Join()
					assert.NoError(t, err)
					assert.Equal(t, i, v)
				}
			})
		}
		wg.Wait()
	}
	run(rounds / 10)
	before := measure()
	run(rounds)
	after := measure()
	t.Logf("before %+v", before)
	t.Logf("after  %+v", after)

	assert.Equal(t, before.threads, after.threads)
	assert.Zero(t, after.slots)
	// As many as were alive at once, here or in an earlier test, not as many
	// as ever were.
	assert.LessOrEqual(t, after.slotsEver, max(before.slotsEver, 10*creators))
	// A leak of a byte a round would show.
	slack := max(rounds, 256<<10)
	assert.Less(t, after.cHeap-before.cHeap, slack)
	if raceEnabled {
		return // the detector's bookkeeping grows
	}
	assert.Less(t, after.goHeap-before.goHeap, slack)
	if !emulated() { // so does an emulator's
		assert.Less(t, after.rss-before.rss, 8<<20)
	}
}

func TestCreateAndJoinLeaveNothing(t *testing.T) {
	need(t)
	rounds := 8000
	if emulated() {
		rounds = 800
	}
	checkFlat(t, rounds)
}
