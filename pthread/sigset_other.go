//go:build !(linux || darwin || freebsd)

package pthread

import "syscall"

var runtimeSignals []syscall.Signal
