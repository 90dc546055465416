//go:build cgo && (linux || darwin || freebsd)

package pthread

// The files shim_*_cgo.go are the whole seam to C: one Go function for each
// shim of csrc, with Go's types and an Errno as the last result. The files
// shim_*_none.go have the same functions for builds without C.
//
// No shim calls into Go (pt_thread_create only starts a thread that will), and
// none keeps a pointer that it was given, hence noescape and nocallback for
// each.

/*
#cgo CFLAGS: -I${SRCDIR}/../csrc -std=c11 -D_GNU_SOURCE -pthread
#include "pt_thread.h"

extern void ptGoEntry(uintptr_t slot);
*/
import "C"

import (
	_ "github.com/pythreads/pythreads/csrc" // compiles and links the shims
)

// Available says whether this build has POSIX threads: it is true where cgo
// is on and the platform is one that csrc is written for (Linux, macOS,
// FreeBSD). Where it is false everything that makes a thread or a lock fails
// with ErrUnavailable.
const Available = true

func init() { C.pt_thread_set_entry((C.pt_entry)(C.ptGoEntry)) }

//export ptGoEntry
func ptGoEntry(slot C.uintptr_t) { enter(uintptr(slot)) }
