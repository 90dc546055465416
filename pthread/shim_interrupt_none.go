//go:build !(cgo && (linux || darwin || freebsd))

package pthread

import "syscall"

func shimInterruptSignal() (syscall.Signal, syscall.Errno) { return 0, unavailable }
func shimInterruptBegin() (uintptr, bool, syscall.Errno)   { return 0, false, unavailable }
func shimInterruptSend(uintptr) syscall.Errno              { return unavailable }
func shimInterruptEnd(bool) syscall.Errno                  { return unavailable }
