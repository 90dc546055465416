package caller

import "testing"

// The search, for tests that spoil what it finds.
type Sample = sample

var (
	Find    = find
	Collect = collect
)

const Words = words

// Recognises tells whether the samples still lead to a layout.
func Recognises(samples []Sample) bool { return deduce(samples) != offsets{} }

// Places returns the word numbers of the id, the lock and the entry.
func Places() (goid, lockedm, startpc int) {
	return int(layout.goid / 8), int(layout.lockedm / 8), int(layout.startpc / 8)
}

func (s *Sample) SetID(id uint64)   { s.id = id }
func (s *Sample) ID() uint64        { return s.id }
func (s *Sample) Distrust()         { s.ok = false }
func (s *Sample) Copy(dst, src int) { s.each(func(r *record) { r[dst] = r[src] }) }
func (s *Sample) Clear(word int)    { s.each(func(r *record) { r[word] = 0 }) }
func (s *Sample) StayLocked(w int)  { s.after[w] = s.locked[w] }

func (s *Sample) each(f func(*record)) {
	f(&s.before)
	f(&s.locked)
	f(&s.after)
}

// ForceSlow switches to slow mode until the test ends. No other goroutine may use the package at either moment.
func ForceSlow(tb testing.TB) {
	tb.Helper()
	saved := layout
	layout = offsets{}
	tb.Cleanup(func() { layout = saved })
}

// ForceSnapshot makes Census of fast mode fail to find the status until the test ends.
func ForceSnapshot(tb testing.TB) {
	tb.Helper()
	setStatus(0, maxTries)
	tb.Cleanup(ForgetStatus)
}

// ForgetStatus makes the next Census look for the status again.
func ForgetStatus() { setStatus(0, 0) }

func setStatus(off uintptr, tries int) {
	statusPlace.mu.Lock()
	defer statusPlace.mu.Unlock()
	statusPlace.off, statusPlace.tries = off, tries
}

// StatusOffset looks for the status if need be.
func StatusOffset() uintptr { return statusOffset() }

// FindStatus looks for the status afresh.
func FindStatus() uintptr { return findStatus(layout.goid) }

// Record reads what Census reads, in the same order.
func Record(r Ref) (status uint32, id uint64) {
	status = load32At(r.G, statusOffset()) &^ scanBit
	return status, loadAt(r.G, layout.goid)
}

const (
	StatusRunning = statusRunning
	StatusWaiting = statusWaiting
	StatusDead    = statusDead
	MainID        = mainID
)

var (
	ParseID      = parseID
	ParseLocked  = parseLocked
	ParseForeign = parseForeign
	ParseAll     = parseAll
)
