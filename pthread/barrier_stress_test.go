//go:build stress

package pthread_test

import "testing"

func TestStressBarrierMeetsInEachRound(t *testing.T) {
	need(t)
	hammerBarrier(t, 2, 100000)
	hammerBarrier(t, 9, 50000)
}
