//go:build stress

package pthread_test

import "testing"

func TestStressSpinLockLosesNoAddition(t *testing.T) {
	need(t)
	hammerSpinLock(t, 6, 200000)
}
