package pthread

// MaxName is the longest name in bytes that the system takes.
const MaxName = maxName

// Watched gives the number of exit notices that are kept for C.
func Watched() int {
	watchedMu.Lock()
	defer watchedMu.Unlock()
	return len(watched)
}

// SlotsInUse gives the number of slots that have a Thread.
func SlotsInUse() int {
	slots.mu.Lock()
	defer slots.mu.Unlock()
	return len(slots.all) - len(slots.free)
}

// SlotsEver gives the number of slots that there are, in use or not.
func SlotsEver() int {
	slots.mu.Lock()
	defer slots.mu.Unlock()
	return len(slots.all)
}

// MaxCPUs gives how many processors the kernel's sets have room for.
func MaxCPUs() int {
	n, _ := maxCPUs()
	return n
}
