//go:build !(cgo && (linux || darwin || freebsd))

package pthread

import "syscall"

type cSelf struct{}

func shimSelfGet() (*cSelf, syscall.Errno) { return nil, unavailable }
func shimSelfLease(*cSelf) *lease          { return nil }
func shimSelfDrop(*cSelf)                  {}
