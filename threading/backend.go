package threading

import (
	"fmt"
	"os"
	"sync/atomic"

	"github.com/pythreads/pythreads/pthread"
)

// Backend is what a Thread runs on.
type Backend int32

const (
	// Pthread runs each thread on a POSIX thread of its own. It is the
	// default where it is available (pthread.Available).
	Pthread Backend = iota + 1
	// Goroutine runs each thread as a goroutine. It is the default elsewhere,
	// as Python's dummy_thread stood in where there were no threads, except
	// that these run at the same time.
	Goroutine
)

var backendNames = map[Backend]string{Pthread: "pthread", Goroutine: "goroutine"}

// String gives the name that PYTHREADS_BACKEND takes.
func (b Backend) String() string {
	if name, ok := backendNames[b]; ok {
		return name
	}
	return fmt.Sprintf("Backend(%d)", int32(b))
}

// check says why b cannot be used, if it cannot.
func (b Backend) check() error {
	switch b {
	case Goroutine:
		return nil
	case Pthread:
		if pthread.Available {
			return nil
		}
		return fmt.Errorf("%w: %v: %w", ErrBackend, b, pthread.ErrUnavailable)
	}
	return fmt.Errorf("%w: %v", ErrBackend, b)
}

// defaultBackend is the backend of threads that are not told theirs.
var defaultBackend atomic.Int32

// backendVariable is the environment variable that chooses the backend of the
// process.
const backendVariable = "PYTHREADS_BACKEND"

func init() {
	b := Goroutine
	if pthread.Available {
		b = Pthread
	}
	if name := os.Getenv(backendVariable); name != "" {
		chosen, err := parseBackend(name)
		if err != nil {
			// A program told to measure one backend must not run another.
			fmt.Fprintf(os.Stderr, "%s: %v\n", backendVariable, err)
			os.Exit(2)
		}
		b = chosen
	}
	defaultBackend.Store(int32(b))
}

// parseBackend gives the backend of a name, if it can be used.
func parseBackend(name string) (Backend, error) {
	for b, n := range backendNames {
		if n == name {
			return b, b.check()
		}
	}
	return 0, fmt.Errorf("%w: %q is none of pthread, goroutine", ErrBackend, name)
}

// SetBackend chooses the backend of the threads that are started from now on
// and are not told theirs by WithBackend. The environment variable
// PYTHREADS_BACKEND (pthread or goroutine) does so at the start of the
// process. The error is ErrBackend where this build does not have it.
func SetBackend(b Backend) error {
	if err := b.check(); err != nil {
		return err
	}
	defaultBackend.Store(int32(b))
	return nil
}

// GetBackend gives the backend of threads that are not told theirs.
func GetBackend() Backend { return Backend(defaultBackend.Load()) }
