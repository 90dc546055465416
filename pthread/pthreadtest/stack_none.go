//go:build !(cgo && (linux || darwin || freebsd))

package pthreadtest

func useStack(int) { panic(unavailable) }
