//go:build stress

package pthread_test

import "testing"

func TestStressRWMutexLosesNoWriteAndTearsNone(t *testing.T) {
	for _, row := range preferences {
		t.Run(row.name, func(t *testing.T) {
			need(t)
			hammerRWMutex(t, row.prefer, 9, 400000)
		})
	}
}
