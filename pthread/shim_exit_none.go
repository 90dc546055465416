//go:build !(cgo && (linux || darwin || freebsd))

package pthread

import (
	"syscall"
)

type cExit struct{}

func shimExitWatch() (*cExit, syscall.Errno) { return nil, unavailable }
func shimExitDrain(func(*cExit))             {}
func shimExited(*cExit) bool                 { return false }
func shimExitFree(*cExit)                    {}
