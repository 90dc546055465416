//go:build !(cgo && (linux || darwin || freebsd))

package pthread

import "syscall"

type cBarrier struct{}

func shimBarrierNew(int) (*cBarrier, syscall.Errno)   { return nil, unavailable }
func shimBarrierPlace(*cBarrier, int) syscall.Errno   { return unavailable }
func shimBarrierFind(*cBarrier) syscall.Errno         { return unavailable }
func shimBarrierWait(*cBarrier) (bool, syscall.Errno) { return false, unavailable }
func shimBarrierDestroy(*cBarrier) syscall.Errno      { return unavailable }
func shimBarrierFree(*cBarrier)                       {}
