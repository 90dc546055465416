//go:build cgo && (linux || darwin || freebsd)

package pthreadtest

/*
#cgo CFLAGS: -std=c11 -D_GNU_SOURCE -pthread
#cgo LDFLAGS: -pthread
#include "alien.h"

extern int pttestGoCall(uintptr_t body, int thread, int call);
*/
import "C"

import (
	"fmt"
	"runtime/cgo"
	"syscall"
)

// Available says whether C can make threads in this build.
const Available = true

//export pttestGoCall
func pttestGoCall(handle C.uintptr_t, thread, call C.int) C.int {
	if !cgo.Handle(handle).Value().(*body).call(int(thread), int(call)) {
		return 0
	}
	return 1
}

func start(b *body, calls int) (join func()) {
	handle := cgo.NewHandle(b)
	var alien *C.pttest_alien
	must("pthread_create", C.pttest_start(&alien, entry(), C.uintptr_t(handle), C.int(calls)))
	return func() {
		must("pthread_join", C.pttest_join(alien))
		handle.Delete()
	}
}

func churn(b *body, threads, parallel, calls int) {
	handle := cgo.NewHandle(b)
	defer handle.Delete()
	must("pthread_create", C.pttest_churn(entry(), C.uintptr_t(handle), C.int(threads), C.int(parallel), C.int(calls)))
}

func entry() C.pttest_entry { return C.pttest_entry(C.pttestGoCall) }

// must panics for an errno: a test that does not get its threads has nothing
// to say.
func must(op string, errno C.int) {
	if errno != 0 {
		panic(fmt.Errorf("pthreadtest: %s: %w", op, syscall.Errno(errno)))
	}
}
