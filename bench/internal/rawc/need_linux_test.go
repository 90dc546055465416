package rawc_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/pythreads/pythreads/bench/internal/rawc"
)

// need skips the test where there is no C, and gives a CPU to run on.
func need(t *testing.T) int {
	t.Helper()
	if !rawc.Available {
		t.Skip("no C in this build")
	}
	var set unix.CPUSet
	require.NoError(t, unix.SchedGetaffinity(0, &set))
	for cpu := 0; ; cpu++ {
		if set.IsSet(cpu) {
			return cpu
		}
	}
}
