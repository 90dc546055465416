//go:build !(cgo && linux)

package pthreadtest

func useStack(int) { panic(unavailable) }
