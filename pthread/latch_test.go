package pthread

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestLatchThatIsOpenStopsNobody(t *testing.T) {
	var l latch
	l.open()
	l.wait()
	l.wait()
	assert.Nil(t, l.cond, "made without need")
}

// Opening at every moment of the waiters' arrival.
func TestLatchLetsAllWaitersThrough(t *testing.T) {
	for range 2000 {
		var l latch
		var wg sync.WaitGroup
		n := 0
		for range 3 {
			wg.Go(func() {
				l.wait()
				if n != 1 {
					t.Error("through before it was open")
				}
			})
		}
		n = 1
		l.open()
		wg.Wait()
	}
}
