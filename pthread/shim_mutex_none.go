//go:build !(cgo && (linux || darwin || freebsd))

package pthread

import (
	"syscall"
	"time"
)

type cMutex struct{}

func shimMutexNew(MutexAttr) (*cMutex, mutexStep, syscall.Errno)   { return nil, 0, unavailable }
func shimMutexPlace(*cMutex, MutexAttr) (mutexStep, syscall.Errno) { return 0, unavailable }
func shimMutexFind(*cMutex) syscall.Errno                          { return unavailable }
func shimMutexOwn(*cMutex) syscall.Errno                           { return unavailable }
func shimMutexOwned(*cMutex) bool                                  { return false }
func shimMutexListed(*cMutex) bool                                 { return false }
func shimMutexRecursive(*cMutex) bool                              { return false }
func shimMutexLock(*cMutex) syscall.Errno                          { return unavailable }
func shimMutexTryLock(*cMutex) syscall.Errno                       { return unavailable }
func shimMutexTimedLock(*cMutex, time.Time) syscall.Errno          { return unavailable }
func shimMutexUnlock(*cMutex) syscall.Errno                        { return unavailable }
func shimMutexConsistent(*cMutex) syscall.Errno                    { return unavailable }
func shimMutexCeiling(*cMutex) (int, syscall.Errno)                { return 0, unavailable }
func shimMutexSetCeiling(*cMutex, int) (int, syscall.Errno)        { return 0, unavailable }
func shimMutexDestroy(*cMutex) syscall.Errno                       { return unavailable }
func shimMutexFree(*cMutex)                                        {}
