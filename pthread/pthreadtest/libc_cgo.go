//go:build cgo && (linux || darwin || freebsd)

package pthreadtest

/*
#include <stdlib.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
static const char *glibc(void) { return gnu_get_libc_version(); }
#else
static const char *glibc(void) { return NULL; }
#endif
*/
import "C"

import (
	"fmt"
	"runtime"
)

// Libc names the C library that runs: "glibc" with its version, or "musl",
// which tells nobody its own. Elsewhere than on Linux it is the system's name
// in Go's words.
func Libc() (name string, major, minor int) {
	version := C.glibc()
	if runtime.GOOS != "linux" {
		return runtime.GOOS, 0, 0
	}
	if version == nil {
		return "musl", 0, 0
	}
	if _, err := fmt.Sscanf(C.GoString(version), "%d.%d", &major, &minor); err != nil {
		panic("pthreadtest: gnu_get_libc_version: " + err.Error())
	}
	return "glibc", major, minor
}
