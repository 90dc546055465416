//go:build linux && !(go1.26 && !go1.28)

package pthread

import (
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"
)

// futexWaitHandingOn is futexWait: how a thread hands its place on is not
// known for this release of Go, and the scheduler takes it in time.
func futexWaitHandingOn(word *atomic.Int32, value int32, deadline *unix.Timespec) syscall.Errno {
	return futexWait(word, value, deadline)
}
