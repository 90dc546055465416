package pthread

import "sync"

// slots is how C names a Thread: by an integer. A pointer would have to be
// pinned for the life of the thread; cgo.Handle, the standard way, is a map
// and costs two to three times as much (BenchmarkSlots).
var slots slotTable

type slotTable struct {
	mu   sync.Mutex
	all  []*Thread // guarded by mu; index is slot-1, so that no slot is 0
	free []uintptr // guarded by mu; slots not in use
}

// put gives t a slot.
func (s *slotTable) put(t *Thread) uintptr {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.free); n > 0 {
		slot := s.free[n-1]
		s.free = s.free[:n-1]
		s.all[slot-1] = t
		return slot
	}
	s.all = append(s.all, t)
	return uintptr(len(s.all))
}

// get gives the Thread of a slot, nil for one that is not in use.
func (s *slotTable) get(slot uintptr) *Thread {
	s.mu.Lock()
	defer s.mu.Unlock()
	if slot == 0 || slot > uintptr(len(s.all)) {
		return nil
	}
	return s.all[slot-1]
}

// drop frees a slot.
func (s *slotTable) drop(slot uintptr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all[slot-1] = nil
	s.free = append(s.free, slot)
}
