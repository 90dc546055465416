//go:build !(cgo && (linux || darwin || freebsd))

package pthread

import (
	"syscall"
	"time"
)

type cRWMutex struct{}

func shimRWMutexNew(Preference) (*cRWMutex, syscall.Errno)     { return nil, unavailable }
func shimRWMutexPlace(*cRWMutex, Preference) syscall.Errno     { return unavailable }
func shimRWMutexFind(*cRWMutex) syscall.Errno                  { return unavailable }
func shimRWMutexRLock(*cRWMutex) syscall.Errno                 { return unavailable }
func shimRWMutexTryRLock(*cRWMutex) syscall.Errno              { return unavailable }
func shimRWMutexTimedRLock(*cRWMutex, time.Time) syscall.Errno { return unavailable }
func shimRWMutexRUnlock(*cRWMutex) syscall.Errno               { return unavailable }
func shimRWMutexLock(*cRWMutex) syscall.Errno                  { return unavailable }
func shimRWMutexTryLock(*cRWMutex) syscall.Errno               { return unavailable }
func shimRWMutexTimedLock(*cRWMutex, time.Time) syscall.Errno  { return unavailable }
func shimRWMutexUnlock(*cRWMutex) syscall.Errno                { return unavailable }
func shimRWMutexDestroy(*cRWMutex) syscall.Errno               { return unavailable }
func shimRWMutexFree(*cRWMutex)                                {}
