//go:build !(cgo && (linux || darwin || freebsd))

package pthread

import "syscall"

type cSpin struct{}

func shimSpinNew() (*cSpin, syscall.Errno) { return nil, unavailable }
func shimSpinPlace(*cSpin) syscall.Errno   { return unavailable }
func shimSpinFind(*cSpin) syscall.Errno    { return unavailable }
func shimSpinLock(*cSpin) syscall.Errno    { return unavailable }
func shimSpinTryLock(*cSpin) syscall.Errno { return unavailable }
func shimSpinUnlock(*cSpin) syscall.Errno  { return unavailable }
func shimSpinDestroy(*cSpin) syscall.Errno { return unavailable }
func shimSpinFree(*cSpin)                  {}
