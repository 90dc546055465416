//go:build !(cgo && (linux || darwin || freebsd))

package pthread

// The files shim_*_none.go stand in for shim_*_cgo.go where there are no POSIX
// threads. The constructors fail with ErrUnavailable before they come here, so
// what these functions return is never seen.

import "syscall"

// Available says whether this build has POSIX threads; it has not.
const Available = false

const unavailable = syscall.ENOSYS
