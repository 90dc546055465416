//go:build !(cgo && (linux || darwin || freebsd))

package pthread

import (
	"syscall"
	"time"
)

type cCond struct{}

func shimCondNew() (*cCond, syscall.Errno)                       { return nil, unavailable }
func shimCondPlace(*cCond) syscall.Errno                         { return unavailable }
func shimCondFind(*cCond) syscall.Errno                          { return unavailable }
func shimCondWait(*cCond, *cMutex) syscall.Errno                 { return unavailable }
func shimCondTimedWait(*cCond, *cMutex, time.Time) syscall.Errno { return unavailable }
func shimCondSignal(*cCond) syscall.Errno                        { return unavailable }
func shimCondBroadcast(*cCond) syscall.Errno                     { return unavailable }
func shimCondDestroy(*cCond) syscall.Errno                       { return unavailable }
func shimCondFree(*cCond)                                        {}
