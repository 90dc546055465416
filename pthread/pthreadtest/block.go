package pthreadtest

import "syscall"

// Read reads one byte from a descriptor by one read(2) in C, and blocks the
// thread in it. The error is the syscall.Errno that C got, EINTR where a
// signal broke the call off, or io.EOF.
func Read(fd int) error { return read(fd) }

// CatchSignal has C handle a signal, as a C library would, and gives the
// number of those caught so far. The handler stays for the rest of the
// process.
func CatchSignal(sig syscall.Signal) (caught func() int) { return catchSignal(sig) }
