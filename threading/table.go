package threading

import (
	"math/bits"
	"sync/atomic"

	"github.com/pythreads/pythreads/pthread"
	"github.com/pythreads/pythreads/pthread/caller"
)

// record says which thread a goroutine is. It is never changed.
type record struct {
	ref    caller.Ref
	thread *Thread
	exit   *pthread.ExitNotice // of an alien thread, else nil
}

// stale says whether the record is of a C thread that has ended, whose
// goroutine serves another by now.
func (r *record) stale() bool { return r.exit != nil && r.exit.Exited() }

// table finds records by goroutine id. Reading takes no lock and one or two
// loads; writing is for the holder of the registry's lock.
//
// It is an open-addressed hash table. A slot once used is never empty again in
// the same array, so that a probe that runs while others change the table does
// not stop too early; a new array takes over when few empty slots are left.
type table struct {
	slots atomic.Pointer[[]atomic.Pointer[record]] // length is a power of two
	live  int                                      // records
	used  int                                      // slots that are not empty: live or buried
}

// buried marks a slot whose record was removed.
var buried = new(record)

const minTable = 64

// find gives the record of goroutine id, nil if there is none.
func (t *table) find(id uint64) *record {
	slots := t.slots.Load()
	if slots == nil {
		return nil
	}
	mask := uint64(len(*slots) - 1)
	for i := home(id, mask); ; i = (i + 1) & mask {
		switch r := (*slots)[i].Load(); {
		case r == nil:
			return nil
		case r.ref.ID == id:
			return r
		}
	}
}

// home is where the probe for id begins. Ids come in runs, so the low bits of
// a multiple by an odd constant spread them well.
func home(id, mask uint64) uint64 {
	return bits.RotateLeft64(id*0x9E3779B97F4A7C15, 32) & mask
}

// full says whether put would need a larger array.
func (t *table) full() bool {
	slots := t.slots.Load()
	return slots == nil || (t.used+1)*4 > len(*slots)*3
}

// put adds a record, in place of any with the same id. The caller has seen to
// it that the table is not full.
func (t *table) put(r *record) {
	slots := *t.slots.Load()
	mask := uint64(len(slots) - 1)
	for i := home(r.ref.ID, mask); ; i = (i + 1) & mask {
		switch old := slots[i].Load(); {
		case old == nil:
			t.used++
			t.live++
		case old.ref.ID != r.ref.ID:
			continue
		}
		slots[i].Store(r)
		return
	}
}

// remove takes a record out, unless another has taken its place.
func (t *table) remove(r *record) {
	slots := *t.slots.Load()
	mask := uint64(len(slots) - 1)
	for i := home(r.ref.ID, mask); ; i = (i + 1) & mask {
		switch slots[i].Load() {
		case nil:
			return
		case r:
			slots[i].Store(buried)
			t.live--
			return
		}
	}
}

// rehash moves the records to an array in which they fill less than half.
func (t *table) rehash() {
	size := minTable
	for size < 3*(t.live+1) {
		size *= 2
	}
	slots := make([]atomic.Pointer[record], size)
	mask := uint64(size - 1)
	t.each(func(r *record) {
		i := home(r.ref.ID, mask)
		for slots[i].Load() != nil {
			i = (i + 1) & mask
		}
		slots[i].Store(r)
	})
	t.used = t.live
	t.slots.Store(&slots)
}

// each calls f with every record; f may remove it.
func (t *table) each(f func(*record)) {
	slots := t.slots.Load()
	if slots == nil {
		return
	}
	for i := range *slots {
		if r := (*slots)[i].Load(); r != nil && r != buried {
			f(r)
		}
	}
}
