package caller

import (
	"reflect"
	"runtime"
	"sync"
)

const (
	// words is how many 8-byte words of a record the search looks at. All that it wants lies in them in Go 1.26 and
	// 1.27, whose records have 56 words or more; what has moved beyond them counts as not found.
	words = 48

	// probes is how many goroutines must agree. The ids alone tell them apart, but a word may hold the id of one
	// goroutine by accident; it does not hold those of eight.
	probes = 8
)

// offsets says where in a goroutine's record a word lies, in bytes. Either all are known or all are zero, which is
// nobody's offset since a record begins with the bounds of the stack.
type offsets struct {
	goid    uintptr
	lockedm uintptr // thread that the goroutine is wired to, or 0
	startpc uintptr // entry of the function that the goroutine was started with, or 0
}

// layout is written here and never again, so that the fast functions may read it without synchronization.
var layout = find()

// sample is what one goroutine found out about itself.
type sample struct {
	id     uint64  // by runtime.Stack
	entry  uintptr // entry of its function
	ok     bool    // runtime.Stack could be understood, and knew of no lock
	before record
	locked record // after LockOSThread
	after  record // after UnlockOSThread
}

type record [words]uint64

// find returns the layout, or zeros when there is the least doubt.
func find() offsets {
	if !canLoad {
		return offsets{}
	}
	found := deduce(collect())
	if found == (offsets{}) || !found.answers() {
		return offsets{}
	}
	return found
}

// answers tries the layout on the calling goroutine, which has no sample.
func (o offsets) answers() bool {
	h := headers.Get().(*header)
	defer headers.Put(h)
	text := h.read()
	id, idOK := parseID(text)
	locked, lockedOK := parseLocked(text)
	return idOK && lockedOK &&
		load(o.goid) == id &&
		(load(o.lockedm) != 0) == locked &&
		load(o.startpc) != 0
}

// The probes take their samples from here: a probe cannot have parameters, because the runtime would then start it
// through a function that the compiler makes up, whose entry nobody knows.
var (
	blank   = make(chan *sample, probes)
	probing sync.WaitGroup
)

// collect has each probe fill in one sample.
func collect() []sample {
	samples := make([]sample, probes)
	probing.Add(probes)
	for i := range samples {
		blank <- &samples[i]
		if i%2 == 0 {
			go probeEven()
		} else {
			go probeOdd()
		}
	}
	probing.Wait()
	return samples
}

// Two functions, so that a word which holds some other constant address is not taken for the entry.

func probeEven() { takeSample(reflect.ValueOf(probeEven).Pointer()) }

func probeOdd() { takeSample(reflect.ValueOf(probeOdd).Pointer()) }

func takeSample(entry uintptr) {
	defer probing.Done()
	s := <-blank
	s.entry = entry

	h := headers.Get().(*header)
	defer headers.Put(h)

	// Reading the header comes first for a second reason. A record also holds the place where the goroutine goes on
	// when it is scheduled, which is its entry at the beginning; runtime.Stack overwrites that.
	text := h.read()
	id, idOK := parseID(text)
	locked, lockedOK := parseLocked(text)
	s.id, s.ok = id, idOK && lockedOK && !locked
	s.before = loadRecord()

	runtime.LockOSThread()
	s.locked = loadRecord()
	runtime.UnlockOSThread()
	s.after = loadRecord()
}

func loadRecord() (r record) {
	for i := range r {
		r[i] = load(uintptr(i) * 8)
	}
	return r
}

// deduce returns the only layout that explains all samples, or zeros.
func deduce(samples []sample) offsets {
	seen := make(map[uint64]bool, len(samples))
	for i := range samples {
		s := &samples[i]
		if !s.ok || seen[s.id] {
			return offsets{}
		}
		seen[s.id] = true
	}
	goid, ok1 := only(samples, (*sample).isID)
	lockedm, ok2 := only(samples, (*sample).isLock)
	startpc, ok3 := only(samples, (*sample).isEntry)
	if !ok1 || !ok2 || !ok3 {
		return offsets{}
	}
	return offsets{goid: goid, lockedm: lockedm, startpc: startpc}
}

// only returns the offset of the one word that is right in every sample.
func only(samples []sample, is func(s *sample, word int) bool) (off uintptr, ok bool) {
	for w := 1; w < words; w++ {
		all := len(samples) >= probes
		for i := range samples {
			all = all && is(&samples[i], w)
		}
		if !all {
			continue
		}
		if ok {
			return 0, false
		}
		off, ok = uintptr(w)*8, true
	}
	return off, ok
}

func (s *sample) isID(w int) bool {
	return s.before[w] == s.id && s.locked[w] == s.id && s.after[w] == s.id
}

func (s *sample) isEntry(w int) bool {
	entry := uint64(s.entry)
	return s.before[w] == entry && s.locked[w] == entry && s.after[w] == entry
}

// isLock wants a word that LockOSThread sets and UnlockOSThread clears, and that holds, while set, the thread which
// runs the goroutine: a record has that one in another word at all times.
func (s *sample) isLock(w int) bool {
	if s.before[w] != 0 || s.locked[w] == 0 || s.after[w] != 0 {
		return false
	}
	for other := range s.locked {
		if other != w && s.locked[other] == s.locked[w] && s.before[other] != 0 {
			return true
		}
	}
	return false
}
