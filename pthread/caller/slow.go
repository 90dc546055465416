package caller

import (
	"bytes"
	"runtime"
	"sync"
)

// mainID is the id of the main goroutine: the runtime starts it first. runtime.Stack knows it by the same number.
const mainID = 1

// header holds the first line of a trace, which may carry the profiler's labels after all that matters here.
type header [256]byte

// headers spares each slow call an allocation; a buffer given to runtime.Stack cannot stay on the stack.
var headers = sync.Pool{New: func() any { return new(header) }}

func (h *header) read() []byte {
	return h[:runtime.Stack(h[:], false)]
}

func slowID() uint64 {
	h := headers.Get().(*header)
	defer headers.Put(h)
	id, ok := parseID(h.read())
	if !ok {
		panic("caller: runtime.Stack does not tell the goroutine's id")
	}
	return id
}

func slowLocked() bool {
	h := headers.Get().(*header)
	defer headers.Put(h)
	locked, ok := parseLocked(h.read())
	if !ok {
		panic("caller: runtime.Stack does not tell the goroutine's state")
	}
	return locked
}

func slowForeign() bool {
	return parseForeign(trace(4<<10, false))
}

// snapshot is the Census of slow mode.
func snapshot() func(Ref) bool {
	ids := parseAll(trace(64<<10, true))
	return func(r Ref) bool { return ids[r.ID] }
}

// trace returns the whole trace of the caller, or of all goroutines. runtime.Stack cuts what does not fit.
func trace(size int, all bool) []byte {
	for {
		buf := make([]byte, size)
		if n := runtime.Stack(buf, all); n < size {
			return buf[:n]
		}
		size *= 2
	}
}

var (
	headerPrefix = []byte("goroutine ")
	headerBreak  = []byte("\n\ngoroutine ")
	lockedMark   = []byte(", locked to thread")
	createdMark  = []byte("\ncreated by ")
	ancestorMark = []byte("\n[originating from goroutine ")
	runtimeMark  = []byte("runtime.")
)

// parseID reads N from "goroutine N [running]:".
func parseID(text []byte) (id uint64, ok bool) {
	digits, found := bytes.CutPrefix(text, headerPrefix)
	if !found {
		return 0, false
	}
	for _, c := range digits {
		if c < '0' || c > '9' {
			return id, c == ' ' && id != 0
		}
		id = id*10 + uint64(c-'0')
	}
	return 0, false
}

// parseLocked reads the state between the brackets of "goroutine N [running, locked to thread]:". The profiler's
// labels, which are the user's text and may contain anything, follow in braces: inside the brackets up to Go 1.26,
// behind them since.
func parseLocked(text []byte) (locked, ok bool) {
	_, state, found := bytes.Cut(text, []byte("["))
	end := bytes.IndexAny(state, "]{")
	if !found || end < 0 {
		return false, false
	}
	return bytes.Contains(state[:end], lockedMark), true
}

// parseForeign reads a whole trace. Nobody created the goroutine of a C-made thread, and it is always locked. The
// same can be seen, if they lock themselves, of the goroutines that run finalizers and cleanups, since the trace does
// not mention creators within the runtime; those have a function of the runtime as their outermost one, or, with
// GODEBUG=tracebackancestors, go on with the traces of their ancestors.
func parseForeign(text []byte) bool {
	id, idOK := parseID(text)
	locked, lockedOK := parseLocked(text)
	if !idOK || !lockedOK {
		panic("caller: runtime.Stack does not tell the goroutine's id and state")
	}
	if id == mainID || !locked || bytes.Contains(text, createdMark) || bytes.Contains(text, ancestorMark) {
		return false
	}
	var outermost []byte
	for line := range bytes.Lines(text) {
		if line[0] != '\t' && line[0] != '\n' {
			outermost = line
		}
	}
	return !bytes.HasPrefix(outermost, runtimeMark)
}

// parseAll returns the ids of all goroutines of a trace.
func parseAll(text []byte) map[uint64]bool {
	ids := make(map[uint64]bool)
	for {
		if id, ok := parseID(text); ok {
			ids[id] = true
		}
		next := bytes.Index(text, headerBreak)
		if next < 0 {
			return ids
		}
		text = text[next+len("\n\n"):]
	}
}
