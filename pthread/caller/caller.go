package caller

// Ref names one goroutine for ever, if it was started by a go statement: Go never uses such an id twice.
//
// Refs may be copied, compared and used as map keys. The zero Ref names no goroutine. A Ref keeps nothing alive: the
// runtime never frees the records of goroutines, it uses them again under other ids.
type Ref struct {
	G  uintptr // address of the runtime's record, or 0 in slow mode
	ID uint64  // goroutine id, as in traces
}

// Self returns the identity of the calling goroutine.
func Self() Ref {
	if off := layout.goid; off != 0 {
		g, id := loadSelf(off)
		return Ref{G: g, ID: id}
	}
	return Ref{ID: slowID()}
}

// ID returns the id of the calling goroutine: the number that traces print after the word "goroutine".
func ID() uint64 {
	if off := layout.goid; off != 0 {
		return load(off)
	}
	return slowID()
}

// Locked reports whether the calling goroutine is wired to its OS thread: by [runtime.LockOSThread], by the runtime
// itself (the main goroutine during initialization, and any goroutine for the duration of a callback from C), or
// because the thread was made by C.
func Locked() bool {
	if off := layout.lockedm; off != 0 {
		return load(off) != 0
	}
	return slowLocked()
}

// Foreign reports whether the caller runs on behalf of a thread that C made: it is in a callback, and no go
// statement created it. A goroutine that went into C and was called back from there is not foreign, nor is the main
// goroutine.
func Foreign() bool {
	if off := layout.startpc; off != 0 {
		// The goroutines of spare threads have no function that they were started with: the runtime makes their
		// records by hand (oneNewExtraM in runtime/proc.go) and leaves this word as it was allocated.
		return load(off) == 0
	}
	return slowForeign()
}

// Census returns a predicate that reports whether a goroutine still exists.
//
// In fast mode it reads the goroutine's record at each question. In slow mode, or when the place of the status could
// not be found, it answers from one picture of all goroutines, taken when Census is called with the world stopped.
// So a Ref must be older than the Census it is shown to, and asking again needs a new Census; a caller that keeps to
// this never hears of a living goroutine that it is gone. One that has just finished may still be reported for a
// moment.
//
// The answer means something only for goroutines of go statements. The records of those that serve C-made threads
// pass from one thread to the next without a change of id, so nothing in them tells that a thread has ended.
func Census() func(Ref) bool {
	if goid := layout.goid; goid != 0 {
		if status := statusOffset(); status != 0 {
			return func(r Ref) bool { return exists(r, goid, status) }
		}
	}
	return snapshot()
}

// exists reads the status before the id. The runtime writes in the opposite order when it uses a record again (first
// the new id, then a status that is not dead), so a goroutine that has ended cannot be taken for alive because its
// record got a new tenant between the two loads. load32At is an acquire, the partner of the runtime's swap of the
// status in newproc1.
func exists(r Ref, goid, status uintptr) bool {
	if r.G == 0 {
		return false
	}
	s := load32At(r.G, status) &^ scanBit
	return s != statusDead && loadAt(r.G, goid) == r.ID
}

// Fast reports whether the layout of the runtime's records was recognised. It never changes in the life of a process.
func Fast() bool {
	return layout.goid != 0
}
