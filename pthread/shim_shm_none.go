//go:build !(cgo && (linux || darwin || freebsd))

package pthread

import (
	"sync/atomic"
	"syscall"
)

const leastTag uint64 = 0

func shimShmCreate(string, int) (int, syscall.Errno) { return 0, unavailable }
func shimShmOpen(string) (int, syscall.Errno)        { return 0, unavailable }
func shimShmAnonymous(int) (int, syscall.Errno)      { return 0, unavailable }
func shimShmUnlink(string) syscall.Errno             { return unavailable }
func shimShmMap(int) ([]byte, syscall.Errno)         { return nil, unavailable }
func shimShmUnmap([]byte) syscall.Errno              { return unavailable }

func shimTagRetire(*atomic.Uint64, uint64) syscall.Errno { return unavailable }
func shimTagSettle(*atomic.Uint64, uint64)               {}
