package threadtest

import (
	"testing"

	"github.com/pythreads/pythreads/pthread"
	"github.com/pythreads/pythreads/threading"
)

// Available gives the backends that this build has.
func Available() []threading.Backend {
	if pthread.Available {
		return []threading.Backend{threading.Pthread, threading.Goroutine}
	}
	return []threading.Backend{threading.Goroutine}
}

// Backends runs fn as a subtest on each backend that this build has. While it
// runs, the backend is that of all threads that are not told theirs, so the
// test must not run in parallel with others.
func Backends(t *testing.T, fn func(t *testing.T, b threading.Backend)) {
	t.Helper()
	for _, b := range Available() {
		t.Run(b.String(), func(t *testing.T) {
			before := threading.GetBackend()
			if err := threading.SetBackend(b); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := threading.SetBackend(before); err != nil {
					t.Error(err)
				}
			})
			fn(t, b)
		})
	}
}
