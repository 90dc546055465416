package pthread_test

import (
	"runtime"
	"testing"

	"github.com/pythreads/pythreads/pthread"
)

func BenchmarkKey(b *testing.B) {
	needB(b)
	for _, kind := range lockedKinds[:3] {
		b.Run(kind.name, func(b *testing.B) {
			k := newKey[int](b, nil)
			row := func(name string, f func()) {
				b.Run(name, func(b *testing.B) {
					// b.Run has begun another goroutine.
					kind.start(b, func() {
						_ = k.Set(1)
						for b.Loop() {
							f()
						}
						_ = k.Clear()
					})()
				})
			}
			row("Get", func() { k.Get() })
			row("Set", func() { _ = k.Set(2) })
			row("Set and Clear", func() { _, _ = k.Set(2), k.Clear() })
		})
	}
}

// All threads look at once.
func BenchmarkKeyGetParallel(b *testing.B) {
	needB(b)
	k := newKey[int](b, nil)
	b.RunParallel(func(pb *testing.PB) {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		_ = k.Set(1)
		for pb.Next() {
			k.Get()
		}
		_ = k.Clear()
	})
}

// What a value adds to the life of a thread.
func BenchmarkKeyCreateJoin(b *testing.B) {
	needB(b)
	for name, k := range map[string]*pthread.Key[int]{
		"without destructor": newKey[int](b, nil),
		"with destructor":    newKey(b, func(int) {}),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				th, err := pthread.Create(nil, func() any { return k.Set(1) })
				if err != nil {
					b.Fatal(err)
				}
				if _, err := th.Join(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
