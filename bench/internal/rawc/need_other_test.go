//go:build !linux

package rawc_test

import "testing"

func need(t *testing.T) int {
	t.Skip("no C in this build")
	return 0
}
