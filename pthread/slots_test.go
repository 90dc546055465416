package pthread

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSlotsAreNumberedFromOne(t *testing.T) {
	var s slotTable
	a, b := new(Thread), new(Thread)
	assert.EqualValues(t, 1, s.put(a))
	assert.EqualValues(t, 2, s.put(b))
	assert.Same(t, a, s.get(1))
	assert.Same(t, b, s.get(2))
}

func TestSlotThatIsNotInUseIsNil(t *testing.T) {
	var s slotTable
	assert.Nil(t, s.get(0), "no slot")
	assert.Nil(t, s.get(1), "no slot yet")
	slot := s.put(new(Thread))
	s.drop(slot)
	assert.Nil(t, s.get(slot), "dropped")
	assert.Nil(t, s.get(^uintptr(0)), "the largest number")
}

func TestDroppedSlotsAreUsedAgain(t *testing.T) {
	var s slotTable
	for range 1000 {
		a, b := s.put(new(Thread)), s.put(new(Thread))
		s.drop(a)
		s.drop(b)
	}
	assert.Len(t, s.all, 2)
	assert.Len(t, s.free, 2)
}

func TestSlotsAreNobodyElsesUntilDropped(t *testing.T) {
	var s slotTable
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 2000 {
				mine := new(Thread)
				slot := s.put(mine)
				if s.get(slot) != mine {
					t.Error("the slot of another")
				}
				s.drop(slot)
			}
		})
	}
	wg.Wait()
	assert.Len(t, s.free, len(s.all))
}
