package pthread

import (
	"os"
	"runtime"
)

// Bounds are what the system allows, and which system it is; see Limits.
type Bounds struct {
	// StackMin is the smallest StackSize that Create takes, in bytes: 64 KiB,
	// or 32 KiB above the system's own minimum where that is more. The
	// system's minimum holds one signal frame; Go's handlers and the runtime's
	// C-side frames want the rest.
	StackMin int
	// StackDefault is the stack size in bytes of a thread that asks for none.
	// On glibc it follows the limit that "ulimit -s" shows; on musl it is
	// small (128 KiB).
	StackDefault int
	// Threads is how many threads this process may have, as far as can be
	// told, if no other process took any; 0 if it cannot be told.
	Threads int
	// ThreadsBy names what sets Threads: "RLIMIT_NPROC", a sysctl such as
	// "kernel.threads-max" or, on macOS, "kern.num_taskthreads", or the file of a control group that has the
	// process in it, such as "/sys/fs/cgroup/user.slice/pids.max". It is ""
	// where Threads is 0.
	ThreadsBy string
	// Keys is how many keys of thread-specific data a process may have, those
	// of the Go runtime and of libraries included (PTHREAD_KEYS_MAX).
	Keys int
	// DestructorIterations is how often a thread that ends goes through the
	// destructors of its keys while they leave values behind
	// (PTHREAD_DESTRUCTOR_ITERATIONS).
	DestructorIterations int
	// Libc is the C library: "glibc" with its version at run time, as in
	// "glibc 2.36", or "musl", which does not tell its version. On macOS and
	// FreeBSD it is the system with its version, as in "macOS 15.1".
	Libc string
	// Platform is the operating system and the processor in Go's words, as in
	// "linux/amd64".
	Platform string
	// PageSize is the page size in bytes.
	PageSize int
}

// Limits gives the bounds at this moment. Where Available is false, what C
// alone knows is 0 or "": stack sizes, keys, destructors and the library.
// Threads is told on Linux, macOS and FreeBSD.
func Limits() Bounds {
	b := Bounds{
		PageSize: os.Getpagesize(),
		Platform: runtime.GOOS + "/" + runtime.GOARCH,
	}
	if Available {
		b.StackMin = stackMin()
		b.StackDefault, _ = shimThreadDefaultStack()
		b.Keys, _ = shimLimitsKeys()
		b.DestructorIterations, _ = shimLimitsDestructorIterations()
		b.Libc, _ = shimLimitsLibc()
	}
	b.Threads, b.ThreadsBy = threadLimit()
	return b
}

// stackMin is Bounds.StackMin.
func stackMin() int {
	system, _ := shimThreadMinStack()
	return pages(max(64<<10, system+32<<10))
}
