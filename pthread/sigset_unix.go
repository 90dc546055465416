//go:build linux || darwin || freebsd

package pthread

import "syscall"

// runtimeSignals are those that the Go runtime must get on each thread: what a
// fault in Go code comes as, what it interrupts loops by, and the profiler's.
var runtimeSignals = []syscall.Signal{
	syscall.SIGILL, syscall.SIGTRAP, syscall.SIGABRT, syscall.SIGBUS, syscall.SIGFPE, syscall.SIGSEGV, syscall.SIGSYS,
	syscall.SIGURG,
	syscall.SIGPROF,
}
