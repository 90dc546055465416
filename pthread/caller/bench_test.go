package caller_test

import (
	"sync"
	"testing"

	"github.com/pythreads/pythreads/pthread/caller"
)

// The pair of a sync.Mutex is the measure: an identity that costs more than a lock is not worth having in one.
func BenchmarkMutexPair(b *testing.B) {
	var mu sync.Mutex
	for b.Loop() {
		mu.Lock()
		//lint:ignore SA2001 the pair is what is measured
		mu.Unlock()
	}
}

var identities = []struct {
	name string
	call func()
}{
	{"ID", func() { caller.ID() }},
	{"Self", func() { caller.Self() }},
	{"Locked", func() { caller.Locked() }},
	{"Foreign", func() { caller.Foreign() }},
}

// The figures include an indirect call each, which "nothing" shows.
func BenchmarkIdentity(b *testing.B) {
	b.Run("nothing", func(b *testing.B) { loop(b, func() {}) })
	for _, i := range identities {
		b.Run(i.name, func(b *testing.B) { loop(b, i.call) })
	}
}

func BenchmarkIdentitySlow(b *testing.B) {
	for _, i := range identities {
		b.Run(i.name, func(b *testing.B) {
			caller.ForceSlow(b)
			loop(b, i.call)
		})
	}
}

func loop(b *testing.B, f func()) {
	b.ReportAllocs()
	for b.Loop() {
		f()
	}
}

// BenchmarkFind is what initialization costs, but for the OS threads that the first switch makes.
func BenchmarkFind(b *testing.B) {
	for b.Loop() {
		caller.Find()
	}
}

func BenchmarkFindStatus(b *testing.B) {
	if !caller.Fast() {
		b.Skip("no records here")
	}
	for b.Loop() {
		caller.FindStatus()
	}
}

// BenchmarkCensus asks after each of 1000 goroutines.
func BenchmarkCensus(b *testing.B) {
	refs, release := tenants(1000)
	defer release()
	census := func(b *testing.B) {
		for b.Loop() {
			exists := caller.Census()
			for _, r := range refs {
				if !exists(r) {
					b.Fatal("a blocked goroutine is said to be gone")
				}
			}
		}
	}
	b.Run("native", census)
	b.Run("snapshot", func(b *testing.B) {
		caller.ForceSnapshot(b)
		census(b)
	})
}
