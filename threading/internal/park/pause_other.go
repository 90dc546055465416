//go:build !amd64 && !arm64

package park

// Pause keeps the processor idle for about n instructions' time, for loops
// that wait for another processor.
func Pause(n uint32) {
	for range n {
		// The loop itself.
	}
}
