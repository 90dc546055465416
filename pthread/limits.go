package pthread

import "os"

// Bounds are what the system allows; see Limits.
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
	// told; 0 if it cannot.
	Threads int
	// ThreadsBy names what sets Threads.
	ThreadsBy string
	// PageSize is the page size in bytes.
	PageSize int
}

// Limits gives the bounds at this moment. Where Available is false, stack
// sizes are 0.
func Limits() Bounds {
	b := Bounds{PageSize: os.Getpagesize()}
	if Available {
		b.StackMin = stackMin()
		b.StackDefault, _ = shimThreadDefaultStack()
	}
	b.Threads, b.ThreadsBy = threadLimit()
	return b
}

// stackMin is Bounds.StackMin.
func stackMin() int {
	system, _ := shimThreadMinStack()
	return pages(max(64<<10, system+32<<10))
}
