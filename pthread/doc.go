// Package pthread gives Go programs POSIX threads: threads with a stack, a
// name, a priority and an end of their own, and all the locks that go with
// them, within a process and between processes.
//
// It is for code that needs the thread itself: a C library with per-thread
// state, a stack of a certain size, a processor or a priority of its own, a
// name in top and gdb. It is not a faster goroutine: creating and waking a
// thread costs microseconds, a goroutine a fraction of one.
//
// # Threads
//
// Create starts a thread and Join waits for it and gives its result; TryJoin
// and TimedJoin do not wait, or not for ever. The body is a Go function; it
// runs locked to its thread (runtime.LockOSThread is implied), on a Go stack
// that grows, and may do all that Go code may. A panic in it is Join's error.
// Stack sizes are about the C that it calls.
//
// Attr says how the thread is made: stack and guard, or memory of the
// caller's for a stack, policy and priority, processors, signal mask, name.
// Most of it can be asked of a living thread and changed: Name, Affinity,
// Sched, CPUTime, Stack, Kill, Sigmask. POSIX leaves the use of a thread that
// has ended undefined; here a handle knows, and answers ESRCH.
//
// # Native threads share the Go scheduler
//
// Native threads run in parallel while they are in C. Go code on them needs
// one of GOMAXPROCS places like all Go code: with every place busy, a thread
// that wakes up waits for one, which takes milliseconds. A program with
// threads that must react fast sets GOMAXPROCS above the number of cores by
// the number of such threads; then it takes microseconds. A real-time policy
// (Attr.Policy) decides between threads that run; it does not get a thread its
// place, and garbage collection stops it like any other.
//
// # Which lock
//
//   - Mutex: one owner. Four types, and priority inheritance or a ceiling,
//     robustness against owners that die, use by several processes.
//   - RWMutex: many readers or one writer.
//   - SpinLock: a Mutex for a few instructions, which burns its wait.
//   - Cond: wait for what a Mutex guards to change.
//   - Sem: a count, without an owner; with a name for several processes.
//   - Barrier: so many threads meet.
//   - Once: the first caller does it, the others wait.
//   - Key: a value for each thread, and what to do with it when that ends.
//   - Parker: one thread sleeps and is woken, nothing more.
//
// These are the POSIX objects, with their costs: each operation is a call into
// C, and a waiter blocks its OS thread. They are for sharing state with C code
// and with other processes. Between Go code, package threading's locks are
// faster, and let a goroutine wait without holding a thread. Deadlines are
// absolute times on the monotonic clock; where POSIX waits only know the wall
// clock (musl, FreeBSD), a wait that ends early is taken up again, so that a
// stepped clock never shortens it, though it may lengthen one.
//
// # Goroutines and owners
//
// Some locks belong to the OS thread that locked them: mutexes of the types
// errorcheck and recursive, with a protocol, or robust, and an RWMutex held for
// writing. A goroutine must be locked to its thread while it has one of them:
// call runtime.LockOSThread first. The bodies of Create are, and what C
// calls is. A mutex of this kind answers EPERM to a goroutine that is not;
// what cannot be seen is one that unlocks itself from the thread too early,
// until its Unlock comes from another thread and gets EPERM. A Key's value is
// the thread's in the same way.
//
// # Processes
//
// SharedMemory is memory that processes share, by name or by an inherited
// descriptor. Its methods make and find every kind of lock in it. An object
// knows its kind, its size and the C library that made it, so one process
// cannot take another's for something else. When a process dies with a lock,
// only a robust Mutex tells the next: the lock is then held, the error is
// EOWNERDEAD, and Consistent says that what it guards is in order again.
//
// # Stopping a thread
//
// A thread stops by returning. One that is blocked in C is told by
// Interruptible: it makes the system call fail with EINTR, as often as it
// takes, until the C code has returned.
//
// There is no pthread_cancel here. It would end the thread at some system call
// with the Go frames above it still on the stack: the runtime's record of the
// thread, the locks that it holds and the deferred calls would all stay as
// they are, and the process would hang or crash later. For the same reason
// there is no pthread_exit, and C code must not call either on a thread that
// has Go frames below it. runtime.Goexit cannot end a thread that Go did not
// make; see Create for what happens instead.
//
// # Fork
//
// pthread_atfork is not here either: a Go program with threads cannot go on in
// a forked child. os/exec is the way to a new process, and shared memory and
// named semaphores to talk to it.
//
// # The race detector
//
// Data that only the locks of this package guard gives no false reports: the
// runtime takes each call into C as ordered with every other. That is also what
// hides races. Two accesses are taken as ordered where the one thread calls
// into C after the first, and the other before the second, whatever they call:
// two mutexes that have nothing to do with each other, or no lock at all. Races
// without such calls in between are seen on native threads as elsewhere. So
// test with the race detector what can run on package threading's locks: their
// fast paths are Go's atomic operations, with the edges that the code really
// has. Parker too has exact edges on Linux. The detector does not see what C
// does with memory; build the C with its own thread sanitizer for that.
//
// # Errors
//
// What the system refuses is an *Error, which unwraps to its syscall.Errno.
// The misuse that POSIX leaves undefined (join twice, join a detached thread,
// unlock a free mutex, use what was destroyed) is an *Error too, and never a
// crash, as far as it can be seen from this process.
//
// # Platforms
//
// The binding is written for glibc and musl on Linux, and for macOS and
// FreeBSD. "yes" is the platform's own object; "own" one of this package's,
// made of what the platform has; "polls" tries again with pauses of up to a
// millisecond; "no" is ENOTSUP.
//
//	                       glibc       musl        macOS       FreeBSD
//	Create, Join, Detach   yes         yes         yes         yes
//	TryJoin, TimedJoin     yes         yes (1)     own         yes (1)
//	Attr.Stack, GuardSize  yes         yes         yes         yes
//	Policy, Priority       yes         yes         yes         yes
//	PolicyBatch, Idle      yes         yes         no          no
//	Sched.Nice             thread's    thread's    read only   read only
//	Affinity               yes         yes         no          yes
//	SetName, Name          yes         yes         own thread  yes
//	Kill, Sigmask          yes         yes         yes         yes
//	CPUTime, Stack         yes         yes         yes         yes
//	Interruptible          yes         yes         yes (2)     yes
//	Mutex                  yes         yes         yes         yes (3)
//	  TimedLock            yes         yes (1)     polls       yes (1)
//	  MutexAdaptive        yes         no          no          yes
//	  ProtocolInherit      yes         yes         yes         yes
//	  ProtocolProtect      yes         no          yes (4)     yes
//	  Robust               yes         yes         no          yes
//	Cond                   yes         yes         yes (5)     yes
//	RWMutex                yes         yes         yes         yes
//	  TimedLock            yes         yes (1)     polls       yes (1)
//	  PreferWriters        yes         no          always      always
//	SpinLock               yes         yes         own         yes
//	Barrier                yes         yes         own         yes
//	Sem                    yes         yes         own         yes
//	OpenSem                yes         yes         yes (6)     yes
//	Once                   own         own         own         own
//	Key                    yes         yes         yes         yes
//	SharedMemory           yes         yes         yes         yes
//	  Cond, Sem, Barrier   yes         yes         polls       yes
//	Parker                 futex       futex       channel     channel
//
//	(1) on the wall clock, and taken up again where that was stepped
//	(2) by SIGIO or SIGINFO, there being no real-time signals
//	(3) each with an owner, MutexNormal too
//	(4) the ceiling is kept and has no effect
//	(5) polls where mutexes of two kinds use it
//	(6) TimedWait polls, Value is ENOTSUP, values up to 32,767
//
// macOS and FreeBSD are compiled and have not been run yet.
//
// Elsewhere, and with CGO_ENABLED=0, the package builds, Available is false,
// and whatever makes a thread or a lock returns ErrUnavailable; Once and
// Parker work everywhere. Limits tells the C library and its bounds.
package pthread
