//go:build !gc || !(amd64 || arm64)

package caller

// canLoad says that records cannot be read here: the search ends before it begins and slow mode does all the work, so
// that the functions below are never called.
const canLoad = false

func load(uintptr) uint64 { panic(cannotLoad) }

func loadSelf(uintptr) (uintptr, uint64) { panic(cannotLoad) }

func loadAt(uintptr, uintptr) uint64 { panic(cannotLoad) }

func load32At(uintptr, uintptr) uint32 { panic(cannotLoad) }

const cannotLoad = "caller: no fast mode on this platform"
