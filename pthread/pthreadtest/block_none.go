//go:build !(cgo && (linux || darwin || freebsd))

package pthreadtest

import "syscall"

func read(int) error { panic(unavailable) }

func catchSignal(syscall.Signal) (caught func() int) { panic(unavailable) }
