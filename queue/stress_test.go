//go:build stress

package queue_test

import "testing"

func TestStressAllKindsOfThreadsAndMainShareAQueue(t *testing.T) {
	// In parts, each within what a child may take.
	for range 20 {
		hammerWithMain(t, 500_000)
	}
}
