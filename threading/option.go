package threading

import "fmt"

// Option is a keyword argument of Thread's constructor.
type Option func(*Thread)

// WithName names the thread; an empty name is as none, "Thread-N". A thread
// on a pthread shows the name in the system too, cut to what it takes (15
// bytes on Linux).
func WithName(name string) Option { return func(t *Thread) { t.name = name } }

// WithDaemon says whether the program may end while the thread runs; see
// Main. Without it a thread is a daemon if the one that made it is.
func WithDaemon(daemon bool) Option { return func(t *Thread) { t.daemon.Store(daemon) } }

// WithArgs gives the arguments that the target is called with. The target is
// then any function that takes them; if it does not, that is a *TypeError in
// the thread.
func WithArgs(args ...any) Option { return func(t *Thread) { t.args = args } }

// WithStackSize sets the size in bytes of the stack for C frames, for this
// thread alone. As for StackSize, less than 32,768 is a *ValueError, which
// Start returns. It means nothing to a goroutine.
func WithStackSize(size int) Option { return func(t *Thread) { t.stackSize = size } }

// WithBackend has the thread run on b; see SetBackend.
func WithBackend(b Backend) Option { return func(t *Thread) { t.backend = b } }

// pythonStackMin is the smallest stack that Python takes.
const pythonStackMin = 32768

// checkStackSize gives Python's answer to a stack size.
func checkStackSize(size int) error {
	if size != 0 && size < pythonStackMin {
		return &ValueError{fmt.Sprintf("size not valid: %d bytes", size)}
	}
	return nil
}
