//go:build cgo && (linux || darwin || freebsd)

package pthread

/*
#include "pt_limits.h"

#cgo noescape pt_limits_destructor_iterations
#cgo nocallback pt_limits_destructor_iterations
#cgo noescape pt_limits_keys
#cgo nocallback pt_limits_keys
#cgo noescape pt_limits_libc
#cgo nocallback pt_limits_libc
*/
import "C"

import (
	"strings"
	"syscall"
)

func shimLimitsKeys() (int, syscall.Errno) {
	var n C.int
	err := C.pt_limits_keys(&n)
	return int(n), syscall.Errno(err)
}

func shimLimitsDestructorIterations() (int, syscall.Errno) {
	var n C.int
	err := C.pt_limits_destructor_iterations(&n)
	return int(n), syscall.Errno(err)
}

func shimLimitsLibc() (string, syscall.Errno) {
	var name, version *C.char
	err := C.pt_limits_libc(&name, &version)
	return strings.TrimSpace(C.GoString(name) + " " + C.GoString(version)), syscall.Errno(err)
}
