//go:build !darwin && !freebsd

package pthread

// What differs between platforms.
const (
	sharedSize = 128
	lastSignal = 64
)

// stackAlign is what the bounds of a stack must be multiples of.
func stackAlign() int { return 16 }
