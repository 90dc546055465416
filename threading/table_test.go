package threading

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pythreads/pythreads/pthread/caller"
)

// putGrowing is put as the registry does it.
func putGrowing(t *table, r *record) {
	if t.full() {
		t.rehash()
	}
	t.put(r)
}

func recordOf(id uint64) *record { return &record{ref: caller.Ref{ID: id}} }

// The table against a map that does the same.
func TestTableDoesWhatAMapWould(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var table table
	model := map[uint64]*record{}
	assert.Nil(t, table.find(1))
	for range 50_000 {
		id := 1 + r.Uint64N(300)
		switch {
		case r.IntN(2) == 0:
			if old := table.find(id); old != nil {
				table.remove(old)
			}
			model[id] = recordOf(id)
			putGrowing(&table, model[id])
		case model[id] != nil:
			table.remove(model[id])
			delete(model, id)
		}
		require.Same(t, model[id], table.find(id))
		require.Equal(t, len(model), table.live)
	}
	n := 0
	table.each(func(r *record) {
		n++
		assert.Same(t, model[r.ref.ID], r)
	})
	assert.Equal(t, len(model), n)
	assert.LessOrEqual(t, len(*table.slots.Load()), 2048)
}

func TestRemoveOfRecordThatWasReplacedKeepsTheNewOne(t *testing.T) {
	var table table
	old, now := recordOf(7), recordOf(7)
	putGrowing(&table, old)
	putGrowing(&table, now)
	table.remove(old)
	assert.Same(t, now, table.find(7))
	assert.Equal(t, 1, table.live)
}

func TestTableStaysSmallHoweverManyComeAndGo(t *testing.T) {
	var table table
	for id := uint64(1); id < 100_000; id++ {
		r := recordOf(id)
		putGrowing(&table, r)
		require.Same(t, r, table.find(id))
		table.remove(r)
	}
	assert.Len(t, *table.slots.Load(), minTable)
	assert.Zero(t, table.live)
}

// Readers take no lock: one that looks for a record which is there the whole
// time must find it, whatever moves around it.
func TestReaderFindsItsRecordWhileOthersComeAndGo(t *testing.T) {
	var table table
	const own = 4
	for id := uint64(1); id <= own; id++ {
		putGrowing(&table, recordOf(id))
	}
	var stop atomic.Bool
	var readers sync.WaitGroup
	for id := uint64(1); id <= own; id++ {
		mine := table.find(id)
		readers.Go(func() {
			for !stop.Load() {
				if got := table.find(id); got != mine {
					t.Errorf("found %p, want %p", got, mine)
					return
				}
			}
		})
	}
	for id := uint64(own + 1); id < 30_000; id++ {
		r := recordOf(id)
		putGrowing(&table, r)
		if id%3 != 0 {
			table.remove(r)
		}
		if id%1000 == 0 {
			table.each(func(r *record) {
				if r.ref.ID > own {
					table.remove(r)
				}
			})
		}
	}
	stop.Store(true)
	readers.Wait()
}
