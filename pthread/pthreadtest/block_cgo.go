//go:build cgo && (linux || darwin || freebsd)

package pthreadtest

/*
#include "block.h"

#cgo nocallback pttest_read
#cgo noescape pttest_read
*/
import "C"

import (
	"io"
	"syscall"
)

func read(fd int) error {
	switch n := C.pttest_read(C.int(fd)); {
	case n < 0:
		return syscall.Errno(-n)
	case n == 0:
		return io.EOF
	}
	return nil
}

func catchSignal(sig syscall.Signal) (caught func() int) {
	must("sigaction", C.pttest_catch(C.int(sig)))
	return func() int { return int(C.pttest_caught(C.int(sig))) }
}
