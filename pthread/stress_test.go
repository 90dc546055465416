//go:build stress

package pthread_test

import (
	"fmt"
	"testing"
)

// The hammers of the other files, for as long as it takes to trust them.

// Each part has the watchdog's whole patience.
func TestStressParkerLosesNoWakeUp(t *testing.T) {
	for i, a := range kinds {
		for _, b := range kinds[i:] {
			t.Run(a.name+" and "+b.name, func(t *testing.T) {
				guard(t)
				hammerParker(t, a, b, 300000)
			})
		}
	}
}

func TestStressMutexLosesNoAddition(t *testing.T) {
	need(t)
	for _, row := range mutexTypes {
		hammerMutex(t, row.kind, 8, 500000)
	}
}

func TestStressCondLosesAndDoublesNothing(t *testing.T) {
	need(t)
	hammerCond(t, 4, 4, 100000)
	hammerCond(t, 1, 7, 200000)
}

func TestStressSemKeepsItsCount(t *testing.T) {
	need(t)
	hammerSem(t, 1, 8, 300000)
	hammerSem(t, 3, 8, 300000)
}

func TestStressManyCreators(t *testing.T) {
	need(t)
	hammerCreate(t, 12, 10000)
}

func TestStressAMillionThreadsLeaveNothing(t *testing.T) {
	need(t)
	checkFlat(t, 1000000)
}

// As many as once showed 72 threads taken for another, with a key made after
// the runtime's.
func TestStressShortThreadsAreNeverMistaken(t *testing.T) {
	for _, parallel := range []int{1, 2, 4, 16} {
		t.Run(fmt.Sprint(parallel, " at a time"), func(t *testing.T) {
			need(t)
			hammerExit(t, 160000, parallel)
		})
	}
}
