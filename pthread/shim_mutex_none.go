//go:build !(cgo && linux)

package pthread

import (
	"syscall"
	"time"
)

type cMutex struct{}

func shimMutexNew(MutexType) (*cMutex, syscall.Errno)     { return nil, unavailable }
func shimMutexLock(*cMutex) syscall.Errno                 { return unavailable }
func shimMutexTryLock(*cMutex) syscall.Errno              { return unavailable }
func shimMutexTimedLock(*cMutex, time.Time) syscall.Errno { return unavailable }
func shimMutexUnlock(*cMutex) syscall.Errno               { return unavailable }
func shimMutexDestroy(*cMutex) syscall.Errno              { return unavailable }
func shimMutexFree(*cMutex)                               {}
