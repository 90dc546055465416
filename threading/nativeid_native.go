//go:build linux || (cgo && (darwin || freebsd))

package threading

import "github.com/pythreads/pythreads/pthread/caller"

// GetNativeID gives the kernel's number of the caller's OS thread, as pthread's
// Thread.TID does, on Linux as in /proc/self/task; false for a goroutine that
// is not wired to one, and where the platform has no such number, as macOS and
// FreeBSD without cgo.
func GetNativeID() (int, bool) {
	if !caller.Locked() {
		return 0, false
	}
	return nativeID(), true
}
