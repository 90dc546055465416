// Package threading is Python's module threading: threads, and the locks and
// signals between them, with the behaviour that Python's have.
//
// # Threads
//
// NewThread makes a Thread, Start starts it, Join waits for it. It runs on a
// POSIX thread (the backend Pthread) or a goroutine (Goroutine); SetBackend
// chooses for the process, WithBackend for one thread. CurrentThread gives
// the caller's, also to goroutines of the program and to threads that C made.
//
// A panic that leaves a thread's target ends that thread: ExceptHook prints it
// with the thread's name and the trace, Join returns it, and the program goes
// on.
//
// A program that should wait for its threads at the end, as Python programs
// do, runs in Main.
//
// # Locks
//
// Lock, RLock, Condition, Semaphore, BoundedSemaphore and Event may be shared
// by all kinds of thread: native, goroutine, C's, and main. Each sleeps in the
// way that is best for it, whoever wakes it. What need not wait is a few
// atomic operations and allocates nothing. Whatever can block for long has
// four forms: X, TryX, XTimeout and XContext.
//
// Their zero values are ready to use, except where their documentation says
// otherwise. None may be copied after its first use.
//
// # Errors
//
// What a peer, the clock or the system can cause is a result. What only a bug
// can cause is one of Python's exceptions, as an exported type: RuntimeError,
// ValueError, TypeError. A method that has an error result returns it, any
// other panics with it. Their messages are CPython's.
package threading
