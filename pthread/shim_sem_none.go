//go:build !(cgo && (linux || darwin || freebsd))

package pthread

import (
	"syscall"
	"time"
)

type (
	cSem       struct{}
	cSemShared struct{}
)

func shimSemNew(uint32) (*cSem, syscall.Errno)                       { return nil, unavailable }
func shimSemPlace(*cSemShared, uint32) syscall.Errno                 { return unavailable }
func shimSemFind(*cSemShared) syscall.Errno                          { return unavailable }
func shimSemIn(*cSemShared) *cSem                                    { return nil }
func shimSemClose(*cSem) syscall.Errno                               { return unavailable }
func shimSemUnlink(string) syscall.Errno                             { return unavailable }
func shimSemOpen(string, int, uint32, uint32) (*cSem, syscall.Errno) { return nil, unavailable }
func shimSemWait(*cSem) syscall.Errno                                { return unavailable }
func shimSemTryWait(*cSem) syscall.Errno                             { return unavailable }
func shimSemTimedWait(*cSem, time.Time) syscall.Errno                { return unavailable }
func shimSemPost(*cSem) syscall.Errno                                { return unavailable }
func shimSemValue(*cSem) (int, syscall.Errno)                        { return 0, unavailable }
func shimSemDestroy(*cSem) syscall.Errno                             { return unavailable }
func shimSemFree(*cSem)                                              {}
