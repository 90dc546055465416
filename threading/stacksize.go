package threading

import (
	"sync"
	"sync/atomic"

	"github.com/pythreads/pythreads/pthread"
)

// stackSize is the stack size of threads that are not told theirs.
var stackSize atomic.Int64

// StackSize sets the size in bytes of the stack for C frames of the threads
// that are started from now on and are not told theirs by WithStackSize, and
// gives the old one; 0 is the platform's default. As in Python a call without
// a wish, StackSize(0), also resets it.
//
// Less than 32,768 is a *ValueError and changes nothing. A size below what
// Go's runtime needs (pthread.Limits) is raised to that in silence.
func StackSize(size int) (int, error) {
	if err := checkStackSize(size); err != nil {
		return 0, err
	}
	return int(stackSize.Swap(int64(size))), nil
}

// stackFloor is the smallest stack that package pthread takes.
var stackFloor = sync.OnceValue(func() int { return pthread.Limits().StackMin })
