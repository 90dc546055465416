// Package pthread gives Go programs POSIX threads: threads with a stack, a
// name and an end of their own, and the locks that go with them.
//
// It is for code that needs the thread itself: a C library with per-thread
// state, a stack of a certain size, a name in top and gdb, a place that no
// goroutine shares. It is not a faster goroutine: creating and waking a
// thread costs microseconds, a goroutine a fraction of one.
//
// # Threads
//
// Create starts a thread and Join waits for it and gives its result. The body
// is a Go function; it runs locked to its thread (runtime.LockOSThread is
// implied), on a Go stack that grows, and may do all that Go code may. A panic
// in it is Join's error. Stack sizes are about the C that it calls.
//
// # Native threads share the Go scheduler
//
// Native threads run in parallel while they are in C. Go code on them needs
// one of GOMAXPROCS places like all Go code: with every place busy, a thread
// that wakes up waits for one, which takes milliseconds. A program with
// threads that must react fast sets GOMAXPROCS above the number of cores by
// the number of such threads; then it takes microseconds.
//
// # Locks
//
// Mutex, Cond and Sem are the POSIX objects, with their costs: each operation
// is a call into C, and a waiter blocks its OS thread. They are for sharing
// state with C code. Between Go code, package threading's locks are faster,
// and let a goroutine wait without holding a thread. Deadlines are absolute
// times on the monotonic clock; on musl, where POSIX waits only know the
// wall clock, a wait that ends early is taken up again, so that a stepped
// clock never shortens it, though it may lengthen one.
//
// Parker is how a thread sleeps at the lowest level.
//
// # Errors
//
// What the system refuses is an *Error, which unwraps to its syscall.Errno.
// The misuse that POSIX leaves undefined for threads (join twice, join a
// detached thread) is an *Error too.
//
// # Where it works
//
// On Linux with cgo: glibc and musl. Elsewhere, and with CGO_ENABLED=0, the
// package builds, Available is false, and whatever makes a thread or a lock
// returns ErrUnavailable.
package pthread
