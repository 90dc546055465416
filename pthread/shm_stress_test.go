//go:build stress && linux

package pthread_test

import "testing"

func TestStressRingBetweenTwoProcessesLosesNothing(t *testing.T) {
	need(t)
	passThroughRing(t, 1, 1_000_000)
	passThroughRing(t, 4, 250_000)
}

func TestStressSharedMemoryCloseAgainstItsUsers(t *testing.T) {
	need(t)
	hammerMemoryClose(t, 3000)
}

func TestStressNamedSemCloseAgainstItsUsers(t *testing.T) {
	need(t)
	hammerSemClose(t, 3000)
}
