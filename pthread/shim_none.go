//go:build !(cgo && linux)

package pthread

// This file stands in for shim_cgo.go where there are no POSIX threads. The
// constructors fail with ErrUnavailable before they come here, so what these
// functions return is never seen.

import (
	"syscall"
	"time"
)

// Available says whether this build has POSIX threads; it has not.
const Available = false

type (
	cMutex struct{}
	cCond  struct{}
	cSem   struct{}
	cExit  struct{}
)

const unavailable = syscall.ENOSYS

func shimThreadCreate(*Attr, uintptr) (uintptr, syscall.Errno)   { return 0, unavailable }
func shimThreadBegin(string) (uintptr, int, syscall.Errno)       { return 0, 0, unavailable }
func shimThreadTryJoin(uintptr) syscall.Errno                    { return unavailable }
func shimThreadTimedJoin(uintptr, time.Time) syscall.Errno       { return unavailable }
func shimThreadDetach(uintptr) syscall.Errno                     { return unavailable }
func shimThreadSelf() uintptr                                    { return 0 }
func shimThreadSlot() uintptr                                    { return 0 }
func shimThreadTID() int                                         { return 0 }
func shimThreadStack() (Stack, syscall.Errno)                    { return Stack{}, unavailable }
func shimThreadDefaultStack() (int, syscall.Errno)               { return 0, unavailable }
func shimThreadMinStack() (int, syscall.Errno)                   { return 0, unavailable }
func shimThreadHalt()                                            {}
func shimMutexNew(MutexType) (*cMutex, syscall.Errno)            { return nil, unavailable }
func shimMutexLock(*cMutex) syscall.Errno                        { return unavailable }
func shimMutexTryLock(*cMutex) syscall.Errno                     { return unavailable }
func shimMutexTimedLock(*cMutex, time.Time) syscall.Errno        { return unavailable }
func shimMutexUnlock(*cMutex) syscall.Errno                      { return unavailable }
func shimMutexDestroy(*cMutex) syscall.Errno                     { return unavailable }
func shimMutexFree(*cMutex)                                      {}
func shimCondNew() (*cCond, syscall.Errno)                       { return nil, unavailable }
func shimCondWait(*cCond, *cMutex) syscall.Errno                 { return unavailable }
func shimCondTimedWait(*cCond, *cMutex, time.Time) syscall.Errno { return unavailable }
func shimCondSignal(*cCond) syscall.Errno                        { return unavailable }
func shimCondBroadcast(*cCond) syscall.Errno                     { return unavailable }
func shimCondDestroy(*cCond) syscall.Errno                       { return unavailable }
func shimCondFree(*cCond)                                        {}
func shimSemNew(uint32) (*cSem, syscall.Errno)                   { return nil, unavailable }
func shimSemWait(*cSem) syscall.Errno                            { return unavailable }
func shimSemTryWait(*cSem) syscall.Errno                         { return unavailable }
func shimSemTimedWait(*cSem, time.Time) syscall.Errno            { return unavailable }
func shimSemPost(*cSem) syscall.Errno                            { return unavailable }
func shimSemValue(*cSem) (int, syscall.Errno)                    { return 0, unavailable }
func shimSemDestroy(*cSem) syscall.Errno                         { return unavailable }
func shimSemFree(*cSem)                                          {}
func shimExitWatch() (*cExit, syscall.Errno)                     { return nil, unavailable }
func shimExitDrain(func(*cExit))                                 {}
func shimExited(*cExit) bool                                     { return false }
func shimExitFree(*cExit)                                        {}
