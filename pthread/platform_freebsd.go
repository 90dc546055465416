package pthread

// What FreeBSD has otherwise.
const (
	sharedSize = 128
	lastSignal = 126
)

// stackAlign is what the bounds of a stack must be multiples of.
func stackAlign() int { return 16 }
