//go:build cgo && linux

package rawc

/*
#cgo CFLAGS: -std=c11 -D_GNU_SOURCE -pthread -O2
#cgo LDFLAGS: -pthread
#include "rawc.h"
*/
import "C"

import (
	"errors"
	"syscall"
	"time"
)

// Available says whether the C is in this build.
const Available = true

// Libc names the C library.
func Libc() string { return C.GoString(C.rawc_libc()) }

// StartJoin has a thread on two CPUs start and join n threads, one after another,
// with stacks of the given size.
func StartJoin(n, cpu0, cpu1, stack int) (time.Duration, error) {
	return result(C.rawc_start_join(C.int64_t(n), C.int(cpu0), C.int(cpu1), C.size_t(stack)))
}

// LockPair has a thread lock and unlock a mutex n times.
func LockPair(n, cpu int) (time.Duration, error) {
	return result(C.rawc_lock_pair(C.int64_t(n), C.int(cpu)))
}

// Contend has two threads lock and unlock the same mutex, n times together.
func Contend(n, cpu0, cpu1 int) (time.Duration, error) {
	return result(C.rawc_contend(C.int64_t(n), C.int(cpu0), C.int(cpu1)))
}

// RoundTrip has two threads wake each other by two semaphores n times.
func RoundTrip(n, cpu0, cpu1 int) (time.Duration, error) {
	return result(C.rawc_round_trip(C.int64_t(n), C.int(cpu0), C.int(cpu1)))
}

// Queue hands n numbers from one thread to another through a ring under a
// mutex, with a condition for each side.
func Queue(n, capacity, cpu0, cpu1 int) (time.Duration, error) {
	return result(C.rawc_queue(C.int64_t(n), C.int64_t(capacity), C.int(cpu0), C.int(cpu1)))
}

var errWrong = errors.New("rawc: the threads came to a wrong result")

func result(ns C.int64_t) (time.Duration, error) {
	switch errno := syscall.Errno(-ns); {
	case ns >= 0:
		return time.Duration(ns), nil
	case errno == syscall.EPROTO:
		return 0, errWrong
	default:
		return 0, errno
	}
}
