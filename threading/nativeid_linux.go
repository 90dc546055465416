package threading

import (
	"golang.org/x/sys/unix"

	"github.com/pythreads/pythreads/pthread/caller"
)

// GetNativeID gives the kernel's number of the caller's OS thread, as in
// /proc/self/task; false for a goroutine that is not wired to one, and where
// the platform has no such number.
func GetNativeID() (int, bool) {
	if !caller.Locked() {
		return 0, false
	}
	return unix.Gettid(), true
}
