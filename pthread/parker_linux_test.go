package pthread_test

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/pythreads/pythreads/pthread"
)

// With one place in the scheduler each sleeper hands it on, with two, one of
// two sleepers, and with eight nobody has to.
func TestParkersAccountForThePlacesTheyKeep(t *testing.T) {
	guard(t)
	for _, places := range []int{1, 2, 8} {
		before := runtime.GOMAXPROCS(places)
		for i, a := range kinds {
			for _, b := range kinds[i:] {
				hammerParker(t, a, b, 100)
			}
		}
		runtime.GOMAXPROCS(before)
		assert.Zero(t, pthread.Keepers(), places)
	}
}
