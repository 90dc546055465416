//go:build !(cgo && (linux || darwin || freebsd))

package pthread

import "syscall"

func shimSchedRange(Policy) (int, int, syscall.Errno)  { return 0, 0, unavailable }
func shimSchedSet(uintptr, Sched) syscall.Errno        { return unavailable }
func shimSchedNice(int, int) syscall.Errno             { return unavailable }
func shimSchedGet(uintptr, int) (Sched, syscall.Errno) { return Sched{}, unavailable }
func shimSchedYield()                                  {}
