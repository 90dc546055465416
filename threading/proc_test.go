package threading_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/pythreads/pythreads/threading"
)

// virtualSize gives the size of the process's address space in bytes, 0 where
// there is no /proc.
func virtualSize(t testing.TB) int {
	t.Helper()
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	var pages int
	if _, err := fmt.Sscan(string(statm), &pages); err != nil {
		t.Fatal(err)
	}
	return pages * os.Getpagesize()
}

// quiet has no panic of a thread reported until the test ends.
func quiet(t testing.TB) {
	threading.SetExceptHook(func(threading.ExceptHookArgs) {})
	t.Cleanup(func() { threading.SetExceptHook(nil) })
}
