//go:build !(cgo && linux)

package pthread

import (
	"syscall"
	"time"
)

type cSem struct{}

func shimSemNew(uint32) (*cSem, syscall.Errno)        { return nil, unavailable }
func shimSemPlace(*cSem, uint32) syscall.Errno        { return unavailable }
func shimSemFind(*cSem) syscall.Errno                 { return unavailable }
func shimSemWait(*cSem) syscall.Errno                 { return unavailable }
func shimSemTryWait(*cSem) syscall.Errno              { return unavailable }
func shimSemTimedWait(*cSem, time.Time) syscall.Errno { return unavailable }
func shimSemPost(*cSem) syscall.Errno                 { return unavailable }
func shimSemValue(*cSem) (int, syscall.Errno)         { return 0, unavailable }
func shimSemDestroy(*cSem) syscall.Errno              { return unavailable }
func shimSemFree(*cSem)                               {}
