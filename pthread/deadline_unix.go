//go:build linux || darwin || freebsd

package pthread

import (
	"time"

	"golang.org/x/sys/unix"
)

// One moment by two clocks: Go's, whose monotonic reading has a hidden zero,
// and the system's that it is taken from.
var (
	epoch          = time.Now()
	epochMonotonic = readMonotonic()
)

func readMonotonic() int64 {
	var ts unix.Timespec
	if err := unix.ClockGettime(nativeClock, &ts); err != nil {
		panic("pthread: clock_gettime: " + err.Error())
	}
	return ts.Nano()
}

// monotonic gives t in nanoseconds of nativeClock, never early: the epoch
// was read first. A time without monotonic reading counts from now by the wall
// clock, which is likewise read first.
func monotonic(t time.Time) int64 {
	if d := t.Sub(epoch); t.Round(0) != t {
		return saturated(epochMonotonic, d)
	}
	left := time.Until(t)
	return saturated(readMonotonic(), left)
}

// saturated adds d to a point in time without overflow.
func saturated(at int64, d time.Duration) int64 {
	if sum := at + int64(d); d <= 0 || sum > at {
		return sum
	}
	return int64(^uint64(0) >> 1)
}
