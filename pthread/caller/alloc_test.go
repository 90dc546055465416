//go:build !race

package caller_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/pythreads/pythreads/pthread/caller"
)

// Not under the race detector, which makes sync.Pool forget at random.
func TestIdentityAllocatesNothing(t *testing.T) {
	eachMode(t, func(t *testing.T) {
		assert.Zero(t, testing.AllocsPerRun(1000, func() { caller.ID() }))
		assert.Zero(t, testing.AllocsPerRun(1000, func() { caller.Self() }))
		assert.Zero(t, testing.AllocsPerRun(1000, func() { caller.Locked() }))
	})
}
