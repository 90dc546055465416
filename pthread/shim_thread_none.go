//go:build !(cgo && (linux || darwin || freebsd))

package pthread

import (
	"syscall"
	"time"
)

func shimThreadCreate(*Attr, []uint, uintptr) (uintptr, syscall.Errno) { return 0, unavailable }
func shimThreadBegin(string) (uintptr, int, syscall.Errno)             { return 0, 0, unavailable }
func shimThreadSetUp() syscall.Errno                                   { return unavailable }
func shimThreadTryJoin(uintptr) syscall.Errno                          { return unavailable }
func shimThreadTimedJoin(uintptr, time.Time) syscall.Errno             { return unavailable }
func shimThreadDetach(uintptr) syscall.Errno                           { return unavailable }
func shimThreadSelf() uintptr                                          { return 0 }
func shimThreadSlot() uintptr                                          { return 0 }
func shimThreadTID() int                                               { return 0 }
func shimThreadKill(uintptr, int) syscall.Errno                        { return unavailable }
func shimThreadSetName(uintptr, string) syscall.Errno                  { return unavailable }
func shimThreadName(uintptr) (string, syscall.Errno)                   { return "", unavailable }
func shimThreadSetCPUs(uintptr, []uint) syscall.Errno                  { return unavailable }
func shimThreadCPUs(uintptr, []uint) syscall.Errno                     { return unavailable }
func shimThreadMaxCPUs() (int, syscall.Errno)                          { return 0, unavailable }
func shimThreadCPUTime(uintptr) (time.Duration, syscall.Errno)         { return 0, unavailable }
func shimThreadStack(uintptr) (Stack, syscall.Errno)                   { return Stack{}, unavailable }
func shimThreadDefaultStack() (int, syscall.Errno)                     { return 0, unavailable }
func shimThreadMinStack() (int, syscall.Errno)                         { return 0, unavailable }
func shimThreadHalt()                                                  {}
