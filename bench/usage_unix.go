//go:build unix

package main

import (
	"time"

	"golang.org/x/sys/unix"
)

// cpuTime gives the processor time that this process has used, in the program
// and in the kernel.
func cpuTime() time.Duration {
	var u unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
