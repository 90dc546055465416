//go:build stress

package park_test

import "testing"

func TestStressNoTokenIsLost(t *testing.T) {
	for range 200 {
		TestNoTokenIsLostBetweenKindsOfThreadsAndTheirLimits(t)
	}
}

func TestStressWakeAndLimitAgree(t *testing.T) {
	for range 100 {
		t.Run("", TestWakeAndLimitAgreeOnWhoWasFirst)
	}
}
