package pthread

import "os"

// What macOS has otherwise.
const (
	sharedSize = 256
	lastSignal = 31
)

// stackAlign is what the bounds of a stack must be multiples of.
func stackAlign() int { return os.Getpagesize() }
