//go:build stress

package pthread_test

import "testing"

func TestStressOnceIsDoneOnceBeforeAnyoneGoesOn(t *testing.T) {
	guard(t)
	hammerOnce(t, 50000)
}
