//go:build stress

package pthread_test

import "testing"

func TestStressNoInterruptIsLostOrLeftOver(t *testing.T) {
	for _, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) {
			need(t)
			hammerInterrupt(t, kind, 30000)
		})
	}
}
