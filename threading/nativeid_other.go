//go:build !(linux || (cgo && (darwin || freebsd)))

package threading

// GetNativeID gives the kernel's number of the caller's OS thread; false
// where, as here, it is not known.
func GetNativeID() (int, bool) { return 0, false }
