//go:build !linux

package pthread

import "syscall"

var runtimeSignals []syscall.Signal
