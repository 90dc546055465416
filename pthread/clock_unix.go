//go:build linux || freebsd

package pthread

import "golang.org/x/sys/unix"

// nativeClock is the clock of the shims (PT_CLOCK) and of Go's monotonic time.
const nativeClock = unix.CLOCK_MONOTONIC
