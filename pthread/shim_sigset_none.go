//go:build !(cgo && linux)

package pthread

import "syscall"

func shimSigsetMask(SigHow, SigSet) (SigSet, syscall.Errno) { return SigSet{}, unavailable }
