//go:build !(cgo && (linux || darwin || freebsd))

package pthread

import "syscall"

func shimSigsetMask(SigHow, SigSet) (SigSet, syscall.Errno) { return SigSet{}, unavailable }
