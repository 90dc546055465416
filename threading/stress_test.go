//go:build stress

package threading_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestStressAllKindsOfThreadsAndMainShareLocks(t *testing.T) {
	// In parts, each within what a child may take.
	for range 100 {
		hammerWithMain(t, 100_000)
	}
}

func TestStressIdentityOfThreadsOfC(t *testing.T) {
	guard(t)
	for range 10 {
		churnCalls(t, 160_000)
	}
}

func TestStressShortGoroutines(t *testing.T) {
	guard(t)
	shortGoroutines(t, 10_000_000)
}

func TestStressStorm(t *testing.T) {
	for range 10 {
		onBackends(t, func(t *testing.T) { storm(t, 4000) })
	}
	assert.False(t, t.Failed())
}
