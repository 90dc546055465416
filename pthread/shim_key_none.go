//go:build !(cgo && (linux || darwin || freebsd))

package pthread

import "syscall"

type (
	cKey       uint32
	cKeyThread struct{}
)

const keyRounds = 0

func shimKeyCreate() (cKey, syscall.Errno)            { return 0, unavailable }
func shimKeyDelete(cKey) syscall.Errno                { return unavailable }
func shimKeyMax() int                                 { return 0 }
func shimKeyGet(cKey) (uintptr, bool)                 { return 0, false }
func shimKeySet(cKey, uintptr) syscall.Errno          { return unavailable }
func shimKeyThread(bool) (*cKeyThread, syscall.Errno) { return nil, unavailable }
func shimKeyDrain(func(*cKeyThread))                  {}
func shimKeyThreadFree(*cKeyThread)                   {}
