//go:build !(cgo && (linux || darwin || freebsd))

package pthreadtest

// Libc names the C library that runs; there is none.
func Libc() (name string, major, minor int) { return "", 0, 0 }
