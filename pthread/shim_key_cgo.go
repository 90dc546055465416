//go:build cgo && (linux || darwin || freebsd)

package pthread

/*
#include "pt_key.h"

extern void ptGoKeyEnd(pt_key_thread *thread);

#cgo noescape pt_key_create
#cgo nocallback pt_key_create
#cgo noescape pt_key_delete
#cgo nocallback pt_key_delete
#cgo noescape pt_key_drain
#cgo nocallback pt_key_drain
#cgo noescape pt_key_get
#cgo nocallback pt_key_get
#cgo noescape pt_key_max
#cgo nocallback pt_key_max
#cgo noescape pt_key_set
#cgo nocallback pt_key_set
#cgo noescape pt_key_set_end
#cgo nocallback pt_key_set_end
#cgo noescape pt_key_thread_free
#cgo nocallback pt_key_thread_free
#cgo noescape pt_key_thread_self
#cgo nocallback pt_key_thread_self
*/
import "C"

import "syscall"

type (
	cKey       = C.pthread_key_t
	cKeyThread = C.pt_key_thread
)

// keyRounds is how often destructors may set values.
const keyRounds = C.PT_KEY_ROUNDS

func init() { C.pt_key_set_end((C.pt_key_end)(C.ptGoKeyEnd)) }

//export ptGoKeyEnd
func ptGoKeyEnd(thread *C.pt_key_thread) { endKeyThread(thread) }

func shimKeyCreate() (cKey, syscall.Errno) {
	var k cKey
	err := C.pt_key_create(&k)
	return k, syscall.Errno(err)
}

func shimKeyDelete(k cKey) syscall.Errno { return syscall.Errno(C.pt_key_delete(k)) }

func shimKeyMax() int { return int(C.pt_key_max()) }

// shimKeyGet gives the calling thread's value, 0 for none, and whether there
// is something to drain.
func shimKeyGet(k cKey) (value uintptr, ended bool) {
	var e C.int
	v := C.pt_key_get(k, &e)
	return uintptr(v), e != 0
}

func shimKeySet(k cKey, value uintptr) syscall.Errno {
	return syscall.Errno(C.pt_key_set(k, C.uintptr_t(value)))
}

// shimKeyThread gives the calling thread's record. calls says that the thread
// may call Go when it ends.
func shimKeyThread(calls bool) (*cKeyThread, syscall.Errno) {
	var t *cKeyThread
	var c C.int
	if calls {
		c = 1
	}
	err := C.pt_key_thread_self(&t, c)
	return t, syscall.Errno(err)
}

// shimKeyDrain calls f, which frees it, with the record of each thread that
// ended since the last call and could not call Go.
func shimKeyDrain(f func(*cKeyThread)) {
	for t := C.pt_key_drain(); t != nil; {
		next := t.next
		f(t)
		t = next
	}
}

func shimKeyThreadFree(t *cKeyThread) { C.pt_key_thread_free(t) }
